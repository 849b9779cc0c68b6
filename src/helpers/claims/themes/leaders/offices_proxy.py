"""Claims about owners and beginnings, from registers of offices and charters.

A register knows when groups were made and closed, who led them, and what they had
written down; it counts no messages. So an owner is who holds an office, and death is
the closing that the community's administration enters: a proxy, within one network.
"""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, Proxy
from helpers.claims.contract.specification import multiplied
from helpers.claims.designs.hazards.few_deaths import few, monthly_rates
from helpers.claims.designs.permutation import (
    Permutations,
    cohorts_of,
    confounding,
    permuted,
)
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US
from helpers.survival import clusters_of, cox

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from helpers.claims.contract.study_view import Evidence
    from helpers.survival import Interval

    Sets = Mapping[str, Mapping[str, Any]]

__all__ = [
    "DONE",
    "LEADS",
    "PROXIES",
    "owner_alone",
    "unplanned",
    "unstated",
    "without_rules",
]

DAY, PLANNED_BY, HORIZON = 28.0, 56.0, 1096.0
LEADS = ("lead", "leader", "chair", "maintainer")  # of the sources, one in each
DONE = ("completed", "merged")  # ends that are no death
STATED = ("purpose_stated_at_birth", "charter_on_first_day")


def owner_alone(evidence: Evidence) -> Finding:
    """Compare the closing of groups with one lead with that of groups with several.

    Leads and members are those of day 28; groups watched from birth and open then are
    at risk.
    """
    sets: Sets = {
        "day": {"leads of day 28": DAY, "of day 7": 7.0, "of day 90": 90.0},
        "several": {"several": 2, "three and more": 3},
        "horizon": {"at any time": np.inf, "within three years": HORIZON},
        "sized": {"members adjusted": True, "not adjusted": False},
    }
    return _compared(
        evidence, partial(_alone, evidence), sets,
        "one lead against several on day 28, log(1 + members) adjusted; closed by the"
        " administration",
        "chairs",
    )  # fmt: skip


def _alone(evidence: Evidence, day: float, several: int) -> pd.Series[float]:
    leads = _leads(evidence, day)
    return (leads == 1).astype("float64").where((leads == 1) | (leads >= several))


def _leads(evidence: Evidence, day: float) -> pd.Series[float]:
    """Return how many led each group on a day of its age, by group."""
    at = evidence.groups.set_index("group")["origin_us"] / DAY_US + day
    if "spells" in evidence.study.manifest.tables:
        held = evidence.table("spells")
        return _held(held[held["role"].isin(LEADS)], at)
    steps = evidence.table("holders")
    steps = steps[steps["role"].isin(LEADS) & (steps["day"] <= steps["group"].map(at))]
    count = steps.groupby("group")["holders"].last().astype("float64")
    return count.reindex(at.index).fillna(0.0)


def _members(evidence: Evidence, day: float) -> pd.Series[float]:
    """Return how many were on each group's list on a day of its age, by group."""
    at = evidence.groups.set_index("group")["origin_us"] / DAY_US + day
    if "spells" in evidence.study.manifest.tables:
        return _held(evidence.table("spells"), at)
    known = _facts(evidence)
    first = _fact(known, "participants_first")
    return first.where(_fact(known, "participants_first_day") <= at)


def _held(spells: pd.DataFrame, at: pd.Series[float]) -> pd.Series[float]:
    """Return how many people hold one of some spells on a day of each group."""
    then = spells["group"].map(at)
    there = spells[(spells["from_day"] <= then) & (spells["to_day"] > then)]
    count = there.groupby("group")["member"].nunique().astype("float64")
    return count.reindex(at.index).fillna(0.0)


def unstated(evidence: Evidence) -> Finding:
    """Compare groups that stated no purpose by their first day with those that did."""
    return _compared(
        evidence, partial(_lacking, evidence, STATED),
        {"horizon": {"at any time": np.inf, "within three years": HORIZON}},
        "no purpose or charter by the first day against one; closed by the"
        " administration later",
        "charters",
    )  # fmt: skip


def unplanned(evidence: Evidence) -> Finding:
    """Compare groups whose first charter has no word for plans with those with one."""
    return _compared(
        evidence, partial(_without_word, evidence, "charter_names_plan"),
        {
            "day": {"from day 56": PLANNED_BY, "from day 28": DAY},
            "horizon": {"at any time": np.inf, "within three years": HORIZON},
        },
        "a charter of the first day without a word for plans against one with; closed"
        " by the administration after day 56",
        "charters",
    )  # fmt: skip


def _without_word(evidence: Evidence, word: str) -> pd.Series[float]:
    known = _facts(evidence)
    there = _fact(known, "charter_on_first_day").eq(1)
    return 1.0 - _fact(known, word).where(there)


