"""Lurkers seen again: a place on its own, then in words; reactions from below."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.claims.evaluation.evaluate import evaluate
from helpers.small_counts import mask_text
from tests.claims.registers import as_of, registry

CLAIM = "s0-lurkers-still-identify"
SILENT = "without a post or comment"
CLASSES = (84, 168, 169, 366)


def _study(*places, kinds=None, react=None):
    """Plant places of lurkers: (how many, share seen again) each.

    Each share is met exactly, in every class of follow-up.
    """
    rows = []
    for group, (many, share) in enumerate(places):
        each = many // len(CLASSES)
        seen = round(each * share)
        for days in CLASSES:
            traces = {"seen_7": seen, "seen_28": seen, "seen_84": seen}
            row = {"group": group, "lurkers_are": SILENT, "followed_from": days}
            row |= {"may_react": True, "lurkers": each, "did_later": 0, **traces}
            rows.append(row | {"reacted_84": seen})
    table = pd.DataFrame(rows)
    if react is not None:
        table[["seen_7", "seen_28", "seen_84"]] = np.nan
    names = [f"place {n}" for n in range(len(places))]
    listed = registry(len(places), 4000, key=names, kind=kinds or "main site")
    return as_of("stackexchange", registry=listed, seen_again=table)


@pytest.mark.parametrize(
    ("share", "word", "sided"),
    [(0.4, "SUPPORTED", True), (0.1, "INCONCLUSIVE", True)],
)
def test_share_of_lurkers_seen_again_is_recovered(share, word, sided):
    """A true world supports; a false one is not contradicted by a late visit alone."""
    found = evaluate(CLAIM, _study((800, share)))
    assert found.low < share < found.high
    assert found.estimate == pytest.approx(share)
    assert (found.word, "one-sided" in found.qualifiers) == (word, sided)
    assert {"proxy", "within one"} <= set(found.qualifiers)


def test_places_get_separate_verdicts_and_no_pooled_estimate():
    """Two of three places support: no pooled number, and which ones is told."""
    found = evaluate(CLAIM, _study((800, 0.4), (800, 0.25), (800, 0.5)))
    assert (found.word, found.qualifiers[0]) == ("SUPPORTED", "in 2 of 3")
    assert found.interval is None
    assert [part.word for part in found.parts] == [
        "SUPPORTED", "INCONCLUSIVE", "SUPPORTED",
    ]  # fmt: skip


def test_place_below_the_threshold_counts_as_disagreement():
    """A place under a quarter may not contradict, yet it disagrees with the others."""
    found = evaluate(CLAIM, _study((800, 0.4), (800, 0.1), (800, 0.5)))
    assert (found.word, found.qualifiers[0]) == ("INCONCLUSIVE", "corpora disagree")


def test_longer_follow_up_does_not_change_the_verdict():
    """Members followed for longer than 168 days change neither number nor word."""
    study = _study((800, 0.1))
    table = study.tables["seen_again"]
    table.loc[table["followed_from"] > 168, "seen_28"] = table["lurkers"]
    found = evaluate(CLAIM, study)
    assert (found.estimate, found.n) == (pytest.approx(0.1), 400)
    assert found.word == "INCONCLUSIVE"


def test_meta_sites_do_not_decide():
    """A meta account begins with a visit: its share stands beside."""
    kinds = ["main site", "meta site"]
    found = evaluate(CLAIM, _study((800, 0.1), (800, 0.9), kinds=kinds))
    assert found.word == "INCONCLUSIVE"
    (meta,) = (one for one in found.beside if one.name == "place 1")
    assert meta.interval.estimate == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("many", "kinds", "told"),
    [
        (800, ["meta site"], "0 of 0 places with ≥ 50 lurkers followed"),
        (96, None, "1 needed; 48 lurkers at the most"),
    ],
)
def test_refusal_counts_sites_and_lurkers(many, kinds, told):
    """Metas alone say nothing; forty-eight are two short of fifty."""
    found = evaluate(CLAIM, _study((many, 0.9), kinds=kinds))
    assert found.word == "UNTESTABLE"
    assert told in mask_text(found.reason, 1)


def test_follow_up_is_distinguished():
    """The share that grows with follow-up stands in three classes."""
    study = _study((800, 0.4))
    table = study.tables["seen_again"]
    table.loc[table["followed_from"].eq(366), "seen_28"] = 160
    beside = {one.name: one.interval for one in evaluate(CLAIM, study).beside}
    assert beside["followed for 84–168 days"].n == 400
    assert beside["followed for 169–365 days"].estimate == pytest.approx(0.4)
    assert beside["followed for more than 365 days"].estimate == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("share", "word"), [(0.6, "SUPPORTED"), (0.05, "INCONCLUSIVE")]
)
def test_reactions_support_and_never_contradict(share, word):
    """Who reacts is engaged; who does not may read all the same."""
    places = [(80, share)] * 12
    found = evaluate(CLAIM, _study(*places, react=True))
    assert found.word == word
    assert {"proxy", "lower bound", "within one"} <= set(found.qualifiers)
    assert found.interval.clusters == 12


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.tuples(st.integers(5, 60), st.integers(0, 5)), min_size=4, max_size=4)
)
def test_estimate_is_the_pooled_share(rows):
    """However lurkers are dealt out over classes, those followed alike decide."""
    study = _study((800, 0.5))
    table = study.tables["seen_again"]
    table["lurkers"] = [20 + many for many, _ in rows]
    traces = ["seen_7", "seen_28", "seen_84", "reacted_84"]
    table[traces] = np.array([[seen] * len(traces) for _, seen in rows])
    found = evaluate(CLAIM, study)
    alike = table[table["followed_from"] <= 168]
    seen, many = alike["seen_28"].sum(), alike["lurkers"].sum()
    assert found.estimate == pytest.approx(seen / many)
    assert found.low <= found.estimate <= found.high
    parts = [one.interval for one in found.beside if one.name.startswith("followed")]
    total = sum(part.estimate * part.n for part in parts)
    assert total == pytest.approx(table["seen_28"].sum())
