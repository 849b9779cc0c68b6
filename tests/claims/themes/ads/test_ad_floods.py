"""Planted floods of advertisements that end the talk."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.claims.contract.gates import GateError
from helpers.claims.contract.study_view import Evidence
from helpers.claims.themes.ads.ad_floods import ad_flood_is_death
from tests.claims.labelled import asked, messages, months

N, FLOOD, ADS = 500, 60, 6


def world(plant, seed=1):
    """Plant ads from day 60 to 340 in half the groups; they end the talk."""
    half = np.arange(N) % 2 == 0
    life = np.where(half, 120.0, 700.0)
    study = plant(seed, N, life=life)
    groups = study.tables["groups"]
    talk = messages(groups, 2).assign(ad=False)
    days = np.repeat(np.arange(FLOOD, 340), ADS)
    spam = pd.DataFrame({"age_day": days, "ad": True})
    alive = groups.loc[
        half & (groups["end_us"] - groups["origin_us"] > 4e13), ["group"]
    ]
    said = pd.concat([talk, alive.merge(spam, how="cross")], ignore_index=True)
    tables = asked(said, said["ad"], kind="advertisement", share=1.0, seed=seed)
    rates = pd.DataFrame({"group": range(N), "age_day": 0, "messages_28": 99})
    tables |= {"months": months(said), "rates": rates.assign(posters_28=1)}
    study = replace(study, tables=study.tables | tables)
    last = said.groupby("group")["age_day"].max() * 86_400_000_000
    late = groups["origin_us"] + groups["group"].map(last)
    study.tables["groups"] = groups.assign(last_us=late.clip(upper=groups["end_us"]))
    return study


def test_a_sample_of_messages_is_refused(plant):
    """Every tenth message labelled tells no death among advertisements."""
    study = world(plant)
    few = study.tables["labels"].iloc[::10].assign(probability=0.1)
    study = replace(study, tables=study.tables | {"labels": few})
    with pytest.raises(GateError, match="0 groups read whole, 50 needed"):
        ad_flood_is_death(Evidence.of(study))


def test_ad_flood_estimate_is_the_same_with_32_bit_days(plant):
    """Files hold days in 32 bits, in which a year of microseconds has no room."""
    study = world(plant)
    as_filed = {
        name: study.tables[name].astype({"age_day": "int32"})
        for name in ("labels", "readings")
    }
    found = ad_flood_is_death(Evidence.of(study))
    again = ad_flood_is_death(
        Evidence.of(replace(study, tables=study.tables | as_filed))
    )

    assert [component.estimate for component in again.components] == [
        component.estimate for component in found.components
    ]
