"""Recompute estimates on links, tone, growth and size, from tables.

What the product's modules name and define had been read, how they compute had not.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.study import open_study
from tests.claims.themes.size.test_lifetimes_by_size import by_dates, told
from tests.recomputation.plain_estimators import (
    DAY_US,
    cloglog_limits,
    clusters,
    cox,
    first_gaps,
    resampled,
)
from tests.recomputation.test_estimates_from_tables import _mean_within

MONTH, FIRST = 28, 14 * 30.44


def test_links_shared_by_core_members_are_recomputed(product):
    """Compute the share of links that core members carry in."""
    study = open_study("fcc_gitter")
    rows = study.table("carriers").query("least_days == 8")
    rows = rows.merge(study.table("groups")[["group", "network", "batch"]])
    codes = clusters(rows)
    drawn = resampled(codes)
    own, others, cores, rest = (
        drawn @ rows[name].to_numpy()
        for name in ("by_cores", "by_others", "cores", "others")
    )
    sums = rows[["by_cores", "by_others", "cores", "others"]].sum()
    share, rate = product("s4-core-distributes", "fcc_gitter").components
    assert share.estimate == sums.by_cores / (sums.by_cores + sums.by_others)
    limits = cloglog_limits(share.estimate, own / (own + others), codes.max() + 1)
    assert (share.low, share.high) == pytest.approx(limits, abs=0.01)
    ratio = (sums.by_cores / sums.cores) / (sums.by_others / sums.others)
    assert rate.estimate == pytest.approx(ratio)
    assert np.log(rate.high / rate.low) == pytest.approx(
        2 * 2.03 * np.log((own / cores) / (others / rest)).std(), rel=0.05
    )


def _toned_months(study, lives):
    """Return months of rooms with the earlier month's tone."""
    said = study.table("voices")
    many = said.groupby("group").messages.sum()
    talk = study.table("months").set_index(["group", "month"]).messages
    for room in lives[lives.group.isin(many.index[many >= 200])].itertuples():
        own = said[said.group == room.group].set_index("month").sort_index()
        for month in range(1, int(np.ceil(room.time / MONTH))):
            until = own.loc[: month - 1]
            if until.empty:
                continue  # no text yet
            near = own.loc[[month - 1]] if month - 1 in own.index else until
            stop = min(MONTH * (month + 1), room.time)
            yield {
                "group": room.group, "network": room.network, "batch": room.batch,
                "start": MONTH * month, "stop": stop,
                "died": room.died and stop == room.time,
                "talk": np.log1p(talk.get((room.group, month - 1), 0)),
                "negative": near.negative.sum() / near.messages.sum(),
                "positive": near.positive.sum() / near.messages.sum(),
            }  # fmt: skip


def test_effect_of_previous_months_tone_is_recomputed(product):
    """Compute the hazard ratio by tone of the month before."""
    study = open_study("fcc_gitter")
    lives = first_gaps(study.table("groups"), study.table("silences"))
    rows = pd.DataFrame(_toned_months(study, lives))
    components = product("s4-link-tone-matters", "fcc_gitter").components
    for component, tone in zip(components, ("negative", "positive"), strict=True):
        design = (rows[tone] / rows[tone].std(), rows.talk)
        again = cox(rows.start, rows.stop, rows.died, design, clusters(rows))
        assert component.n == len(rows)
        assert (component.estimate, component.low, component.high) == pytest.approx(
            again, rel=1e-6
        )


def test_lifetimes_by_size_on_simulated_data_are_recomputed():
    """Compute mean lifetimes by size on simulated two-date data."""
    study = by_dates(20)
    rows = study.table("registry").merge(study.table("snapshots"))
    life, watched = ((rows[c] - rows.origin_us) / DAY_US for c in ("last_us", "end_us"))
    some = rows.members.between(10, 30).to_numpy()
    ratios = []
    for w in (60, 180):
        follow = watched - w
        died = (life < follow).to_numpy()
        time = np.minimum(life, follow).to_numpy() - MONTH
        arms = [(time > 0) & some, (time > 0) & ~some]
        own, other = (_mean_within(time[x], died[x], 0 * time[x]) for x in arms)
        ratios.append(own / other)
    first, *_ = told(study).components
    assert first.estimate == pytest.approx(ratios[0], rel=1e-6)
    assert first.low < min(ratios) <= max(ratios) < first.high
