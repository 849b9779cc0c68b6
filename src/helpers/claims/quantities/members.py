"""Members of groups: counts by age, joins and leaves, time to fill up."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Sets
from helpers.claims.contract.proxy import QUALIFIERS
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.quantity import Quantity
from helpers.records import DAY_US
from helpers.wording import join_messages, say

STALE_DAYS = 31  # a count of members holds so long
BROUGHT = ("core", "member")
FULL = 100
A_SECOND = 1 / 86_400  # in days: the least time that is told from none
JOINERS = "registry.kind=joiners of a year"
OPENED = 2005  # the first whole year behind the paid door
SHUT = (2003, 2004)  # hardly anybody could join; then those who had waited did
FIRST_YEAR = 1999
YEARS: Sets = {
    "after": {"a year later": 1, say("two years later"): 2, say("five years later"): 5},
    "until": {
        "joined up to 2012": 2012,
        say("up to 2010"): 2010,
        say("up to 2015"): 2015,
    },
}


def count_members_at(evidence: Evidence, day: float) -> pd.Series[float]:
    """Return each group's last member count in the month before an age.

    Raises
    ------
    GateError
        If who is present was told from what people do later.
    """
    rows = count_by_age(evidence)
    near = rows[(rows["age"] <= day) & (rows["age"] > day - STALE_DAYS)]
    return near.groupby("group")["members"].last()


def count_first_members(evidence: Evidence, first: int, last: int) -> pd.Series[float]:
    """Return each group's first recorded member count between two ages in days.

    Raises
    ------
    GateError
        If who is present was told from what people do later.
    """
    rows = count_by_age(evidence)
    inside = rows[(rows["age"] > first) & (rows["age"] <= last + 1)]
    return inside.groupby("group")["members"].first()


def count_by_age(evidence: Evidence) -> pd.DataFrame:
    """Return recorded member counts with the group's age in days.

    Raises
    ------
    GateError
        If who is present was told from what people do later.
    """
    source = evidence.observability.members_source
    member_source = say("members are known from {source}", source=source)
    later = say("who is present is told from what they write or do later")
    detail = join_messages(": ", (member_source, later if source == "events" else ""))
    gates.pass_gates(gates.Gate("circularity", source in {"roster", "count"}, detail))
    return evidence.counted


def list_joins(evidence: Evidence) -> pd.DataFrame:
    """List members' joins with the group's age in days at joining and at leaving.

    From the table `arrivals`, or else from `memberships`.
    """
    name = "arrivals" if "arrivals" in evidence.study.manifest.tables else "memberships"
    rows = evidence.table(name).dropna(subset="joined_us")
    groups = evidence.groups.set_index("group")
    born = rows["group"].map(groups["origin_us"])
    return rows.assign(
        joined=(rows["joined_us"] - born) / DAY_US,
        left=(rows["left_us"] - born) / DAY_US,
        until=(rows["group"].map(groups["end_us"]) - born) / DAY_US,
    ).reset_index(drop=True)


def select_stayed(rows: pd.DataFrame, days: float) -> pd.DataFrame:
    """Select joins followed for enough days; mark who was still a member."""
    joiners = rows[rows["joined"] + days <= rows["until"]]
    has_stayed = ~(joiners["left"] < joiners["joined"] + days)
    return joiners.assign(kept=has_stayed.astype("float64")).reset_index(drop=True)


def find_filling_times(evidence: Evidence, full: int) -> pd.DataFrame:
    """Return when groups reached their maximal number of members.

    Days from the origin to the joining that filled a group stand in ``days``, to the
    end where none did; ``year`` is that of founding.
    """
    joined = evidence.table("memberships").dropna(subset="joined_us")
    order = joined.sort_values(["group", "joined_us"])
    nth = order.groupby("group").cumcount() + 1
    filled_us = order[nth == full].set_index("group")["joined_us"]
    rows = evidence.from_birth
    at = rows["group"].map(filled_us)
    days = (at.fillna(rows["end_us"]) - rows["origin_us"]) / DAY_US
    year = pd.to_datetime(rows["origin_us"].astype("int64"), unit="us").dt.year
    return rows.assign(
        days=days.clip(lower=A_SECOND).astype("float64"), full=at.notna(), year=year
    )


def joiners_of(evidence: Evidence, definition: str) -> Quantity[pd.DataFrame]:
    """Return shares of accounts that still write, by joining year and kind of entry."""
    return Quantity(
        rows=partial(summarise_joiners, evidence),
        definition=definition,
        sets=YEARS,
        qualifiers=(*QUALIFIERS, "interrupted series"),
        gate=lambda years: (
            gates.require_units(len(years), "{n} years of joining, {least} needed"),
        ),
    )


def summarise_joiners(evidence: Evidence, after: int, until: int) -> pd.DataFrame:
    """Return, by joining year, the share of accounts that still write years later."""
    groups = evidence.groups[evidence.groups["kind"] == "joiners of a year"]
    year = groups["key"].str.rsplit("/", n=1).str[1].astype(int)
    of = pd.Series(year.to_numpy(), groups["group"])
    months = evidence.table("snapshots")
    months = months[months["group"].isin(of.index)].assign(
        year=lambda rows: rows["group"].map(of),
        then=lambda rows: pd.to_datetime(rows["day"], unit="D").dt.year,
    )
    later = months[months["then"] == months["year"] + after]
    registrations = evidence.table("funnels").query("step == 'registered'")
    accounts = registrations.set_index(registrations["cohort"].astype(int))["people"]
    share = later.groupby("year")["active"].mean() / accounts
    table = share.rename("share").rename_axis("year").reset_index().dropna()
    is_counted = table["year"].between(FIRST_YEAR, until) & ~table["year"].isin(SHUT)
    return table[is_counted].assign(
        paid=lambda rows: (rows["year"] >= OPENED).astype(float)
    )
