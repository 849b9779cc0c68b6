"""Events in simulated groups, before they are exported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

HOSTS = 10_000_000  # people of planted tables have lower numbers
MOST = 10_000  # people of a group whom no planted table numbers
NOBODY = -1
COLUMNS = {
    "posts": ("post", "group", "time_us", "person", "answers", "chars"),
    "comings": ("group", "person", "time_us", "kind", "by"),
    "listed": ("group", "person", "role"),
    "reactions": ("post", "person"),
}


def person(group: Any, nth: Any) -> Any:  # noqa: ANN401 - numbers or arrays
    """Return the number of an extra member, in none of the simulated tables."""
    return HOSTS + group * MOST + nth


@dataclass
class Story:
    """All simulated events: posts, joins, reactions, by group.

    Attributes
    ----------
    groups
        ``group, network, created_us, owner, members``: when a group was made (null if
        no source says so), who owns it (`NOBODY` if nobody) and how many members it
        lists (null if no source does).
    posts
        ``post`` (number within the study), ``group, time_us, person``, ``answers`` (the
        post that it quotes, or `NOBODY`) and ``chars`` (its length).
    comings
        Who joined and left: ``group, person, time_us``, ``kind`` (``join`` or
        ``leave``), ``by`` (who invited them, or `NOBODY`).
    listed
        Who was a member when the group was exported: ``group, person, role``.
    reactions
        Who reacted to what: ``post, person``.
    texts
        What posts say, by number, where that matters; all others are pictures then.
    labels
        What people answered about posts: ``post, group, kind, probability, drawn,
        label``; None where nobody was asked.
    parents
        The group that a group split off from.
    brought
        Tables that people bring beside exports, by name.
    further
        Tables of records other than messages that are to be derived.
    end_us
        When observation ends.
    """

    groups: pd.DataFrame
    end_us: int
    posts: pd.DataFrame = field(default_factory=lambda: _empty("posts"))
    comings: pd.DataFrame = field(default_factory=lambda: _empty("comings"))
    listed: pd.DataFrame = field(default_factory=lambda: _empty("listed"))
    reactions: pd.DataFrame = field(default_factory=lambda: _empty("reactions"))
    texts: dict[int, str] = field(default_factory=dict)
    labels: pd.DataFrame | None = None
    parents: dict[int, int] = field(default_factory=dict)
    brought: dict[str, pd.DataFrame] = field(default_factory=dict)
    further: tuple[str, ...] = ()

    @property
    def owned(self) -> bool:
        """Whether the owner of any group is recorded."""
        return bool(self.groups["owner"].ne(NOBODY).any())

    def add(self, what: str, rows: pd.DataFrame | Mapping[str, object]) -> None:
        """Append rows to a table of simulated events; posts are numbered."""
        new = pd.DataFrame(rows)
        before = getattr(self, what)
        if what == "posts" and "post" not in new:
            first = int(before["post"].max()) + 1 if len(before) else 0
            new = new.assign(post=first + pd.RangeIndex(len(new)))
        both = pd.concat([before, new[list(COLUMNS[what])]], ignore_index=True)
        setattr(self, what, both if len(before) else new.reset_index(drop=True))


def _empty(what: str) -> pd.DataFrame:
    return pd.DataFrame(columns=list(COLUMNS[what]))
