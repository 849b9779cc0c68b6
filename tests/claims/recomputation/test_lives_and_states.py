"""Recompute lives, states, decay and beginnings of groups from the tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evidence import Evidence
from helpers.claims.pool import compute_error, pool
from helpers.claims.quantity import get_quantity
from helpers.study import open_study
from tests.claims.recomputation.low_activity_states import (
    by_day,
    few_posters,
    first_day,
    low_traffic,
)
from tests.claims.recomputation.plain_estimators import (
    DAY_US,
    clusters,
    cox,
    first_gaps,
    from_birth,
    lifetimes,
    share_at,
)
from tests.claims.recomputation.silence_lifetimes import (
    cloglog_limits,
    draws,
    failure,
    lives,
)
from tests.claims.recomputation.silence_lifetimes import clusters as silence_clusters

POINT, LIMIT = 1e-6, 0.005
FIVE = {
    "fcc_gitter": (0.290058, 376),
    "komodo_discord": (0.094628, 106),
    "meshcore_split": (0.249658, 147),
    "w3c_groups": (0.089487, 195),
    "zulip_archives": (0.150670, 253),
}
ROOMS = ("fcc_gitter", "komodo_discord", "zulip_archives")


def estimate(quantity, study, **params):
    """Return a quantity's estimate in a public study."""
    return get_quantity(quantity).estimate(Evidence.of(open_study(study)), **params)


@pytest.mark.parametrize("study", FIVE)
def test_share_silent_by_day_105(study):
    """By Kaplan and Meier over groups that spoke; limits where dates are exact."""
    spells = lives(open_study(study).table("groups"))
    spells = spells[~spells.never].reset_index(drop=True)
    found = estimate("silent_by_day", study, day=105)
    assert failure(spells, 105)[0] == pytest.approx(found.estimate, abs=POINT)
    assert (round(found.estimate, 6), found.n) == FIVE[study]
    if study in {"fcc_gitter", "komodo_discord", "meshcore_split"}:
        codes = silence_clusters(spells)
        again = failure(spells, 105, draws(codes)).clip(1e-3, 1 - 1e-3)
        limits = cloglog_limits(found.estimate, again, len(set(codes)))
        assert (found.low, found.high) == pytest.approx(limits, abs=2 * LIMIT)


def test_five_sources_pooled():
    """About 17 of 100 groups, with the next such place below 56."""
    found = [estimate("silent_by_day", study, day=105) for study in FIVE]
    errors = [compute_error(one.low, one.high, "logit") for one in found]
    pooled = pool([one.estimate for one in found], errors, "logit")
    assert (pooled.mean, pooled.low, pooled.high) == pytest.approx(
        (0.168, 0.081, 0.304), abs=0.002
    )
    assert pooled.probability_above(0.5) == pytest.approx(0.001, abs=0.001)


def test_closed_groups_are_watched_only_until_they_closed():
    """A group closed before its silence was sure is no silent group."""
    groups = open_study("w3c_groups").table("groups")
    closed = groups.closed_us.notna() & groups.closed_kind.ne("completed")
    known = groups.assign(
        closed_kind=groups.closed_kind.mask(closed, "watched no longer")
    )
    spells = lives(known[~known.last_us.isna()])
    found = estimate("silent_while_open_by_day", "w3c_groups", day=365)
    assert found.estimate == pytest.approx(failure(spells, 365)[0], abs=0.01)
    counted = estimate("silent_by_day", "w3c_groups", day=365)
    assert counted.estimate > found.estimate + 0.04


@pytest.mark.parametrize("study", ["fcc_gitter", "meshcore_split", "zulip_archives"])
def test_share_ever_paused(study):
    """The first gap of W days ends a life, whether talk came back or not."""
    tables = open_study(study)
    groups = tables.table("groups")
    gaps = first_gaps(groups[groups.last_us.notna()], tables.table("silences"))
    gaps = gaps.rename(columns={"time": "exit", "died": "dead"}).assign(entry=0.0)
    found = estimate("ever_paused_by_day", study, day=105)
    assert found.estimate == pytest.approx(failure(gaps, 105)[0], abs=POINT)


