"""Indirect: dated codes of conduct, charters, governance tools; rules in a trial.

Life is work on a chapter's page by its own people, not members' talk, and the code was
the movement's own demand; or it is a group's closing; or it is answering a directory's
pings, where installed tools stand in for rules, and their number for strictness. A
stand-in, and an association.

In the randomised trial of displaying them, rules existed in both arms, and no life of a
group is observed: the numbers stand with the claim and decide nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Specification,
    Supplement,
    multiply_sets,
)
from helpers.claims.contract.permutation import Permutations, compute_cohorts
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.closings import (
    WHENEVER,
    charter_has_word,
    compare_closings,
)
from helpers.claims.designs.hazards.dated_exposure import Arms, build_logs
from helpers.claims.designs.hazards.landmark import scale_by_sd
from helpers.claims.designs.hazards.landmark_codings import (
    estimate_two_lines,
    find_bottom,
)
from helpers.claims.designs.hazards.time_varying import (
    check_gates,
    estimate_hazard_ratio,
)
from helpers.claims.designs.strata import estimate_ratio_of_blocks
from helpers.claims.quantities.codings import classify_kinds, measure_coded, read_stated
from helpers.claims.quantities.deaths import SEED, Reading
from helpers.claims.quantities.registered import (
    define_by_listing,
    define_registered_lifetimes,
)
from helpers.claims.quantities.spans import HALF_YEAR, YEAR, to_local_days
from helpers.records import DAY_US
from helpers.survival import Interval
from helpers.survival.bootstrap import REPLICATES, Draws
from helpers.wording import join_messages, say

DAY = 14.0
FOUR_WEEKS = 28.0  # four weeks on the list are the source's condition
UNSEEN = 31.0  # from the last day on which a last ping is a death to the end
READINGS: Mapping[str, Reading] = {
    "watched to the end": define_by_listing,
    say("watched to 31 days before it"): partial(
        define_registered_lifetimes, w_days=UNSEEN
    ),
}
TOOLS = ("governance_tools",)
RESTRICTING = ("tools_that_take_rights", "tools_against_griefing")
OTHER_BREAKS = (0.4, 0.5, 0.6)
LEAST_IN_ARM, PERMUTATIONS = 200, 500
FEW = 20  # samples where only the estimate is used, not its interval


@stands_in("s1-rules-needed", ("codings.governance_tools",), needs=("rules",))
@stands_in("s1-rules-needed", ("facts.fact=charter_names_rules",))
@stands_in("s1-rules-needed", ("codings.authors_days_0_13",), needs=("rules",))
def dated_rules(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of a group's end, with early rules to without."""
    if evidence.records("codings.authors_days_0_13", "rules"):
        return _compare_chapters(evidence)
    if evidence.records("facts.fact=charter_names_rules"):
        return _compare_charters(evidence)
    return _compare_servers(evidence)


def _compare_chapters(evidence: Evidence) -> Finding:
    """Estimate the death hazard ratio, local chapters with early rules to without.

    Commits are known to the day: they stand at noon, so that one of day 14 is after
    the landmark.
    """
    at_noon = evidence.groups["last_us"] + DAY_US // 2
    evidence = replace(evidence, groups=evidence.groups.assign(last_us=at_noon))
    arms = _build_chapter_arms(evidence)
    exposures = {
        "code of conduct named": read_stated(evidence, "rules", DAY),
        say("its text on the page"): _mark_before(evidence, "rule_text_day"),
    }
    readings = {
        say("silence of {w:g} days", w=w): partial(
            define_registered_lifetimes, w_days=w
        )
        for w in (YEAR, HALF_YEAR)
    }
    return arms.finding(
        say("code of conduct named by day 14 against none by then; no"
" commit by a chapter's own people for 365 days, from day 14"
" on; weighted for authors and commits of days 0–13, organisers"
" listed, country and year of birth"),
        exposures, readings,
        more=(
            Specification.tried(
                say("rules added later, time-varying"), partial(_estimate_later, arms)
            ),
        ),
        note=say("organisers' work on a page: chapters may meet without it"),
        variant="conduct",
    )  # fmt: skip


