"""Staggered uptake of a feature: planted both ways, and permuted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.claims.contract.gates import GateError
from helpers.claims.contract.study_view import Evidence
from helpers.claims.themes.rules.feature_uptake import hazard_after_uptake
from helpers.records import DAY_US
from helpers.study import open_study
from tests.raw_corpora import SHARED, needs_raw

MEAN = 200.0


def _evidence(plant, ratio, n=600, seed=3):
    """Plant streams; half take the feature up at their own age, if they live then."""
    rng = np.random.default_rng(seed)
    uptake = np.where(np.arange(n) % 2, rng.uniform(20.0, 300.0, n), 1e9)
    hazard = rng.exponential(1.0, n)  # cumulative hazard at death
    before = uptake / MEAN
    life = np.where(
        hazard <= before, hazard * MEAN, uptake + (hazard - before) * MEAN / ratio
    )
    study = plant(seed, n=n, lived=life, origin=0.0)
    daily = study.table("daily")
    study.tables["daily"] = daily.assign(posters=daily["messages"])
    groups = study.tables["groups"].set_index("group")
    took = np.flatnonzero(uptake < life)
    study.tables["events"] = pd.DataFrame(
        {
            "group": took,
            "nth": 0,
            "kind": "resolved_topic",
            "time_us": groups["origin_us"].loc[took].to_numpy()
            + (uptake[took] * DAY_US).astype("int64"),
        }
    )
    return Evidence.of(study)


@pytest.mark.parametrize("ratio", [0.6, 1.0, 1.6])
def test_interval_of_feature_uptake_covers_the_simulated_hazard_ratio(plant, ratio):
    """Time before uptake is not credited to the feature."""
    (component,) = hazard_after_uptake(_evidence(plant, ratio)).components
    assert component.low <= ratio <= component.high
    assert component.estimate == pytest.approx(ratio, rel=0.25)


def test_permuted_uptake_shows_no_effect(plant):
    """An earlier date for the same stream would: it lived until its uptake."""
    permuted = hazard_after_uptake(_evidence(plant, 0.4, n=1200)).permuted
    found = [permuted.permuted(seed).estimate for seed in range(8)]
    assert np.exp(np.mean(np.log(found))) == pytest.approx(1.0, abs=0.15)


def test_few_streams_with_uptake_are_refused(plant):
    """Thirty of them, alive."""
    with pytest.raises(GateError, match="streams alive at their uptake, 30 needed"):
        hazard_after_uptake(_evidence(plant, 1.0, n=40))


@needs_raw
def test_uptake_is_the_last_message_of_the_first_resolved_topic():
    """Counted again from the raw rows."""
    rows = pd.read_csv(SHARED / "zulip_archives" / "zulip_messages.csv.gz")
    marked = rows[rows["topic"].astype(str).str.startswith("✔")]
    last = marked.groupby(["org", "stream_id", "topic"])["ts"].max()
    since = pd.Timestamp("2021-07-01").timestamp()
    first = last[last >= since].groupby(["org", "stream_id"]).min()
    study = open_study("zulip_archives")
    keys = study.table("groups").set_index("group")["key"]
    events = study.table("events")
    found = dict(zip(events["group"].map(keys), events["time_us"], strict=True))
    raw = {f"{org}/{stream}": ts * 1_000_000 for (org, stream), ts in first.items()}
    assert found.items() <= raw.items()
    assert set(raw) - set(found) <= set(raw) - set(keys)  # channels of bots only
