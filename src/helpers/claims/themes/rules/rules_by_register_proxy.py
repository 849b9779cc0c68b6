"""Rules with a day: chapters with a code of conduct, charters with words for rules.

Life is work on a chapter's page by its own people, not members' talk, and the code was
the movement's own demand; or it is a group's closing. A stand-in, and an association.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.specification import Specification
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.codings import kinds, stated
from helpers.claims.definitions.registered import registered
from helpers.claims.definitions.spans import HALF_YEAR, YEAR, local_days
from helpers.claims.designs.hazards.closings import (
    WHENEVER,
    chartered,
    closed_more,
)
from helpers.claims.designs.hazards.dated_exposure import Arms, logs
from helpers.claims.designs.hazards.time_varying import gated, hazard_ratio
from helpers.claims.designs.permutation import cohorts_of
from helpers.records import DAY_US
from helpers.survival import Interval

DAY = 14.0


@stands_in("s1-rules-needed", ("codings.authors_days_0_13",), needs=("rules",))
def chapters_with_rules(evidence: Evidence) -> Finding:
    """Compare chapters with a code of conduct by day 14 with chapters without.

    Commits are known to the day: they stand at noon, so that one of day 14 is after
    the landmark.
    """
    at_noon = evidence.groups["last_us"] + DAY_US // 2
    evidence = replace(evidence, groups=evidence.groups.assign(last_us=at_noon))
    arms = _arms(evidence)
    exposures = {
        "code of conduct named": stated(evidence, "rules", DAY),
        "its text on the page": _by_then(evidence, "rule_text_day"),
    }
    readings = {
        f"silence of {w:g} days": partial(registered, w_days=w)
        for w in (YEAR, HALF_YEAR)
    }
    return arms.finding(
        "code of conduct named by day 14 against none by then; no commit by a"
        " chapter's own people for 365 days, from day 14 on; weighted for authors and"
        " commits of days 0–13, organisers listed, country and year of birth",
        exposures, readings,
        more=(
            Specification.tried(
                "rules added later, time-varying", partial(_later_too, arms)
            ),
        ),
        note="organisers' work on a page: chapters may meet without it",
        variant="conduct",
    )  # fmt: skip


def _arms(evidence: Evidence) -> Arms:
    years = cohorts_of(evidence).astype("str")
    country = kinds(evidence, "country")
    table = pd.DataFrame({"country": country, "year": years}).reindex(years.index)
    return Arms(
        evidence=evidence,
        day=DAY,
        counts=logs(
            evidence, "authors_days_0_13", "commits_days_0_13", "organizers_day_13"
        ),
        kinds=table.fillna("another"),
    )


def _age_of(evidence: Evidence, fact: str) -> pd.Series[float]:
    """Return the age day on which something first was, by group; none where never."""
    origin = evidence.groups.set_index("group")["origin_us"]
    born = local_days(evidence, origin)
    facts = evidence.table("facts")
    day = facts[facts["fact"] == fact].set_index("group")["value"]
    age: pd.Series[float] = day.reindex(born.index) - born
    return age


def _by_then(evidence: Evidence, fact: str) -> pd.Series[float]:
    return _age_of(evidence, fact).lt(DAY).astype("float64")


def _later_too(arms: Arms) -> Interval:
    """Return the hazard ratio of having rules at an age, from the landmark on."""
    evidence = arms.evidence
    reading = partial(registered, w_days=YEAR, form="first_gap")
    always = pd.Series(0.0, evidence.groups["group"])
    data, columns = arms.at_risk(always, reading)
    age = data["group"].map(_age_of(evidence, "rules_day")).fillna(np.inf)
    came = np.clip(age, data["entry"], data["duration"])
    before = data.assign(exposure=0.0, start=data["entry"], stop=came)
    before["ended"] &= age >= data["duration"]
    after = data.assign(exposure=1.0, start=came, stop=data["duration"])
    rows = pd.concat([before, after])
    rows = rows[rows["stop"] > rows["start"]].reset_index(drop=True)
    gated(evidence, rows)
    return hazard_ratio(evidence, rows, columns)


@stands_in("s1-rules-needed", ("facts.fact=charter_names_rules",))
def without_rules(evidence: Evidence) -> Finding:
    """Compare groups whose first charter has words for rules with those without."""
    return closed_more(
        evidence, partial(chartered, evidence, "charter_names_rules"), WHENEVER,
        "a first charter with words for rules by the first day against one without;"
        " closed by the administration later",
        "charters",
    )  # fmt: skip
