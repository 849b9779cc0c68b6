"""What core share and size explain of who dies."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.specification import Specification
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.beginnings import first_month
from helpers.claims.definitions.death_definitions import SEED, silent
from helpers.claims.designs.hazards.landmark import Landmark, log_adjusted
from helpers.claims.designs.importance.dominance import dominance
from helpers.survival import Interval
from helpers.survival.silence import SILENCE_DAYS

SHOWN = 100  # samples behind a specification of a dominance


@estimates("s4-quality-over-quantity")
def quality_over_quantity(evidence: Evidence) -> Finding:
    """Compare what core share and size explain of who dies after day 28.

    Where members are not known, posters stand for size. Death is silence of 60 days,
    so that neither measure is part of the outcome.
    """
    rows = first_month(evidence).set_index("group")
    rows = rows[rows["posters"] > 0]
    known = rows["members"].notna().all()
    size = rows["members"] if known else rows["posters"]
    shares = {
        name: rows[name] / rows["posters"] for name in ("core_8", "core_4", "core_12")
    }
    at = partial(_rivals, evidence, size=size)
    data = at(shares["core_8"])
    asked = gates.passed(
        gates.groups(len(data)),
        gates.clustering(data["network"], data["batch"]),
        gates.coefficients(int(data["ended"].sum()), 2),
    )
    others = {
        "core from 4 days": partial(at, shares["core_4"]),
        "core from 12 days": partial(at, shares["core_12"]),
        "W = 90": partial(at, shares["core_8"], w_days=90.0),
    }
    return Finding(
        legs=(dominance(data, "exposure", "log size", seed=SEED),),
        definition="share of explained log likelihood: core posters (≥ 8 days in days"
        f" 0–27) of all posters, less log {'members' if known else 'posters'}; silence"
        " of 60 days after day 28",
        gates=asked,
        specifications=tuple(
            Specification.tried(name, partial(_dominated, way))
            for name, way in others.items()
        ),
        qualifiers=("proxy", "association"),
    )


def _rivals(
    evidence: Evidence,
    share: pd.Series[float],
    *,
    size: pd.Series[float],
    w_days: float = SILENCE_DAYS,
) -> pd.DataFrame:
    logs = log_adjusted(size.rename("size").to_frame(), "size")
    one = Landmark(evidence=evidence, exposure=share, adjust=logs)
    return one.at_risk(silent(evidence, w_days=w_days))


def _dominated(way: Callable[[], pd.DataFrame]) -> Interval:
    return dominance(way(), "exposure", "log size", seed=SEED, samples=SHOWN)
