"""Survival of groups by early rules, entry requirements and member limits."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    choose_clusters_for,
    estimate_adjusted_difference,
    require_both_sides,
)
from helpers.claims.designs.event_study import estimate_stopping_ratio
from helpers.claims.designs.hazards.landmark import Landmark
from helpers.claims.designs.hazards.landmark_codings import (
    build_pair,
    compare_at_landmark,
    compute_log_volume,
    estimate_two_lines,
    find_bottom,
    fit_cox_model,
)
from helpers.claims.quantities.codings import list_coders, measure_coded, read_stated
from helpers.claims.quantities.members import JOINERS, joiners_of
from helpers.errors import NotIdentifiableError
from helpers.survival import Interval
from helpers.wording import say

RULES_DAY = 14
STRICT_DAY = 28


@estimates("s1-rules-needed")
def rules_needed(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of group death, with versus without rules by day 14."""
    landmark = compare_at_landmark(
        evidence, read_stated(evidence, "rules", RULES_DAY), RULES_DAY
    )
    later = compare_at_landmark(
        evidence, read_stated(evidence, "rules", STRICT_DAY), STRICT_DAY
    )
    alternatives = {say("landmark 28"): later} | {
        say("coder {name} alone", name=name): replace(
            landmark, exposure=read_stated(evidence, "rules", RULES_DAY, coder=name)
        )
        for name in list_coders(evidence, "rules")
    }
    return landmark.finding("rules on record by day 14 against none", alternatives)


@estimates("s1-loose-groups-need-rules-more")
def loose_groups(evidence: Evidence) -> Finding:
    """Estimate the ratio of rules' hazard ratios in loosely run versus other groups.

    Loose is open entry without approval and, where owners are known, an owner who
    writes less than the median in days 1–13.
    """
    landmark = compare_at_landmark(
        evidence, read_stated(evidence, "rules", RULES_DAY), RULES_DAY
    )
    open_only = read_stated(evidence, "open_entry", RULES_DAY)
    loose = _select_loose(evidence, open_only)
    data = _build_two_by_two(landmark, loose)
    passed = gates.pass_gates(
        _check_cells(data), gates.require_clusters(data["network"], data["batch"]),
        gates.require_events_per_coefficient(int(data["ended"].sum()), 3),
    )  # fmt: skip
    return Finding.estimated(
        partial(_estimate_interaction, landmark, loose),
        "HR of rules by day 14 in loose groups over that in the others",
        passed,
        {"open entry alone": partial(_estimate_interaction, landmark, open_only)},
        qualifiers=("association",),
    )


def _select_loose(evidence: Evidence, open_entry: pd.Series[float]) -> pd.Series[float]:
    rows = evidence.window("1-13").set_index("group")
    share = rows["owner_share"].astype("float64")
    if share.notna().any():
        quiet = share < share.median()
        return open_entry * quiet.reindex(open_entry.index)
    return open_entry


def _build_two_by_two(landmark: Landmark, second: pd.Series[float]) -> pd.DataFrame:
    data = landmark.at_risk(landmark.reading(landmark.evidence))
    data = data.assign(second=data["group"].map(second).astype("float64"))
    data = data.dropna(subset="second")
    return data.assign(both=data["exposure"] * data["second"])


def _check_cells(data: pd.DataFrame) -> gates.Gate:
    """Check for 30 groups in each of four cells: rules or not, entry open or closed."""
    cells = pd.crosstab(data["exposure"], data["second"])
    least = int(cells.to_numpy().min()) if cells.shape == (2, 2) else 0
    return gates.require_at_least(
        "cells",
        least,
        gates.LEAST_IN_ARM,
        "{n} groups in the smallest of four cells, {least} needed",
        n=least,
    )


def _estimate_interaction(landmark: Landmark, second: pd.Series[float]) -> Interval:
    data = _build_two_by_two(landmark, second)
    columns = ["both", "exposure", "second", *landmark.covariates]
    return fit_cox_model(data, data[columns])["both"].ratio


@estimates("s1-rules-too-strict")
def rules_too_strict(evidence: Evidence) -> Finding:
    """Estimate death hazard ratios per SD of strictness, below and above a breakpoint.

    Strictness adds z-scores of prohibitions by day 14 and of removals in days 0–27;
    the break is the bottom of a parabola, within the middle three fifths.
    """
    landmark = compare_at_landmark(evidence, _compute_strictness(evidence), STRICT_DAY)
    data = landmark.at_risk(landmark.reading(evidence))
    passed = gates.pass_gates(
        *gates.require_sampled(data),
        gates.require_events_per_coefficient(
            int(data["ended"].sum()), 3 + len(landmark.covariates)
        ),
    )
    alternatives = {
        say("break at the {q:.0%} quantile", q=q): partial(
            _fit_two_lines, landmark, float(data["exposure"].quantile(q))
        )
        for q in (0.4, 0.5, 0.6)
    }
    return Finding.estimated(
        partial(_fit_two_lines, landmark, find_bottom(data, landmark.covariates)),
        "HR per SD of strictness below and above the break",
        passed, alternatives, qualifiers=("association",),
    )  # fmt: skip


