"""Absence of the owner and survival of members' activity."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract.finding import Finding, Specification, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.time_varying import (
    build_stretches,
    check_gates,
    estimate_hazard_ratio,
)
from helpers.claims.designs.rates.event_study import Series
from helpers.claims.quantities.spans import to_local_days
from helpers.claims.themes.leaders.another_regular import replace_owner_by_regular
from helpers.records import DAY_US
from helpers.survival import Interval
from helpers.wording import say

SILENT_FOR = 28
OTHERS_SILENT = 60


@estimates("s4-owner-indispensable")
def owner_indispensable(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of group silence while the owner is absent.

    Exposed is a group from the 28th day of its owner's silence, or from a recorded
    departure, until the owner writes again. The owner's messages count neither in the
    outcome nor in the volume.
    """
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
