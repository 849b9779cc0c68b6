"""Recompute shares of active groups at an age."""

from __future__ import annotations

import pytest

from helpers.study import open_study
from tests.recomputation.plain_estimators import (
    cloglog_limits,
    clusters,
    lifetimes,
    resampled,
    share_at,
)

ROOMS = ("fcc_gitter", "komodo_discord", "zulip_archives")


def _with_window(study, name):
    tables = open_study(study)
    windows = tables.table("windows")
    lives = lifetimes(tables.table("groups"))
    rows = lives.merge(windows[windows.window == name], on="group", how="left")
    successful = (rows.posters >= 5) & (rows.replies >= 0.3 * rows.messages)
    return rows, successful


def _agrees(verdict, rows, horizon, holds):
    codes = clusters(rows)
    estimate = share_at(rows, horizon, holds)[0]
    draws = share_at(rows, horizon, holds, resampled(codes))
    limits = cloglog_limits(estimate, draws, codes.max() + 1)
    assert verdict.estimate == pytest.approx(estimate, abs=1e-9)
    assert (verdict.low, verdict.high) == pytest.approx(limits, abs=0.005)


@pytest.mark.parametrize("study", ROOMS)
def test_success_is_the_share_alive_lively_and_answering_at_a_year(product, study):
    """Compute the share of groups successful at a year."""
    rows, successful = _with_window(study, "337-364")
    verdict = product("s0-success-below-5pct", study)
    assert verdict.n == len(rows)
    _agrees(verdict, rows, 365.0, successful)


@pytest.mark.parametrize("study", ROOMS)
def test_share_alive_but_unsuccessful_at_180_days_is_recomputed(product, study):
    """Compute the share alive but inactive at 180 days."""
    rows, successful = _with_window(study, "152-179")
    _agrees(product("s0-half-are-lost-type", study), rows, 180.0, ~successful)
