"""What becomes of groups by half a year, and whether later ones fare worse."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Beside, Finding
from helpers.claims.contract.specification import multiplied
from helpers.claims.definitions.death_definitions import (
    DECIDING,
    IGNORED,
    SEED,
    clocks_and_deaths,
    read,
    recorded,
    silent,
)
from helpers.claims.designs.permutation import Permutations, confounding, permuted
from helpers.inference import success_probability
from helpers.records import DAY_US
from helpers.survival import clusters_of, cox

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.claims.contract.finding import Estimator
    from helpers.claims.contract.specification import Specification
    from helpers.claims.contract.study_view import Evidence
    from helpers.claims.definitions.deaths import Ends
    from helpers.survival import Interval

__all__ = [
    "ESTIMATORS", "dealt", "first_year", "half_are_lost", "later_cohorts_harder",
    "per_year", "span",
]  # fmt: skip

YEAR, HALF_YEAR = 365.0, 180.0
LEAST_COHORTS, LEAST_YEARS = 3, 2
EFFECTS = "an effect for each network"
LIVELY_WINDOWS = {90.0: "56-83", 180.0: "152-179", 365.0: "337-364"}
POSTERS, REPLY_RATIO = 5, 0.3
HALVES_AND_MORE: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "posters": {"5 posters": 5, "3 posters suffice": 3, "8 posters needed": 8},
        "reply_ratio": {"0.3 replies": 0.3, "reply ratio 0.15": 0.15, "0.45": 0.45},
        "horizon": {"at 180 d": HALF_YEAR, "at 90 d": 90.0, "at 365 d": YEAR},
    }
)


def half_are_lost(evidence: Evidence) -> Finding:
    """Estimate the share of groups alive at 180 days and yet not successful."""
    watched = recorded(evidence)
    asked = gates.passed(
        gates.selection(survivors_only=evidence.from_birth.empty),
        gates.groups(len(watched)),
        _followed(watched.potential_at_least(HALF_YEAR)),
        gates.clustering(watched.network, watched.batch),
    )
    alive = _share(evidence, posters=0, reply_ratio=0.0, lost=False)
    successful = _share(evidence, lost=False)
    return Finding(
        legs=(_share(evidence),),
        definition="alive at 180 d without ≥ 5 posters and ≥ 0.3 replies a message in"
        " days 152–179; the dead and the successful are the others",
        gates=asked,
        specifications=multiplied(HALVES_AND_MORE, partial(_share, evidence)),
        beside=(Beside("alive", alive), Beside("successful", successful)),
        qualifiers=evidence.busy_only,
        note=f"dead {1 - alive.estimate:.0%}, successful {successful.estimate:.0%}",
    )


def _followed(many: int) -> gates.Gate:
    detail = f"{many} groups followed for 180 d, {gates.LEAST_GROUPS} needed"
    return gates.Gate("potential follow-up", many >= gates.LEAST_GROUPS, detail)


def _share(
    evidence: Evidence,
    *,
    horizon: float = HALF_YEAR,
    posters: int = POSTERS,
    reply_ratio: float = REPLY_RATIO,
    replies: str = "",
    lost: bool = True,
) -> Interval:
    """Return the share alive and not lively at a horizon, or alive and lively."""
    if replies:
        gates.passed(gates.explicit(evidence.study.manifest.centres_from))
    lives = recorded(evidence)
    window = evidence.window(LIVELY_WINDOWS[horizon]).set_index("group")
    window = window.reindex(lives.group)
    said = window["said"].where(window["said"] > 0)
    ratio = (window[replies or evidence.answers] / said).fillna(0.0)
    lively = (window["spoke"].fillna(0) >= posters) & (ratio >= reply_ratio)
    state = (lively ^ lost).to_numpy(bool)
    return success_probability(lives, state, horizon, seed=SEED, replicates=DECIDING)


def later_cohorts_harder(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of a year's later birth, in the first year of life."""
    evidence = evidence.of_known_age
    ends = silent(evidence)
    data = first_year(evidence, ends)
    asked = gates.passed(
        *span(data["origin_us"]),
        gates.groups(len(data)),
        gates.clustering(data["network"], data["batch"]),
        gates.coefficients(int(data["ended"].sum()), 1),
    )
    ratio = per_year(data)
    return Finding(
        legs=(ratio,),
        definition=f"HR per year of birth, {ends.definition} within 365 d",
        gates=asked,
        specifications=_other_cohorts(evidence),
        permuted=Permutations(ratio, partial(dealt, data)),
        qualifiers=("association",),
        note="age, period and cohort cannot be told apart: cohorts under a constant"
        f" period; {confounding(ratio, data['ended'].mean())}",
    )


