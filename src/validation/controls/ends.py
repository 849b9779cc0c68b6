"""Simulate lists of groups in which a false share of groups fails by an age."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from helpers.arrays import Floats
from helpers.claims.quantities.registered import extend_to_record_end
from helpers.claims.themes.failure.shells import LEAST_AGE_DAYS
from helpers.records import DAY_US
from helpers.study.publish.study import Study
from validation.controls.redrawn import Redrawn

SHAPE = 0.8  # of a Weibull distribution: groups die soon or last
QUIET_DAYS = 60.0


def find_scale_at_age(failed: float, age_days: float) -> float:
    """Return the Weibull scale for which a given share of groups fails by an age."""
    return float(age_days / (-np.log1p(-failed)) ** (1 / SHAPE))


def find_scale_at_end(study: Study, failed: float) -> float:
    """Return the Weibull scale for which a given share fails before records end.

    Only groups as old as a verdict on all of them asks for are counted.
    """
    rows = extend_to_record_end(study.table("registry"))
    age = (rows["end_us"] - rows["origin_us"]).to_numpy(np.float64) / DAY_US
    age = age[age >= LEAST_AGE_DAYS + QUIET_DAYS] - QUIET_DAYS

    def beyond(log_scale: float) -> float:
        dead = -np.expm1(-((age / np.exp(log_scale)) ** SHAPE))
        return float(dead.mean() - failed)

    return float(np.exp(brentq(beyond, -5, 20)))


def simulate_ends(study: Study, scale: float, rng: np.random.Generator) -> Redrawn:
    """Simulate when each listed group was last active, from Weibull lifetimes.

    A group that entered late was alive then. One that is alive when it is last watched
    was active some days before, as the source's living groups were.
    """
    rows = study.table("registry")
    watch_end = rows["closed_us"].fillna(rows["end_us"]).clip(upper=rows["end_us"])
    age, entry = (
        ((us - rows["origin_us"]) / DAY_US).clip(lower=0).to_numpy(np.float64)
        for us in (watch_end, rows["entry_us"])
    )
    life = scale * (rng.exponential(size=len(rows)) + (entry / scale) ** SHAPE) ** (
        1 / SHAPE
    )
    before = rng.exponential(_list_days_before_end(rows), len(rows))
    last = np.maximum(np.minimum(life, age - before), 0.0)
    last_us = rows["origin_us"] + np.round(last * DAY_US).astype("int64")
    return Redrawn(study, {"registry": rows.assign(last_us=last_us)})


def _list_days_before_end(rows: pd.DataFrame) -> float:
    """Return the mean days from living groups' last activity to the record's end."""
    quiet: Floats = ((rows["end_us"] - rows["last_us"]) / DAY_US).to_numpy(np.float64)
    living = quiet[(quiet >= 0) & (quiet < QUIET_DAYS)]
    return float(living.mean()) if len(living) else 1.0
