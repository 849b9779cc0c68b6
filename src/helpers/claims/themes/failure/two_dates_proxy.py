"""Indirect: share of groups inactive, from two recorded dates each.

A shell needs messages and can't be seen: what is counted are the dead, a lower bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Beside, Finding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.source_facts import LastActivity
from helpers.claims.contract.specification import Sets, Specification, multiply_sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.two_dates_share import estimate_silent_by
from helpers.claims.quantities.death_definitions import DECIDING, SEED
from helpers.claims.quantities.registered import extend_to_record_end
from helpers.claims.quantities.spans import YEAR
from helpers.claims.quantities.two_dates import (
    SIDE_BY_SIDE,
    list_lifetime_readings,
    select_followed,
)
from helpers.claims.quantities.unsampled_intervals import count_exactly
from helpers.inference import estimate_share
from helpers.records import DAY_US
from helpers.survival import Interval, Lifetimes, choose_clusters

LEAST_AGE_DAYS, QUARTERS = 28, 8


@stands_in("s0-200-of-343-shells", ("registry.last_us",), planned=True)
def silent_groups(evidence: Evidence) -> Finding:
    """Estimate the share of groups inactive at the last observable date.

    At that date nothing came for 60 days; the roster is a census, its share is exact.
    """
    rows = extend_to_record_end(evidence.groups)
    _, source = select_followed(evidence)
    at_us = _find_latest(source, rows)
    gone = classify_silent_at(rows, at_us)
    passed = gates.pass_gates(gates.require_groups(len(gone)))
    return Finding(
        legs=(count_exactly(gone),),
        definition=f"no {source.what} for 60 days from {_format_date(at_us)} on;"
        f" groups of age ≥ {LEAST_AGE_DAYS} d; shells can't be seen",
        gates=passed,
        specifications=tuple(_list_alternatives(rows, at_us)),
        qualifiers=(*(() if source.talk else ("proxy",)), "portable form"),
        note=f"{int(gone.sum())} of {len(gone)} groups, a lower bound; they were not"
        " founded by splitting",
        may="support",
        speaks_for="support" if evidence.speaks_for() != "contradict" else "neither",
    )


def _find_latest(source: LastActivity, rows: pd.DataFrame) -> int:
    """Return the planned date, else the last with 60 days of follow-up."""
    if source.silent_on is not None:
        at = pd.Timestamp(source.silent_on) - pd.Timestamp(0)
        return int(at / pd.Timedelta(1, "us"))
    return int(rows["end_us"].min()) - int(SIDE_BY_SIDE[0]) * DAY_US


def classify_silent_at(rows: pd.DataFrame, at_us: int) -> pd.Series[bool]:
    """Return which groups had no activity after a date."""
    old = rows[at_us - rows["origin_us"] >= LEAST_AGE_DAYS * DAY_US]
    gone: pd.Series[bool] = ~(old["last_us"] > at_us).astype(bool)
    return gone


def _list_alternatives(rows: pd.DataFrame, at_us: int) -> Iterator[Specification]:
    """Yield estimates for other silences, groups and dates."""
    started = rows[rows["last_us"].notna()]
    later = int(SIDE_BY_SIDE[1] - SIDE_BY_SIDE[0]) * DAY_US
    sets: Sets = {
        "table": {
            "all groups": rows,
            **({"ever started": started} if len(started) < len(rows) else {}),
        },
        "date": {"silent for 60 days": at_us, "for 180 days": at_us - later},
    }
    yield from multiply_sets(sets, _estimate_count)
    first = pd.Timestamp(int(rows["origin_us"].min()), unit="us")
    dates = pd.date_range(first, pd.Timestamp(at_us, unit="us"), freq="QE")
    for date in dates.normalize()[-QUARTERS:]:
        at = int((date - pd.Timestamp(0)) / pd.Timedelta(1, "us"))
        estimate = partial(_estimate_count, rows, at)
        yield Specification.tried(f"on {date.date()}", estimate, counts=False)


def _estimate_count(table: pd.DataFrame, date: int) -> Interval:
    gone = classify_silent_at(table, date)
    gates.pass_gates(gates.require_groups(len(gone)))
    return count_exactly(gone)


def _format_date(at_us: int) -> str:
    return str(pd.Timestamp(at_us, unit="us").date())


@stands_in("s1-over-90-fail", ("registry.last_us",), planned=True)
def failed_in_a_year(evidence: Evidence) -> Finding:
    """Estimate the share of groups inactive after a year."""
    rows, source = select_followed(evidence)
    finding = estimate_silent_by(rows, source, YEAR, ())
    never = Beside(
        "never active at all",
        _estimate_never_active(list_lifetime_readings(rows)[0].lives),
    )
    return replace(
        finding,
        beside=(*finding.beside, never),
        qualifiers=(*finding.qualifiers, "F1 only"),
    )


def _estimate_never_active(lives: Lifetimes) -> Interval:
    """Estimate the share of groups that were never active."""
    clusters = choose_clusters(lives.network, lives.batch)
    return estimate_share(lives.never_active, clusters, seed=SEED, replicates=DECIDING)
