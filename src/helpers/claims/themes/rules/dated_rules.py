"""Indirect: dated codes of conduct of local chapters, and charters.

Life is work on a chapter's page by its own people, not members' talk, and the code was
the movement's own demand; or it is a group's closing. A stand-in, and an association.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract.finding import Finding, Specification
from helpers.claims.contract.permutation import compute_cohorts
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.closings import (
    WHENEVER,
    charter_has_word,
    compare_closings,
)
from helpers.claims.designs.hazards.dated_exposure import Arms, build_logs
from helpers.claims.designs.hazards.time_varying import (
    check_gates,
    estimate_hazard_ratio,
)
from helpers.claims.quantities.codings import classify_kinds, read_stated
from helpers.claims.quantities.registered import define_registered_lifetimes
from helpers.claims.quantities.spans import HALF_YEAR, YEAR, to_local_days
from helpers.records import DAY_US
from helpers.survival import Interval
from helpers.wording import say

DAY = 14.0


@stands_in("s1-rules-needed", ("codings.authors_days_0_13",), needs=("rules",))
def chapters_with_rules(evidence: Evidence) -> Finding:
    """Estimate the death hazard ratio, local chapters with early rules to without.

    Commits are known to the day: they stand at noon, so that one of day 14 is after
    the landmark.
    """
    at_noon = evidence.groups["last_us"] + DAY_US // 2
    evidence = replace(evidence, groups=evidence.groups.assign(last_us=at_noon))
    arms = _build_arms(evidence)
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


def _build_arms(evidence: Evidence) -> Arms:
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


@stands_in("s1-rules-needed", ("facts.fact=charter_names_rules",))
def without_rules(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of closure without rules in the charter."""
    return compare_closings(
        evidence, partial(charter_has_word, evidence, "charter_names_rules"), WHENEVER,
        "a first charter with words for rules by the first day against one without;"
        " closed by the administration later",
        "charters",
    )  # fmt: skip
