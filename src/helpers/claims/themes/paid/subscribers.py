"""How long paying members stay: by price of groups, and in one room or site.

The articles compare groups. Where a corpus is a single room, its members are compared
with one another, which says nothing of other rooms.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd

from helpers.arrays import Floats
from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Components,
    Finding,
    Sets,
    estimates,
    multiply_sets,
    take_first_choices,
)
from helpers.claims.contract.permutation import Permutations
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    choose_clusters_for,
    estimate_difference,
    estimate_mean_ratio,
    list_networks_and_batches,
    require_both_sides,
    select_groups_with_values,
)
from helpers.claims.designs.event_study import fit_series_coefficient
from helpers.claims.quantities.codings import classify_kinds, measure_coded
from helpers.claims.quantities.deaths import SEED
from helpers.claims.quantities.members import (
    JOINERS,
    joiners_of,
    list_joins,
    select_stayed,
)
from helpers.claims.quantities.spans import MONTH
from helpers.errors import NotIdentifiableError
from helpers.inference import cluster_by_label
from helpers.small_counts import People
from helpers.survival import Interval, fit_cox
from helpers.survival.bootstrap import bootstrap_statistic
from helpers.wording import say

WRITING, RETURNING = "writing", "first 60 days"
ARMS: Sets = {
    "paid": {"own payment": ("paid",), say("included ones too"): ("paid", "included")},
    "free": {
        "against neither": ("free",),
        say("against receivers of gifts"): ("dealt a gift", "given a gift"),
    },
}
QUARTER_YEAR = 90
LEAST_GROUPS = 30
SMALL_FEE = 5.0
MIDDLE_FEE = 50.0


def _compare_payers_in_room(evidence: Evidence) -> Finding:
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


def _estimate_gap_in_room(evidence: Evidence) -> Finding:
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


@estimates("s4-paying-is-a-gap")
@stands_in("s4-paying-is-a-gap", (f"lives.measure={WRITING}", JOINERS))
def paying_is_a_gap(evidence: Evidence) -> Finding:
    """Estimate 90-day retention gaps: free to low fee; that minus low to high fee.

    Without groups of several prices, people of one room or site are compared.
    """
    if not evidence.records("births", "joins", "leaves", "fee"):
        return _estimate_gap_in_room(evidence)
    rows = _group_by_fee(evidence)
    counts = rows.groupby("bin")["group"].nunique().reindex([0, 1, 2], fill_value=0)
    counts_text = ", ".join(map(str, counts))
    passed = gates.pass_gates(
        gates.Gate(
            "fees",
            bool(counts.min() >= LEAST_GROUPS),
            say(
                "{counts_text} groups free, up to 5 and up to 50;"
                " {least_groups} needed in each",
                counts_text=counts_text,
                least_groups=LEAST_GROUPS,
            ),
        ),
        gates.require_clusters(*list_networks_and_batches(evidence, rows["group"])),
    )

    def estimate(days: float, small: float) -> tuple[Interval, Interval]:
        rows = _group_by_fee(evidence, days, small)
        low = rows[rows["bin"] < 2].reset_index(drop=True)  # noqa: PLR2004 - the third bin
        first = estimate_difference(
            low["kept"], low["bin"], choose_clusters_for(evidence, low["group"])
        )
        return first, _estimate_jump_difference(evidence, rows)

    return Finding.estimated(
        partial(estimate, float(QUARTER_YEAR), SMALL_FEE),
        "share still there after 90 days, fees up to 5 yuan less free; that jump less"
        " the one from there to 50 yuan",
        passed,
        {
            say("28 days"): partial(estimate, float(MONTH), SMALL_FEE),
            "up to 10 yuan": partial(estimate, float(QUARTER_YEAR), 10.0),
        },
        qualifiers=("association",),
        cases="people",
    )


def _group_by_fee(
    evidence: Evidence, days: float = QUARTER_YEAR, small: float = SMALL_FEE
) -> pd.DataFrame:
    rows = select_stayed(list_joins(evidence), days)
    fee = rows["group"].map(measure_coded(evidence, "fee", 0))
    cut = np.select([fee.eq(0), fee.le(small), fee.le(MIDDLE_FEE)], [0, 1, 2], -1)
    return rows.assign(bin=cut)[cut >= 0].reset_index(drop=True)


def _estimate_jump_difference(evidence: Evidence, rows: pd.DataFrame) -> Interval:
    is_retained = rows["kept"].to_numpy(np.float64)
    sides = np.column_stack([rows["bin"] == nth for nth in range(3)]).astype(float)

    def statistic(weights: Floats) -> Floats:
        free, small, middle = ((weights * is_retained) @ sides / (weights @ sides)).T
        jump: Floats = (small - free) - (middle - small)
        return jump

    clusters = choose_clusters_for(evidence, rows["group"])
    return bootstrap_statistic(statistic, clusters, "identity", seed=SEED)


@estimates("s3-paid-belonging")
@stands_in("s3-paid-belonging", (f"lives.measure={WRITING}",))
def paid_belonging(evidence: Evidence) -> Finding:
    """Estimate hazard ratio of leaving and ratio of posters, paid vs. free groups.

    Without paid and free groups, people of one room are compared.
    """
    if not evidence.records("groups", "fee", "joins", "leaves", "senders"):
        return _compare_payers_in_room(evidence)
    paid, proxy = _select_paid_groups(evidence)
    rows = list_joins(evidence)
    rows = rows.assign(paid=rows["group"].map(paid)).dropna(subset="paid")
    rows = rows[rows["joined"] < rows["until"]].reset_index(drop=True)
    passed = gates.pass_gates(
        require_both_sides(rows.drop_duplicates("group")["paid"]),
        gates.require_clusters(*list_networks_and_batches(evidence, rows["group"])),
    )

    def estimate(window: str) -> tuple[Interval, Interval]:
        posters = evidence.window(window).set_index("group")["posters"]
        members = rows[(rows["joined"] < MONTH) & ~(rows["left"] < MONTH)]
        size = members.groupby("group").size()
        both = select_groups_with_values(
            evidence, posters=posters, size=size, paid=paid
        )
        active = estimate_mean_ratio(
            both["posters"],
            both["paid"],
            choose_clusters_for(evidence, both["group"]),
            exposure=both["size"],
        )
        return _estimate_leaving(evidence, rows), active

    return Finding.estimated(
        partial(estimate, "28-83"),
        "HR of leaving, members of paid groups over those of free ones; people who"
        " write in days 28–83 a member, paid over free",
        passed,
        {
            say("days {name}", name=name): partial(estimate, name)
            for name in ("28-55", "84-181")
        },
        qualifiers=(*proxy, "association"),
        cases="people",
    )


def _select_paid_groups(evidence: Evidence) -> tuple[pd.Series[float], tuple[str, ...]]:
    paid = measure_coded(evidence, "fee", 0).gt(0).astype("float64")
    try:
        kind = classify_kinds(evidence).reindex(paid.index)
    except NotIdentifiableError:
        return paid, ("proxy",)
    return paid[kind.eq("learning")], ()


def _estimate_leaving(evidence: Evidence, rows: pd.DataFrame) -> Interval:
    end = rows["left"].fillna(rows["until"])
    stay = (end - rows["joined"]).clip(lower=1 / 86_400)
    fit = fit_cox(
        stay,
        rows["left"].notna(),
        rows[["paid"]],
        cluster=choose_clusters_for(evidence, rows["group"]).codes,
    )
    return fit["paid"].ratio
