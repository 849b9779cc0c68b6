"""Recompute messages written after busy weeks (fixed-effects Poisson)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.study import open_study

WEEKS_TO_SILENCE = 8  # whole weeks in the 60 days after which silence counts


def person_weeks():
    """Return messages written, and received before, by person-week."""
    days = open_study("fcc_gitter").table("member_days")
    days = days.assign(week=days.day // 7)
    own = days.groupby(["member", "group", "week"]).messages.sum().rename("own")
    here = days.groupby(["group", "week"]).messages.sum().rename("here").reset_index()
    joined = days.groupby(["member", "group"]).week.min().rename("since").reset_index()
    seen = joined.merge(here, on="group").query("week >= since")
    seen = seen.merge(own.reset_index(), how="left").fillna({"own": 0})
    received = (seen.here - seen.own).groupby([seen.member, seen.week + 1]).sum()
    rows = received.rename("received").reset_index()
    wrote = days.groupby(["member", "week"]).messages.sum().rename("wrote")
    rows = rows.merge(wrote.reset_index(), how="left").fillna({"wrote": 0})
    last = rows.member.map(days.groupby("member").week.max()) + WEEKS_TO_SILENCE
    rows = rows[(rows.week <= days.week.max()) & (rows.week <= last)]
    rows = rows[rows.groupby("member").week.transform("size") > 1]
    everything = days.groupby("week").messages.sum()
    return rows.assign(everything=rows.week.map(everything).fillna(0))


def within(person, counts, columns):
    """Fit a Poisson model with person effects and clustered errors."""
    codes, x = pd.factorize(person)[0], columns - columns.mean(axis=0)
    totals, beta = np.bincount(codes, counts)[codes], np.zeros(x.shape[1])
    for _ in range(25):
        risk = np.exp(x @ beta)
        share = risk / np.bincount(codes, risk)[codes]
        means = np.column_stack([np.bincount(codes, share * c) for c in x.T])
        centred, expected = x - means[codes], totals * share
        bread = np.linalg.inv((centred * expected[:, None]).T @ centred)
        score = (counts - expected)[:, None] * centred
        beta = beta + bread @ score.sum(axis=0)
    each = np.column_stack([np.bincount(codes, s) for s in score.T])
    return beta, np.sqrt(np.diag(bread @ (each.T @ each) @ bread))


def test_messages_after_busy_weeks_are_recomputed(product):
    """Compute messages written per doubling of those received."""
    rows = person_weeks()
    columns = np.column_stack([np.log2(1 + rows.received), np.log1p(rows.everything)])
    beta, error = within(rows.member, rows.wrote.to_numpy(), columns)
    result = product("s2-overload-fatigue", "fcc_gitter")
    assert len(rows) == result.n
    assert np.exp(beta[0]) == pytest.approx(result.estimate, rel=1e-6)
    limits = np.exp(beta[0] + np.array([-1.96, 1.96]) * error[0])
    assert limits == pytest.approx([result.low, result.high], abs=0.005)