@pytest.mark.parametrize("study", ROOMS)
def test_share_short_of_writers(study):
    """Under three writers in 28 days, for 28 days more, at some time in a year."""
    tables = open_study(study)
    groups = tables.table("groups")
    whole = (groups.end_us - groups.origin_us) / DAY_US
    rates = tables.table("rates")
    posters = by_day(rates, "posters_28", len(groups), int(whole.max()) + 40)
    few = first_day(few_posters(posters))
    known = (whole - 56).to_numpy()
    dead = few < known
    spells = groups[["network", "batch"]].assign(
        exit=np.where(dead, few, known), dead=dead, entry=0.0
    )
    spells = spells[groups.last_us.notna() & (known > 0)].reset_index(drop=True)
    found = estimate("few_writers_by_day", study, day=365)
    assert found.estimate == pytest.approx(failure(spells, 365)[0], abs=0.005)


@pytest.mark.parametrize("study", ROOMS)
@pytest.mark.parametrize(
    ("quantity", "day", "window", "busy"),
    [("busy_at_day", 365, "337-364", True), ("adrift_at_day", 180, "152-179", False)],
)
def test_share_busy_and_share_adrift(study, quantity, day, window, busy):
    """Alive at an age, with five writers and replies, or without."""
    tables = open_study(study)
    windows = tables.table("windows")
    groups = tables.table("groups")
    rows = lifetimes(groups[groups.last_us.notna()]).merge(
        windows[windows.window == window], on="group", how="left"
    )
    lively = (rows.posters >= 5) & (rows.replies >= 0.3 * rows.messages)
    found = estimate(quantity, study, day=day)
    holds = lively if busy else ~lively
    assert found.estimate == pytest.approx(share_at(rows, day, holds)[0], abs=1e-9)
    assert found.n == len(rows)


@pytest.mark.parametrize("study", ["fcc_gitter", "komodo_discord", "meshcore_split"])
def test_share_in_name_only(study):
    """Silent for 60 days, under a tenth of the peak, or short of writers."""
    tables = open_study(study)
    groups = tables.table("groups")
    notices = groups[groups.closed_kind == "notice"].end_us
    end = groups.end_us.max() if notices.empty else notices.min()
    age = (end - 60 * DAY_US - groups.origin_us) / DAY_US
    days, rates = int(age.max()) + 70, tables.table("rates")
    at = np.arange(len(groups)), np.floor(age).clip(lower=0).astype(int)
    quiet = low_traffic(by_day(rates, "messages_28", len(groups), days))[at]
    quiet |= few_posters(by_day(rates, "posters_28", len(groups), days))[at]
    silent = groups.last_us.isna() | (groups.last_us < end - 60 * DAY_US)
    there = (age >= 28) & (groups.entry_us == groups.origin_us)
    found = estimate("shells_at_end", study)
    assert found.estimate == pytest.approx((silent | quiet)[there].mean(), abs=POINT)
    assert found.low == found.high


@pytest.mark.parametrize("study", ["london_meetup", "nashville_meetup"])
def test_share_past_its_last_meeting(study):
    """Of groups seen from birth and that ever met, by 180 days without a meeting."""
    rows = open_study(study).table("registry")
    rows = rows[(rows.entry_us <= rows.origin_us) & rows.last_us.notna()]
    age = (rows.last_us - rows.origin_us) / DAY_US
    followed = (rows.end_us - rows.origin_us) / DAY_US - 180
    dead = age < followed
    spells = rows[["network", "batch"]].assign(
        exit=np.where(dead, age, followed), dead=dead, entry=0.0
    )
    spells = spells[followed >= 0].reset_index(drop=True)
    found = estimate("last_activity_by_day", study, day=365)
    assert found.estimate == pytest.approx(failure(spells, 365)[0], abs=POINT)
    assert found.n == len(spells)


@pytest.mark.parametrize("study", ROOMS)
def test_talk_in_weeks_9_to_12(study):
    """Messages a day of days 56–83 over those of days 1–13, all groups summed."""
    tables = open_study(study)
    windows = tables.table("windows")
    windows = windows[windows.observed & windows.group.isin(from_birth(tables).group)]
    wide = windows.pivot_table(index="group", columns="window", values="messages")
    both = wide[["1-13", "56-83"]].dropna()
    expected = (both["56-83"].sum() / 28) / (both["1-13"].sum() / 13)
    found = estimate("later_talk", study)
    assert found.estimate == pytest.approx(expected, rel=1e-9)
    assert found.n == len(both)


