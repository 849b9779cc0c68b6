"""Questions: an owner's opening prompts, and people who ask and who answer.

Where owners are not known, who wrote most at first stands for the owner, a question
mark that names nobody for a prompt.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache, partial

import numpy as np
import pandas as pd

from helpers import paths
from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Specification,
    estimates,
    list_alternatives,
    stratified,
)
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import choose_clusters_for, list_networks_and_batches
from helpers.claims.designs.count_regression import fit_within
from helpers.claims.designs.event_study import Series
from helpers.claims.designs.hazards.landmark import RC, Landmark
from helpers.claims.designs.hazards.landmark_codings import compare_at_landmark
from helpers.claims.quantities.codings import is_kind, measure_coded
from helpers.claims.quantities.quantity import Quantity
from helpers.claims.quantities.spans import MONTH, to_local_days
from helpers.prose import format_share
from helpers.records import WEEK_DAYS
from helpers.survival import Interval
from helpers.wording import join_messages, say

LEAST_DAYS = 200
CHOSEN_BY = 28  # days of age in which the host is told
QUALITY = paths.PROCESSED / "instruments" / "chat_rules_quality.csv"
LEAST_QUESTIONS = 20
ROLES = {
    say("5 and 2"): (5, 2),
    say("3 and 1"): (3, 1),
    say("8 and 3"): (8, 3),
}  # ask, answer


@estimates("s3-daily-prompts")
@stands_in("s3-daily-prompts", needs=("groups", "host_prompts"))
def daily_prompts(evidence: Evidence) -> Finding:
    """Estimate the ratio of members' messages on days with a prompt to days without.

    Within groups and weekdays; the second component is the day before, on which a
    prompt can have done nothing.
    """
    owned = evidence.records("owner_prompts")
    days = (_days_of_owner if owned else _days_of_host)(evidence)
    rows = days.rows(**days.chosen)
    passed = gates.pass_gates(
        *days.gate(rows),
        gates.require_clusters(*list_networks_and_batches(evidence, rows["group"])),
    )
    estimate = partial(compute_ratios, evidence)
    busy = rows["trailing"] >= rows["trailing"].median()
    halves = {
        name: partial(estimate, rows[part].reset_index(drop=True))
        for name, part in {say("busy times"): busy, say("quiet times"): ~busy}.items()
    }
    return days.build_finding(
        rows,
        estimate,
        passed,
        specifications=(*days.vary(estimate), *list_alternatives(halves)),
        controls=estimate_day_before(evidence, rows),
        cases="days",
    )


def _days_of_owner(evidence: Evidence) -> Quantity[pd.DataFrame]:
    """Return messages on days when the owner wrote, with or without a prompt."""
    days = evidence.table("owner_days")
    chosen = days["prompt"].notna() & days["owner"].gt(0)
    return Quantity(
        rows=lambda: select_days_around(evidence, days, chosen),
        definition=say(
            "messages of other members on days that the owner opens with a"
            " prompt over days with the owner but without one; then the same of the day"
            " before"
        ),
        gate=lambda rows: (
            gates.require_units(rows["group"].nunique()),
            gates.require_units(
                int(rows["prompt"].sum()),
                "{n} days with a prompt, {least} needed",
                LEAST_DAYS,
            ),
        ),
    )


def _days_of_host(evidence: Evidence) -> Quantity[pd.DataFrame]:
    """Return messages on days when the host wrote, with or without a prompt."""
    rows = _select_hosted_days(evidence, "prompt")
    both = rows.groupby("group")["prompt"].agg(["min", "max"])
    kinds = int((both["min"] < both["max"]).sum())
    return Quantity(
        rows=partial(_select_hosted_days, evidence),
        definition=say(
            "others' messages on days whose first message by who wrote most"
            " in days 0–27 has a question mark and neither names nor quotes"
            " anybody, over that person's other days; then the same of the"
            " day before"
        ),
        sets={"detector": {"a prompt": "prompt", say("any question mark"): "question"}},
        qualifiers=QUALIFIERS,
        gate=lambda _: (gates.require_groups(kinds, gates.LEAST_IN_ARM),),
        note=join_messages(
            "; ",
            (
                say(
                    "{kinds} groups with both kinds of day,"
                    " {prompt} days of {n} with a prompt",
                    kinds=kinds,
                    prompt=int(rows["prompt"].sum()),
                    n=len(rows),
                ),
                describe_question_rule(),
            ),
        ),
        standing={"variant": "host", "attenuated": True},
    )


def _select_hosted_days(evidence: Evidence, detector: str) -> pd.DataFrame:
    days = evidence.table("host_days")
    days = days.assign(prompt=days[detector])
    born = to_local_days(evidence, evidence.groups.set_index("group")["origin_us"])
    later = days["day"] > days["group"].map(born) + CHOSEN_BY
    return select_days_around(
        evidence, days, later & days["prompt"].notna() & days["host"].gt(0)
    )


def select_days_around(
    evidence: Evidence, days: pd.DataFrame, chosen: pd.Series
) -> pd.DataFrame:
    """Select group-days with messages of non-hosts on that day and the day before.

    Parameters
    ----------
    days
        ``group, day, others, prompt`` of all days.
    chosen
        Which of them are compared.
    """
    other_messages = Series.of(evidence, days.rename(columns={"others": "value"}))
    rows = days[chosen].reset_index(drop=True)
    return rows.assign(
        prompt=rows["prompt"].astype("float64"),
        before=other_messages.at(rows, -1, -1),
        trailing=np.log1p(other_messages.at(rows, -8, -2)),
    )


def compute_ratios(evidence: Evidence, rows: pd.DataFrame) -> tuple[Interval, Interval]:
    """Estimate the ratio of messages on days with a host's prompt to days without one.

    Within groups and days of the week, given the week that ended two days before.

    Parameters
    ----------
    rows
        As `select_days_around` returns them.
    """
    clusters = choose_clusters_for(evidence, rows["group"])
    exposures = rows[["prompt", "trailing"]]
    unit = rows["group"] * WEEK_DAYS + rows["day"] % WEEK_DAYS
    that_day, day_before = (
        fit_within(rows[outcome], exposures, unit, clusters).ratio("prompt")
        for outcome in ("others", "before")
    )
    return that_day, day_before


def estimate_day_before(
    evidence: Evidence, rows: pd.DataFrame
) -> tuple[Specification, ...]:
    """Return the ratio of messages a day before prompts, as a negative control."""

    def before() -> Interval:
        _, control = compute_ratios(evidence, rows)
        return control

    return (Specification.tried("the day before", before),)


@cache
def describe_question_rule() -> str:
    """Describe how often question marks miss questions, and how often they mislead.

    Returns
    -------
    str
        Sensitivity and precision, with 95 % limits, on messages labelled by people.

    Examples
    --------
    >>> describe_question_rule().split(" of labelled")[0].replace("\u202f", " ")
    'question marks find 63 % (59 % to 66 %)'
    """
    with QUALITY.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["rule"] == "question"]
    told = {row["measure"]: _format_row(row) for row in rows}
    return say(
        "question marks find {sensitivity} of labelled questions, and {precision} of"
        " the messages so marked are questions, on English chats",
        sensitivity=told["sensitivity"],
        precision=told["precision"],
    )


def _format_row(row: dict[str, str]) -> str:
    share, low, high = (
        format_share(float(row[name])) for name in ("estimate", "low", "high")
    )
    return say("{share} ({low} to {high})", share=share, low=low, high=high)


@estimates("s4-teachers-and-learners")
@stratified("s4-teachers-and-learners")
@stands_in("s4-teachers-and-learners", needs=("groups", "births", "questions"))
def teachers_and_learners(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of group death, with to without people who answer."""
    roles = askers_and_answerers_of(evidence)

    def build(**choices: object) -> Landmark:
        return compare_at_landmark(evidence, roles.rows(**choices), MONTH)

    finding = build(**roles.chosen).finding(
        roles.definition, qualifiers=roles.qualifiers, sets=roles.sets, build=build
    )
    note = join_messages("; ", (finding.note, roles.note))
    return replace(finding, note=note, **roles.standing)


