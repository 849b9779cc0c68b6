"""Rules, gates and caps in force early, and who died after them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.codings import coders, measured, stated
from helpers.claims.designs.arms import adjusted_difference, clusters_for, sizes
from helpers.claims.designs.hazards.landmark import Landmark
from helpers.claims.designs.hazards.landmark_codings import (
    compared,
    fitted,
    pair,
    volume,
)
from helpers.claims.designs.hazards.two_lines import bottom, two_lines
from helpers.errors import NotIdentifiableError
from helpers.survival import Interval

RULES_DAY = 14
STRICT_DAY = 28


@estimates("s1-rules-needed")
def rules_needed(evidence: Evidence) -> Finding:
    """Compare groups with rules by day 14 with groups without."""
    landmark = compared(evidence, stated(evidence, "rules", RULES_DAY), RULES_DAY)
    later = compared(evidence, stated(evidence, "rules", STRICT_DAY), STRICT_DAY)
    others = {"landmark 28": later} | {
        f"coder {name} alone": replace(
            landmark, exposure=stated(evidence, "rules", RULES_DAY, coder=name)
        )
        for name in coders(evidence, "rules")
    }
    return landmark.finding("rules on record by day 14 against none", others)


@estimates("s1-loose-groups-need-rules-more")
def loose_groups(evidence: Evidence) -> Finding:
    """Compare what rules do in loose groups with what they do in the others.

    Loose is open entry without approval and, where owners are known, an owner who
    writes less than the median in days 1–13.
    """
    landmark = compared(evidence, stated(evidence, "rules", RULES_DAY), RULES_DAY)
    open_only = stated(evidence, "open_entry", RULES_DAY)
    loose = _loose(evidence, open_only)
    data = _two_by_two(landmark, loose)
    passed = gates.passed(
        _cells(data), gates.clustering(data["network"], data["batch"]),
        gates.coefficients(int(data["ended"].sum()), 3),
    )  # fmt: skip
    return Finding.estimated(
        partial(_interaction, landmark, loose),
        "HR of rules by day 14 in loose groups over that in the others",
        passed,
        {"open entry alone": partial(_interaction, landmark, open_only)},
        qualifiers=("association",),
    )


def _loose(evidence: Evidence, open_entry: pd.Series[float]) -> pd.Series[float]:
    rows = evidence.window("1-13").set_index("group")
    share = rows["owner_share"].astype("float64")
    if share.notna().any():
        quiet = share < share.median()
        return open_entry * quiet.reindex(open_entry.index)
    return open_entry


def _two_by_two(landmark: Landmark, second: pd.Series[float]) -> pd.DataFrame:
    data = landmark.at_risk(landmark.reading(landmark.evidence))
    data = data.assign(second=data["group"].map(second).astype("float64"))
    data = data.dropna(subset="second")
    return data.assign(both=data["exposure"] * data["second"])


def _cells(data: pd.DataFrame) -> gates.Gate:
    """Ask for 30 groups in each of four cells."""
    cells = pd.crosstab(data["exposure"], data["second"])
    least = int(cells.to_numpy().min()) if cells.shape == (2, 2) else 0
    detail = f"{least} groups in the smallest of four cells"
    return gates.at_least("cells", least, gates.LEAST_IN_ARM, detail)


def _interaction(landmark: Landmark, second: pd.Series[float]) -> Interval:
    data = _two_by_two(landmark, second)
    columns = ["both", "exposure", "second", *landmark.covariates]
    return fitted(data, data[columns])["both"].ratio


@estimates("s1-rules-too-strict")
def rules_too_strict(evidence: Evidence) -> Finding:
    """Fit two lines to the log-hazard by strictness: below a break and above it.

    Strictness adds z-scores of prohibitions by day 14 and of removals in days 0–27;
    the break is the bottom of a parabola, within the middle three fifths.
    """
    landmark = compared(evidence, _strictness(evidence), STRICT_DAY)
    data = landmark.at_risk(landmark.reading(evidence))
    passed = gates.passed(
        *gates.sampled(data),
        gates.coefficients(int(data["ended"].sum()), 3 + len(landmark.covariates)),
    )
    others = {
        f"break at the {q:.0%} quantile": partial(
            _two_lines, landmark, float(data["exposure"].quantile(q))
        )
        for q in (0.4, 0.5, 0.6)
    }
    return Finding.estimated(
        partial(_two_lines, landmark, bottom(data, landmark.covariates)),
        "HR per SD of strictness below and above the break",
        passed, others, qualifiers=("association",),
    )  # fmt: skip


def _strictness(evidence: Evidence) -> pd.Series[float]:
    parts = [measured(evidence, "prohibitions", RULES_DAY)]
    with suppress(NotIdentifiableError):  # prohibitions alone
        parts.append(measured(evidence, "removals", STRICT_DAY))
    scores = [(part - part.mean()) / part.std() for part in parts if part.std() > 0]
    if not scores:
        raise NotIdentifiableError("no group is stricter than another", where="rules")
    total = sum(scores[1:], scores[0])
    return total / total.std()


def _two_lines(landmark: Landmark, at: float) -> tuple[Interval, Interval]:
    data = landmark.at_risk(landmark.reading(landmark.evidence))
    return two_lines(data, landmark.covariates, at)


@estimates("s4-rules-keep-links")
def rules_keep_links(evidence: Evidence) -> Finding:
    """Compare replies a message in days 28–83 by rules on record by day 14.

    Groups silent then count with 0; adjusted for messages and posters of days 0–27.
    """
    rows = _linked(evidence, "replies_explicit")
    passed = gates.passed(
        sizes(rows["exposure"]), gates.clustering(rows["network"], rows["batch"])
    )
    adjust = [str(name) for name in volume(evidence, STRICT_DAY).columns]

    def estimate(rows: pd.DataFrame) -> Interval:
        clusters = clusters_for(evidence, rows["group"])
        return adjusted_difference(rows["ratio"], rows[["exposure", *adjust]], clusters)

    return Finding.estimated(
        partial(estimate, rows),
        "explicit replies a message in days 28–83, rules by day 14 less none",
        passed,
        {
            "adjacent replies too": partial(estimate, _linked(evidence, "replies")),
            "groups not silent then": partial(estimate, rows[rows["messages"] > 0]),
        },
        qualifiers=("association",),
    )


def _linked(evidence: Evidence, replies: str) -> pd.DataFrame:
    rows = evidence.window("28-83").set_index("group", drop=False)
    ratio = (rows[replies] / rows["messages"].where(rows["messages"] > 0)).fillna(0.0)
    exposure = stated(evidence, "rules", RULES_DAY)
    early = volume(evidence, STRICT_DAY)
    rows = rows.assign(ratio=ratio.astype("float64"), exposure=exposure)
    groups: pd.DataFrame = rows.join(early).dropna(subset=["exposure", *early.columns])
    return groups.reset_index(drop=True)


@estimates("s4-entry-threshold-cap")
def threshold_and_cap(evidence: Evidence) -> Finding:
    """Compare gated with open groups, and capped groups with the rest."""
    gate = compared(evidence, stated(evidence, "gate", RULES_DAY), RULES_DAY)
    limits = measured(evidence, "cap", RULES_DAY)
    cap = replace(gate, exposure=limits.lt(limits.max()).astype("float64"))
    return pair(
        (gate, cap),
        "gate (approval, fee, questions) by day 14 against none; then cap below the"
        " study's largest against that",
    )
