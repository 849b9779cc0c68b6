"""Concentration of messages and replies on one person or several.

Where only official registers are known: survival of groups with one lead or several.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Sets,
    Supplement,
    estimates,
    multiply_sets,
    stratified,
)
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.closings import (
    DAY,
    LAST_MAIL,
    WHENEVER,
    compare_closings,
    compare_list_silence,
    count_held_at,
)
from helpers.claims.designs.hazards.landmark import RC, Landmark, log_adjusted
from helpers.claims.designs.rosters import estimate_share_of_groups
from helpers.claims.quantities.deaths import DECIDING, SEED
from helpers.claims.quantities.departures import LEADS
from helpers.claims.quantities.spans import FIRST_WEEKS
from helpers.inference import choose_clusters, estimate_median
from helpers.records import DAY_US
from helpers.survival import Interval
from helpers.wording import say

CARRIED, SHARED = 0.6, 0.3  # the owner's share of messages, alone and among others
LEAST_POSTERS, LEAST_MESSAGES = 5, 100
WINDOW = "28-83"
WINDOWS = {
    say("days {window}", window=window): window
    for window in (WINDOW, "28-55", "84-181")
}
MORE = {
    say("≥ {least} posters (conditional)", least=least): least for least in (10, 20)
}
LEAST_REPLIES = 20
DAYS = {"leads of day 28": DAY, say("of day 7"): 7.0, say("of day 90"): 90.0}
SEVERAL = {"several": 2, "three and more": 3}


def _select_lively(
    evidence: Evidence, window: str = WINDOW, posters: int = LEAST_POSTERS
) -> pd.DataFrame:
    """Select groups with enough posters and messages at given ages."""
    rows = evidence.window(window)
    return rows[(rows["posters"] >= posters) & (rows["messages"] >= LEAST_MESSAGES)]


@estimates("s1-not-centralised")
def not_centralised(evidence: Evidence) -> Finding:
    """Estimate the median share of messages by a group's top poster."""
    rows = _select_lively(evidence)
    passed = gates.pass_gates(*gates.require_sampled(rows))
    return Finding(
        components=(_estimate_median(rows, "top_share"),),
        definition=say(
            "top poster's share of messages, days 28–83; groups with ≥ 5"
            " posters and ≥ 100 messages then"
        ),
        gates=passed,
        specifications=multiply_sets(
            {"window": WINDOWS, "posters": {say("≥ 5 posters"): 5, **MORE}},
            partial(_estimate_top_share, evidence),
        ),
        beside=(Supplement(say("Gini of messages"), _estimate_median(rows, "gini")),),
    )


def _estimate_top_share(evidence: Evidence, window: str, posters: int) -> Interval:
    return _estimate_median(_select_lively(evidence, window, posters), "top_share")


def _estimate_median(rows: pd.DataFrame, column: str) -> Interval:
    """Estimate the median of a column over groups; at least 50 are needed."""
    gates.pass_gates(gates.require_groups(len(rows)))
    clusters = choose_clusters(rows["network"], rows["batch"])
    return estimate_median(rows[column], clusters, seed=SEED, replicates=DECIDING.least)


@estimates("s4-many-centres")
def many_centres(evidence: Evidence) -> Finding:
    """Estimate over how many people a group's replies effectively spread.

    A group counts if it has a reply. The second component is None where owners
    are not known.
    """
    rows = _select_connected(evidence)
    passed = gates.pass_gates(*gates.require_sampled(rows))
    talk, replies = (
        say("≥ 5 posters and ≥ 100 messages"),
        say("≥ {least_replies} replies", least_replies=LEAST_REPLIES),
    )
    sizes = {
        "somebody answered": _select_connected,
        talk: _select_talkative,
        replies: _select_answered,
    }
    return Finding(
        components=_estimate_centres(evidence),
        definition=say(
            "1/Σ(share of replies received)², days 28–83; {replies}; groups in which"
            " somebody was answered then",
            replies=_describe_replies(evidence.study.manifest.centres_from),
        ),
        gates=passed,
        specifications=multiply_sets(
            {"window": WINDOWS, "groups": sizes},
            partial(_estimate_centres, evidence),
            biased=(talk, replies),
        ),
        note=say(
            "median centres over those expected by chance: {ratio:.2f}",
            ratio=_compute_excess(rows),
        ),
    )


def _select_connected(evidence: Evidence, window: str = WINDOW) -> pd.DataFrame:
    rows = evidence.window(window)
    return rows[rows["centres"].notna()]


def _select_talkative(evidence: Evidence, window: str) -> pd.DataFrame:
    rows = _select_lively(evidence, window)
    return rows[rows["centres"].notna()]


def _select_answered(evidence: Evidence, window: str) -> pd.DataFrame:
    explicit = evidence.study.manifest.centres_from == "explicit"
    rows = _select_connected(evidence, window)
    return rows[rows["replies_explicit" if explicit else "replies"] >= LEAST_REPLIES]


def _compute_excess(rows: pd.DataFrame) -> float:
    """Return the median ratio of effective reply recipients to the number by chance."""
    return float((rows["centres"] / rows["centres_null"]).median())