def askers_and_answerers_of(evidence: Evidence) -> Quantity[pd.Series[float]]:
    """Return 1 for groups with enough askers and answerers, 0 if either is lacking."""
    if evidence.records("askers", "answerers", "type"):
        return Quantity(
            rows=partial(_mark_coded, evidence),
            definition=say(
                "5 people who ask and 2 who answer in days 0–27 against fewer of"
                " either; training groups"
            ),
            sets={"exposure": {"as decided": ("learning",), "all types": ()}},
        )
    return Quantity(
        rows=partial(_mark_counted, evidence),
        definition=say(
            "5 people who wrote a question mark and 2 who answered in days 0–27"
            " against fewer of either; groups of any type with 20 such questions"
        ),
        sets={"roles": ROLES, **RC},
        qualifiers=QUALIFIERS,
        note=describe_question_rule(),
        standing={"attenuated": True},
    )


def _mark_coded(evidence: Evidence, exposure: tuple[str, ...]) -> pd.Series[float]:
    asking, answering = (
        measure_coded(evidence, n, MONTH) for n in ("askers", "answerers")
    )
    least, enough = ROLES["5 and 2"]
    both = asking.ge(least) & answering.ge(enough)
    coded = both.astype("float64").where((asking + answering).gt(0))
    if not exposure:
        return coded
    return coded[is_kind(evidence, *exposure).reindex(coded.index).eq(1)]


def _mark_counted(evidence: Evidence, roles: tuple[int, int]) -> pd.Series[float]:
    rows = evidence.table("questions").set_index("group")
    rows = rows[rows["questions"] >= LEAST_QUESTIONS]
    asking, answering = roles
    both = rows["askers"].ge(asking) & rows["answerers"].ge(answering)
    return both.astype("float64")
