"""Only groups of one place are compared, whatever the design."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.hazard_regression import PHReg

from helpers.claims.contract.finding import Supplement
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.corpora_strata import (
    average_places,
    describe_heterogeneity,
    list_places_alone,
    use_networks_as_places,
)
from helpers.claims.designs.hazards import landmark
from helpers.claims.designs.hazards.landmark import MODELS, Landmark, mark_terciles
from helpers.inference.fixed_effects import average_fixed_effects
from helpers.study import open_studies
from helpers.study.publish.union import StudyUnion
from tests.claims.intervals import around

CHATS = ["fcc_gitter", "zulip_archives"]


@pytest.fixture(scope="module")
def chats():
    """Return two sources as one."""
    return Evidence.of(StudyUnion("both", open_studies(CHATS)))


def test_each_community_of_a_source_is_a_stratum(chats):
    """A source of several networks is several places."""
    places = set(chats.groups["stratum"])
    assert {"fcc_gitter", "zulip_archives/lean"} <= places
    assert len(places) == 11


def rows_of_two_places(n=500):
    """Return groups at risk; the exposed live shorter where all live long."""
    rng = np.random.default_rng(6)
    place = np.repeat(["brief", "lasting"], n)
    exposed = rng.random(2 * n) < np.where(place == "brief", 0.15, 0.85)
    mean = np.where(place == "brief", 60.0, 600.0) * np.where(exposed, 0.5, 1.0)
    duration = 28 + np.ceil(rng.exponential(mean) * 10) / 10
    return pd.DataFrame(
        {
            "group": np.arange(2 * n), "network": place, "batch": np.arange(2 * n),
            "stratum": place, "entry": 28.0, "duration": duration, "ended": True,
            "exposure": exposed.astype(float), "cohort": 2020,
        }
    )  # fmt: skip


@pytest.mark.parametrize("model", sorted(MODELS))
def test_each_model_undoes_simpsons_reversal(model):
    """Twice the hazard in each place; half of it once lives are pooled."""
    rows = rows_of_two_places()
    within = MODELS[model](rows, [])
    pooled = MODELS[model](rows.drop(columns="stratum").assign(network="one"), [])
    assert pooled.high < 1
    assert within.low > 1.5
    assert within.estimate == pytest.approx(2, rel=0.2)


def test_periods_of_a_stratum_without_ends_get_no_baseline():
    """Rows of a place without ends are left out, of others put together."""
    period = np.array([0, 1, 2, 0, 1])
    ended = np.array([False, True, False, False, False])
    place = pd.Series(["a", "a", "a", "b", "b"])
    assert landmark._label_baselines(period, ended, place).tolist() == [1, 1, 1, -1, -1]


def test_terciles_are_computed_within_each_stratum(chats):
    """A place in which everybody comes at once is not all in the top third."""
    groups = chats.from_birth["group"]
    exposure = pd.Series(np.arange(len(groups), dtype=float), groups)
    one = Landmark(
        evidence=chats, exposure=exposure, adjust=pd.DataFrame(index=groups),
        coding=mark_terciles,
    )  # fmt: skip
    data = one.at_risk(one.reading(chats))
    large = data[data["stratum"].isin(["fcc_gitter", "zulip_archives/rust"])]
    share = large.groupby("stratum")["exposure"].mean()
    assert share.between(0.4, 0.6).all()


def test_sources_as_strata_are_phregs(chats):
    """Cox's model with a baseline for each place, by statsmodels."""
    groups = chats.from_birth["group"]
    exposure = pd.Series(groups.to_numpy() % 2.0, groups)
    one = Landmark(evidence=chats, exposure=exposure, adjust=pd.DataFrame(index=groups))
    data = one.at_risk(one.reading(chats))
    theirs = PHReg(
        data["duration"], data[["exposure"]], data["ended"],
        entry=data["entry"], strata=data["stratum"], ties="efron",
    ).fit()  # fmt: skip
    assert np.log(one.hazard_ratio().estimate) == pytest.approx(
        theirs.params[0], abs=1e-5
    )


def test_networks_can_be_used_as_strata():
    """Those of one source that are too few for an interval each."""
    both = Evidence.of(open_studies(["zulip_archives"])[0])
    places = use_networks_as_places(both).groups["stratum"]
    assert set(places) == set(both.networks)


def test_estimates_of_single_strata_are_averaged_by_inverse_variance():
    """Their inverse-variance mean is a specification; Q says how far they differ."""
    parts = [Supplement("a", around(0.5, 0.1)), Supplement("b", around(2.0, 0.1))]
    mean = average_fixed_effects([one.interval for one in parts], "log").mean
    (way,) = list_places_alone(parts)
    assert (
        way.components[0].estimate
        == pytest.approx(mean.estimate)
        == average_places(parts).estimate
    )
    assert "p < 0.001" in describe_heterogeneity(parts)
    assert describe_heterogeneity(parts[:1]) == ""
    assert list_places_alone(()) == ()
