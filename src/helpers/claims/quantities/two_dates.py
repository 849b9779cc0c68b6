"""Groups of sources with two recorded dates per group, by what the last one means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from helpers.claims.contract.source_facts import (
    SIDE_BY_SIDE,
    LastActivity,
    read_source_facts,
)
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.deaths import Ends
from helpers.claims.quantities.quantity import enclose_bounds
from helpers.claims.quantities.registered import (
    define_registered_lifetimes,
    extend_to_record_end,
    find_breaks,
)
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US
from helpers.survival import Interval
from helpers.wording import join_messages, say


def select_followed(evidence: Evidence) -> tuple[Evidence, LastActivity]:
    """Select groups with a usable date of last activity; return what activity it is.

    Raises
    ------
    NotIdentifiableError
        If nothing is fixed for the source.
    """
    source = read_source_facts(evidence.study.name).last_activity
    if source is None:
        raise NotIdentifiableError(
            f"{evidence.name} has no last activity that was fixed as life",
            where="registry",
        )
    groups = evidence.from_birth if source.born else evidence.groups
    if source.kind:
        groups = groups[groups["kind"] == source.kind]
    for fact, value in source.where.items():
        groups = groups[
            groups["group"].isin(_list_groups_with(evidence, fact, value, value))
        ]
    return replace(evidence, groups=groups), source


def select_firmer(evidence: Evidence, source: LastActivity) -> Evidence | None:
    """Select the more active groups, in which a SUPPORTED verdict must be confirmed."""
    if source.firm is None:
        return None
    fact, least = source.firm
    rows = evidence.groups["group"]
    return evidence.only(
        rows[rows.isin(_list_groups_with(evidence, fact, least, np.inf))]
    )


def _list_groups_with(
    evidence: Evidence, fact: str, least: float, most: float
) -> set[int]:
    facts = evidence.table("facts")
    rows = facts[(facts["fact"] == fact) & facts["value"].between(least, most)]
    return set(rows["group"])


def list_lifetime_readings(evidence: Evidence) -> tuple[Ends, ...]:
    """Return group lifetimes, one set per number of silent days that means death."""
    source = read_source_facts(evidence.study.name).last_activity
    windows = source.windows if source else SIDE_BY_SIDE
    return tuple(define_registered_lifetimes(evidence, w_days=w) for w in windows)


def enclose_both(by_reading: Iterable[Interval]) -> Interval:
    """Return the first interval, widened to cover those for other silence thresholds.

    A verdict then holds only if every W gives it.
    """
    first, *other_intervals = by_reading
    if not other_intervals:
        return first
    windows = join_messages(" and ", (f"{w:g}" for w in SIDE_BY_SIDE))
    return enclose_bounds(
        first, *other_intervals, why=say("W = {windows}", windows=windows)
    )


def cut_before(evidence: Evidence) -> Evidence | None:
    """Return the data before the largest gap in the record; None without a gap."""
    rows = extend_to_record_end(evidence.groups)
    last = (rows["last_us"].dropna() // DAY_US).astype("int64")
    break_days = find_breaks(last, int(rows["end_us"].max() // DAY_US), SIDE_BY_SIDE[0])
    if not break_days:
        return None
    at_us = int(last[last.isin(break_days)].mode().iloc[0]) * DAY_US
    groups = evidence.groups[evidence.groups["origin_us"] < at_us]
    closed = groups["closed_us"].where(groups["closed_us"] < at_us)
    return replace(
        evidence,
        groups=groups.assign(
            end_us=groups["end_us"].clip(upper=at_us),
            entry_us=groups["entry_us"].clip(upper=at_us),
            closed_us=closed,
            closed_kind=groups["closed_kind"].where(closed.notna()),
            last_us=groups["last_us"].clip(upper=at_us),
        ),
    )
