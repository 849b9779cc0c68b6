"""Mean lifetimes of groups by number of members, or posters, at day 28."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Components,
    Finding,
    Sets,
    Specification,
    Supplement,
    estimates,
    multiply_sets,
    stratified,
    take_first_choices,
)
from helpers.claims.contract.proxy import (
    QUALIFIERS,
    stands_in,
)
from helpers.claims.contract.source_facts import SIDE_BY_SIDE
from helpers.claims.contract.study_view import STRATUM, Evidence
from helpers.claims.designs.corpora_strata import (
    ALONE,
    build_stratum_qualifiers,
    describe_heterogeneity,
)
from helpers.claims.quantities.deaths import (
    DECIDING,
    SEED,
    define_silent,
)
from helpers.claims.quantities.members import (
    STALE_DAYS,
    count_members_at,
)
from helpers.claims.quantities.registered import define_registered_lifetimes
from helpers.claims.quantities.two_dates import (
    enclose_both,
    list_lifetime_readings,
    select_followed,
)
from helpers.claims.themes.size.sizes_by_place import SizesByPlace
from helpers.records import DAY_US
from helpers.survival import Interval, Lifetimes, estimate_mean_lifetime_ratio
from helpers.wording import join_messages, say

Size: TypeAlias = "Callable[[Evidence, float], pd.Series[float]]"

BINS = (0, 10, 31, 101, 201, 1 << 31)  # the second is the reference
NAMES = (say("< 10"), "10–30", "31–100", "101–200", say("> 200"))
OTHERS = join_messages(", ", (name for name in NAMES if name != NAMES[1]))
DAYS = {say("landmark {day}", day=day): float(day) for day in (28, 14, 56)}
LEAST_IN_BIN = 30
DAY = 28.0
AT_28 = say("at day 28")
LISTING = "listing"  # is no life: what comes of it is shown


@stratified("s0-size-10-30-best")
@stands_in(
    "s0-size-10-30-best", needs=("groups", "births", "senders", "trailing_posters")
)
def best_by_posters(evidence: Evidence) -> Finding:
    """Estimate ratios of mean lifetimes, groups of 10–30 posters versus other sizes."""
    finding = compare_at_landmark(
        evidence, {"posters": count_posters_at}, say("posters of days 0–27")
    )
    return replace(
        finding, qualifiers=("proxy", *finding.qualifiers), variant="posters"
    )


@stands_in(
    "s0-size-10-30-best", ("snapshots.members", "snapshots.active"), planned=True
)
@estimates("s0-size-10-30-best")
def size_10_30_best(evidence: Evidence) -> Finding:
    """Estimate ratios of mean lifetimes, groups of 10–30 members versus other sizes.

    The first component is 10–30 members over all other sizes, the others are 10–30 over
    each other bin; a bin of fewer than 30 groups is None.
    """
    if not evidence.records("groups"):
        return _compare_by_dates(evidence)
    sizes: dict[str, Size] = {
        "members": count_members_at,
        "posters in 28 days": count_posters_at,
    }
    return compare_at_landmark(evidence, sizes, "members at day 28")


def compare_at_landmark(
    evidence: Evidence, sizes: Mapping[str, Size], what: str
) -> Finding:
    """Estimate ratios of mean lifetimes from day 28, groups of 10–30 to other sizes."""
    if evidence.has_places:
        return _compare_within_place(evidence, sizes, what)
    sets: Sets = {"day": DAYS, "size": sizes}
    comparison = _compare_by_size(evidence, **take_first_choices(sets))
    return Finding(
        components=comparison.components,
        definition=_define_means(what),
        gates=comparison.gates,
        specifications=multiply_sets(
            sets, lambda **choices: _compare_by_size(evidence, **choices).components
        ),
        qualifiers=("association",),
        note=comparison.note,
    )


def _compare_within_place(
    evidence: Evidence, sizes: Mapping[str, Size], what: str
) -> Finding:
    """Estimate ratios of mean lifetimes by size class, compared within strata."""
    sets: Sets = {"day": DAYS, "size": sizes}
    deciding = _group_by_place(evidence, **take_first_choices(sets))
    passed, places = deciding.gated(), deciding.alone(None)

    def estimate(**choice: Any) -> Components:  # noqa: ANN401 - as the sets have them
        comparison = _group_by_place(evidence, **choice)
        comparison.gated()
        return comparison.components()

    return Finding(
        components=deciding.components(),
        definition=join_messages("; ", (_define_means(what), say("within places"))),
        gates=passed,
        specifications=(
            *multiply_sets(sets, estimate),
            Specification.tried(ALONE, deciding.averaged_components),
        ),
        beside=(
            *Supplement.tried(
                say("HR of silence per doubling of size, within places"),
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
    """Count each group's posters in the 28 days before a given age."""
    rates = evidence.rates[evidence.rates["age_day"] < day]
    rates = rates[rates["group"].isin(evidence.from_birth["group"])]
    last = rates.groupby("group")["posters_28"].last()
    return last[last > 0].astype("float64")


