"""What a landmark leaves out, and what it refuses."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.claims.contract.gates import GateError
from helpers.claims.contract.permutation import permute_within
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.landmark import (
    MODELS,
    Landmark,
    log_adjusted,
    mark_terciles,
)
from helpers.claims.designs.panel import Panel
from helpers.claims.quantities.deaths import define_silent

N = 400
COX, PERIODS, PACE = MODELS
HALF = pd.Series((np.arange(N) % 2).astype(float))


@pytest.fixture
def landmark(plant):
    """Return a landmark on a planted world of short lives."""
    evidence = Evidence.of(plant(n=N, life=100.0))
    rows = evidence.window("0-27").set_index("group")
    return Landmark(
        evidence=evidence,
        exposure=HALF,
        adjust=log_adjusted(rows, "messages", "posters"),
    )


def test_groups_dead_before_the_landmark_are_not_at_risk(landmark):
    """Risk sets start at the landmark, and only the living are in them."""
    data = landmark.at_risk(define_silent(landmark.evidence))

    assert data["duration"].min() > 28
    assert (data["entry"] == 28).all()
    assert len(data) < N


def test_an_exposure_from_after_the_landmark_is_refused(landmark):
    """Day 28 is not before day 28."""
    with pytest.raises(GateError, match="timing: exposure to day 28"):
        replace(landmark, last_day=28.0).hazard_ratio()


def test_a_thin_arm_is_refused(landmark):
    """Twenty exposed groups are no arm."""
    few = pd.Series((np.arange(N) < 20).astype(float))
    with pytest.raises(GateError, match="30 needed in each"):
        replace(landmark, exposure=few).hazard_ratio()


def test_periods_and_exact_times_agree(landmark):
    """Cox's model and a complementary log-log model of quarters see one effect."""
    exact, grouped = (landmark.hazard_ratio(one) for one in (COX, PERIODS))

    assert np.log(grouped.estimate) == pytest.approx(np.log(exact.estimate), abs=0.1)


def test_lognormal_and_cox_models_agree_in_direction(plant):
    """Where exposed groups die twice as soon, their time runs out faster."""
    evidence = Evidence.of(plant(n=N, life=np.where(HALF == 1, 100.0, 200.0)))
    rows = evidence.window("0-27").set_index("group")
    one = Landmark(
        evidence=evidence,
        exposure=HALF,
        adjust=log_adjusted(rows, "messages", "posters"),
    )

    assert one.hazard_ratio(PACE).low > 1
    assert one.hazard_ratio(COX).low > 1


def test_equal_values_have_no_terciles():
    """Where a third cannot be told from the next there are no arms."""
    assert mark_terciles(pd.Series([1.0, 1.0, 1.0])).isna().all()


def test_permuting_stays_within_networks():
    """Each network keeps its exposures."""
    data = pd.DataFrame(
        {"network": list("ab") * 50, "cohort": 2016, "exposure": [0, 1] * 50}
    )
    shuffled = permute_within(data, seed=1, within=("network", "cohort"))

    assert shuffled["exposure"].tolist() == data["exposure"].tolist()


def test_a_panel_counts_every_month_of_risk_once(plant):
    """Months from the second on, each death in exactly one of them."""
    study = plant(n=N, life=100.0)
    study.tables["months"] = pd.DataFrame(
        {"group": [0], "month": [0], "messages": [1], "posters": [1]}
    )
    evidence = Evidence.of(study)
    ends = define_silent(evidence, form="first_gap").lives
    rows = Panel(evidence=evidence, exposure=lambda rows: rows["posters"] * 1.0).rows()
    late = ends.durations > 28

    assert rows["ended"].sum() == (ends.ended & late).sum()
    assert (rows["stop"] - rows["start"]).sum() == pytest.approx(
        (ends.durations[late] - 28).sum()
    )
    assert rows["start"].min() == 28
