"""Negative control for owner absence: another regular member's absence."""

from __future__ import annotations

import pandas as pd

from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.spans import MONTH, to_local_days

OF = ["group", "member"]


def find_nearest_regulars(early: pd.DataFrame, owner: pd.Series[int]) -> pd.Series[int]:
    """Find the member with a number of early messages closest to the owner's.

    Parameters
    ----------
    early
        ``group, member, messages`` of the first weeks, of all but owners.
    owner
        The owner's messages in them, by group.

    Examples
    --------
    >>> early = pd.DataFrame({"group": 0, "member": [1, 2], "messages": [9, 4]})
    >>> find_nearest_regulars(early, pd.Series({0: 5})).to_dict()
    {0: 2}
    """
    distance = (early["messages"] - early["group"].map(owner).fillna(0)).abs()
    ordered = early.assign(apart=distance).sort_values(["group", "apart", "member"])
    nearest: pd.Series[int] = ordered.drop_duplicates("group").set_index("group")[
        "member"
    ]
    return nearest


def replace_owner_by_regular(evidence: Evidence) -> pd.DataFrame:
    """Return daily messages of a regular similar to the owner, and of other members.

    The owner is the member who wrote as many messages as the owner on each day.
    """
    owners = evidence.table("owner_days")
    days = evidence.table("member_days")[[*OF, "day", "messages"]]
    born = to_local_days(evidence, evidence.groups.set_index("group")["origin_us"])
    is_early = {
        name: rows["day"] - rows["group"].map(born) < MONTH
        for name, rows in (("owner", owners), ("member", days))
    }
    by_members = days[~_is_by_owner(days, owners) & is_early["member"]]
    early: pd.DataFrame = by_members.groupby(OF, as_index=False)[["messages"]].sum()
    host = owners[is_early["owner"]].groupby("group")["owner"].sum()
    regular = days["group"].map(find_nearest_regulars(early, host))
    by_regular = days["messages"].where(days["member"] == regular, 0)
    rows = days.assign(owner=by_regular, others=days["messages"] - by_regular)
    rows = rows[regular.notna()]
    both = rows.groupby(["group", "day"], as_index=False)[["owner", "others"]].sum()
    return both.assign(prompt=None)


def _is_by_owner(days: pd.DataFrame, owners: pd.DataFrame) -> pd.Series[bool]:
    """Return which rows (messages per member and day) are of the group's owner."""
    both = days.merge(owners[["group", "day", "owner"]], "left", ["group", "day"])
    owner_total = days["group"].map(owners.groupby("group")["owner"].sum())
    same = both["messages"].eq(both["owner"]).set_axis(days.index)
    by_member = [days[member] for member in OF]
    total = days.groupby(by_member)["messages"].transform("sum")
    return same.groupby(by_member).transform("all") & total.eq(owner_total)