def without_rules(evidence: Evidence) -> Finding:
    """Compare groups whose first charter has words for rules with those without."""
    return _compared(
        evidence, partial(_ruled, evidence),
        {"horizon": {"at any time": np.inf, "within three years": HORIZON}},
        "a first charter with words for rules by the first day against one without;"
        " closed by the administration later",
        "charters",
    )  # fmt: skip


def _facts(evidence: Evidence) -> pd.DataFrame:
    told = evidence.table("facts")
    table = told.pivot_table("value", "group", "fact")
    return table.reindex(evidence.groups["group"])


def _lacking(evidence: Evidence, names: tuple[str, ...]) -> pd.Series[float]:
    """Return 1 for what was not there on the first day; never is not there."""
    known = _facts(evidence)
    name = next((one for one in names if one in known), names[0])
    return 1.0 - _fact(known, name).fillna(0.0)


def _ruled(evidence: Evidence) -> pd.Series[float]:
    known = _facts(evidence)
    there = _fact(known, "charter_on_first_day").eq(1)
    return _fact(known, "charter_names_rules").where(there)


def _fact(known: pd.DataFrame, name: str) -> pd.Series[float]:
    if name not in known:
        raise NotIdentifiableError(f"no fact {name} is recorded", where="facts")
    return known[name]


def _compared(
    evidence: Evidence,
    exposed: Any,  # noqa: ANN401 - takes what its sets vary
    sets: Sets,
    definition: str,
    variant: str,
) -> Finding:
    first = {name: next(iter(values.values())) for name, values in sets.items()}
    data = _at_risk(evidence, exposed, **first)
    asked = _gated(data)
    ratio = _hazard_ratio(data)
    return Finding(
        legs=(ratio,),
        definition=definition,
        gates=asked,
        specifications=multiplied(sets, partial(_way, evidence, exposed)),
        permuted=Permutations(ratio, partial(_dealt, evidence, data)),
        qualifiers=QUALIFIERS,
        variant=variant,
        note=f"{int(data['ended'].sum())} of {len(data)} groups closed; closing is an"
        " administrative act, later than silence, and activity is not known;"
        f" {confounding(ratio, data['ended'].mean())}",
    )


def _dealt(evidence: Evidence, data: pd.DataFrame, seed: int) -> Interval:
    cohort = data["group"].map(cohorts_of(evidence))
    return _hazard_ratio(permuted(data.assign(cohort=cohort), seed=seed))


def _way(evidence: Evidence, exposed: Any, **values: Any) -> Interval:  # noqa: ANN401 - as above
    data = _at_risk(evidence, exposed, **values)
    _gated(data)
    return _hazard_ratio(data)


def _at_risk(
    evidence: Evidence,
    exposed: Any,  # noqa: ANN401 - as above
    horizon: float,
    day: float = DAY,
    *,
    sized: bool = False,
    **values: Any,  # noqa: ANN401 - as above
) -> pd.DataFrame:
    """Return groups watched from birth and open on the day, and how they ended."""
    varied = {"day": day, **values} if values else {}
    born = evidence.from_birth
    closed = born["closed_us"].notna() & ~born["closed_kind"].isin(DONE)
    life = (born["end_us"] - born["origin_us"]) / DAY_US
    data = born.assign(
        exposure=born["group"].map(exposed(**varied)),
        duration=life.clip(upper=horizon),
        ended=closed & (life <= horizon),
        entry=day,
    )
    if sized:
        members = data["group"].map(_members(evidence, day))
        data = data.assign(size=np.log1p(members)).dropna(subset="size")
    return data[data["duration"] > day].dropna(subset="exposure")


def _gated(data: pd.DataFrame) -> tuple[gates.Gate, ...]:
    return gates.passed(
        *gates.arms(data["exposure"] == 1, data["ended"]),
        gates.clustering(data["network"], data["batch"]),
    )


def _hazard_ratio(data: pd.DataFrame) -> Interval:
    table = data[[name for name in ("exposure", "size") if name in data]]
    cluster = clusters_of(data["network"], data["batch"]).codes
    if few(data["exposure"], data["ended"]):
        return monthly_rates(data, table, cluster)
    fit = cox(
        data["duration"],
        data["ended"],
        table,
        entry=data["entry"],
        cluster=cluster,
    )
    return fit["exposure"].ratio


PROXIES: Mapping[str, Proxy] = MappingProxyType(
    {
        "s0-no-plan-dies": Proxy(unplanned, ("facts.fact=charter_names_plan",)),
        "s0-owner-alone-fails": Proxy(
            owner_alone,
            (*(f"spells.role={role}" for role in LEADS), "holders.role=chair"),
        ),
        "s0-no-purpose-dies": Proxy(
            unstated, tuple(f"facts.fact={name}" for name in STATED)
        ),
        "s1-rules-needed": Proxy(without_rules, ("facts.fact=charter_names_rules",)),
    }
)
