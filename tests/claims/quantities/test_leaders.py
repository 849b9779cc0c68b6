"""Centres, owners and leads: planted effects and what must not count."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.quantities import leaders
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US
from tests.claims.planted import list_groups, plant


def _plant_windows(number, **columns):
    rows = pd.DataFrame({"group": range(number), "window": "28-83"})
    rows = rows.assign(observed=True, messages=200, posters=10)
    return plant(list_groups(number), windows=rows.assign(**columns))


def test_groups_without_an_answered_message_have_no_centres():
    """Sixty groups with four centres, forty without any reply."""
    room = _plant_windows(100, centres=[4.0] * 60 + [np.nan] * 40)
    found = leaders.estimate_reply_centres(room)
    assert (found.estimate, found.n) == (4, 60)


def test_top_posters_of_tiny_groups_do_not_count():
    """Who writes alone writes everything."""
    room = _plant_windows(
        120, top_share=[0.2] * 60 + [1.0] * 60, posters=[10] * 60 + [1] * 60
    )
    assert leaders.estimate_top_poster_share(room).estimate == pytest.approx(0.2)


def _plant_hosts(seed, rate_alone, rate_together):
    """Plant lounges whose talk ends at rates that depend on the host's absence."""
    rng, rows = np.random.default_rng(seed), []
    for group in range(300):
        leaves, end = int(rng.integers(100, 300)), 500
        for day in range(end):
            rate = rate_alone if leaves + 28 <= day else rate_together
            if rng.random() < rate:
                end = day
                break
        days = np.arange(0, end + 1, 5)
        rows.append(
            pd.DataFrame({"group": group, "day": days, "others": 1}).assign(
                owner=(days <= leaves).astype(int)
            )
        )
    return plant(list_groups(300, days=500), owner_days=pd.concat(rows))


def test_absence_that_hastens_silence_is_recovered():
    """Talk ends at four times the rate once the host has been away for 28 days."""
    found = leaders.compare_owner_absent(_plant_hosts(1, 0.004, 0.001))
    assert found.low < 4 < found.high
    assert found.low > 1.5


def test_absence_that_changes_nothing_is_no_effect():
    """Hosts fall silent before the lounge does, as anybody would."""
    found = leaders.compare_owner_absent(_plant_hosts(2, 0.002, 0.002))
    assert found.low < 1 < found.high


def _plant_leads(seed, ratio):
    """Plant 400 groups, half with one lead, that close at rates of a given ratio."""
    rng = np.random.default_rng(seed)
    alone = np.arange(400) < 200
    life = 28 + rng.exponential(300 / np.where(alone, ratio, 1.0))
    closed = np.where(life < 900, life * DAY_US, np.nan)
    end = np.where(life < 900, life, 900) * DAY_US
    groups = list_groups(400, closed_us=closed, end_us=end.astype("int64"))
    spells = [
        (group, lead, "lead")
        for group in range(400)
        for lead in range(2 - alone[group])
    ]
    spells += [
        (group, 10 + one, "member") for group in range(400) for one in range(group % 7)
    ]
    table = pd.DataFrame(spells, columns=["group", "member", "role"])
    return plant(groups, spells=table.assign(from_day=0, to_day=10_000))


def test_closing_of_groups_with_one_lead_is_recovered():
    """They close at twice the rate."""
    found = leaders.compare_lone_lead_closing(_plant_leads(3, 2.0))
    assert found.low < 2 < found.high
    assert found.low > 1.2


def test_mergers_are_no_closings():
    """A group that was merged did not die."""
    room = _plant_leads(4, 2.0)
    merged = room.groups.assign(closed_kind="merged")
    with pytest.raises(NotIdentifiableError, match="0 events"):
        leaders.compare_lone_lead_closing(
            plant(merged, spells=room.study.table("spells"))
        )
