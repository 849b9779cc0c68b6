"""Mean lifetimes of groups by number of members, or posters, at day 28."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Components,
    Finding,
    Specification,
    Supplement,
    estimates,
    multiply_sets,
    stratified,
)
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import STRATUM, Evidence
from helpers.claims.designs.corpora_strata import (
    ALONE,
    build_stratum_qualifiers,
    describe_heterogeneity,
)
from helpers.claims.quantities.deaths import DECIDING, SEED
from helpers.claims.quantities.quantity import Quantity
from helpers.claims.quantities.sizes import BINS, NAMES, SizedLives, sizes_of
from helpers.claims.quantities.two_dates import enclose_both
from helpers.claims.themes.size.sizes_by_place import SizesByPlace
from helpers.survival import Interval, Lifetimes, estimate_mean_lifetime_ratio
from helpers.wording import join_messages, say

LEAST_IN_BIN = 30


@stratified("s0-size-10-30-best", direct=False)
@stands_in(
    "s0-size-10-30-best",
    ("registry.last_us",),
    needs=("members_at_end",),
    planned=True,
    alone=True,
)
@stands_in(
    "s0-size-10-30-best",
    ("snapshots.members", "snapshots.active"),
    planned=True,
    alone=True,
)
@stands_in(
    "s0-size-10-30-best", needs=("groups", "births", "senders", "trailing_posters")
)
@estimates("s0-size-10-30-best")
def size_10_30_best(evidence: Evidence) -> Finding:
    """Estimate ratios of mean lifetimes, groups of 10–30 members versus other sizes.

    The first component is 10–30 members over all other sizes, the others are 10–30 over
    each other bin; a bin of fewer than 30 groups is None.
    """
    sizes = sizes_of(evidence)
    if evidence.has_places:
        return _compare_within_place(evidence, sizes)

    def estimate(**choices: Any) -> Components:  # noqa: ANN401 - as the sets have them
        return _compare_sizes(sizes.rows(**choices)).components

    comparison = _compare_sizes(sizes.rows(**sizes.chosen))
    return Finding(
        components=comparison.components,
        definition=sizes.definition,
        gates=comparison.gates,
        specifications=multiply_sets(sizes.sets, estimate),
        qualifiers=sizes.qualifiers,
        note=comparison.note,
        **sizes.standing,
    )


def _compare_within_place(evidence: Evidence, sizes: Quantity[SizedLives]) -> Finding:
    """Estimate ratios of mean lifetimes by size class, compared within strata."""
    place = evidence.groups.set_index("group")[STRATUM]
    deciding = _group_by_place(sizes.rows(**sizes.chosen), place)
    passed, places = deciding.gated(), deciding.alone(None)

    def estimate(**choice: Any) -> Components:  # noqa: ANN401 - as the sets have them
        comparison = _group_by_place(sizes.rows(**choice), place)
        comparison.gated()
        return comparison.components()

    return Finding(
        components=deciding.components(),
        definition=join_messages("; ", (sizes.definition, say("within places"))),
        gates=passed,
        specifications=(
            *multiply_sets(sizes.sets, estimate),
            Specification.tried(ALONE, deciding.averaged_components),
        ),
        beside=(
            *Supplement.tried(
                say("HR of silence per doubling of size, within places"),
                deciding.per_doubling,
            ),
            *deciding.by_bin(),
        ),
        qualifiers=build_stratum_qualifiers(evidence.groups, sizes.qualifiers),
        note=describe_heterogeneity(places),
        places=places,
        **sizes.standing,
    )


def _group_by_place(sized: SizedLives, place: pd.Series[str]) -> SizesByPlace:
    (lives,) = sized.readings
    size = np.asarray(sized.sizes.reindex(lives.group), np.float64)
    has_size = ~np.isnan(size)
    return SizesByPlace(
        lives.where(has_size),
        size[has_size],
        place.reindex(lives.group).to_numpy(object)[has_size],
        BINS[1:-1],
        NAMES,
    )


class _BySize(NamedTuple):
    """Ratios of mean lifetimes between size classes, with data requirements."""

    components: Components
    gates: tuple[gates.Gate, ...]
    note: str


def _compare_sizes(sized: SizedLives) -> _BySize:
    """Estimate mean-lifetime ratios by size; limits cover all silence thresholds."""
    comparisons = [
        _compare_reading(lives, sized.sizes, sized.when) for lives in sized.readings
    ]
    by_component = zip(
        *(comparison.components for comparison in comparisons), strict=True
    )
    return comparisons[0]._replace(
        components=tuple(_enclose_bounds(component) for component in by_component)
    )


def _enclose_bounds(components: tuple[Interval | None, ...]) -> Interval | None:
    intervals = [component for component in components if component is not None]
    return enclose_both(intervals) if len(intervals) == len(components) else None


def _compare_reading(lives: Lifetimes, sizes: pd.Series[float], when: str) -> _BySize:
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
    return _BySize(tuple(components), passed, note)


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
