"""Groups of a register: who of two sides was closed by the administration.

A register knows when groups were made and closed, who led them, and what they had
written down; it counts no messages. So an owner is who holds an office, and death is
the closing that the community's administration enters: a proxy, within one network.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Beside, Finding
from helpers.claims.contract.proxy import QUALIFIERS
from helpers.claims.contract.specification import Sets, first_of
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.deaths import Ends
from helpers.claims.designs.corpora_strata import (
    clustered,
    clusters_in,
    each_place,
    heterogeneity,
    places_alone,
    told,
)
from helpers.claims.designs.hazards.few_deaths import few
from helpers.claims.designs.hazards.two_arms import ratio_of_lives
from helpers.claims.designs.permutation import cohorts_of, confounding, permuting
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US
from helpers.survival import Interval, lifetimes_of, watch

DAY = 28.0
HORIZON = 1096.0
LAST_MAIL = "last_mail_day"
DONE = ("completed", "merged")  # ends that are no death
WHENEVER: Sets = {"horizon": {"at any time": np.inf, "within three years": HORIZON}}


def _members(evidence: Evidence, day: float) -> pd.Series[float]:
    """Return how many were on each group's list on a day of its age, by group."""
    at = evidence.groups.set_index("group")["origin_us"] / DAY_US + day
    if "spells" in evidence.study.manifest.tables:
        return held_at(evidence.table("spells"), at)
    facts = facts_of(evidence)
    first = fact(facts, "participants_first")
    return first.where(fact(facts, "participants_first_day") <= at)


def held_at(spells: pd.DataFrame, at: pd.Series[float]) -> pd.Series[float]:
    """Return how many people hold one of some spells on a day of each group."""
    then = spells["group"].map(at)
    there = spells[(spells["from_day"] <= then) & (spells["to_day"] > then)]
    count = there.groupby("group")["member"].nunique().astype("float64")
    return count.reindex(at.index).fillna(0.0)


def facts_of(evidence: Evidence) -> pd.DataFrame:
    """Return what is recorded of each group, a column a fact."""
    facts = evidence.table("facts")
    table = facts.pivot_table("value", "group", "fact")
    return table.reindex(evidence.groups["group"])


def fact(known: pd.DataFrame, name: str) -> pd.Series[float]:
    """Return a fact by group.

    Raises
    ------
    NotIdentifiableError
        If nobody recorded it.
    """
    if name not in known:
        raise NotIdentifiableError(f"no fact {name} is recorded", where="facts")
    return known[name]


def chartered(evidence: Evidence, word: str) -> pd.Series[float]:
    """Return whether a charter of the first day has a word, by group with a charter."""
    facts = facts_of(evidence)
    return fact(facts, word).where(fact(facts, "charter_on_first_day").eq(1))


def closed(evidence: Evidence) -> Ends:
    """Return lifetimes that end when the administration closes a group.

    A group that was done with its work, or merged, did not die.
    """
    rows = evidence.groups
    whole = rows.assign(first_us=rows["origin_us"], last_us=rows["end_us"])
    ages = watch(whole)
    lives = lifetimes_of(
        whole, ages, ages.end, rows["closed_us"].notna().to_numpy(bool), ages.end,
        waited=np.zeros(len(rows)),
        slow=np.zeros(len(rows), bool),
        revived=np.zeros(len(rows), bool),
        definition="closed by the administration",
    )  # fmt: skip
    done = rows.set_index("group")["closed_kind"].isin(DONE)
    return Ends(lives, done.reindex(lives.group).to_numpy(bool), lives.definition)


def closed_more(
    evidence: Evidence,
    exposed: Any,  # noqa: ANN401 - takes what its sets vary
    sets: Sets,
    definition: str,
    variant: str,
) -> Finding:
    """Compare the closing of exposed groups with that of the others, by day 28."""
    deciding = _at_risk(evidence, exposed, **first_of(sets))
    places = each_place(deciding, _alone)
    finding = Finding.over(
        sets, partial(_at_risk, evidence, exposed), _gated, _hazard_ratio,
        definition=definition,
        permuted=permuting(_hazard_ratio),
        qualifiers=told(deciding, QUALIFIERS),
        variant=variant,
        note=lambda data, ratio: (
            f"{int(data['ended'].sum())} of {len(data)} groups closed; closing is an"
            " administrative act, later than silence, and activity is not known;"
            f" {confounding(ratio, data['ended'].mean())}"
            + (f"; {apart}" if (apart := heterogeneity(places)) else "")
        ),
    )  # fmt: skip
    ways = (*finding.specifications, *places_alone(places))
    return replace(finding, specifications=ways, places=places)


