"""Compare how soon registered groups were closed, between two forms of leadership.

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
from helpers.claims.contract.finding import (
    Finding,
    Sets,
    Supplement,
    take_first_choices,
)
from helpers.claims.contract.permutation import (
    build_permutation,
    compute_cohorts,
    describe_confounding,
)
from helpers.claims.contract.proxy import QUALIFIERS
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.corpora_strata import (
    build_cluster_gate,
    build_stratum_qualifiers,
    choose_clusters_in,
    describe_heterogeneity,
    estimate_each_place,
    list_places_alone,
)
from helpers.claims.designs.hazards.two_arms import (
    estimate_ratio_of_lives,
    has_sparse_arm,
)
from helpers.claims.quantities.deaths import DONE, Ends
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US
from helpers.survival import Interval, assemble_lifetimes, compute_observation_ages
from helpers.wording import join_messages, say

DAY = 28.0
HORIZON = 1096.0
LAST_MAIL = "last_mail_day"
WHENEVER: Sets = {
    "horizon": {"at any time": np.inf, say("within three years"): HORIZON}
}


def _count_members(evidence: Evidence, day: float) -> pd.Series[float]:
    """Count the members on each group's list on a given day of the group's age."""
    at = evidence.groups.set_index("group")["origin_us"] / DAY_US + day
    if "spells" in evidence.study.manifest.tables:
        return count_held_at(evidence.table("spells"), at)
    facts = read_facts(evidence)
    first = get_fact(facts, "participants_first")
    return first.where(get_fact(facts, "participants_first_day") <= at)


def count_held_at(spells: pd.DataFrame, at: pd.Series[float]) -> pd.Series[float]:
    """Count each group's members on a given day of its age, from membership periods."""
    day = spells["group"].map(at)
    current_spells = spells[(spells["from_day"] <= day) & (spells["to_day"] > day)]
    count = current_spells.groupby("group")["member"].nunique().astype("float64")
    return count.reindex(at.index).fillna(0.0)


def read_facts(evidence: Evidence) -> pd.DataFrame:
    """Read the recorded properties of groups: one row per group, one column each."""
    facts = evidence.table("facts")
    table = facts.pivot_table("value", "group", "fact")
    return table.reindex(evidence.groups["group"])


def get_fact(known: pd.DataFrame, name: str) -> pd.Series[float]:
    """Return one recorded property by group, or raise if it is not recorded.

    Raises
    ------
    NotIdentifiableError
        If nobody recorded it.
    """
    if name not in known:
        raise NotIdentifiableError(f"no fact {name} is recorded", where="facts")
    return known[name]


def charter_has_word(evidence: Evidence, word: str) -> pd.Series[float]:
    """Return 1 if a group's first charter has words on a topic, else 0, by group."""
    facts = read_facts(evidence)
    return get_fact(facts, word).where(get_fact(facts, "charter_on_first_day").eq(1))


def define_by_closing(evidence: Evidence) -> Ends:
    """Define lifetimes of groups that end when they are officially closed.

    A group that was done with its work, or merged, did not die.
    """
    rows = evidence.groups
    spans = rows.assign(first_us=rows["origin_us"], last_us=rows["end_us"])
    ages = compute_observation_ages(spans)
    lives = assemble_lifetimes(
        spans, ages, ages.end, rows["closed_us"].notna().to_numpy(bool), ages.end,
        waited=np.zeros(len(rows)),
        slow=np.zeros(len(rows), bool),
        revived=np.zeros(len(rows), bool),
        definition=say("closed by the administration"),
    )  # fmt: skip
    is_fulfilled = rows.set_index("group")["closed_kind"].isin(DONE)
    return Ends(
        lives, is_fulfilled.reindex(lives.group).to_numpy(bool), lives.definition
    )


def compare_closings(
    evidence: Evidence,
    exposed: Any,  # noqa: ANN401 - takes what its sets vary
    sets: Sets,
    definition: str,
    variant: str,
) -> Finding:
    """Estimate the hazard ratio of official closure, exposed versus other groups."""
    deciding = _select_at_risk(evidence, exposed, **take_first_choices(sets))
    places = estimate_each_place(deciding, _estimate_one_place)
    finding = Finding.over(
        sets,
        partial(_select_at_risk, evidence, exposed),
        _check_gates,
        _estimate_hazard_ratio,
        definition=definition,
        permuted=build_permutation(_estimate_hazard_ratio),
        qualifiers=build_stratum_qualifiers(deciding, QUALIFIERS),
        variant=variant,
        note=lambda data, ratio: join_messages(
            "; ",
            (
                say(
                    "{ended} of {n} groups closed; closing is an administrative"
                    " act, later than silence, and activity is not known;"
                    " {confounding}",
                    ended=int(data["ended"].sum()),
                    n=len(data),
                    confounding=describe_confounding(ratio, data["ended"].mean()),
                ),
                describe_heterogeneity(places),
            ),
        ),
    )
    specifications = (*finding.specifications, *list_places_alone(places))
    return replace(finding, specifications=specifications, places=places)


