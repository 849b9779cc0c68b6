"""A study restricted to groups with exports that record what a claim needs.

In a folder of mixed exports what can be known is a group's own. A claim is asked of
the groups that show all that it needs, and says how many they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from helpers.claims.contract.study_view import Need
from helpers.records import Observability, combine_observability
from helpers.study.own.shown_by_group import (
    WHOLE_MEMBERSHIP,
    choose_replies,
    combine_shown_rows,
)
from helpers.study.publish.study import Manifest, Tables
from helpers.wording import say

UNKNOWN = ("no", "none", "unknown")
RECORDED = ("explicit", "mention")


@dataclass(frozen=True, eq=False)
class ShowingGroups:
    """A study restricted to groups with exports that record what a claim needs.

    Attributes
    ----------
    whole
        The study.
    shown
        Rows of its table `shown`: the groups.
    """

    whole: Tables
    shown: pd.DataFrame

    @property
    def name(self) -> str:
        """Name of the study."""
        return self.whole.name

    @property
    def checksum(self) -> str:
        """The SHA-256 over all tables of the study."""
        return self.whole.checksum

    @property
    def observability(self) -> Observability:
        """What the source records of every selected group, such as dates of joining."""
        return self.manifest.observability

    @cached_property
    def manifest(self) -> Manifest:
        """The study's manifest, restricted to the selected groups."""
        every = combine_shown_rows(self.shown)
        manifest = self.whole.manifest
        observability = replace(
            combine_observability(every), window_us=manifest.observability.window_us
        )
        return replace(
            manifest, observability=observability, centres_from=choose_replies(every)
        )

    def table(self, name: str) -> pd.DataFrame:
        """Return a table's rows on the selected groups."""
        rows = self.whole.table(name)
        if "group" not in rows:
            return rows
        return rows[rows["group"].isin(self.shown["group"])]


def select_showing(needs: Sequence[Need], study: Tables) -> Tables:
    """Select groups that record all needed data; all groups if none does.

    Parameters
    ----------
    needs
        Of which one missing refuses the claim.
    study
        One whose groups differ: it has a table `shown`.
    """
    rows = study.table("shown")
    eligible = rows
    for need in needs:
        eligible = eligible[_mark_showing(eligible, need.where)]
    return study if len(eligible) in {0, len(rows)} else ShowingGroups(study, eligible)


def describe_counted(study: ShowingGroups) -> str:
    """Describe how many of a study's groups record the data that a claim needs."""
    all_ = len(study.whole.table("shown"))
    return say(
        "{shown} of {of} groups show what this needs",
        shown=len(study.shown),
        of=all_,
    )


def _mark_showing(rows: pd.DataFrame, where: str) -> pd.Series[bool]:
    """Return for each group whether its exports record the data of a given column."""
    table, _, column = where.partition(".")
    if where in SHOWN_BY:
        return SHOWN_BY[where](rows)
    if table != "observability":
        return rows["group"].notna()
    states = rows[column]
    return states if states.dtype == bool else ~states.isin(UNKNOWN)


def _is_owned(rows: pd.DataFrame) -> pd.Series[bool]:
    return rows["owner_known"]


def _is_listed(rows: pd.DataFrame) -> pd.Series[bool]:
    return rows["members_source"].isin(WHOLE_MEMBERSHIP)


SHOWN_BY: Mapping[str, Callable[[pd.DataFrame], pd.Series[bool]]] = {
    "observability.people_across": lambda rows: rows["sender_ids"].eq("yes"),
    "windows.replies_explicit": lambda rows: rows["replies"].isin(RECORDED),
    "windows.owner_share": _is_owned,
    "windows.owner_top": _is_owned,
    "memberships.joined_us": lambda rows: rows["joins_observed"],
    "roster": _is_listed,
    "roster.engaged": lambda rows: _is_listed(rows) & rows["reactions_observed"],
}
