"""What freeCodeCamp's Gitter rooms are about, told by us from their public names.

Read from names alone, before anything was counted by it.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


def about(name: str) -> str | None:
    """Return ``topic``, ``city`` or neither of them.

    >>> about("FreeCodeCamp/python"), about("FreeCodeCamp/Oslo"), about("x/deutsch")
    ('topic', 'city', None)
    """
    room, lists = name.rpartition("/")[2], _lists()
    if room in lists["neither"]:
        return None
    return "topic" if room in lists["topics"] else "city"


@cache
def _lists() -> dict[str, frozenset[str]]:
    text = files(__package__).joinpath("gitter_rooms.toml").read_text("utf-8")
    return {name: frozenset(rooms) for name, rooms in tomllib.loads(text).items()}
