"""Recompute lives, states, decay and beginnings of groups from the tables."""

import numpy as np
import pytest

from helpers.study import open_study
from tests.claims.recomputation.plain_estimators import (
    DAY_US,
    clusters,
    cox,
    estimate,
    failure,
    from_birth,
    lifetimes,
    share_at,
)

POINT = 1e-6
ROOMS = ("fcc_gitter", "komodo_discord", "zulip_archives")
LASTING = 28


def by_day(rates, column, groups, days):
    """Expand the step functions of `rates` to a matrix: groups × days."""
    table = rates.drop_duplicates(["group", "age_day"], keep="last")
    wide = table.pivot_table(index="age_day", columns="group", values=column)
    filled = wide.reindex(range(days + 1)).ffill().fillna(0)
    known = table[column].notna().any()
    return filled.reindex(columns=range(groups), fill_value=0).to_numpy().T + (
        0 if known else np.nan
    )


def lasting(holds):
    """Return the days since which a state has lasted without a break."""
    sums = np.cumsum(np.pad(holds, ((0, 0), (1, 0))), axis=1)
    begins = np.zeros_like(holds)
    full = sums[:, LASTING:] - sums[:, :-LASTING] == LASTING
    begins[:, : full.shape[1]] = full
    lasts = np.zeros_like(holds)
    for day in range(LASTING):
        lasts[:, day:] |= begins[:, : holds.shape[1] - day]
    return lasts


def few_posters(posters):
    """Return days on which under three people wrote in 28 days."""
    few = posters < 3
    few[:, :LASTING] = False
    return lasting(few)


def low_traffic(messages):
    """Return days with traffic under a tenth of the earlier peak."""
    peak = np.maximum.accumulate(messages, axis=1)
    return lasting((messages < peak / 10) & (peak >= 6))


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
    assert found.estimate == pytest.approx(share_at(rows, day, holds), abs=1e-9)
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


def test_mean_life_by_size():
    """Days lived in the year after day 28, by Kaplan and Meier, of two sizes."""
    tables = open_study("komodo_discord")
    rows = lifetimes(tables.table("groups"))
    rates = tables.table("rates").query("age_day < 28")
    size = rates.groupby("group").posters_28.last().reindex(rows.group).to_numpy()
    size, rows = size[rows.time > 28], rows[rows.time > 28]

    def live(low, high):
        own = rows[(size >= low) & (size <= high)]
        later = own.time - 28
        days = np.arange(0, 365, 0.05)
        lost = later[own.died & (later <= 365)].sort_values()
        curve = [1 - failure(later, own.died, at) for at in lost]
        steps = np.searchsorted(lost, days, side="right")
        return np.concatenate([[1.0], curve])[steps].mean()

    found = estimate("life_by_writers", "komodo_discord")
    assert found.estimate == pytest.approx(live(10, 30) / live(31, 100), abs=1e-3)
