"""Number of members of groups, and lifetime and activity by size."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Specification,
    estimates,
    multiply_sets,
)
from helpers.claims.contract.permutation import Permutations
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import choose_clusters_for
from helpers.claims.designs.count_regression import fit_within
from helpers.claims.designs.hazards.landmark import Landmark, log_adjusted
from helpers.claims.designs.rosters import estimate_share_of_groups
from helpers.claims.quantities.deaths import Filter, define_by_union, list_conditions
from helpers.claims.quantities.members import (
    count_by_age,
    count_first_members,
    count_members_at,
)
from helpers.claims.quantities.spans import MONTH
from helpers.claims.themes.size.activity_by_members import activity_by_members
from helpers.records import DAY_US
from helpers.survival import Interval
from helpers.wording import join_messages, say

LEAST_IN_BIN = 30
GREW = 0.05
LAST_ARTICLE_YEAR = 2017


@estimates("s0-size-stagnation-shell")
def stagnation_shell(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of death, stagnant versus growing groups.

    Growth is that from day 14 to day 89; a shell has fewer than 3 posters in 28 days.
    """
    build = partial(_build_stagnant_landmark, evidence)
    return build(90).finding(
        "members changed by less than 5 % from day 14 to day 89 against growth of 5 %"
        " and more, 50–200 members at day 89; dead or under 3 posters",
        sets={
            "day": {say("landmark {day}", day=day): day for day in (90, 60, 120)},
            "groups": list_conditions(evidence),
        },
        build=build,
    )


def _build_stagnant_landmark(
    evidence: Evidence, day: int, groups: Filter | None = None
) -> Landmark:
    eligible = groups(evidence.groups) if groups else evidence.groups
    stalled, members = (
        _mark_stalled(evidence, day - 1),
        count_members_at(evidence, day - 1),
    )
    return Landmark(
        evidence=evidence,
        exposure=stalled[stalled.index.isin(eligible["group"])],
        adjust=log_adjusted(members.to_frame("members"), "members"),
        day=float(day),
        last_day=day - 1.0,
        reading=define_by_union,
    )


def _mark_stalled(evidence: Evidence, day: float = 89) -> pd.Series[float]:
    first, last = count_members_at(evidence, 14), count_members_at(evidence, day)
    growth = last / first.where(first > 0) - 1
    growth = growth[last.reindex(growth.index).between(50, 200)]
    stalled = (growth < GREW).astype("float64")
    return stalled.where(growth.notna() & (growth > -GREW), np.nan)


@stands_in("s1-zombie-members-useless", needs=("member_series",))
@estimates("s1-zombie-members-useless")
def zombies_useless(evidence: Evidence) -> Finding:
    """Estimate the elasticity of posters to members within groups, month by month.

    A row is a month of a group's age: members as counted at its start, and people who
    wrote in the 28 days from then. Months without a poster in them count with 0.
    """
    by_events = evidence.observability.members_source == "events"
    if by_events or not evidence.records("groups", "senders"):
        return activity_by_members(evidence)
    rows = _sum_by_month(evidence)
    passed = gates.pass_gates(
        gates.require_units(
            int((rows.groupby("group").size() > 1).sum()),
            "{n} groups with two counts of members, {least} needed",
        ),
        gates.require_clusters(evidence.groups["network"], evidence.groups["batch"]),
    )
    large = rows[rows["members"] >= rows["members"].median()]
    interval = _fit_elasticity(evidence, rows)
    return Finding(
        components=(interval,),
        definition=say(
            "elasticity of people who write in 28 days to members at their"
            " start, within groups"
        ),
        gates=passed,
        specifications=(
            Specification.tried(
                say("upper half of sizes"), partial(_fit_elasticity, evidence, large)
            ),
        ),
        permuted=Permutations.of(
            interval,
            rows,
            partial(_fit_elasticity, evidence),
            "members",
            ("group",),
            ratio=False,
        ),
        qualifiers=("association",),
        note=say(
            "{n} months of {group} groups; conversions are not recorded: activity only",
            n=len(rows),
            group=rows["group"].nunique(),
        ),
    )