def _build_chapter_arms(evidence: Evidence) -> Arms:
    years = compute_cohorts(evidence).astype("str")
    country = classify_kinds(evidence, "country")
    table = pd.DataFrame({"country": country, "year": years}).reindex(years.index)
    return Arms(
        evidence=evidence,
        day=DAY,
        counts=build_logs(
            evidence, "authors_days_0_13", "commits_days_0_13", "organizers_day_13"
        ),
        kinds=table.fillna("another"),
    )


def _compute_age_of(evidence: Evidence, fact: str) -> pd.Series[float]:
    """Return each group's age when a recorded property, such as rules, began."""
    origin = evidence.groups.set_index("group")["origin_us"]
    born = to_local_days(evidence, origin)
    facts = evidence.table("facts")
    day = facts[facts["fact"] == fact].set_index("group")["value"]
    age: pd.Series[float] = day.reindex(born.index) - born
    return age


def _mark_before(evidence: Evidence, fact: str) -> pd.Series[float]:
    return _compute_age_of(evidence, fact).lt(DAY).astype("float64")


def _estimate_later(arms: Arms) -> Interval:
    """Estimate the hazard ratio of death in time after versus before rules began."""
    evidence = arms.evidence
    reading = partial(define_registered_lifetimes, w_days=YEAR, form="first_gap")
    unexposed = pd.Series(0.0, evidence.groups["group"])
    data, columns = arms.at_risk(unexposed, reading)
    age = data["group"].map(_compute_age_of(evidence, "rules_day")).fillna(np.inf)
    start_age = np.clip(age, data["entry"], data["duration"])
    before = data.assign(exposure=0.0, start=data["entry"], stop=start_age)
    before["ended"] &= age >= data["duration"]
    after = data.assign(exposure=1.0, start=start_age, stop=data["duration"])
    rows = pd.concat([before, after])
    rows = rows[rows["stop"] > rows["start"]].reset_index(drop=True)
    check_gates(evidence, rows)
    return estimate_hazard_ratio(evidence, rows, columns)


