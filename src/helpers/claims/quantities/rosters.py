"""Shares of listed groups: without a stated purpose, or of a certain size."""

from __future__ import annotations

import pandas as pd

from helpers.claims.designs.shares import estimate_share_of
from helpers.claims.evidence import Evidence
from helpers.claims.quantity import quantity
from helpers.claims.requirements import (
    LEAST_IN_ARM,
    require_at_least,
    require_sampled,
)
from helpers.survival import Interval

LAST_ARTICLE_YEAR = 2017


@quantity("no_header", of="share")
def estimate_no_header(evidence: Evidence) -> Interval:
    """Estimate the share of boards without a word of purpose on their page."""
    facts = evidence.table("facts")
    stated = facts[facts["fact"] == "header_stated"].set_index("group")["value"]
    rows = evidence.groups[evidence.groups["group"].isin(stated.index)]
    require_sampled(evidence.groups)
    return estimate_share_of(rows, rows["group"].map(stated) < 1)


@quantity("of_a_size_at_day_90", of="share")
def estimate_of_a_size(
    evidence: Evidence, *, low: int = 10, high: int = 30, years_back: int = 2
) -> Interval:
    """Estimate the share of groups of a range of members at day 90, by year of birth.

    Parameters
    ----------
    years_back
        1 for groups born in the last year on record, 2 for the year before.
    """
    counted = evidence.counted
    inside = counted[(counted["age"] > 90) & (counted["age"] <= 121)]  # noqa: PLR2004 - days
    members = inside.groupby("group")["members"].first().rename("at_90")
    rows = evidence.groups.merge(members, left_on="group", right_index=True)
    year = pd.to_datetime(rows["origin_us"].astype("int64"), unit="us").dt.year
    years = sorted(year[year > LAST_ARTICLE_YEAR].unique())
    require_at_least(
        len(years), years_back, f"years of birth after {LAST_ARTICLE_YEAR}"
    )
    rows = rows[year.eq(years[-years_back])]
    require_at_least(len(rows), LEAST_IN_ARM, "groups counted at day 90")
    return estimate_share_of(rows, rows["at_90"].between(low, high))