def _alone(data: pd.DataFrame) -> Interval:
    """Return the hazard ratio in one place that has enough ends for it."""
    if few(data["exposure"], data["ended"]):
        raise NotIdentifiableError("fewer than 5 ended in an arm", where="place")
    return _hazard_ratio(data)


def _at_risk(
    evidence: Evidence,
    exposed: Any,  # noqa: ANN401 - as above
    horizon: float,
    day: float = DAY,
    *,
    sized: bool = False,
    w_days: float = 0.0,
    **values: Any,  # noqa: ANN401 - as above
) -> pd.DataFrame:
    """Return groups watched from birth and open on the day, and how they ended.

    They end when they are closed; or, of lists of which W is given, with the last mail
    before W days without one. A list without any mail is not at risk.
    """
    varied = {"day": day, **values} if values else {}
    born = evidence.from_birth
    life, closed = _silences(evidence, born, w_days) if w_days else _closings(born)
    data = born.assign(
        exposure=born["group"].map(exposed(**varied)),
        duration=life.clip(upper=horizon),
        ended=closed & (life <= horizon),
        entry=day,
        cohort=born["group"].map(cohorts_of(evidence)),
    )
    if sized:
        members = data["group"].map(_members(evidence, day))
        data = data.assign(size=np.log1p(members)).dropna(subset="size")
    return data[data["duration"] > day].dropna(subset="exposure")


def _closings(born: pd.DataFrame) -> tuple[pd.Series[float], pd.Series[bool]]:
    """Return each group's days up to its end, and whether it was closed then."""
    closed = born["closed_us"].notna() & ~born["closed_kind"].isin(DONE)
    return (born["end_us"] - born["origin_us"]) / DAY_US, closed


def _silences(
    evidence: Evidence, born: pd.DataFrame, w_days: float
) -> tuple[pd.Series[float], pd.Series[bool]]:
    """Return days up to the last mail, and whether W days without one were seen.

    A closing ends what can be seen: silence after it is none of the members'.
    """
    last_mail = born["group"].map(fact(facts_of(evidence), LAST_MAIL))
    age = last_mail - born["origin_us"] / DAY_US
    seen = (born["end_us"] - born["origin_us"]) / DAY_US - w_days
    return age.clip(upper=seen), age <= seen


def silenced_more(
    evidence: Evidence,
    exposed: Any,  # noqa: ANN401 - takes what its sets vary
    sets: Sets,
    definition: str,
    variant: str,
) -> Finding:
    """Compare the silence of exposed groups' lists with that of the others.

    What the administration closed is shown and decides nothing.
    """
    at_risk = partial(_at_risk, evidence, exposed)
    closing = {name: next(iter(ways.values())) for name, ways in sets.items()}
    closing |= {"w_days": 0.0}
    return Finding.over(
        sets, at_risk, _gated, _hazard_ratio,
        definition=definition,
        permuted=permuting(_hazard_ratio),
        beside=Beside.tried(
            "closed by the administration", lambda: _hazard_ratio(at_risk(**closing))
        ),
        qualifiers=QUALIFIERS,
        variant=variant,
        note=lambda data, ratio: (
            f"{int(data['ended'].sum())} of {len(data)} lists fell silent before their"
            " group was closed; whose mails they were is not known;"
            f" {confounding(ratio, data['ended'].mean())}"
        ),
    )  # fmt: skip


def _gated(data: pd.DataFrame) -> tuple[gates.Gate, ...]:
    return gates.passed(
        *gates.arms(data["exposure"] == 1, data["ended"]),
        clustered(data),
    )


def _hazard_ratio(data: pd.DataFrame) -> Interval:
    table = data[[name for name in ("exposure", "size") if name in data]]
    return ratio_of_lives(data, table, clusters_in(data).codes)
