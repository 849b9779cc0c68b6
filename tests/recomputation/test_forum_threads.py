"""Recompute verdicts on a forum's long-running threads from raw posts.

Who is in the frame, when risk begins and where the record ends are E4's words; what is
counted is the register's. Nothing here reads the tables or the estimators.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.recomputation import silence_lifetimes
from tests.recomputation.forum_threads import (
    DAY,
    first_gaps,
    lives,
    lounges,
    posts,
)
from tests.recomputation.plain_estimators import (
    cox,
)

pytestmark = [pytest.mark.shared, pytest.mark.raw]
CORPUS = "zh_s1_lounges"
POINT, LIMIT = 1e-6, 0.005
MONTH = 28


def agrees(found, point, low, high):
    """Assert that estimate and limits equal the recomputed ones."""
    assert found.estimate == pytest.approx(point, abs=POINT)
    assert (found.low, found.high) == pytest.approx((low, high), abs=LIMIT)


def agrees_in_logs(found, ratios):
    """Assert that ratio and limits are equal, as logs."""
    told = np.log([found.estimate, found.low, found.high])
    assert told[0] == pytest.approx(np.log(ratios[0]), abs=POINT)
    assert told[1:] == pytest.approx(np.log(ratios[1:]), abs=LIMIT)


def test_share_silent_by_day_105_is_recomputed(product):
    """Compute failure by day 105 with delayed entry."""
    spells = lives(lounges()[~lounges()["older"]])
    spells = spells[spells["exit"] > spells["entry"]].reset_index(drop=True)
    code = silence_lifetimes.clusters(spells)
    again = silence_lifetimes.failure(
        spells, 105.0, silence_lifetimes.draws(code, times=5000)
    )
    point = silence_lifetimes.failure(spells, 105.0)[0]
    found = product("s0-three-month-death", CORPUS)
    agrees(
        found, point, *silence_lifetimes.cloglog_limits(point, again, len(set(code)))
    )


def _months():
    """Return posts and core posters by thread and month of age."""
    born = lounges()[lounges()["born"]]
    rows = posts().merge(born[["lounge", "birth"]], on="lounge")
    rows["month"] = (rows["minute"] - rows["birth"]) // (MONTH * DAY)
    rows["day"] = (rows["minute"] - rows["birth"]) // DAY
    people = rows.groupby(["lounge", "month", "user"])
    people = people.agg(days=("day", "nunique"), said=("minute", "size")).reset_index()
    by = people.assign(core=people["days"] >= 8).groupby(["lounge", "month"])
    return by.agg(said=("said", "sum"), size=("user", "size"), core=("core", "sum"))


def test_months_after_core_members_are_recomputed(product):
    """Compute the hazard ratio of months with five core members."""
    spells, counts = first_gaps(lounges()[lounges()["born"]]), _months()
    rows = []
    for one in spells.itertuples():
        for month in range(1, int(np.ceil(one.time / MONTH))):
            said, size, core = counts.T.get((one.lounge, month - 1), (0, 0, 0))
            stop = min(one.time, (month + 1) * MONTH)
            if core >= 5 or core <= 1:
                rows.append((
                    month * MONTH, stop, one.died and stop == one.time, core >= 5,
                    np.log1p(said), np.log1p(size), one.batch, one.lounge,
                ))  # fmt: skip
    start, stop, died, core, said, size, batch, lounge = zip(*rows, strict=True)
    code = pd.factorize(pd.Series(batch))[0]
    ratios = cox(start, stop, np.array(died), (core, said, size), code)
    found = product("s4-core-members-needed", CORPUS)
    assert found.note.startswith(f"{len(rows)} group-months of {len(set(lounge))}")
    agrees_in_logs(found, ratios)
