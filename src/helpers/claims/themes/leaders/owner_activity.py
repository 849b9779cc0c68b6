"""Absence of the owner, or departure of the last lead, and survival of activity."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Specification,
    Supplement,
    estimates,
)
from helpers.claims.contract.permutation import Permutations, build_permutation
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.event_study import Series
from helpers.claims.designs.hazards.time_varying import (
    build_stretches,
    check_gates,
    estimate_hazard_ratio,
)
from helpers.claims.designs.hazards.two_arms import (
    estimate_ratio_of_stretches,
    estimate_relative_rate,
    has_sparse_arm,
    require_arms_of_groups,
)
from helpers.claims.quantities.departures import (
    LEADS,
    chairs_leaving_of,
    founders_leaving_of,
    leads_leaving_of,
    list_late_silences,
)
from helpers.claims.quantities.spans import to_local_days
from helpers.claims.themes.leaders.another_regular import replace_owner_by_regular
from helpers.inference import cluster_by_label
from helpers.records import DAY_US
from helpers.survival import Interval
from helpers.survival.hazards.discrete import fit_discrete_hazard
from helpers.wording import say

SILENT_FOR = 28
OTHERS_SILENT = 60
ADJUSTED = ("exposure", "age", "log_messages", "log_before")


@stands_in(
    "s4-owner-indispensable",
    tuple(f"spells.role={role}" for role in LEADS),
    needs=("registry",),
    planned=True,
)
@stands_in("s4-owner-indispensable", tuple(f"departures.role={role}" for role in LEADS))
@stands_in("s4-owner-indispensable", ("silent_months",), planned=True)
@estimates("s4-owner-indispensable")
def owner_indispensable(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of group silence while the owner is absent.

    Exposed is a group from the 28th day of its owner's silence, or from a recorded
    departure, until the owner writes again. The owner's messages count neither in the
    outcome nor in the volume. Where owners' days are not known, groups that the last of
    their leads left are compared with those that one of several left.
    """
    if not evidence.records("groups", "births", "owner_days"):
        return _compare_last_leads(evidence)
    rows = _add_owner(evidence, SILENT_FOR)
    passed = check_gates(evidence, rows)

    estimate = partial(estimate_silence_hazard_ratio, evidence)
    return Finding.estimated(
        estimate,
        say(
            "HR of 60 days without a message by another member, from the"
            " 28th day of the owner's silence on, over groups whose owner"
            " writes"
        ),
        passed,
        {say("owner silent for {d} days", d=d): partial(estimate, d) for d in (14, 56)},
        qualifiers=("association",),
        controls=tuple(_estimate_another_regular(evidence)),
        cases="stretches",
    )


def _estimate_another_regular(evidence: Evidence) -> Iterator[Specification]:
    """Yield the negative control: the hazard ratio of another regular's absence."""
    if "member_days" in evidence.study.manifest.tables:
        yield Specification.tried(
            "another regular",
            lambda: estimate_silence_hazard_ratio(
                evidence, table=replace_owner_by_regular(evidence)
            ),
        )


def estimate_silence_hazard_ratio(
    evidence: Evidence, days: int = SILENT_FOR, table: pd.DataFrame | None = None
) -> Interval:
    """Estimate the hazard ratio of members' silence while the owner is silent.

    Parameters
    ----------
    table
        Days of the owner and of others; by default the table `owner_days`.
    """
    return estimate_hazard_ratio(evidence, _add_owner(evidence, days, table))


def _add_owner(
    evidence: Evidence, silence: int, table: pd.DataFrame | None = None
) -> pd.DataFrame:
    days = evidence.table("owner_days") if table is None else table
    groups = evidence.from_birth.set_index("group")
    days = days[days["group"].isin(groups.index)].sort_values(["group", "day"])
    born = to_local_days(evidence, groups["origin_us"])
    aged = days.assign(age=days["day"] - days["group"].map(born))
    end = (groups["end_us"] - groups["origin_us"]) / DAY_US
    rows = build_stretches(
        evidence, _list_owner_absences(aged[aged["owner"] > 0], silence),
        _build_lives(aged[aged["others"] > 0], end),
    )  # fmt: skip
    other_messages = Series.of(evidence, days.rename(columns={"others": "value"}))
    at = rows.assign(day=np.floor(rows["start"] + rows["group"].map(born)).astype(int))
    return rows.assign(volume=np.log1p(other_messages.at(at, -28, -1)))