@pytest.mark.parametrize("study", ["fcc_gitter", "zulip_archives"])
def test_hazard_of_groups_with_early_regulars(study):
    """Statsmodels' Cox model from day 14 on, three regulars against none."""
    tables = open_study(study)
    early = tables.table("beginnings").set_index("group")
    rows = lifetimes(tables.table("groups"))
    rows = rows[(rows.time > 14) & rows.group.isin(from_birth(tables).group)]
    early = early.reindex(rows.group, fill_value=0).reset_index(drop=True)
    rows = rows.reset_index(drop=True)
    chosen = early.seeds_14.eq(0) | early.seeds_14.ge(3)
    rows, early = (table[chosen].reset_index(drop=True) for table in (rows, early))
    beside = np.log1p(early[["messages_14", "posters_14"]].astype(float))
    design = (early.seeds_14.ge(3), beside.messages_14, beside.posters_14)
    start = np.full(len(rows), 14.0)
    expected = cox(start, rows.time, rows.died, design, clusters(rows))
    found = estimate("seeded_hazard", study)
    assert found.n == len(rows)
    assert (found.estimate, found.low, found.high) == pytest.approx(expected, rel=1e-6)


def test_hazard_of_later_birth_years():
    """Statsmodels' Cox model of the first year, by year of birth."""
    groups = open_study("zulip_archives").table("groups")
    rows = lifetimes(groups)
    born = groups.set_index("group").origin_us.reindex(rows.group).to_numpy() / DAY_US
    died = rows.died & (rows.time <= 365)
    years = (born - born.min()) / 365
    found = estimate("silence_by_birth_year", "zulip_archives")
    start = np.full(len(rows), 0.5)  # half a day before, so that no life is 0 long
    stop = 1 + rows.time.clip(upper=365)
    expected = cox(start, stop, died, (years,), clusters(rows))
    assert (found.estimate, found.low, found.high) == pytest.approx(expected, rel=1e-6)


def test_links_of_people_in_several_groups():
    """Mantel and Haenszel's ratio of new links a message, within rooms."""
    table = open_study("fcc_gitter").table("carried")
    table = table[table.within_days.fillna(90) == 90]
    table = table.assign(bridging=table.bridging.astype(int))
    wide = table.pivot_table(["novel", "messages"], "group", "bridging", "sum").dropna()
    new, sent = wide["novel"], wide["messages"]
    total = sent.sum(axis=1)
    top = (new[1] * sent[0] / total)[total > 0].sum()
    bottom = (new[0] * sent[1] / total)[total > 0].sum()
    found = estimate("bridged_links", "fcc_gitter")
    assert found.estimate == pytest.approx(top / bottom, rel=1e-9)


def test_boards_without_a_header():
    """Counted in the facts of the boards."""
    facts = open_study("v2ex_nodes").table("facts")
    stated = facts[facts.fact == "header_stated"].value
    found = estimate("no_header", "v2ex_nodes")
    assert found.estimate == pytest.approx((stated < 1).mean(), rel=1e-9)


def test_mean_life_by_size():
    """Days lived in the year after day 28, by Kaplan and Meier, of two sizes."""
    tables = open_study("komodo_discord")
    rows = lifetimes(tables.table("groups"))
    rates = tables.table("rates").query("age_day < 28")
    size = rates.groupby("group").posters_28.last().reindex(rows.group).to_numpy()
    later = rows.assign(exit=rows.time - 28, dead=rows.died, entry=0.0)[rows.time > 28]
    size = size[rows.time > 28]

    def live(low, high):
        own = later[(size >= low) & (size <= high)]
        days = np.arange(0, 365, 0.05)
        lost = pd.Series(own.exit[own.dead & (own.exit <= 365)]).sort_values()
        curve = [1 - failure(own, at)[0] for at in lost]
        steps = np.searchsorted(lost, days, side="right")
        return np.concatenate([[1.0], curve])[steps].mean()

    found = estimate("life_by_writers", "komodo_discord")
    assert found.estimate == pytest.approx(live(10, 30) / live(31, 100), abs=1e-3)
