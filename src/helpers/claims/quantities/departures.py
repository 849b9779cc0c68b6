"""Departures of leads and chairs, and the later activity of their groups.

Whether anybody wrote in the half year after, the first silent months of a mailing list,
or a closing by the administration: whichever a source records.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Sets, take_first_choices
from helpers.claims.contract.proxy import QUALIFIERS
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.deaths import DONE
from helpers.claims.quantities.quantity import Quantity
from helpers.claims.quantities.spans import MONTH, MONTH_OF_YEAR
from helpers.records import DAY_US
from helpers.wording import say

LEADS = ("lead", "leader", "chair", "maintainer")  # of the sources, one in each
HALF_YEAR = 183
CLEAN_UP = 5  # so many departures on one day are a clean-up
SINCE, LANDMARK = 2, 4  # months after that of the departure


def chairs_leaving_of(evidence: Evidence) -> Quantity[pd.DataFrame]:
    """Return departures of chairs, with time to two months without list mail.

    Anybody's messages stand for the members', so that a last chair who wrote more of
    them pushes up.
    """
    data = _list_chairs_leaving(evidence)
    return Quantity(
        rows=lambda way: _list_chairs_leaving(evidence, **way),
        definition=say(
            "first two silent months in a row after the last chair left,"
            " against after one of several left, from the month after next;"
            " log age and log messages of the three months before adjusted"
        ),
        sets={
            "way": {
                say("2 silent months"): {},
                say("1 silent month"): {"run": 1},
                say("3 silent months"): {"run": 3},
            }
        },
        qualifiers=QUALIFIERS,
        gate=_require_enough_ends,
        note=say(
            "{exposure} of {n} departures left no chair; anybody's messages"
            " count, by the month",
            exposure=int(data["exposure"].sum()),
            n=len(data),
        ),
    )


def list_late_silences(evidence: Evidence) -> pd.DataFrame:
    """Return chairs' departures, with silence counted from three months later on."""
    return _list_chairs_leaving(evidence, since=LANDMARK)


def _require_enough_ends(data: pd.DataFrame) -> tuple[gates.Gate, ...]:
    ends = data.groupby(["group", "exposure"])["ended"].any().sum()
    return (gates.require_events_per_coefficient(int(ends), 3),)


def _list_chairs_leaving(
    evidence: Evidence, run: int = 2, since: int = SINCE
) -> pd.DataFrame:
    """List departures of chairs, with months until the group's mail stopped."""
    rows = evidence.table("silent_months")
    rows = rows[(rows["silent"] == run) & (rows["since"] == since)]
    groups = evidence.groups.set_index("group")
    age = (rows["time_us"] - rows["group"].map(groups["origin_us"])) / DAY_US
    bare = rows["time_us"].where(rows["others"] == 0)
    later = bare[::-1].groupby(rows["group"][::-1]).transform("cummin")[::-1]
    later = later.groupby(rows["group"]).bfill()
    until = (later - rows["time_us"]) / DAY_US / MONTH_OF_YEAR
    cut = (rows["others"] > 0) & (until < rows["months"])
    data = rows.assign(
        exposure=rows["others"].eq(0).astype("float64"),
        age=np.log1p(age.clip(lower=0)),
        log_messages=np.log(rows["before"].clip(lower=1).astype("float64")),
        start=since - 1.0,
        stop=rows["months"].astype("float64").mask(cut, until),
        ended=rows["ended"] & ~cut,
    )
    is_observed = data["ended"] | (data["stop"] > since)
    is_active = (rows["before"] > 0) & ((since < LANDMARK) | (rows["between"] > 0))
    return data[is_observed & is_active & (data["stop"] > data["start"])].reset_index(
        drop=True
    )


def leads_leaving_of(evidence: Evidence) -> Quantity[pd.DataFrame]:
    """Return departures of leads, and whether no message followed for half a year."""
    sets: Sets = {
        "least": {"wrote before": 1, "3 messages before": 3, say("10 before"): 10},
        "succeeded": {"whoever came": "any", "nobody came after": "nobody"},
        "crowd": {"clean-ups left out": CLEAN_UP, say("all days"): 10**6},
    }
    data = _list_leads_leaving(evidence, **take_first_choices(sets))
    return Quantity(
        rows=partial(_list_leads_leaving, evidence),
        definition=say(
            "nothing written in the half year after the last lead left,"
            " against after one of several leads left; activity of the half"
            " year before adjusted"
        ),
        sets=sets,
        qualifiers=QUALIFIERS,
        note=say(
            "{ended} of {n} departures were followed by silence; what the"
            " lead wrote counts before, and who leaves may do so because"
            " the group is ending",
            ended=int(data["ended"].sum()),
            n=len(data),
        ),
        standing={"cases": "departures"},
    )


