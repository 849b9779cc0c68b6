"""Randomised trial of thanking new editors: retention by arm.

Pairs of accounts were drawn; one of each was assigned to be thanked by a stranger for a
good edit. Units are analysed as assigned. Thanks are no answer to a first post, and the
second part of the claim, about groups, is not observed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Components, Finding, Supplement
from helpers.claims.contract.permutation import Permutations
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.trials import (
    compute_paired_risk_ratio,
    compute_risk_ratio,
)
from helpers.small_counts import People
from helpers.survival import Interval
from helpers.wording import join_messages, say

LEAST_NEWCOMERS = 200
REACH = 1.959964
NEWCOMERS = "two newcomers"
TREATED_NEWCOMER = (NEWCOMERS, "newcomer treated")
CONTROL_NEWCOMER = (NEWCOMERS, "newcomer control")
Counts = tuple[int, int, int, int]  # both left, the control only, the treated; all


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