def span(origin_us: pd.Series[int]) -> tuple[gates.Gate, ...]:
    """Ask for three years of birth, over two years of time."""
    years = (origin_us.max() - origin_us.min()) / DAY_US / YEAR
    cohorts = pd.to_datetime(origin_us, unit="us").dt.year.nunique()
    return (
        gates.Gate(
            "cohorts", cohorts >= LEAST_COHORTS,
            f"births in {cohorts} calendar years, {LEAST_COHORTS} needed",
        ),
        gates.Gate(
            "window", years >= LEAST_YEARS,
            f"births over {years:.1f} years, {LEAST_YEARS} needed",
        ),
    )  # fmt: skip


def first_year(evidence: Evidence, ends: Ends) -> pd.DataFrame:
    """Return lifetimes cut at a year, with the origin of each group."""
    lives = ends.lives
    origin = evidence.groups.set_index("group")["origin_us"]
    data = pd.DataFrame(
        {
            "group": lives.group,
            "network": lives.network,
            "batch": lives.batch,
            "origin_us": origin.reindex(lives.group).to_numpy(),
            "duration": np.minimum(lives.durations, YEAR),
            "ended": lives.ended & ~ends.competing & (lives.durations <= YEAR),
            "entry": lives.entry,
        }
    )
    return data[(data["entry"] == 0) | (data["duration"] > data["entry"])]


def per_year(data: pd.DataFrame, *, by_network: bool = False) -> Interval:
    """Return the hazard ratio of a year's later birth; of some networks within each."""
    years = (data["origin_us"] - data["origin_us"].min()) / DAY_US / YEAR
    exposures = pd.DataFrame({"year": years.astype("float64")})
    if by_network:
        each = pd.get_dummies(data["network"], drop_first=True, dtype=float)
        exposures = exposures.join(each.loc[:, each[data["ended"]].sum() > 0])
    fit = cox(
        data["duration"],
        data["ended"],
        exposures,
        entry=data["entry"],
        cluster=clusters_of(data["network"], data["batch"]).codes,
    )
    return fit["year"].ratio


def _other_cohorts(evidence: Evidence) -> tuple[Specification, ...]:
    """Return deaths, clocks, entry and networks multiplied: sets RA, RB and RG."""
    sets: dict[str, Mapping[str, Any]] = {
        **clocks_and_deaths(evidence, primary="last message, W = 60"),
        "networks": {"all networks": "", **_effects(evidence)},
    }

    def way(networks: str, **values: Any) -> Interval:  # noqa: ANN401 - as the sets have them
        kept = evidence.groups[evidence.groups["network"] != networks]
        view, ends = read(replace(evidence, groups=kept), **values)
        data = first_year(view, ends)
        gates.passed(
            *span(data["origin_us"]), gates.groups(len(data)),
            gates.coefficients(int(data["ended"].sum()), 1),
        )  # fmt: skip
        return per_year(data, by_network=networks == EFFECTS)

    return multiplied(sets, way, biased=[IGNORED])


def _effects(evidence: Evidence) -> dict[str, str]:
    """Return an effect for each network, and each network left out."""
    networks = evidence.networks if len(evidence.networks) > 1 else []
    left_out = {f"without {network}": network for network in networks}
    return {EFFECTS: EFFECTS, **left_out} if networks else {}


def dealt(data: pd.DataFrame, seed: int) -> Interval:
    """Return the ratio with years of birth dealt out anew within each network."""
    return per_year(permuted(data, seed=seed, column="origin_us", within=("network",)))


ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {
        "s0-half-are-lost-type": half_are_lost,
        "s0-later-cohorts-harder": later_cohorts_harder,
    }
)
