"""The features of the candidates of a small program that fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from crimescene.analysis import Analysis
from crimescene.context import Wish, candidates
from crimescene.context.pool import Candidate
from crimescene.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def features(folder: Path, trace: str, files: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """What ``collect`` notes on each candidate, by qualified name."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    found: list[Candidate] = []
    collect = candidates.collect

    def overheard(*given: Any, **named: Any) -> Any:
        answer = collect(*given, **named)
        found.extend(answer[0])
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidates, "collect", overheard)
        Analysis(folder, Settings(save_cases=False), now=0.0).context_of(trace, Wish())
    return {item.function.qualified_name: item.features for item in found}