def _estimate_centres(
    evidence: Evidence,
    window: str = WINDOW,
    groups: Callable[[Evidence, str], pd.DataFrame] = _select_connected,
) -> tuple[Interval | None, Interval | None]:
    rows = groups(evidence, window)
    return _estimate_median(rows, "centres"), _estimate_owner_on_top(evidence, rows)


def _estimate_owner_on_top(evidence: Evidence, rows: pd.DataFrame) -> Interval | None:
    with_owner = rows[rows["owner_top"].notna()]
    if (
        not evidence.observability.owner_known
        or not gates.require_groups(len(with_owner)).passed
    ):
        return None
    return estimate_share_of_groups(with_owner, with_owner["owner_top"].astype(bool))


@estimates("s0-owner-alone-fails")
@stratified("s0-owner-alone-fails", direct=False)
@stands_in(
    "s0-owner-alone-fails",
    (
        f"facts.fact={LAST_MAIL}",
        *(f"spells.role={role}" for role in LEADS),
        "holders.role=chair",
    ),
)
def owner_alone_fails(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of group death, dominated by the owner versus not.

    Landmark day 28: the exposure is the owner's share of messages in days 0–27; only
    groups alive then are at risk. Adjusted for messages, posters and, where known,
    members in those days. A purpose fulfilled is no failure. Where owners' messages
    are not known, groups with one lead are compared with those of several.
    """
    if not evidence.records("groups", "births", "owner", "owner_share"):
        return _compare_lone_leads(evidence)
    return _compare_by_posters(evidence, 1).finding(
        "owner's share of messages in days 0–27 ≥ 0.6 against < 0.3",
        sets={
            "least": {say("all groups"): 1, say("without announcement-only groups"): 2},
            **RC,
        },
        build=partial(_compare_by_posters, evidence),
    )


def _compare_by_posters(evidence: Evidence, least: int) -> Landmark:
    """Define the death hazard model after day 28 for groups dominated by the owner."""
    rows = evidence.window(FIRST_WEEKS).set_index("group")
    rows = rows[rows["posters"].fillna(0) >= least]
    sizes = ["members"] if rows["members"].notna().all() else []
    return Landmark(
        evidence=evidence,
        exposure=code_owner_dominance(rows["owner_share"].astype("float64")),
        adjust=log_adjusted(rows, "messages", "posters", *sizes),
    )


def code_owner_dominance(owner: pd.Series[float]) -> pd.Series[float]:
    """Return 1 if the owner writes most messages, 0 if few, NaN in between.

    >>> import pandas as pd
    >>> code_owner_dominance(pd.Series([0.6, 0.59, 0.3, 0.29])).tolist()
    [1.0, nan, nan, 0.0]
    """
    middle = (owner < CARRIED) & (owner >= SHARED)
    carried = (owner >= CARRIED).astype("float64")
    return carried.where(owner.notna() & ~middle, np.nan)


def _describe_replies(centres_from: str) -> str:
    """Name the kind of replies counted: explicit, by mention, or by adjacency."""
    kinds = {
        "explicit": say("explicit replies"),
        "mention": say("mention replies"),
        "adjacent": say("adjacent replies"),
        "none": say("none replies"),
    }
    return kinds.get(centres_from, f"{centres_from} replies")


def _compare_lone_leads(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of closure or silence, groups with one lead vs. more.

    Leads and members are those of day 28; groups watched from birth and open then are
    at risk. Where the administration closes groups without a lead, closing is no
    outcome: a list has to be silent for 60 days before its group is closed.
    """
    sets: Sets = {
        "day": DAYS,
        "several": SEVERAL,
        **WHENEVER,
        "sized": {"members adjusted": True, say("not adjusted"): False},
    }
    single = partial(_mark_single, evidence)
    if evidence.records(f"facts.fact={LAST_MAIL}"):
        silent = {say("silent for 60 days"): 60.0, say("for 90 days"): 90.0}
        return compare_list_silence(
            evidence, single, {**sets, "w_days": silent},
            say("one lead against several on day 28, log(1 + members) adjusted;"
" the last mail before 60 days without one, closing censors"),
            "mails",
        )  # fmt: skip
    return compare_closings(
        evidence, single, sets,
        say("one lead against several on day 28, log(1 + members) adjusted;"
" closed by the administration"),
        "chairs",
    )  # fmt: skip


def _mark_single(evidence: Evidence, day: float, several: int) -> pd.Series[float]:
    leads = _count_leads(evidence, day)
    return (leads == 1).astype("float64").where((leads == 1) | (leads >= several))


def _count_leads(evidence: Evidence, day: float) -> pd.Series[float]:
    """Count the leads of each group on a day of its age."""
    at = evidence.groups.set_index("group")["origin_us"] / DAY_US + day
    if "spells" in evidence.study.manifest.tables:
        spells = evidence.table("spells")
        return count_held_at(spells[spells["role"].isin(LEADS)], at)
    steps = evidence.table("holders")
    steps = steps[steps["role"].isin(LEADS) & (steps["day"] <= steps["group"].map(at))]
    count = steps.groupby("group")["holders"].last().astype("float64")
    return count.reindex(at.index).fillna(0.0)
