"""Hazards after day 28, by what was seen up to then."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.study import open_study
from tests.blind.b_routes import clusters, cox, lifetimes

BOTH = ("fcc_gitter", "zulip_archives")


def _at_risk(study):
    """Return groups alive at day 28 in which somebody wrote before, with that time."""
    tables = open_study(study)
    windows = tables.table("windows")
    lives = lifetimes(tables.table("groups"))
    rows = lives.merge(windows[windows.window == "0-27"], on="group")
    return rows[(rows.time > 28) & (rows.messages > 0)]


def _hazard_ratio(rows, exposure):
    """Adjust for size and volume as they stood at the landmark (§0, timing gate)."""
    design = (exposure, np.log1p(rows.posters), np.log1p(rows.messages))
    return cox(np.full(len(rows), 28.0), rows.time, rows.died, design, clusters(rows))


def _agrees(verdict, rows, exposure):
    found = (verdict.estimate, verdict.low, verdict.high)
    assert verdict.n == len(rows)
    assert found == pytest.approx(_hazard_ratio(rows, exposure), rel=1e-6)


@pytest.mark.parametrize("study", BOTH)
def test_centralisation_is_measured_against_chance(product, study):
    """HR per sample SD of the log of centres by chance over centres, days 0–27."""
    rows = _at_risk(study).dropna(subset=["centres", "centres_null"])
    excess = np.log(rows.centres_null / rows.centres)
    _agrees(product("s0-decentralised-better", study), rows, excess / excess.std())


@pytest.mark.parametrize("study", BOTH)
def test_the_top_tercile_of_replies_is_held_against_the_bottom(product, study):
    """Explicit replies a message in days 0–27; the middle tercile is left out."""
    rows = _at_risk(study)
    ratio = rows.replies_explicit / rows.messages
    low, high = ratio.quantile([1 / 3, 2 / 3])
    ends = (ratio <= low) | (ratio >= high)
    verdict = product("s2-basic-service-fades", study)
    _agrees(verdict, rows[ends], ratio[ends] >= high)
