"""Indirect: share of silent members who opened the community, by window.

A platform that counts visitors and posters of a window tells how many members were
there without writing: visitors less posters, of members less posters. That is exact
for the window and holds for it only, since both grow with its length. Opening is not
reading. Which windows decide was fixed beforehand (`evidence_plan.toml`, and the
decision of 2026-11-21 on who reads without writing).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Supplement, list_alternatives
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.rosters import build_finding_per_group
from helpers.claims.quantities.quantity import build_range
from helpers.inference import compute_exact_interval
from helpers.measures.audiences import (
    LURKING_DAYS,
    bound_silent_share,
    summarise_windows,
)
from helpers.survival import Interval
from helpers.wording import say

DECIDING_DAYS = 30
OPENED = "opened"


@stands_in("s0-lurkers-still-identify", ("audiences.visitors",))
def opened_without_writing(evidence: Evidence) -> Finding:
    """Estimate the share of silent members who visited in 30 days.

    Of several windows the one with the lowest share decides.
    """
    groups = evidence.groups.set_index("group")
    names = groups["label"]
    table = evidence.table("audiences")
    rows = summarise_windows(table).assign(
        key=lambda each: each["group"].map(groups["key"]),
        label=lambda each: each["group"].map(names),
    )
    deciding = rows[rows["window_days"] == DECIDING_DAYS]
    lengths = sorted(rows["window_days"].dropna().astype(int).unique())
    gate = gates.pass_gates(
        gates.Gate(
            "windows",
            len(deciding) > 0,
            say(
                "{n} windows of {deciding_days} days with members counted, 1"
                " needed; windows of {lengths} days",
                n=len(deciding),
                deciding_days=DECIDING_DAYS,
                lengths=", ".join(map(str, lengths)) or say("no"),
            ),
        )
    )
    finding = build_finding_per_group(deciding, _find_lowest)
    supplements = (*_summarise_by_window(rows), *_compute_bounds(table, names))
    return replace(finding, gates=gate, beside=supplements)


def _find_lowest(rows: pd.DataFrame) -> Finding:
    """Build the result for the period with the smallest share of silent visitors."""
    sides = {
        say("members {days} days before the stamp", days=DECIDING_DAYS): partial(
            _bound_with_members, rows, -DECIDING_DAYS
        ),
        say("members {days} days after the stamp", days=DECIDING_DAYS): partial(
            _bound_with_members, rows, DECIDING_DAYS
        ),
    }
    key = rows["key"].iloc[0]
    return Finding(
        cases="people",
        components=(_estimate_share(rows),),
        definition=say(
            "visitors less posters of members less posters, in the window"
            " of {deciding_days} days with the lowest share: opened the"
            " community in it and wrote nothing, which is not reading",
            deciding_days=DECIDING_DAYS,
        ),
        gates=(),
        specifications=list_alternatives(sides),
        qualifiers=(
            "proxy",
            "lower bound",
            say("W = {deciding_days}", deciding_days=DECIDING_DAYS),
            say("within {place}", place=key),
        ),
        may="support",
        variant=OPENED,
        note=say(
            "lowest of {n} windows of one community; no member is followed", n=len(rows)
        ),
    )


def _estimate_share(rows: pd.DataFrame) -> Interval:
    """Estimate the lowest share of silent members who visited, over time windows."""
    least = int(rows["share"].argmin())
    opened_it, silent = (int(rows[name].iloc[least]) for name in ("opened", "silent"))
    return compute_exact_interval(opened_it, silent)


def _bound_with_members(rows: pd.DataFrame, by: int) -> Interval:
    """Estimate silent members' lowest visit rate using member counts of another day."""
    other = rows["day"].add(by).map(rows.set_index("day")["members"])
    windows = rows.assign(silent=other - rows["posters"])[other.notna()]
    gates.pass_gates(
        gates.require_units(
            len(windows),
            "{n} windows with members at the other end, {least} needed",
            1,
        )
    )
    return _estimate_share(windows.assign(share=windows["opened"] / windows["silent"]))


def _summarise_by_window(rows: pd.DataFrame) -> tuple[Supplement, ...]:
    """Summarise the shares of silent visitors separately by length of period."""
    return tuple(
        Supplement(
            say(
                "{label}: windows of {days} d",
                label=label,
                days=int(own["window_days"].iloc[0]),
            ),
            build_range(
                own["share"].median(),
                own["share"].min(),
                own["share"].max(),
                method=f"lowest to highest of {len(own)} windows",
                n=int(own["silent"].min()),
            ),
        )
        for (label, _), own in rows.groupby(["label", "window_days"])
    )


def _compute_bounds(
    table: pd.DataFrame, names: pd.Series[str]
) -> tuple[Supplement, ...]:
    """Compute bounds of the share of silent members who visited within 84 days."""
    return tuple(
        Supplement(
            say(
                "{name}: {days} d, bounds by {window} d",
                name=names[group],
                days=LURKING_DAYS,
                window=bounds.window_days,
            ),
            build_range(
                (bounds.low + bounds.high) / 2, bounds.low, bounds.high,
                method="bounds; the middle is no estimate",
                n=int(own["visitors"].max()),
            ),
        )
        for group, own in table.groupby("group")
        for bounds in bound_silent_share(own)
    )  # fmt: skip