def _list_leads_leaving(
    evidence: Evidence, least: int, succeeded: str, crowd: int
) -> pd.DataFrame:
    """List departures of leads, and whether no message followed in half a year.

    A group that was closed in that half year is dead; one whose register ended, or
    that was done with its work, is not watched.
    """
    departures = evidence.table("departures").dropna(subset=["before", "after"])
    ends = evidence.groups.set_index("group")[["network", "closed_us", "closed_kind"]]
    table = departures[(departures["before"] >= least) & (departures["crowd"] < crowd)]
    table = table.join(ends, on="group")
    until = (table["closed_us"] - table["time_us"]) / DAY_US
    closed = (until <= HALF_YEAR) & ~table["closed_kind"].isin(DONE)
    table = table.assign(
        exposure=table["others"].eq(0).astype("float64"),
        ended=table["after"].eq(0) | closed,
    )
    table = table[closed | (table["followed_days"] >= HALF_YEAR)]
    if succeeded == "nobody":
        table = table[table["others"].gt(0) | table["successors"].eq(0)]
    before = np.log(table["before"].astype("float64"))
    return table.assign(log_before=before)


def founders_leaving_of(evidence: Evidence) -> Quantity[pd.DataFrame]:
    """Return departures of founding leads, and when the group was officially closed.

    Where nobody counts what a group writes, its closing by the administration stands
    for its death: it comes late, which draws to no effect.
    """
    data = _list_founders_leaving(evidence)
    return Quantity(
        rows=lambda way: _list_founders_leaving(evidence, **way),
        definition=say(
            "closed by the administration after the last founding lead left,"
            " against after one of several left, at like age"
        ),
        sets={
            "way": {
                "founding leads": {},
                "clean-ups too": {"crowd": 10**6},
                "leads of the first 28 days": {"within": MONTH},
            }
        },
        qualifiers=QUALIFIERS,
        gate=lambda data: (gates.require_clusters(data["network"], data["batch"]),),
        note=say(
            "{n} departures of founding leads; closing comes later than silence",
            n=len(data),
        ),
        standing={"attenuated": True},
    )


def _list_founders_leaving(
    evidence: Evidence, *, crowd: int = CLEAN_UP, within: int = 0
) -> pd.DataFrame:
    """List when each group's founding leads left, by age of the group.

    ``group, exposure, start, stop, ended``; a stretch lasts until the next departure.
    """
    spells = evidence.table("spells")
    spells = spells[spells["role"].isin(LEADS)]
    first = spells.groupby("group")["from_day"].transform("min")
    early = spells[spells["from_day"] <= first + within]
    founders = spells.merge(early[["group", "member"]].drop_duplicates())
    departures = founders[founders["ending"].eq("left") & (founders["crowd"] < crowd)]
    days = departures[["group", "to_day"]].drop_duplicates()
    pairs = days.merge(founders, on="group", suffixes=("", "_of"))
    stays = (pairs["from_day"] <= pairs["to_day"]) & (
        pairs["to_day_of"] > pairs["to_day"]
    )
    remaining_founders = stays.groupby([pairs["group"], pairs["to_day"]]).sum()
    rows = remaining_founders.rename("founders").reset_index()
    return _compute_follow_up(
        evidence, rows.assign(exposure=rows["founders"].eq(0).astype(float))
    )


def _compute_follow_up(evidence: Evidence, rows: pd.DataFrame) -> pd.DataFrame:
    """Add the group's age at each departure and the end of its follow-up."""
    groups = evidence.groups.set_index("group")
    columns = ["network", "batch", "origin_us", "end_us", "closed_us", "closed_kind"]
    departures = rows.join(groups[columns], "group")
    start = departures["to_day"] - departures["origin_us"] / DAY_US
    end = (departures["end_us"] - departures["origin_us"]) / DAY_US
    later = start.groupby(departures["group"]).shift(-1)
    closed = departures["closed_us"].notna() & ~departures["closed_kind"].isin(DONE)
    spells = departures.assign(
        start=start, stop=np.fmin(later, end), ended=closed & later.isna()
    )
    return spells[spells["stop"] > spells["start"]].reset_index(drop=True)
