"""Indirect: mails of groups after meeting in person, versus groups that did not.

One meeting for all groups in one week: month effects take out what both kinds share.
Ends are too few to be compared, so only the part of the claim about talk is estimated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Components, Finding, Specification
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.rates.count_regression import fit_within
from helpers.survival import Interval
from helpers.survival.bootstrap import cluster_by_label
from helpers.wording import say

LEAST_IN_ARM, LARGE = 30, 3  # groups; band of more than 30 people
YEAR, MET_IN = 12, 12 * (2023 - 1970) + 8  # September 2023
HALF_A_YEAR = 6


@stands_in("s3-offline-meetups-help", needs=("group_months",), planned=True)
def mails_after_meeting(evidence: Evidence) -> Finding:
    """Estimate the ratio of changes in mails: groups that met in person to the rest."""
    rows = _build_rows(evidence)
    has_met = rows.drop_duplicates("group")["met"] > 0
    smaller = int(min(has_met.sum(), (~has_met).sum()))
    passed = gates.pass_gates(
        gates.require_units(
            smaller,
            "{n} groups in the smaller arm, {least} needed",
            LEAST_IN_ARM,
        )
    )
    large = rows["met"].eq(0) | rows["met"].ge(LARGE)
    alternatives: dict[str, Callable[[], Components]] = {
        say("more than 30 people in the room"): partial(_estimate, rows[large]),
        say("comparison groups with as much mail before"): lambda: _estimate(
            _match_on_mail(rows)
        ),
        say("October to December"): partial(_estimate, rows, months=3),
    }
    specifications = (
        *(
            Specification.tried(name, estimate)
            for name, estimate in alternatives.items()
        ),
        Specification.tried(
            say("a year earlier"), partial(_estimate, rows, MET_IN - YEAR), counts=False
        ),
    )
    return Finding(
        components=_estimate(rows),
        definition=say(
            "mails in October and November 2023 against the year before,"
            " groups that met in person in September over groups that did"
            " not"
        ),
        gates=passed,
        specifications=specifications,
        controls=(
            Specification.tried(
                say("half a year earlier"), lambda: _compare(rows, MET_IN - HALF_A_YEAR)
            ),
        ),
        qualifiers=("proxy", "association"),
        variant="seville",
        note=say(
            "{met} groups met and {others} did not; ends are not compared",
            met=int(has_met.sum()),
            others=int((~has_met).sum()),
        ),
    )


def _build_rows(evidence: Evidence) -> pd.DataFrame:
    facts = evidence.table("facts")
    has_met = facts[facts["fact"].eq("met")].set_index("group")["value"]
    months = evidence.table("group_months")
    return months.assign(met=months["group"].map(has_met).fillna(0.0))


def _estimate(rows: pd.DataFrame, at: int = MET_IN, months: int = 2) -> Components:
    return None, _compare(rows, at, months)


def _compare(rows: pd.DataFrame, at: int, months: int = 2) -> Interval:
    """Estimate the ratio of mails after to before, groups that met in person to rest.

    Months from `at` − 12 to `at` + 11; a placebo month stops before the meeting.
    """
    last = min(at + YEAR, MET_IN) if at < MET_IN else at + YEAR
    own = rows[rows["month"].between(at - YEAR, last - 1)].reset_index(drop=True)
    has_met, since = own["met"].gt(0), own["month"] - at
    exposures = {
        "after": has_met & since.between(1, months),
        "month itself": has_met & since.eq(0),
        "later": has_met & since.gt(months),
    }
    calendar = pd.get_dummies(own["month"], drop_first=True, dtype=float)
    columns = pd.DataFrame(exposures).astype(float)
    x = columns.loc[:, columns.any()].join(calendar.rename(columns=str))
    fitted = fit_within(own["items"], x, own["group"], cluster_by_label(own["group"]))
    return replace(fitted.ratio("after"), n=own["group"].nunique())


def _match_on_mail(rows: pd.DataFrame) -> pd.DataFrame:
    """Match each group that met in person with the one most similar in earlier mails.

    A group of comparison is used once; nearest first.
    """
    before = rows[rows["month"].between(MET_IN - YEAR, MET_IN - 1)]
    mean = np.log1p(before.groupby("group")["items"].mean())
    has_met = before.drop_duplicates("group").set_index("group")["met"] > 0
    met_means, unmet_means = mean[has_met], mean[~has_met]
    gaps = np.abs(met_means.to_numpy()[:, None] - unmet_means.to_numpy()[None, :])
    pairs: dict[int, int] = {}
    used: set[int] = set()
    for place in np.argsort(gaps, axis=None, kind="stable"):
        first, other = divmod(int(place), gaps.shape[1])
        if first not in pairs and other not in used:
            pairs[first] = other
            used.add(other)
    matched_groups = {
        *met_means.index[list(pairs)],
        *unmet_means.index[list(pairs.values())],
    }
    return rows[rows["group"].isin(matched_groups)]