def _compare_charters(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of closure without rules in the charter."""
    return compare_closings(
        evidence, partial(charter_has_word, evidence, "charter_names_rules"), WHENEVER,
        "a first charter with words for rules by the first day against one without;"
        " closed by the administration later",
        "charters",
    )  # fmt: skip


def _compare_servers(evidence: Evidence) -> Finding:
    """Estimate the closure hazard ratio, game servers with governance tools or not."""
    return _build_server_arms(evidence).finding(
        say(
            "a tool of governance or more in the entry of the first weeks"
            " against none; last ping, from day 28 on; weighted for seats,"
            " plug-ins, month of birth and list"
        ),
        {"one tool or more": read_stated(evidence, "rules", FOUR_WEEKS)},
        READINGS,
        note=say("governance tools, not written rules; games, not talk"),
        variant="tools",
    )


def _build_server_arms(evidence: Evidence) -> Arms:
    born = pd.to_datetime(evidence.groups["origin_us"].astype("int64"), unit="us")
    month = pd.Series(born.dt.strftime("%Y-%m").to_numpy(), evidence.groups["group"])
    source = classify_kinds(evidence, "source").reindex(month.index)
    return Arms(
        evidence=evidence,
        day=FOUR_WEEKS,
        counts=build_logs(evidence, "seats", "plugins"),
        kinds=pd.DataFrame({"month": month, "source": source}).fillna("another"),
    )


@stands_in("s1-rules-too-strict", ("codings.governance_tools",), needs=("rules",))
def servers_too_strict(evidence: Evidence) -> Finding:
    """Estimate closure hazard ratios per SD of tool count, below and above a break."""
    sets = {
        "tools": {
            "tools of governance": TOOLS,
            say("tools that restrict"): RESTRICTING,
        },
        "reading": READINGS,
        "at": {
            "break at the bottom of a parabola": None,
            **{
                say("break at the {q:.0%} quantile of any", q=q): q
                for q in OTHER_BREAKS
            },
        },
    }
    data, columns = _select_strict(evidence, TOOLS, define_by_listing)
    at = find_bottom(data, columns)
    passed = _check_gates(data, columns, at)
    return Finding(
        components=estimate_two_lines(data, columns, at),
        definition=say(
            "HR per SD of the number of governance tools below and above"
            " the break; last ping, from day 28 on; seats, plug-ins, month"
            " of birth and list adjusted"
        ),
        gates=passed,
        specifications=multiply_sets(sets, partial(_estimate_all_past_gates, evidence)),
        qualifiers=QUALIFIERS,
        note=say(
            "governance tools, not written rules; they may answer to"
            " trouble of the first weeks, and removals are not known"
        ),
    )


def _select_strict(
    evidence: Evidence, tools: tuple[str, ...], reading: Reading
) -> tuple[pd.DataFrame, list[str]]:
    """Return game servers at risk, with the number of their rules standardised."""
    first, *other_tools = (measure_coded(evidence, tool) for tool in tools)
    number = sum(other_tools, first)
    data, columns = _build_server_arms(evidence).at_risk(number, reading)
    return data.assign(exposure=scale_by_sd(data["exposure"])), columns


def _check_gates(
    data: pd.DataFrame, columns: list[str], at: float
) -> tuple[gates.Gate, ...]:
    n_above = int((data["exposure"] > at).sum())
    return gates.pass_gates(
        gates.require_groups(len(data)),
        gates.require_at_least(
            "beyond the break",
            n_above,
            gates.LEAST_IN_ARM,
            "{beyond} servers beyond the break, {least} needed",
            beyond=n_above,
        ),
        gates.require_clusters(data["network"], data["batch"]),
        gates.require_events_per_coefficient(
            int(data["ended"].sum()), 3 + len(columns)
        ),
    )


def _estimate_all_past_gates(
    evidence: Evidence, tools: tuple[str, ...], reading: Reading, at: float | None
) -> tuple[Interval, ...]:
    data, columns = _select_strict(evidence, tools, reading)
    exposures = data["exposure"][data["exposure"] > data["exposure"].min()]
    place = find_bottom(data, columns) if at is None else float(exposures.quantile(at))
    _check_gates(data, columns, place)
    return estimate_two_lines(data, columns, place)


@stands_in("s1-rules-needed", needs=("blocks_at_random",), planned=True)
def displayed_rules(evidence: Evidence) -> Finding:
    """Estimate the ratio of newcomers' comments removed, rules displayed to not."""
    rows = evidence.table("block_trial")
    arms = rows["treated"].value_counts()
    smaller = int(arms.reindex([True, False], fill_value=0).min())
    passed = gates.pass_gates(
        gates.require_units(
            smaller,
            "{n} discussions in the smaller arm, {least} needed",
            LEAST_IN_ARM,
        )
    )
    masks = {
        say("without question sessions"): rows["stratum"].eq("discussion"),
        say("discussions still shown at the end"): rows["visible"],
    }
    primary = _estimate_removed(rows)
    quick = partial(_estimate_removed, replicates=FEW)
    swapped = Permutations.of(primary, rows, quick, "treated", ("block",))
    return Finding.estimated(
        lambda: primary,
        say(
            "share of newcomers' comments that moderators removed, in"
            " discussions drawn to display the rules over the others"
        ),
        passed,
        {name: partial(_estimate_removed, rows[mask]) for name, mask in masks.items()},
        beside=(
            Supplement(
                say("comments by newcomers per discussion"),
                estimate_ratio_of_blocks(rows, "entered", seed=SEED),
            ),
        ),
        cases="discussions",
        qualifiers=("randomised", "proxy"),
        may="nothing",
        variant="display",
        note=join_messages(
            "; ",
            (
                say(
                    "{n} discussions in {block} blocks",
                    n=len(rows),
                    block=rows["block"].nunique(),
                ),
                swapped.null(PERMUTATIONS).describe(),
            ),
        ),
    )


def _estimate_removed(rows: pd.DataFrame, replicates: Draws = REPLICATES) -> Interval:
    return estimate_ratio_of_blocks(
        rows, "removed", "entered", seed=SEED, replicates=replicates
    )
