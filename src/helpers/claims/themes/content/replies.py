"""Replies to early messages and thanks: survival of newcomers and of groups.

In the randomised trial of thanks pairs of accounts were drawn; one of each was assigned
to be thanked by a stranger for a good edit. Units are analysed as assigned. Thanks are
no answer to a first post, and the claim's second part, on groups, is not observed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Components,
    Finding,
    Sets,
    Supplement,
    estimates,
    multiply_sets,
)
from helpers.claims.contract.permutation import Permutations, describe_confounding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import choose_clusters_for
from helpers.claims.designs.hazards.landmark import mark_terciles
from helpers.claims.designs.hazards.landmark_codings import compare_by_replies
from helpers.claims.designs.panel import Panel
from helpers.claims.designs.strata import (
    compute_paired_risk_ratio,
    compute_risk_ratio,
    estimate_stratified_hazard_ratio,
)
from helpers.errors import NotIdentifiableError
from helpers.small_counts import People
from helpers.survival import Interval
from helpers.wording import join_messages, say

LEAST_NEWCOMERS = 200
TEN_POINTS = 0.10
REACH = 1.959964
NEWCOMERS = "two newcomers"
TREATED_NEWCOMER = (NEWCOMERS, "newcomer treated")
CONTROL_NEWCOMER = (NEWCOMERS, "newcomer control")
Counts = tuple[int, int, int, int]  # both left, the control only, the treated; all


@estimates("s4-aloofness-hurts")
def aloofness_hurts(evidence: Evidence) -> Finding:
    """Estimate hazard ratios of newcomers leaving, and groups dying, if unanswered.

    Newcomers are compared within their group; groups month by month, by explicit
    replies, as adjacent ones grow with traffic. The second component is None where too
    few groups died.
    """
    tables = _select_life_tables(evidence, 24, "explicit")
    first = tables[tables["from_day"] == 0]
    n_people = int(first[["unanswered", "answered"]].to_numpy().sum())
    passed = gates.pass_gates(
        gates.require_units(first["group"].nunique()),
        _require_newcomers(n_people),
        gates.require_clusters(evidence.groups["network"], evidence.groups["batch"]),
    )
    sets: Sets = {
        "hours": {"24 hours": 24, say("an hour"): 1, say("three days"): 72},
        "replies": {
            say("explicit replies"): "explicit",
            say("adjacent ones too"): "either",
        },
    }
    panel = Panel(evidence=evidence, exposure=_compute_unanswered_share)
    group_leg, reason = _group_leg(panel)
    ratio = _estimate_hazard_ratio(evidence, tables)
    confounding = describe_confounding(ratio, _estimate_ended_share(tables))
    return Finding(
        cases="newcomers",
        components=(replace(ratio, n=n_people), group_leg),
        definition=say(
            "newcomers without an explicit reply in 24 h of their first"
            " message against those with one, silent for good; groups per"
            " +10 pp of such newcomers in the 28 days before, first silence"
            " of 60 days"
        ),
        gates=passed,
        specifications=multiply_sets(sets, partial(_estimate_both, evidence, panel)),
        permuted=Permutations(ratio, partial(_permute_answers, evidence, tables)),
        beside=_exclude_early_leavers(evidence, tables),
        qualifiers=("association",),
        note=say(
            "{n_people} newcomers; {confounding}{why}",
            n_people=People(n_people),
            confounding=confounding,
            why=reason,
        ),
    )


def _estimate_ended_share(tables: pd.DataFrame) -> float:
    """Return the share of newcomers who became inactive, over all groups."""
    first = tables[tables["from_day"] == 0]
    ends = tables[["answered_ended", "unanswered_ended"]].to_numpy().sum()
    return float(ends / first[["answered", "unanswered"]].to_numpy().sum())


def _group_leg(panel: Panel) -> tuple[Interval | None, str]:
    try:
        return panel.hazard_ratio(), ""
    except NotIdentifiableError as error:
        return None, say("; groups: {what}", what=error.what)


def _require_newcomers(n_people: int) -> gates.Gate:
    return gates.require_units(
        People(n_people),
        "{n} newcomers with a first message, {least} needed",
        LEAST_NEWCOMERS,
    )


def _compute_unanswered_share(rows: pd.DataFrame) -> pd.Series[float]:
    """Return by group-month the share of newcomers who received no reply."""
    newcomers = rows["newcomers"].where(rows["newcomers"] > 0)
    return (rows["unanswered"].astype("float64") / newcomers) / TEN_POINTS


def _select_life_tables(evidence: Evidence, hours: int, replies: str) -> pd.DataFrame:
    """Select life tables of newcomers with and without an early reply."""
    rows = evidence.table("newcomers")
    born = evidence.from_birth["group"]
    rows = rows[rows["within_hours"].eq(hours) & rows["replies"].eq(replies)]
    rows = rows[rows["group"].isin(born)]
    sides = rows["answered"].map({True: "answered", False: "unanswered"})
    wide = rows.assign(side=sides).pivot_table(
        index=["group", "from_day"], columns="side", values=["at_risk", "ended"],
        fill_value=0,
    )  # fmt: skip
    names = pd.MultiIndex.from_product(
        [["at_risk", "ended"], ["answered", "unanswered"]]
    )
    wide = wide.reindex(columns=names, fill_value=0)
    flat = ["answered", "unanswered", "answered_ended", "unanswered_ended"]
    return wide.set_axis(flat, axis=1).reset_index()


def _estimate_hazard_ratio(evidence: Evidence, tables: pd.DataFrame) -> Interval:
    return estimate_stratified_hazard_ratio(
        tables[["answered", "unanswered"]],
        tables[["answered_ended", "unanswered_ended"]],
        choose_clusters_for(evidence, tables["group"]),
    )


def _permute_answers(evidence: Evidence, tables: pd.DataFrame, seed: int) -> Interval:
    """Estimate the hazard ratio of leaving with replies shuffled among newcomers.

    Who ended is then drawn from both sides alike: hypergeometric numbers.
    """
    rng = np.random.default_rng(seed)
    ended = tables["answered_ended"] + tables["unanswered_ended"]
    unanswered_ends = rng.hypergeometric(
        tables["unanswered"], tables["answered"], ended
    )
    shuffled = tables.assign(
        unanswered_ended=unanswered_ends, answered_ended=ended - unanswered_ends
    )
    return _estimate_hazard_ratio(evidence, shuffled)


def _estimate_both(
    evidence: Evidence, panel: Panel, hours: int, replies: str
) -> tuple[Interval, Interval | None]:
    tables = _select_life_tables(evidence, hours, replies)
    return _estimate_hazard_ratio(evidence, tables), _group_leg(panel)[0]


def _exclude_early_leavers(
    evidence: Evidence, tables: pd.DataFrame
) -> tuple[Supplement, ...]:
    """Estimate the hazard ratio of leaving among newcomers present after a week."""
    later = tables[tables["from_day"] > 0]
    return Supplement.tried(
        say("newcomers still there after a week"),
        partial(_estimate_hazard_ratio, evidence, later),
    )


@estimates("s2-basic-service-fades")
def basic_service_fades(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of group death, many versus few answered messages."""
    return compare_by_replies(
        evidence,
        lambda rows, replies: rows[replies] / rows["messages"],
        say("top against bottom tercile of explicit replies a message in days 0–27"),
        mark_terciles,
    )