def _compare_by_size(evidence: Evidence, day: float, size: Size) -> BySize:
    return compare_by_size(
        select_later(define_silent(evidence).lives, day), size(evidence, day)
    )


class BySize(NamedTuple):
    """Ratios of mean lifetimes between size classes, with data requirements."""

    components: Components
    gates: tuple[gates.Gate, ...]
    note: str


def compare_by_size(
    lives: Lifetimes, sizes: pd.Series[float], when: str = AT_28
) -> BySize:
    """Estimate ratios of mean lifetimes, groups of 10–30 members versus other sizes.

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
    size_class = np.digitize(size, BINS[1:-1])
    counts = {name: int(np.sum(size_class == nth)) for nth, name in enumerate(NAMES)}
    passed = gates.pass_gates(
        _require_enough(counts, when),
        gates.require_clusters(lives.network, lives.batch),
    )
    ratio = partial(estimate_mean_lifetime_ratio, seed=SEED, replicates=DECIDING)
    components: list[Interval | None] = [ratio(lives, size_class == 1, 365.0)]
    for nth, name in enumerate(NAMES):
        if nth == 1:
            continue
        pair = (size_class == 1) | (size_class == nth)
        enough = counts[name] >= LEAST_IN_BIN
        components.append(
            ratio(lives.where(pair), size_class[pair] == 1, 365.0) if enough else None
        )
    note = join_messages(
        ", ",
        (say("{n} groups {name}", n=n, name=name) for name, n in counts.items()),
    )
    return BySize(tuple(components), passed, note)


def _require_enough(counts: Mapping[str, int], when: str) -> gates.Gate:
    """Check for 30 groups of 10–30 members and of two other sizes."""
    n_other_sizes = sum(
        n >= LEAST_IN_BIN for name, n in counts.items() if name != NAMES[1]
    )
    counts_text = join_messages(
        ", ", (say("{n} of {name}", n=n, name=name) for name, n in counts.items())
    )
    passed = counts[NAMES[1]] >= LEAST_IN_BIN and n_other_sizes >= 2  # noqa: PLR2004
    detail = say(
        "groups by size {when}: {counts}; 30 needed of 10–30 and in two others",
        when=when, counts=counts_text,
    )  # fmt: skip
    return gates.Gate("sizes", passed, detail)


def select_later(lives: Lifetimes, day: float) -> Lifetimes:
    """Select lifetimes beyond a landmark age, and measure them from that age."""
    late = lives.where(lives.durations > day)
    return replace(
        late,
        durations=late.durations - day,
        entry=np.maximum(late.entry - day, 0.0),
        potential=late.potential - day,
    )


@stands_in(
    "s0-size-10-30-best",
    ("registry.last_us",),
    needs=("members_at_end",),
    planned=True,
)
def best_by_members_at_end(evidence: Evidence) -> Finding:
    """Estimate mean-lifetime ratios by members at the end, a biased comparison.

    Who lived longer had longer to gather members: shown, deciding nothing.
    """
    followed_groups, source = select_followed(evidence)
    facts = followed_groups.table("facts")
    members = facts[facts["fact"].eq("members")].set_index("group")["value"]

    def compare(w_days: float) -> BySize:
        lives = define_registered_lifetimes(followed_groups, w_days=w_days).lives
        return compare_by_size(lives, members, say("at the end"))

    comparison = compare(source.windows[-1])
    return Finding(
        components=comparison.components,
        definition=say(
            "mean days of the first year until the last {activity}, W = {w:g}; groups"
            " of 10–30 members at the end over all others, then over {others}",
            activity=source.what,
            w=source.windows[-1],
            others=OTHERS,
        ),
        gates=comparison.gates,
        specifications=(
            Specification.tried(
                say("W = {also:g}", also=source.also),
                lambda: compare(source.also).components,
            ),
        ),
        qualifiers=(*QUALIFIERS, "survivors"),
        may="nothing",
        note=comparison.note,
    )


def _compare_by_dates(evidence: Evidence) -> Finding:
    """Estimate ratios of mean lifetimes by size at an early age, from two dates."""
    followed_groups, source = select_followed(evidence)
    comparison = _compare_windows(followed_groups, DAY)
    windows = join_messages(" and ", (f"{w:g}" for w in SIDE_BY_SIDE))
    return Finding(
        components=comparison.components,
        definition=say(
            "mean days of the year after day 28 until the last {activity},"
            " W = {windows}, limits of both enclosed; groups of 10–30"
            " {receivers} at day 28 over all others, then over {others}",
            activity=source.what,
            windows=windows,
            receivers=_describe_receivers(followed_groups),
            others=OTHERS,
        ),
        gates=comparison.gates,
        specifications=multiply_sets(
            {"day": DAYS}, lambda day: _compare_windows(followed_groups, day).components
        ),
        qualifiers=QUALIFIERS,
        may="nothing" if source.what == LISTING else "both",
        note=comparison.note,
    )


def _define_means(units: str) -> str:
    return say(
        "mean days of the year after day 28 until silence of 60 days, groups of 10–30"
        " {units} over all others, then over {others}",
        units=units,
        others=OTHERS,
    )


def _describe_receivers(evidence: Evidence) -> str:
    """Return what a source's group size counts: members, or active people."""
    counted = evidence.table("snapshots")["members"].notna().any()
    return say("members") if counted else say("people active in a month")


