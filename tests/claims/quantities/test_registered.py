"""Lifetimes from two dates: what ends, what competes, and what the source broke."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.registered import (
    define_registered_lifetimes,
    extend_to_record_end,
    find_breaks,
)
from helpers.records import DAY_US
from tests.claims.registers import registry

END = 1000


def listed(*rows):
    """Return a registry: born, last (None: never), closed (None), and how."""
    table = pd.DataFrame(rows, columns=["born", "last", "closed", "closed_kind"])
    days = table[["last", "closed"]].astype("float64")
    return registry(
        len(table), days["closed"].fillna(END), table["born"], closed=days["closed"],
        last=days["last"], closed_kind=table["closed_kind"],
    )  # fmt: skip


def lives(groups, **how):
    """Return the lifetimes of a registry."""
    study = SimpleNamespace(name="one", manifest=SimpleNamespace(tables={}))
    return define_registered_lifetimes(
        Evidence(study, groups), **{"w_days": 60.0} | how
    )


def told(ends):
    """Return duration, whether it ended, and whether of something else."""
    cause = ends.lives.ended.astype(int) + ends.competing
    return list(zip(ends.lives.durations.tolist(), cause.tolist(), strict=True))


def test_group_is_not_dead_before_sixty_days_of_silence():
    """Sixty days before the end nobody is dead yet; never active is dead at 0."""
    groups = listed(
        (0, 500, None, None), (0, 939, None, None), (0, 941, None, None),
        (0, None, None, None), (950, 960, None, None),
    )  # fmt: skip
    assert told(lives(groups)) == [(500, 1), (939, 1), (940, 0), (0, 1)]


@pytest.mark.parametrize(
    ("kind", "cause", "at"),
    [
        ("administrative", 2, 330), ("merged", 2, 330), ("completed", 2, 330),
        ("unreachable", 1, 300), ("retired", 1, 300),
    ],
)  # fmt: skip
def test_closure_before_death_by_silence_competes(kind, cause, at):
    """Closed before silence was sure it competes; after that it died before."""
    open_one = (0, 999, None, None)
    early, late = (0, 300, 330, kind), (0, 300, 400, kind)
    assert told(lives(listed(open_one, early)))[1] == (at, cause)
    assert told(lives(listed(open_one, late)))[1] == (300, 1)


def test_silence_after_leaving_the_list_is_no_death():
    """Thirty days of it were seen: censored; a hundred: dead at its last meeting."""
    open_one = (0, 999, None, None)
    early, late = (0, 300, 330, "unlisted"), (0, 300, 400, "unlisted")
    assert told(lives(listed(open_one, early)))[1] == (270, 0)
    assert told(lives(listed(open_one, late)))[1] == (300, 1)
    assert (
        extend_to_record_end(listed(open_one, early))["end_us"].tolist()[1]
        == 330 * DAY_US
    )


def test_unreachable_servers_are_inactive_until_the_end_of_the_record():
    """Where listing itself is the activity, off the list is silent from then on."""
    groups = listed((0, 999, None, None), (0, 300, 301, "unreachable"))
    assert extend_to_record_end(groups)["end_us"].tolist() == [END * DAY_US] * 2
    alone = groups.assign(network=["a", "b"])
    assert extend_to_record_end(alone)["end_us"].tolist() == [END * DAY_US] * 2


def test_groups_last_seen_on_a_collection_break_are_censored():
    """Twenty that were last seen on one day are censored there."""
    groups = listed(*[(0, 500, None, None)] * 20, (0, 700, None, None))
    found = lives(groups)
    assert told(found) == [(500, 0)] * 20 + [(700, 1)]
    assert told(lives(groups.iloc[1:]))[0] == (500, 1)


def test_weeks_are_the_days_of_a_weekly_list():
    """As many every week are no break, ten times as many are."""
    weeks = np.repeat(np.arange(0, 700, 7), 25)
    assert find_breaks(weeks, 1000, 60) == []
    assert find_breaks(np.append(weeks, [350] * 240), 1000, 60) == [350]


@given(st.lists(st.integers(0, 900), min_size=1, max_size=60))
def test_breaks_are_days_on_which_many_were_last_seen(days):
    """No day is a break that, with its neighbours, has fewer than twenty."""
    count = pd.Series(days).value_counts()
    for day in find_breaks(days, 1000, 60):
        assert sum(count.get(day + by, 0) for by in range(-7, 8)) >= 20