@stands_in("s4-aloofness-hurts", needs=("pairs_at_random",), planned=True)
def thanked_newcomers(evidence: Evidence) -> Finding:
    """Estimate the risk ratio of leaving, newcomers not thanked to those thanked."""
    pairs = evidence.table("paired_trial")
    newcomers = pairs[pairs["stratum"].eq(NEWCOMERS)]
    people = 2 * int(newcomers["pairs"].sum())
    passed = gates.pass_gates(
        gates.require_at_least(
            "newcomers",
            people,
            LEAST_NEWCOMERS,
            "{people} newcomers in pairs, {least} needed",
            people=People(people),
        )
    )
    groups = evidence.groups
    names = dict(zip(groups["group"].astype(int), groups["label"], strict=True))
    primary = compute_ratio(newcomers)
    alternatives = {
        say("newcomers and experienced accounts"): partial(_build_components, pairs),
        say("newcomers, pairs not kept together"): partial(_compute_unpaired, pairs),
        **{
            say("without the {name}", name=name): partial(
                _build_components, newcomers[newcomers["group"].ne(group)]
            )
            for group, name in names.items()
        },
    }
    return Finding.estimated(
        lambda: (primary, None),
        say(
            "newcomers not retained after two weeks, not assigned to be"
            " thanked over assigned, in pairs drawn at random"
        ),
        passed,
        alternatives,
        permuted=Permutations(primary, partial(_swap_arms, newcomers)),
        beside=tuple(_list_supplements(newcomers, names)),
        cases="people",
        qualifiers=("randomised", "proxy"),
        variant="thanks",
        note=join_messages(
            "; ",
            (
                say("thanks by a stranger, not an answer to a first post"),
                describe_retention(newcomers, say("newcomers")),
                describe_retention(pairs, say("accounts")),
            ),
        ),
    )


