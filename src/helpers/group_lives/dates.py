"""What the dates of a source mean, and which of its groups are one place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Annotated, Literal

import msgspec

from helpers.errors import name_broken_row
from helpers.files import read_description
from helpers.group_lives.evidence import Evidence
from helpers.group_lives.silence import LONGEST_DAYS, SILENCE_DAYS


class Dates(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Table ``[lives]`` of a source's description: dates, parts and places.

    Attributes
    ----------
    life_tables
        Whether its groups stand in the Group Life Tables.
    what
        The last activity, in words.
    kind, where
        The only kind of groups, and the facts with their values, that count.
    windows
        Days of silence that are a death; limits enclose those of all.
    closing
        What a closing is: an end of its own (``end``), or how the source shows that a
        group is silent (``silence``), such as a server that no longer answers.
    silent_on
        The date on which groups are called silent, where one was fixed.
    parts
        Facts that split its groups into parts of one place, shown below it.
    """

    life_tables: bool = False
    what: str = "message"
    kind: str = ""
    where: Mapping[str, float] = {}
    windows: tuple[Annotated[float, msgspec.Meta(gt=0)], ...] = (
        SILENCE_DAYS,
        LONGEST_DAYS,
    )  # no traffic is known
    closing: Literal["end", "silence"] = "end"
    silent_on: date | None = None
    parts: tuple[str, ...] = ()


@cache
def read_dates(source: str) -> Dates:
    """Read what the dates of a source mean; of one's own groups they are messages.

    >>> read_dates("v2ex_nodes").what
    'topic or reply'
    """
    facts = read_description(source)
    with name_broken_row(f"{source}.toml, [lives]"):
        return msgspec.convert(facts.get("lives", {}), Dates)


def split_parts(evidence: Evidence) -> dict[str, Evidence]:
    """Return the parts of a place by name: groups with a fact, and the rest."""
    for fact in read_dates(evidence.name).parts:
        rows = evidence.table("facts")
        own = rows.loc[rows["fact"].eq(fact) & rows["value"].eq(1), "group"]
        rest = evidence.groups.loc[~evidence.groups["group"].isin(own), "group"]
        return {fact: evidence.only(own), "others": evidence.only(rest)}
    return {}
