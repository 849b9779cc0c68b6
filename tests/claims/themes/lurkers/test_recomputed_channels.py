"""Lurkers of many logged channels who talk in another one, by loops over their days.

The people and their days are the reader's; memberships, weeks of others, lurkers and
talk in other channels are told again, and the claim is decided on the tables made anew.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from types import SimpleNamespace

import numpy as np
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.corpora.shared.corpus import RawFolder
from helpers.corpora.sources.raku_irc import count
from helpers.study import open_study
from helpers.study.tables.derive.counted import derive_counted
from helpers.study.tables.derive.derive import Terms
from tests.claims.themes.lurkers.test_recomputed_from_raw_files import of_the_fewest
from tests.raw_corpora import SHARED, there
from validation.worlds.claims.tabled import Planted

RAW = SHARED / "raku_irc"
DAY = 86_400_000_000

pytestmark = [
    pytest.mark.raw,
    pytest.mark.shared,
    there,
]


@pytest.fixture(scope="module")
def made():
    """Count the raw files and derive their tables."""
    raw = RawFolder(RAW, [])
    counted = count(raw)
    return counted, derive_counted(
        counted, raw.tally, Terms(centres_from="none", names=True, members=False)
    )


def told_by_day(rows):
    """Return who wrote by channel and day, where by person, and since when joins."""
    wrote, places, since = defaultdict(lambda: defaultdict(set)), defaultdict(set), {}
    for row in rows.itertuples():
        if row.messages:
            wrote[row.key][row.day].add(row.person)
            places[row.person].add((row.day, row.key))
        if row.joins:
            since.setdefault(row.key, row.day)
    return wrote, places, since


def stayed(own, since, end):
    """Say whether a membership's joining was seen and it lasted 84 days."""
    first, last = own.iloc[0], own.iloc[-1]
    start = first["day"]
    gone = last["leaves"] and last["day"] < start + 84
    return first["joins"] and since <= start <= end - 84 and not gone


def lurkers(counted, ends):
    """Yield of each dated lurking membership its channel and whether it wrote away."""
    rows = counted.days.sort_values("day")
    wrote, places, since = told_by_day(rows)
    for (key, person), own in rows.groupby(["key", "person"], sort=False):
        if not stayed(own, since.get(key, np.inf), ends[key]):
            continue
        start = int(own["day"].iloc[0])
        span = [wrote[key].get(day, set()) for day in range(start, start + 84)]
        weeks = [set().union(*span[7 * n : 7 * n + 7]) for n in range(12)]
        if person not in set().union(*weeks) and sum(map(bool, weeks)) >= 6:
            yield key, any(start <= day < start + 84 for day, _ in places[person])


def test_lurkers_talking_in_other_channels_are_recomputed(made):
    """Sums, estimate and limits, the latter for the fewest people in effect."""
    counted, derived = made
    groups = derived.tables["groups"]
    ends = dict(zip(groups["key"], groups["end_us"] // DAY, strict=True))
    told = list(lurkers(counted, ends))
    shown = open_study("raku_irc").observability
    manifest = SimpleNamespace(**vars(Planted({}, shown).manifest))
    study = Planted(derived.tables, shown, manifest, name="raku_irc")
    found = evaluate("s0-lurkers-talk-elsewhere", study).interval
    sizes = np.array(list(Counter(key for key, _ in told).values()))
    p = np.mean([away for _, away in told])
    limits = of_the_fewest(p, sizes)

    assert found.n == len(told)
    assert found.estimate == pytest.approx(p, abs=1e-6)
    assert (found.low, found.high) == pytest.approx(limits, abs=0.005)
