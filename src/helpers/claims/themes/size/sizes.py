"""Number of members of groups, and lifetime and activity by size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Beside, Finding, estimates
from helpers.claims.contract.specification import (
    Legs,
    Sets,
    Specification,
    multiply_sets,
    take_first_choices,
)
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import choose_clusters_for
from helpers.claims.designs.corpora_strata import (
    ALONE,
    STRATUM,
    build_stratum_qualifiers,
    describe_heterogeneity,
    has_places,
)
from helpers.claims.designs.hazards.landmark import Landmark, log_adjusted
from helpers.claims.designs.permutation import Permutations
from helpers.claims.designs.rates.count_regression import fit_within
from helpers.claims.designs.rosters import estimate_share_of_groups
from helpers.claims.quantities.death_definitions import (
    DECIDING,
    SEED,
    Filter,
    define_by_union,
    define_silent,
    list_conditions,
)
from helpers.claims.quantities.members import (
    count_by_age,
    count_first_members,
    count_members_at,
)
from helpers.claims.quantities.spans import MONTH
from helpers.claims.themes.size.listed_members_proxy import activity_by_members
from helpers.claims.themes.size.sizes_by_place import SizesByPlace
from helpers.records import DAY_US
from helpers.survival import Interval, Lifetimes, estimate_mean_lifetime_ratio

Size: TypeAlias = "Callable[[Evidence, float], pd.Series[float]]"

BINS = (0, 10, 31, 101, 201, 1 << 31)  # the second is the reference
NAMES = ("< 10", "10–30", "31–100", "101–200", "> 200")
OTHERS = ", ".join(name for name in NAMES if name != NAMES[1])
DAYS = {f"landmark {day}": float(day) for day in (28, 14, 56)}
LEAST_IN_BIN = 30
MEANS = (
    "mean days of the year after day 28 until silence of 60 days, groups of 10–30 {}"
    f" over all others, then over {OTHERS}"
)
COUNTED_TWICE = "groups with two counts of members"
GREW = 0.05
LAST_ARTICLE_YEAR = 2017


@estimates("s0-size-10-30-best")
def size_10_30_best(evidence: Evidence) -> Finding:
    """Compare mean lifetimes by number of members at day 28.

    The first leg is 10–30 members over all other sizes, the others are 10–30 over
    each other bin; a bin of fewer than 30 groups is None.
    """
    sizes: dict[str, Size] = {
        "members": count_members_at,
        "posters in 28 days": count_posters_at,
    }
    return compare_at_landmark(evidence, sizes, "members at day 28")


def compare_at_landmark(
    evidence: Evidence, sizes: Mapping[str, Size], what: str
) -> Finding:
    """Build the result: mean lifetimes of one size against others."""
    if has_places(evidence):
        return _compare_within_place(evidence, sizes, what)
    sets: Sets = {"day": DAYS, "size": sizes}
    comparison = _compare_by_size(evidence, **take_first_choices(sets))
    return Finding(
        legs=comparison.legs,
        definition=MEANS.format(what),
        gates=comparison.gates,
        specifications=multiply_sets(
            sets, lambda **one: _compare_by_size(evidence, **one).legs
        ),
        qualifiers=("association",),
        note=comparison.note,
    )


def _compare_within_place(
    evidence: Evidence, sizes: Mapping[str, Size], what: str
) -> Finding:
    """Build the result on mean lifetimes by size, within strata."""
    sets: Sets = {"day": DAYS, "size": sizes}
    deciding = _group_by_place(evidence, **take_first_choices(sets))
    passed, places = deciding.gated(), deciding.alone(None)

    def estimate(**choice: Any) -> Legs:  # noqa: ANN401 - as the sets have them
        comparison = _group_by_place(evidence, **choice)
        comparison.gated()
        return comparison.legs()

    return Finding(
        legs=deciding.legs(),
        definition=f"{MEANS.format(what)}; within places",
        gates=passed,
        specifications=(
            *multiply_sets(sets, estimate),
            Specification.tried(ALONE, deciding.averaged_legs),
        ),
        beside=(
            *Beside.tried(
                "HR of silence per doubling of size, within places",
                deciding.per_doubling,
            ),
            *deciding.by_bin(),
        ),
        qualifiers=build_stratum_qualifiers(evidence.groups, ("association",)),
        note=describe_heterogeneity(places),
        places=places,
    )


def _group_by_place(evidence: Evidence, day: float, size: Size) -> SizesByPlace:
    lives = select_later(define_silent(evidence).lives, day)
    rows = pd.DataFrame({"group": lives.group})
    place = evidence.groups.set_index("group")[STRATUM]
    rows = rows.assign(
        size=rows["group"].map(size(evidence, day)), place=rows["group"].map(place)
    )
    sized = rows[rows["size"].notna()]
    return SizesByPlace(
        lives.where(rows["size"].notna().to_numpy(bool)),
        np.asarray(sized["size"], np.float64),
        sized["place"].to_numpy(object),
        BINS[1:-1],
        NAMES,
    )


def count_posters_at(evidence: Evidence, day: float) -> pd.Series[float]:
    """Count posters in the 28 days before an age, by group."""
    rates = evidence.rates[evidence.rates["age_day"] < day]
    rates = rates[rates["group"].isin(evidence.from_birth["group"])]
    last = rates.groupby("group")["posters_28"].last()
    return last[last > 0].astype("float64")


def _compare_by_size(evidence: Evidence, day: float, size: Size) -> BySize:
    return compare_by_size(
        select_later(define_silent(evidence).lives, day), size(evidence, day)
    )


class BySize(NamedTuple):
    """Ratios of mean lifetimes by group size, requirements and counts."""

    legs: Legs
    gates: tuple[gates.Gate, ...]
    note: str


def compare_by_size(lives: Lifetimes, sizes: pd.Series[float]) -> BySize:
    """Estimate mean-lifetime ratios of 10–30 members to other sizes.

    Parameters
    ----------
    lives
        From the landmark on.
    sizes
        By group; groups without are left out.

    Raises
    ------
    GateError
        If groups of a size are too few.
    """
    size = sizes.reindex(lives.group).to_numpy(np.float64)
    lives, size = lives.where(~np.isnan(size)), size[~np.isnan(size)]
    which = np.digitize(size, BINS[1:-1])
    counts = {name: int(np.sum(which == nth)) for nth, name in enumerate(NAMES)}
    passed = gates.pass_gates(
        _require_enough(counts), gates.require_clusters(lives.network, lives.batch)
    )
    ratio = partial(estimate_mean_lifetime_ratio, seed=SEED, replicates=DECIDING)
    legs: list[Interval | None] = [ratio(lives, which == 1, 365.0)]
    for nth, name in enumerate(NAMES):
        if nth == 1:
            continue
        pair = (which == 1) | (which == nth)
        enough = counts[name] >= LEAST_IN_BIN
        legs.append(
            ratio(lives.where(pair), which[pair] == 1, 365.0) if enough else None
        )
    note = ", ".join(f"{n} groups {name}" for name, n in counts.items())
    return BySize(tuple(legs), passed, note)


def _require_enough(counts: Mapping[str, int]) -> gates.Gate:
    """Check for 30 groups of 10–30 members and of two other sizes."""
    others = sum(n >= LEAST_IN_BIN for name, n in counts.items() if name != NAMES[1])
    counts_text = ", ".join(f"{n} of {name}" for name, n in counts.items())
    passed = counts[NAMES[1]] >= LEAST_IN_BIN and others >= 2  # noqa: PLR2004
    detail = (
        f"groups by size at day 28: {counts_text}; 30 needed of 10–30 and in two others"
    )
    return gates.Gate("sizes", passed, detail)


def select_later(lives: Lifetimes, day: float) -> Lifetimes:
    """Return lifetimes beyond a landmark age, measured from it."""
    late = lives.where(lives.durations > day)
    return replace(
        late,
        durations=late.durations - day,
        entry=np.maximum(late.entry - day, 0.0),
        potential=late.potential - day,
    )


@estimates("s0-size-stagnation-shell")
def stagnation_shell(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of stagnant to growing groups.

    Growth is that from day 14 to day 89; a shell has fewer than 3 posters in 28 days.
    """
    build = partial(_build_stagnant_landmark, evidence)
    return build(90).finding(
        "members changed by less than 5 % from day 14 to day 89 against growth of 5 %"
        " and more, 50–200 members at day 89; dead or under 3 posters",
        sets={
            "day": {f"landmark {day}": day for day in (90, 60, 120)},
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


@estimates("s1-zombie-members-useless")
def zombies_useless(evidence: Evidence) -> Finding:
    """Estimate the elasticity of later posters to members, within groups.

    A row is a month of a group's age: members as counted at its start, and people who
    wrote in the 28 days from then. Months without a poster in them count with 0.
    """
    if evidence.observability.members_source == "events":
        return activity_by_members(evidence)
    rows = _sum_by_month(evidence)
    passed = gates.pass_gates(
        gates.require_units(
            int((rows.groupby("group").size() > 1).sum()), COUNTED_TWICE
        ),
        gates.require_clusters(evidence.groups["network"], evidence.groups["batch"]),
    )
    large = rows[rows["members"] >= rows["members"].median()]
    interval = _fit_elasticity(evidence, rows)
    return Finding(
        legs=(interval,),
        definition="elasticity of people who write in 28 days to members at their"
        " start, within groups",
        gates=passed,
        specifications=(
            Specification.tried(
                "upper half of sizes", partial(_fit_elasticity, evidence, large)
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
        note=f"{len(rows)} months of {rows['group'].nunique()} groups; conversions are"
        " not recorded: activity only",
    )


def _sum_by_month(evidence: Evidence) -> pd.DataFrame:
    """Return members and posters by group and month."""
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
    seen = both["age_day"] < both["group"].map(until)
    return both[seen].fillna({"posters_28": 0}).sort_values(["group", "month"])


def _fit_elasticity(evidence: Evidence, rows: pd.DataFrame) -> Interval:
    clusters = choose_clusters_for(evidence, rows["group"])
    logs = pd.DataFrame({"members": np.log(rows["members"].astype("float64"))})
    fit = fit_within(rows["posters_28"], logs, rows["group"], clusters)
    return fit.coefficient("members")


@estimates("s0-future-groups-small")
def future_groups_small(evidence: Evidence) -> Finding:
    """Compare the share of small groups between founding years."""
    sizes = _select_sized(evidence)
    years = sorted(sizes["year"].unique())[-2:]
    passed = gates.pass_gates(*_require_late_cohorts(sizes, years))
    intervals = _estimate_share_small(sizes, years)
    sets = {
        "low": {"10": 10, "from 5": 5, "from 8": 8},
        "high": {"30": 30, "to 40": 40, "to 35": 35},
    }
    return Finding(
        legs=intervals,
        definition=f"groups founded in {years[0]} and in {years[1]} with 10–30 members"
        " at day 90",
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
    counts_text = ", ".join(f"{n} of {y}" for n, y in zip(counts, years, strict=True))
    head = f"groups with members at day 90: {counts_text or 'none'}; two years after"
    return (
        gates.Gate("cohorts", late, f"{head} {LAST_ARTICLE_YEAR} needed"),
        gates.Gate(
            "groups in each cohort",
            bool(counts) and min(counts) >= LEAST_IN_BIN,
            f"{counts_text or 'none'}, {LEAST_IN_BIN} needed in each",
        ),
    )


def _estimate_share_small(
    sizes: pd.DataFrame, years: list[int], low: int = 10, high: int = 30
) -> tuple[Interval | None, ...]:
    legs = []
    for year in years:
        rows = sizes[sizes["year"].eq(year)]
        legs.append(estimate_share_of_groups(rows, rows["at_90"].between(low, high)))
    return tuple(legs)
