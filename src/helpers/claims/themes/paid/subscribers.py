"""Indirect: how long paying users of a chat room or paid site stay.

The articles compare groups. Where a corpus is a single room, its members are compared
with one another, which says nothing of other rooms.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Components,
    Finding,
    Sets,
    multiply_sets,
    take_first_choices,
)
from helpers.claims.contract.permutation import Permutations
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    estimate_difference,
    estimate_mean_ratio,
    require_both_sides,
)
from helpers.claims.designs.rates.interrupted_series import fit_series_coefficient
from helpers.claims.quantities.members import JOINERS, joiners_of
from helpers.inference import cluster_by_label
from helpers.small_counts import People
from helpers.survival import Interval, fit_cox
from helpers.wording import say

WRITING, RETURNING = "writing", "first 60 days"
ARMS: Sets = {
    "paid": {"own payment": ("paid",), say("included ones too"): ("paid", "included")},
    "free": {
        "against neither": ("free",),
        say("against receivers of gifts"): ("dealt a gift", "given a gift"),
    },
}


@stands_in("s3-paid-belonging", (f"lives.measure={WRITING}",))
def paid_in_room(evidence: Evidence) -> Finding:
    """Estimate hazard ratio of stopping, ratio of returning, payers to like non-payers.

    Both were in the room on as many of the 60 days before. First component: a hazard
    ratio of stopping, the second the ratio of the shares who wrote again in 60 days.
    """
    components, passed, people = _select_paid(evidence, **take_first_choices(ARMS))
    return Finding(
        cases="people",
        components=components,
        definition=say(
            "people from their first own payment on, against people without"
            " payment or gift from a day of writing on, as often there in"
            " the 60 days before; stopping, and writing again within 60"
            " days"
        ),
        gates=passed,
        specifications=multiply_sets(
            ARMS, lambda **arms: _select_paid(evidence, **arms)[0]
        ),
        permuted=_permute_payment(evidence),
        qualifiers=QUALIFIERS,
        note=people,
    )


def _select_paid(
    evidence: Evidence, paid: tuple[str, ...], free: tuple[str, ...]
) -> tuple[Components, tuple[gates.Gate, ...], str]:
    stays, return_visits = (
        _summarise_people(evidence, of, paid, free) for of in (WRITING, RETURNING)
    )
    passed = gates.pass_gates(
        *gates.require_arms(stays["exposure"] == 1, stays["ending"] == "stopped"),
        gates.require_ends_in_each_arm(
            stays["exposure"] == 1, stays["ending"] == "stopped"
        ),
    )
    components = (
        _estimate_stopping(stays),
        _estimate_standardised(return_visits, "log"),
    )
    return components, passed, _describe_sample(stays)


def _describe_sample(people: pd.DataFrame) -> str:
    paid = People(people["exposure"].sum())
    nonpayers = People(len(people) - paid)
    return say(
        "{paid} payers, {others} others of one room (some of these"
        " count once for each number of days before); who pays has"
        " chosen to",
        paid=paid,
        others=nonpayers,
    )


def _summarise_people(
    evidence: Evidence, measure: str, paid: tuple[str, ...], free: tuple[str, ...]
) -> pd.DataFrame:
    """Return by person: paying or not, earlier visits and later visits."""
    rows = evidence.table("lives")
    lives = rows[rows["measure"] == measure]
    both = lives["cohort"].str.split(say(": "), n=1, expand=True)
    arm = both[0].map({**dict.fromkeys(free, 0.0), **dict.fromkeys(paid, 1.0)})
    in_arms = lives.assign(exposure=arm, band=both[1]).dropna(subset="exposure")
    each = in_arms.loc[in_arms.index.repeat(in_arms["people"])].reset_index(drop=True)
    has_both_arms = each.groupby("band")["exposure"].transform("nunique") == len((0, 1))
    compared: pd.DataFrame = each[has_both_arms].reset_index(drop=True)
    return compared


def _permute_payment(evidence: Evidence) -> Permutations:
    """Shuffle who paid among people with similar numbers of earlier visits."""
    arms = take_first_choices(ARMS)
    people = _summarise_people(evidence, WRITING, arms["paid"], arms["free"])
    return Permutations.of(
        _estimate_stopping(people), people, _estimate_stopping, within=("band",)
    )


def _estimate_stopping(people: pd.DataFrame) -> Interval:
    bands = pd.get_dummies(people["band"], dtype=float).iloc[:, 1:]
    fit = fit_cox(
        people["days"] + 1,
        people["ending"].eq("stopped"),
        people[["exposure"]].join(bands),
        cluster=people.index,
    )
    return fit["exposure"].ratio


def _estimate_standardised(
    people: pd.DataFrame, scale: Literal["log", "identity"]
) -> Interval:
    """Compare shares of payers and non-payers who return, at equal earlier visits."""
    arms = people.groupby(["band", "exposure"]).size()
    payers = people["band"].map(arms.xs(1.0, level="exposure"))
    nonpayers = people["band"].map(arms.xs(0.0, level="exposure"))
    side = people["exposure"].to_numpy()
    weight = np.where(side == 1, 1.0, (payers / nonpayers).to_numpy())
    again = (people["days"] > 0).to_numpy() * weight
    compared = estimate_mean_ratio if scale == "log" else estimate_difference
    return compared(again, side, cluster_by_label(people.index), exposure=weight)


@stands_in("s4-paying-is-a-gap", (f"lives.measure={WRITING}", JOINERS))
def gap_in_room(evidence: Evidence) -> Finding:
    """Estimate the difference in share retained, lowest-paying minus free users.

    In one room among its people; at one site over the years of joining, before and
    behind a paid door. Nobody was asked for more, so the second component is None.
    """
    if "lives" in evidence.study.manifest.tables:
        return _estimate_chat_gap(evidence)
    return replace(estimate_gap_at_entry(evidence), variant="writers")


def _estimate_chat_gap(evidence: Evidence) -> Finding:
    component, passed, note = _estimate_jump(evidence, **take_first_choices(ARMS))
    return Finding(
        cases="people",
        variant="writers",
        components=(component, None),
        definition=say(
            "share who wrote again within 60 days of a first own payment,"
            " less the share of people without one, as often there in the"
            " 60 days before"
        ),
        gates=passed,
        specifications=multiply_sets(
            ARMS, lambda **arms: (_estimate_jump(evidence, **arms)[0], None)
        ),
        qualifiers=QUALIFIERS,
        note=say(
            "{note}; a subscription has one price, so no higher step is seen", note=note
        ),
    )


def _estimate_jump(
    evidence: Evidence, paid: tuple[str, ...], free: tuple[str, ...]
) -> tuple[Interval, tuple[gates.Gate, ...], str]:
    people = _summarise_people(evidence, RETURNING, paid, free)
    passed = gates.pass_gates(
        require_both_sides(people["exposure"] == 1, what="people")
    )
    return _estimate_standardised(people, "identity"), passed, _describe_sample(people)


def estimate_gap_at_entry(evidence: Evidence) -> Finding:
    """Estimate the change in new members' retention when a site began to charge."""
    years = joiners_of(
        evidence,
        say(
            "share of a year's joiners who write in a month of the year"
            " after, behind the paid door less before it, a steady trend"
            " over years of joining taken off"
        ),
    )
    rows = years.rows(**years.chosen)
    return years.build_finding(
        rows,
        lambda rows: (_estimate_step(rows), None),
        gates.pass_gates(*years.gate(rows)),
        cases="years",
        note=say(
            "{paid} years behind the door, {value} before; the years in"
            " which the door was shut, and in which it opened for money,"
            " are left out; one price only",
            paid=int(rows["paid"].sum()),
            value=int((1 - rows["paid"]).sum()),
        ),
    )


def _estimate_step(years: pd.DataFrame) -> Interval:
    return fit_series_coefficient(years["share"], years[["paid", "year"]])