def _estimate_one_place(data: pd.DataFrame) -> Interval:
    """Estimate the hazard ratio of closure in one stratum, exposed to other groups."""
    if has_sparse_arm(data["exposure"], data["ended"]):
        raise NotIdentifiableError("an arm has fewer than 5 events", where="place")
    return _estimate_hazard_ratio(data)


def _select_at_risk(
    evidence: Evidence,
    exposed: Any,  # noqa: ANN401 - as above
    horizon: float,
    day: float = DAY,
    *,
    sized: bool = False,
    w_days: float = 0.0,
    **values: Any,  # noqa: ANN401 - as above
) -> pd.DataFrame:
    """Select groups open at the landmark, with exposure and time to closure.

    They end when they are closed; or, of lists of which W is given, with the last mail
    before W days without one. A list without any mail is not at risk.
    """
    varied = {"day": day, **values} if values else {}
    born = evidence.from_birth
    life, closed = (
        _compute_silences(evidence, born, w_days) if w_days else _compute_closings(born)
    )
    data = born.assign(
        exposure=born["group"].map(exposed(**varied)),
        duration=life.clip(upper=horizon),
        ended=closed & (life <= horizon),
        entry=day,
        cohort=born["group"].map(compute_cohorts(evidence)),
    )
    if sized:
        members = data["group"].map(_count_members(evidence, day))
        data = data.assign(size=np.log1p(members)).dropna(subset="size")
    return data[data["duration"] > day].dropna(subset="exposure")


def _compute_closings(born: pd.DataFrame) -> tuple[pd.Series[float], pd.Series[bool]]:
    """Return each group's days under observation and whether it was closed."""
    closed = born["closed_us"].notna() & ~born["closed_kind"].isin(DONE)
    return (born["end_us"] - born["origin_us"]) / DAY_US, closed


def _compute_silences(
    evidence: Evidence, born: pd.DataFrame, w_days: float
) -> tuple[pd.Series[float], pd.Series[bool]]:
    """Return days from origin to the last mail before W silent days, if any.

    A closing ends what can be seen: silence after it is none of the members'.
    """
    last_mail = born["group"].map(get_fact(read_facts(evidence), LAST_MAIL))
    age = last_mail - born["origin_us"] / DAY_US
    observable_days = (born["end_us"] - born["origin_us"]) / DAY_US - w_days
    return age.clip(upper=observable_days), age <= observable_days


def compare_list_silence(
    evidence: Evidence,
    exposed: Any,  # noqa: ANN401 - takes what its sets vary
    sets: Sets,
    definition: str,
    variant: str,
) -> Finding:
    """Estimate the hazard ratio of a mailing list's silence, exposed to other groups.

    What the administration closed is shown and decides nothing.
    """
    at_risk = partial(_select_at_risk, evidence, exposed)
    closing = {name: next(iter(ways.values())) for name, ways in sets.items()}
    closing |= {"w_days": 0.0}
    return Finding.over(
        sets,
        at_risk,
        _check_gates,
        _estimate_hazard_ratio,
        definition=definition,
        permuted=build_permutation(_estimate_hazard_ratio),
        beside=Supplement.tried(
            say("closed by the administration"),
            lambda: _estimate_hazard_ratio(at_risk(**closing)),
        ),
        qualifiers=QUALIFIERS,
        variant=variant,
        note=lambda data, ratio: say(
            "{ended} of {n} lists fell silent before their group was"
            " closed; whose mails they were is not known; {confounding}",
            ended=int(data["ended"].sum()),
            n=len(data),
            confounding=describe_confounding(ratio, data["ended"].mean()),
        ),
    )


def _check_gates(data: pd.DataFrame) -> tuple[gates.Gate, ...]:
    return gates.pass_gates(
        *gates.require_arms(data["exposure"] == 1, data["ended"]),
        build_cluster_gate(data),
    )


def _estimate_hazard_ratio(data: pd.DataFrame) -> Interval:
    table = data[[name for name in ("exposure", "size") if name in data]]
    return estimate_ratio_of_lives(data, table, choose_clusters_in(data).codes)
