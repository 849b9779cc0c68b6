"""What freeCodeCamp's Gitter rooms are about and where they lie, told from their names.

Read by us from public names alone, before anything was counted by it.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


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
def city_zones() -> dict[str, str]:
    """Return the zone that a room lies in, by the city that it is named after.

    >>> city_zones()["Pune"]
    'Asia/Kolkata'
    """
    return _facts("city_zones")


@cache
def _lists() -> dict[str, frozenset[str]]:
    return {name: frozenset(rooms) for name, rooms in _facts("gitter_rooms").items()}


def _facts(name: str) -> dict[str, Any]:
    text = files(__package__).joinpath(f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)
