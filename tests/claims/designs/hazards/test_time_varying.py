"""Lives cut into stretches: nothing is lost, and cutting changes no estimate."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.time_varying import (
    build_observed_lives,
    build_stretches,
    estimate_hazard_ratio,
)
from helpers.survival import fit_cox


@pytest.fixture
def evidence(plant):
    """Return groups of which every other one is exposed all its life."""
    return Evidence.of(plant(n=200, life=np.where(np.arange(200) % 2, 150.0, 300.0)))


def spells(rows):
    """Return spells of given groups, from and to an age."""
    return pd.DataFrame(rows, columns=["group", "from_age", "to_age"])


def test_intervals_of_exposure_add_up_to_lifetimes(evidence):
    """Each day of each life is in one stretch, each death in the last."""
    lives = build_observed_lives(evidence).set_index("group")
    rows = build_stretches(
        evidence, spells([(3, 10.5, 40.0), (3, 30.0, 55.0), (4, 7.0, 9.0)])
    )
    by = rows.assign(days=rows["stop"] - rows["start"]).groupby("group")

    assert np.allclose(by["days"].sum(), lives["duration"])
    assert (by["ended"].sum() == lives["died"]).all()


def test_interval_is_exposed_only_during_a_spell(evidence):
    """Overlapping spells are one, and unexposed time lies before and after."""
    rows = build_stretches(evidence, spells([(3, 10.5, 40.0), (3, 30.0, 55.0)]))
    mine = rows[(rows["group"] == 3) & (rows["stop"] <= 84)]
    inside = (mine["start"] >= 10.5) & (mine["stop"] <= 55.0)

    assert (mine["exposure"] == inside).all()
    assert not rows.loc[rows["group"] != 3, "exposure"].any()


def test_splitting_lifetimes_does_not_change_the_hazard_ratio(evidence):
    """Lifelong exposure gives what uncut lives give."""
    odd = [(group, 0.0, np.inf) for group in range(1, 200, 2)]
    cut = estimate_hazard_ratio(evidence, build_stretches(evidence, spells(odd)), ())
    lives = build_observed_lives(evidence)
    whole = fit_cox(
        lives["duration"], lives["died"], (lives[["group"]] % 2).astype(float)
    )

    assert cut.estimate == pytest.approx(whole["group"].ratio.estimate, rel=1e-6)