def _list_owner_absences(owner: pd.DataFrame, silence: int) -> pd.DataFrame:
    """List the periods in which each group's owner is absent."""
    later = owner.groupby("group")["age"].shift(-1).fillna(np.inf)
    spells = pd.DataFrame(
        {"group": owner["group"], "from_age": owner["age"] + silence, "to_age": later}
    )
    return spells[spells["from_age"] < spells["to_age"]].reset_index(drop=True)


def _build_lives(others: pd.DataFrame, end: pd.Series[float]) -> pd.DataFrame:
    """Build lifetimes of members' activity, ending with 60 silent days."""
    until = others["group"].map(end)
    later = others.groupby("group")["age"].shift(-1).fillna(until)
    gap = others[later - others["age"] >= OTHERS_SILENT]
    first = gap.groupby("group")["age"].min()
    lives = pd.DataFrame({"last": first, "end": end - OTHERS_SILENT})
    lives = lives[lives.index.isin(others["group"])]
    died = lives["last"].notna() & (lives["last"] <= lives["end"])
    duration = lives["last"].where(died, lives["end"])
    lifetimes = pd.DataFrame({"duration": duration, "died": died}).rename_axis("group")
    return lifetimes[lifetimes["duration"] > 0].reset_index()


def _compare_last_leads(evidence: Evidence) -> Finding:
    """Estimate the silence hazard ratio: last lead left versus one of several left.

    Silence counts messages of whoever is there: where the last chair may have written
    most of them, groups that wrote after the departure have to say so too.
    """
    by_month = evidence.records("silent_months")
    if by_month:
        quantity = chairs_leaving_of(evidence)
    elif any(evidence.records(f"departures.role={role}") for role in LEADS):
        quantity = leads_leaving_of(evidence)
    else:
        quantity = founders_leaving_of(evidence)

    def check(data: pd.DataFrame) -> tuple[gates.Gate, ...]:
        passed = gates.pass_gates(*require_arms_of_groups(data))
        return passed + gates.pass_gates(*quantity.gate(data))

    def estimate(data: pd.DataFrame) -> Interval:
        check(data)
        return _estimate_ratio(data)

    data = quantity.rows(**quantity.chosen)
    passed, ratio = check(data), _estimate_ratio(data)
    permute = build_permutation(_estimate_ratio, within=("network",))
    null = None if "stop" in data else Permutations(ratio, partial(permute, data))
    late: tuple[Supplement, ...] = ()
    if by_month:
        definition = "wrote in the three months after"
        late = Supplement.tried(
            definition, lambda: estimate(list_late_silences(evidence))
        )
    return Finding(
        components=(ratio,),
        definition=quantity.definition,
        gates=passed,
        specifications=quantity.vary(estimate),
        permuted=null,
        qualifiers=quantity.qualifiers,
        variant="chairs",
        supported_with=late,
        may="contradict" if by_month and not late else "both",
        note=quantity.note,
        **quantity.standing,
    )


def _estimate_ratio(data: pd.DataFrame) -> Interval:
    """Estimate the hazard or risk ratio of a group's end, last lead left versus not."""
    exposures = data[[name for name in ADJUSTED if name in data]]
    codes = cluster_by_label(data["group"]).codes
    if "stop" in data:
        return estimate_ratio_of_stretches(data, exposures, codes)
    exposure_time = np.ones(len(data))
    if has_sparse_arm(data["exposure"], data["ended"]):
        return estimate_relative_rate(data["ended"], exposure_time, exposures, codes)
    fit = fit_discrete_hazard(
        data["ended"], exposures, 0 * exposure_time, cluster=codes
    )
    return fit["exposure"].ratio
