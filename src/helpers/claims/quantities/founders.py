"""Founders' standing, and the people they knew among a group's first members.

Both are coded by hand where somebody did. Else a founder's earlier activity in other
groups of the network stands for it: replies received for standing, an exchanged reply
for knowing each other.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.codings import is_kind, read_stated
from helpers.claims.quantities.members import BROUGHT, list_joins
from helpers.claims.quantities.quantity import Quantity
from helpers.claims.quantities.spans import MONTH
from helpers.records import DAY_US
from helpers.wording import say

MET_DAYS, STANDING_DAYS = 90, 180  # of earlier record that a group needs
TOP, TWENTIETH = 0.10, 0.05
EITHER, EXPLICIT = "either", "explicit"
MEASURES = {
    "as decided": (EITHER, TOP),
    say("explicit replies only"): (EXPLICIT, TOP),
    say("top twentieth"): (EITHER, TWENTIETH),
}
INSIDE = ("proxy", "association", "standing inside the platform")
FIRST_FEW, SIZED_AT, LATER = 20, 90, 180
POSTERS, OTHER_POSTERS = 5, (3, 8)
ADJUSTED = say("posters of days 0–6 adjusted")


def bignames_of(evidence: Evidence) -> Quantity[pd.Series[float]]:
    """Return a measure of whether groups' owners were a big name before, by group."""
    if evidence.records("owner_bigname"):
        return Quantity(
            rows=partial(read_stated, evidence, "owner_bigname", 0),
            definition=say(
                "share adrift at 180 d, owners with a big name less others; then"
                " their share of the groups adrift"
            ),
        )
    return _measure_founders_standing(
        evidence,
        say(
            "share adrift at 180 d, founders of standing less others; then"
            " their share of"
            " the groups adrift"
        ),
    )


def leaders_of(evidence: Evidence) -> Quantity[pd.Series[float]]:
    """Return a measure of whether a group had a leader with standing, by group."""
    if evidence.records("type", "leader"):
        return Quantity(
            rows=partial(_read_leaders, evidence),
            definition=say(
                "a leader with outside standing there by day 27, against none;"
                " training groups"
            ),
            sets={"of": {"training groups": "learning", "all types": ""}},
        )
    return _measure_founders_standing(
        evidence,
        say("founders of standing in their network against others; all types of group"),
    )


def _read_leaders(evidence: Evidence, of: str) -> pd.Series[float]:
    leader = read_stated(evidence, "leader", MONTH)
    if not of:
        return leader
    return leader[is_kind(evidence, of).reindex(leader.index).eq(1)]


def _measure_founders_standing(
    evidence: Evidence, definition: str
) -> Quantity[pd.Series[float]]:
    return Quantity(
        rows=partial(measure_standing, evidence),
        definition=definition,
        sets={"how": MEASURES},
        qualifiers=INSIDE,
        standing={"variant": "standing"},
    )


def measure_standing(
    evidence: Evidence, how: tuple[str, float] = (EITHER, TOP)
) -> pd.Series[float]:
    """Return 1 if a founder was in the top tenth by replies in other groups, else 0.

    Of all people who wrote in other groups of the network in the 180 days before the
    group's first message; groups before which nobody wrote elsewhere have no value.

    Parameters
    ----------
    how
        Which replies count, and the share of people who have standing.
    """
    replies, top = how
    as_many = list_founded(evidence, STANDING_DAYS, replies)["as_many"].dropna()
    return as_many.le(top).astype("float64")


def list_founded(evidence: Evidence, days: int, replies: str = EITHER) -> pd.DataFrame:
    """List groups founded a given number of days after their network's first message.

    Parameters
    ----------
    days
        Of record before the group's origin.
    replies
        ``either`` kind of reply, or ``explicit`` ones.
    """
    table = evidence.table("founders")
    rows = table[table["replies"].eq(replies) & table["record_days"].ge(days)]
    return rows.set_index("group")


def early_friends_of(evidence: Evidence) -> Quantity[pd.DataFrame]:
    """Measure the share of friends among a group's first members, and its later size.

    Columns ``share`` and ``size``: joins that a member invited and later members;
    without dated joins, first posters whom the founder had met and later posters.
    """
    if evidence.records("joins", "inviter"):
        return Quantity(
            rows=partial(_summarise_invited, evidence),
            definition=say(
                "members at day 90 per +0.25 of the first 20 joins that a member"
                " invited"
            ),
            sets={
                "how": {
                    "as decided": (FIRST_FEW, SIZED_AT),
                    "first 10": (10, SIZED_AT),
                    "at day 180": (FIRST_FEW, LATER),
                }
            },
        )
    build = partial(_summarise_met, evidence)
    rows = build()
    return Quantity(
        rows=build,
        definition=say(
            "people writing in days 60–89 per +0.25 of the first week's other"
            " posters who"
            " had exchanged a reply with the founder in another group within 90 days"
        ),
        sets={
            "how": {
                "as decided": (POSTERS, EITHER),
                say("explicit replies only"): (POSTERS, EXPLICIT),
                ADJUSTED: (POSTERS, EITHER, True),
                **{
                    say("{n} people in the first week", n=least): (least, EITHER)
                    for least in OTHER_POSTERS
                },
            }
        },
        qualifiers=("proxy", "association"),
        note=say(
            "{n} groups; {known} with a first poster whom the founder knew",
            n=len(rows),
            known=int(rows["share"].gt(0).sum()),
        ),
        standing={"variant": "ties"},
    )


def _summarise_invited(evidence: Evidence, how: tuple[int, int]) -> pd.DataFrame:
    """Return the share of the first joins that a member invited, and later members."""
    first, day = how
    rows = (
        list_joins(evidence)
        .dropna(subset="channel")
        .sort_values(["group", "joined_us"])
    )
    rows = rows[rows["until"] > day]
    early = rows.groupby("group").head(first)
    by = early.groupby("group")["channel"]
    share = by.agg(lambda channel: channel.isin(BROUGHT).mean())
    members = rows[(rows["joined"] < day) & ~(rows["left"] < day)]
    size = members.groupby("group").size().reindex(share.index, fill_value=0)
    return pd.DataFrame({"share": share[by.size() == first], "size": size})


def _summarise_met(
    evidence: Evidence, how: tuple[int, str] | tuple[int, str, bool] = (POSTERS, EITHER)
) -> pd.DataFrame:
    """Return the founder's contacts among first posters, and later posters.

    With the logarithm of first posters in ``first`` if they are adjusted for.
    """
    least, replies, *adjusted = how
    table = list_founded(evidence, MET_DAYS, replies)
    table = table[table["posters"] >= least]
    groups = evidence.from_birth.set_index("group")
    followed = (groups["end_us"] - groups["origin_us"]) >= SIZED_AT * DAY_US
    table = table[table.index.isin(groups.index[followed])]
    rows = pd.DataFrame(
        {
            "share": table["met"] / (table["posters"] - 1),
            "size": table["later_posters"].astype("float64"),
        }
    )
    return rows.assign(first=np.log(table["posters"])) if adjusted else rows