def _compute_strictness(evidence: Evidence) -> pd.Series[float]:
    parts = [measure_coded(evidence, "prohibitions", RULES_DAY)]
    with suppress(NotIdentifiableError):  # prohibitions alone
        parts.append(measure_coded(evidence, "removals", STRICT_DAY))
    scores = [(part - part.mean()) / part.std() for part in parts if part.std() > 0]
    if not scores:
        raise NotIdentifiableError("no group is stricter than another", where="rules")
    total = sum(scores[1:], scores[0])
    return total / total.std()


def _fit_two_lines(landmark: Landmark, at: float) -> tuple[Interval, Interval]:
    data = landmark.at_risk(landmark.reading(landmark.evidence))
    return estimate_two_lines(data, landmark.covariates, at)


@estimates("s4-rules-keep-links")
def rules_keep_links(evidence: Evidence) -> Finding:
    """Estimate the difference in replies per message, groups with versus without rules.

    Groups silent then count with 0; adjusted for messages and posters of days 0–27.
    """
    rows = _select_with_rules(evidence, "replies_explicit")
    passed = gates.pass_gates(
        require_both_sides(rows["exposure"]),
        gates.require_clusters(rows["network"], rows["batch"]),
    )
    adjust = [str(name) for name in compute_log_volume(evidence, STRICT_DAY).columns]

    def estimate(rows: pd.DataFrame) -> Interval:
        clusters = choose_clusters_for(evidence, rows["group"])
        return estimate_adjusted_difference(
            rows["ratio"], rows[["exposure", *adjust]], clusters
        )

    return Finding.estimated(
        partial(estimate, rows),
        "explicit replies a message in days 28–83, rules by day 14 less none",
        passed,
        {
            say("adjacent replies too"): partial(
                estimate, _select_with_rules(evidence, "replies")
            ),
            "groups not silent then": partial(estimate, rows[rows["messages"] > 0]),
        },
        qualifiers=("association",),
    )


def _select_with_rules(evidence: Evidence, replies: str) -> pd.DataFrame:
    rows = evidence.window("28-83").set_index("group", drop=False)
    ratio = (rows[replies] / rows["messages"].where(rows["messages"] > 0)).fillna(0.0)
    exposure = read_stated(evidence, "rules", RULES_DAY)
    early = compute_log_volume(evidence, STRICT_DAY)
    rows = rows.assign(ratio=ratio.astype("float64"), exposure=exposure)
    groups: pd.DataFrame = rows.join(early).dropna(subset=["exposure", *early.columns])
    return groups.reset_index(drop=True)


@estimates("s4-entry-threshold-cap")
@stands_in("s4-entry-threshold-cap", (JOINERS,))
def threshold_and_cap(evidence: Evidence) -> Finding:
    """Estimate death hazard ratios of entry requirements and of low member limits.

    Where one site began to charge, its new members of years before and after it.
    """
    if not evidence.records("groups", "births", "gate", "cap"):
        return _compare_joiners_at_door(evidence)
    gate = compare_at_landmark(
        evidence, read_stated(evidence, "gate", RULES_DAY), RULES_DAY
    )
    limits = measure_coded(evidence, "cap", RULES_DAY)
    cap = replace(gate, exposure=limits.lt(limits.max()).astype("float64"))
    return build_pair(
        (gate, cap),
        "gate (approval, fee, questions) by day 14 against none; then cap below the"
        " study's largest against that",
    )


def _compare_joiners_at_door(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of ceasing to write, members of paid versus free entry.

    No cap was ever set, so the second component is None.
    """
    years = joiners_of(
        evidence,
        say(
            "HR of no longer writing a year later, joiners behind a paid"
            " door to those before it, a steady trend over years of joining"
            " taken off"
        ),
    )
    rows = years.rows(**years.chosen)
    return years.build_finding(
        rows,
        lambda rows: (estimate_stopping_ratio(rows, ["paid", "year"]), None),
        gates.pass_gates(*years.gate(rows)),
        cases="years",
        variant="door",
        note=say("one site, one door; free accounts include those never confirmed"),
    )
