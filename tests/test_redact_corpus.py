"""How many secrets are found, and how many look-alikes are taken for one: bars over a made corpus."""

from __future__ import annotations

import random
import re

import pytest

import secret_corpus
import secret_fresh
import secret_vendors
from crimescene.redact import redact

SEEDS = (1, 2, 3)
RECALL, FALSE_MASKS = 0.95, 0.02


def masked(text):
    """What leaves."""
    return redact(text).text


def test_the_corpus_is_large_enough_to_tell():
    """At least 200 secrets of 40 kinds and 500 look-alikes, no text twice."""
    secrets, lookalikes = secret_corpus.secrets(1), secret_corpus.lookalikes(1)
    assert len({case.text for case in secrets}) >= 200
    assert len({case.kind for case in secrets}) >= 40
    assert len({case.text for case in lookalikes}) >= 500
    assert all(case.secret in case.text for case in secrets)


def test_what_leaves_a_secret_standing_is_counted():
    """The judge itself: nothing masked is no recall, everything masked is all false."""
    secrets, lookalikes = secret_corpus.secrets(1), secret_corpus.lookalikes(1)
    assert secret_corpus.failures(lambda text: text, secrets) == secrets
    assert secret_corpus.failures(lambda text: text[:-10], secrets[20:]) != []
    assert secret_corpus.failures(lambda _: "", lookalikes) == lookalikes
    assert secret_corpus.failures(lambda _: "", secrets) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_secrets_are_found(seed):
    """Recall over all kinds; no kind is missed altogether."""
    cases = secret_corpus.secrets(seed)
    missed = secret_corpus.failures(masked, cases)
    assert len(missed) <= (1 - RECALL) * len(cases), [case.text for case in missed]
    kinds = {kind: [c for c in cases if c.kind == kind] for kind in {c.kind for c in missed}}
    assert not [kind for kind, of_kind in kinds.items() if all(c in missed for c in of_kind)]


@pytest.mark.parametrize("seed", SEEDS)
def test_lookalikes_stay(seed):
    """Hashes, ids, lock files, images, public and example keys, code about passwords: evidence."""
    cases = secret_corpus.lookalikes(seed)
    wrong = secret_corpus.failures(masked, cases)
    assert len(wrong) <= FALSE_MASKS * len(cases), [masked(case.text) for case in wrong]


def test_the_same_secret_has_the_same_mask():
    """In another place of the same prompt, and when the text is masked again."""
    for case in secret_corpus.secrets(4, each=1):
        if "\n" in case.secret or "\\n" in case.secret:
            continue
        found = redact(f"{case.text}\n--\n{case.text}\n")
        first, second = found.text.split("\n--\n")
        assert re.findall("\u2039secret .*?\u203a", first) == re.findall("\u2039secret .*?\u203a", second), (
            case.text
        )
        assert redact(found.text).text == found.text


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_corpus_written_without_a_look_at_the_rules(seed: int) -> None:
    """Other kinds in other places: 95 of 100 are found, 2 of 100 look-alikes may be masked."""
    secrets, lookalikes = secret_fresh.secrets(seed), secret_fresh.lookalikes(seed)
    assert len({case.kind for case in secrets}) >= 60
    assert len(lookalikes) >= 200
    missed = secret_corpus.failures(masked, secrets)
    wrong = secret_corpus.failures(masked, lookalikes)
    assert len(missed) <= 0.05 * len(secrets), [case.kind for case in missed]
    assert len(wrong) <= 0.02 * len(lookalikes), [case.text for case in wrong]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_tokens_of_further_vendors_and_ids_that_look_alike(seed: int) -> None:
    """Each kind is found by its own form, and no id is taken for one."""
    rng = random.Random(seed)  # noqa: S311 -- repeatable
    for kind, text, form in secret_vendors.VENDORS:
        secret = secret_corpus.made(rng, form)
        assert secret not in redact(text.replace("{0}", secret)).text, kind
    for text in secret_vendors.IDS:
        said = secret_corpus.made(rng, text)
        assert redact(said).text == said
