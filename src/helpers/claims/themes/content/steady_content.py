"""Share of the most active groups that have content in most weeks.

Whether content came in each week can't be had from a sample of messages, nor from an
instrument that errs: a single misread message turns it. So people read whole groups,
drawn at random, and correct what the instrument says of all groups by them:
ψ = F + (L/π)(Y − F) with a group as the unit. Where nobody read, the register's content
item is a length or a link with words, and nothing is said of its quality.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Supplement, estimates
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.activity import (
    DEFINITIONS,
    count_items_by_span,
    estimate_share_among,
    select_alive,
    summarise_supply,
)
from helpers.claims.quantities.message_labels import (
    Judged,
    Labelled,
    select_alive_at,
    select_phase,
)
from helpers.claims.quantities.quantity import Quantity
from helpers.claims.quantities.spans import TWELVE_WEEKS
from helpers.errors import NotIdentifiableError
from helpers.records import WEEK_DAYS
from helpers.survival import Interval
from helpers.wording import say

CONTENT = "content"
WEEKS, STEADY, FORTNIGHT = 12, 9, 14
LEAST_ALIVE, LEAST_TOP = 200, 20
LATE = 365
TOP = {"top tenth": 0.9, say("top fifth"): 0.8}


@estimates("s1-good-groups-supply-content")
@stands_in(
    "s1-good-groups-supply-content",
    needs=("groups", "births", "senders", "content_by_length", "supply"),
)
def good_groups_supply(evidence: Evidence) -> Finding:
    """Estimate the share of the most active groups with content in most weeks."""
    labelled = evidence.records("groups", "births", CONTENT)
    shares = (_shares_by_labels if labelled else _shares_by_length)(evidence)
    passed = gates.pass_gates(*shares.gate())
    others = partial(shares.rows, **shares.chosen, others=True)
    return shares.build_finding(
        shares.rows(**shares.chosen),
        lambda share: share,
        passed,
        beside=Supplement.tried(say("the other groups"), others),
    )


def _shares_by_labels(evidence: Evidence) -> Quantity[Interval]:
    """Return the share of groups with content in most weeks, by hand labels."""
    labelled = Labelled.of(evidence, CONTENT)
    groups = select_alive_at(evidence, WEEK_DAYS * WEEKS, LATE)
    gates.pass_gates(gates.require_groups(len(groups), LEAST_ALIVE))
    later = evidence.table("short_talk").set_index("group")["posters"]
    posters = later.reindex(groups.index).fillna(0.0)

    def judge(top: float, weeks: int, *, others: bool = False) -> Judged:
        bar = posters.quantile(top)
        best = posters.index[(posters >= bar) & (posters > 0)]
        chosen = groups.index.difference(best) if others else best
        if others and chosen.empty:
            raise NotIdentifiableError("as many people talk in every group later")
        return _judge_steady(labelled, groups, weeks).among(chosen)

    def share(
        top: float, weeks: int, *, corrected: bool, others: bool = False
    ) -> Interval:
        judged = judge(top, weeks, others=others)
        return judged.share() if corrected else judged.naive()

    def check() -> tuple[gates.Gate, ...]:
        best = judge(TOP["top tenth"], STEADY)
        return (
            *gates.require_sampled(best.groups, LEAST_TOP),
            gates.require_labels(len(labelled.labels), [labelled.f1]),
            best.gate(labelled),
        )

    return Quantity(
        rows=share,
        definition=say(
            "a content item in 9 of the 12 weeks of days 0–83, in the tenth"
            " of groups alive at day 84 with most people writing short"
            " messages in days 84–364"
        ),
        sets={
            "top": TOP,
            "weeks": {"9 of 12 weeks": STEADY, "6 of 12 weeks": 6},
            "corrected": {"corrected by labels": True, "instrument alone": False},
        },
        biased=["instrument alone"],
        gate=check,
    )


def _judge_steady(labelled: Labelled, groups: pd.DataFrame, weeks: int) -> Judged:
    """Return which groups had content in enough of their first twelve weeks."""
    phase = select_phase(groups.index, 0, WEEK_DAYS * WEEKS - 1)
    read = labelled.within(phase, labelled.readings)
    labels = labelled.within(phase, labelled.labels)
    machine, people = (
        _count_weeks(rows, column).reindex(groups.index, fill_value=0) >= weeks
        for rows, column in ((read, "predicted"), (labels, "y"))
    )
    return Judged.of(groups, machine, people, labelled.find_fully_labelled(phase))


def _count_weeks(rows: pd.DataFrame, column: str) -> pd.Series[int]:
    """Count the weeks in which each group posted content (long or linked messages)."""
    week = rows["age_day"] // WEEK_DAYS
    items = rows.groupby([rows["group"], week])[column].sum()
    has_content = (items > 0.5).astype(int)  # noqa: PLR2004 - one item, however it was read
    weeks: pd.Series[int] = has_content.groupby("group").sum()
    return weeks


def _shares_by_length(evidence: Evidence) -> Quantity[Interval]:
    """Return the share of groups with content in most weeks, by length and links."""
    first = TOP["top tenth"]

    def share(
        definition: str, top: float, steady: tuple[int, int], *, others: bool = False
    ) -> Interval:
        best = _mark_best(evidence, definition, top)
        steady_groups = _select_steady(evidence, definition, steady)
        yes = pd.Series(best.index.isin(steady_groups), best.index)
        return estimate_share_among(evidence, best.index[best != others], yes)

    def check() -> tuple[gates.Gate, ...]:
        best = _mark_best(evidence, "items", first)
        rows = evidence.groups[evidence.groups["group"].isin(best.index[best])]
        return (
            gates.require_groups(len(best), LEAST_ALIVE),
            gates.require_at_least(
                "best groups",
                len(rows),
                LEAST_TOP,
                "{n} groups in the top tenth, {least} needed",
                n=len(rows),
            ),
            gates.require_clusters(rows["network"], rows["batch"]),
        )

    return Quantity(
        rows=share,
        definition=say(
            "a message of 60 words, or a link with a comment, in 9 of the"
            " 12 weeks of days 0–83, in the tenth of groups alive at day 84"
            " with most people writing other messages in days 84–364"
        ),
        sets={
            "definition": DEFINITIONS,
            "top": TOP,
            "steady": {
                "9 of 12 weeks": (WEEK_DAYS, STEADY),
                say("5 of 6 fortnights"): (FORTNIGHT, 5),
            },
        },
        qualifiers=("proxy", "supply only"),  # of "decent" content, the amount alone
        gate=check,
        note=say("nobody judged the quality of what was supplied"),
    )


def _select_steady(
    evidence: Evidence, definition: str, steady: tuple[int, int]
) -> set[int]:
    """Return the groups with content in enough weeks of days 0–83."""
    days, least = steady
    spans = count_items_by_span(evidence, days)[definition]
    early = spans[spans.index.get_level_values("span") < TWELVE_WEEKS // days]
    n_spans = (early > 0).groupby("group").sum()
    return set(n_spans.index[n_spans >= least])


def _mark_best(evidence: Evidence, definition: str, top: float) -> pd.Series[bool]:
    """Mark groups alive at day 84 with most later posters of non-content messages."""
    groups = select_alive(evidence, TWELVE_WEEKS, LATE)
    gates.pass_gates(gates.require_groups(len(groups), LEAST_ALIVE))
    talk = summarise_supply(evidence, definition)["other_posters"]
    posters = talk.reindex(groups.index).fillna(0)
    best: pd.Series[bool] = (posters >= posters.quantile(top)) & (posters > 0)
    return best