def _sum_by_month(evidence: Evidence) -> pd.DataFrame:
    """Return members and posters by group and calendar month."""
    counted = count_by_age(evidence)
    counted = counted[(counted["members"] > 0) & (counted["age"] >= 0)]
    month = (counted["age"] // MONTH).astype("int64")
    rows = counted.assign(month=month).drop_duplicates(["group", "month"])
    rows = rows.assign(age_day=(rows["age"] + MONTH - 1).astype("int64"))
    steps = evidence.rates[["group", "age_day", "posters_28"]].astype(
        {"age_day": "int64"}
    )
    both = pd.merge_asof(
        rows.sort_values("age_day")[["group", "month", "members", "age_day"]],
        steps.sort_values("age_day"), on="age_day", by="group",
    )  # fmt: skip
    ends = evidence.groups.set_index("group")
    until = (ends["end_us"] - ends["origin_us"]) / DAY_US
    is_observed = both["age_day"] < both["group"].map(until)
    return both[is_observed].fillna({"posters_28": 0}).sort_values(["group", "month"])


def _fit_elasticity(evidence: Evidence, rows: pd.DataFrame) -> Interval:
    clusters = choose_clusters_for(evidence, rows["group"])
    logs = pd.DataFrame({"members": np.log(rows["members"].astype("float64"))})
    fit = fit_within(rows["posters_28"], logs, rows["group"], clusters)
    return fit.coefficient("members")


@estimates("s0-future-groups-small")
def future_groups_small(evidence: Evidence) -> Finding:
    """Estimate the shares of groups with 10–30 members in two founding years."""
    sizes = _select_sized(evidence)
    years = sorted(sizes["year"].unique())[-2:]
    passed = gates.pass_gates(*_require_late_cohorts(sizes, years))
    intervals = _estimate_share_small(sizes, years)
    sets = {
        "low": {"10": 10, say("from 5"): 5, say("from 8"): 8},
        "high": {"30": 30, say("to 40"): 40, say("to 35"): 35},
    }
    return Finding(
        components=intervals,
        definition=say(
            "groups founded in {first} and in {last} with 10–30 members at day 90",
            first=years[0],
            last=years[1],
        ),
        gates=passed,
        specifications=multiply_sets(
            sets, partial(_estimate_share_small, sizes, years)
        ),
    )


def _select_sized(evidence: Evidence) -> pd.DataFrame:
    """Return groups with member count at days 90–120 and founding year."""
    members = count_first_members(evidence, 90, 120).rename("at_90")
    rows = evidence.groups.merge(members, left_on="group", right_index=True)
    year = pd.to_datetime(rows["origin_us"].astype("int64"), unit="us").dt.year
    return rows.assign(year=year)


def _require_late_cohorts(
    sizes: pd.DataFrame, years: list[int]
) -> tuple[gates.Gate, ...]:
    late = len(years) == 2 and min(years) > LAST_ARTICLE_YEAR  # noqa: PLR2004
    counts = [int(sizes["year"].eq(year).sum()) for year in years]
    each = zip(counts, years, strict=True)
    by_year = join_messages(", ", (say("{n} of {y}", n=n, y=y) for n, y in each))
    head = say(
        "groups with members at day 90: {counts}; two years after {year} needed",
        counts=by_year or say("none"),
        year=LAST_ARTICLE_YEAR,
    )
    return (
        gates.Gate("cohorts", late, head),
        gates.Gate(
            "groups in each cohort",
            bool(counts) and min(counts) >= LEAST_IN_BIN,
            say(
                "{counts}, {least} needed in each",
                counts=by_year or say("none"),
                least=LEAST_IN_BIN,
            ),
        ),
    )


def _estimate_share_small(
    sizes: pd.DataFrame, years: list[int], low: int = 10, high: int = 30
) -> tuple[Interval | None, ...]:
    components = []
    for year in years:
        rows = sizes[sizes["year"].eq(year)]
        components.append(
            estimate_share_of_groups(rows, rows["at_90"].between(low, high))
        )
    return tuple(components)