def _read_sizes(evidence: Evidence, day: float) -> pd.Series[float]:
    """Return groups' last member (or active user) count in the month before an age."""
    if _describe_receivers(evidence) == "members":
        return count_members_at(evidence, day)
    rows = evidence.table("snapshots").dropna(subset="active")
    origin = evidence.groups.set_index("group")["origin_us"]
    age = rows["day"] + 1 - rows["group"].map(origin) / DAY_US
    near = rows[(age <= day) & (age > day - STALE_DAYS)].sort_values("day")
    last: pd.Series[float] = near.groupby("group")["active"].last().astype("float64")
    return last


def _compare_windows(evidence: Evidence, day: float) -> BySize:
    """Estimate mean-lifetime ratios by size; limits cover all silence thresholds."""
    born = evidence.only(evidence.from_birth["group"])
    sizes = _read_sizes(born, day)
    comparisons = []
    for ends in list_lifetime_readings(born):
        lives = replace(ends.lives, ended=ends.lives.ended & ~ends.competing)
        comparisons.append(compare_by_size(select_later(lives, day), sizes))
    components = zip(
        *(comparison.components for comparison in comparisons), strict=True
    )
    return comparisons[0]._replace(
        components=tuple(_enclose_bounds(component) for component in components)
    )


def _enclose_bounds(components: tuple[Interval | None, ...]) -> Interval | None:
    intervals = [component for component in components if component is not None]
    return enclose_both(intervals) if len(intervals) == len(components) else None
