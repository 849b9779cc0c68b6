"""Purpose and city of freeCodeCamp's Gitter rooms, from their names.

Read by us from public names alone, before anything was counted by it.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


def classify_purpose(name: str) -> str | None:
    """Classify a chat room by its name as ``topic``, ``city`` or None.

    >>> (
    ...     classify_purpose("FreeCodeCamp/python"),
    ...     classify_purpose("FreeCodeCamp/Oslo"),
    ...     classify_purpose("x/deutsch"),
    ... )
    ('topic', 'city', None)
    """
    room, lists = name.rpartition("/")[2], _read_room_lists()
    if room in lists["neither"]:
        return None
    return "topic" if room in lists["topics"] else "city"


@cache
def find_city_zone() -> dict[str, str]:
    """Return the time zone of each city room, by room name.

    >>> find_city_zone()["Pune"]
    'Asia/Kolkata'
    """
    return _build_facts("city_zones")


@cache
def _read_room_lists() -> dict[str, frozenset[str]]:
    return {
        name: frozenset(rooms) for name, rooms in _build_facts("gitter_rooms").items()
    }


def _build_facts(name: str) -> dict[str, Any]:
    text = files(__package__).joinpath(f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)
