"""Which code deserves the budget: facts about candidate functions, turned into a score."""

from __future__ import annotations

from crimescene.ranking.features import FEATURES, Lexicon, coverage, identifier_words, lexicon, similarity
from crimescene.ranking.model import contributions, score

__all__ = [
    "FEATURES",
    "Lexicon",
    "contributions",
    "coverage",
    "identifier_words",
    "lexicon",
    "score",
    "similarity",
]