def count_events(pairs: pd.DataFrame) -> Counts:
    """Count matched pairs of accounts by who left: both, one or neither."""
    control, treated = ~pairs["control_stayed"], ~pairs["treated_stayed"]
    n = pairs["pairs"]
    return (
        int(n[control & treated].sum()),
        int(n[control & ~treated].sum()),
        int(n[treated & ~control].sum()),
        int(n.sum()),
    )


def compute_ratio(pairs: pd.DataFrame) -> Interval:
    """Estimate the risk ratio of leaving, untreated to treated account of a pair."""
    return compute_paired_risk_ratio(*count_events(pairs))


def describe_retention(pairs: pd.DataFrame, people: str) -> str:
    """Describe the shares of accounts that stayed in each arm of the trial."""
    both, control, treated, n = count_events(pairs)
    gain, spread = control - treated, control + treated
    error = REACH * (spread - gain**2 / n) ** 0.5
    low, high = (
        f"{round(100 * (gain + side * error) / n, 1) + 0.0:.1f}".replace("-", "−")
        for side in (-1, 1)
    )
    retention = (
        100 * (1 - (both + discordant) / n) for discordant in (treated, control)
    )
    of_treated, of_control = retention
    return say(
        "retained {of_treated:.1f} % of {people} assigned to be thanked"
        " and {of_control:.1f} % of the others, difference {low} to"
        " {high} points",
        of_treated=of_treated,
        people=people,
        of_control=of_control,
        low=low,
        high=high,
    )


def _build_components(pairs: pd.DataFrame) -> Components:
    return compute_ratio(pairs), None


def _compute_unpaired(pairs: pd.DataFrame) -> Components:
    """Estimate the trial's risk ratio of leaving as if pairs were not matched."""
    leavers, people = [], []
    for strata, column in (
        (CONTROL_NEWCOMER, "control_stayed"),
        (TREATED_NEWCOMER, "treated_stayed"),
    ):
        arm = pairs[pairs["stratum"].isin(strata)]
        people.append(int(arm["pairs"].sum()))
        leavers.append(int(arm.loc[~arm[column], "pairs"].sum()))
    return compute_risk_ratio((leavers[0], leavers[1]), (people[0], people[1])), None


def _swap_arms(pairs: pd.DataFrame, seed: int) -> Interval:
    """Estimate the risk ratio with the arms of pairs swapped at random."""
    both, control, treated, n = count_events(pairs)
    swapped = int(np.random.default_rng(seed).binomial(control + treated, 0.5))
    return compute_paired_risk_ratio(both, swapped, control + treated - swapped, n)


def _list_supplements(
    pairs: pd.DataFrame, names: Mapping[int, str]
) -> list[Supplement]:
    """Return the risk ratio per Wikipedia language, and for pairs actually thanked."""
    by_language = [
        supplement
        for group, name in names.items()
        for supplement in Supplement.tried(
            str(name), partial(compute_ratio, pairs[pairs["group"].eq(group)])
        )
    ]
    reached = partial(compute_ratio, pairs[pairs["reached"]])
    return [*by_language, *Supplement.tried(say("pairs that were reached"), reached)]
