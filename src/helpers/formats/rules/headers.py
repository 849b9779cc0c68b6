"""What tables and programs call columns, and kinds of messages."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from helpers.files import read_own_rows
from helpers.records import MESSAGE_KINDS

COLUMNS = (
    "time", "sender", "sender_id", "text", "group", "group_id", "id", "reply_to",
    "kind", "topic", "bot", "attachment", "system", "deleted", "own", "recipients",
    "chat_kind", "is_group", "moved_from",
)  # fmt: skip
NEEDED = frozenset({"time", "sender"})
_NAMES = ("formats", "table_columns.toml")  # of columns and kinds of messages
_BRACKETS = re.compile(r"\s*[(（\[【].*")
TELLING: Mapping[str, Any] = read_own_rows(*_NAMES)["telling"]
LEVELS: list[str] = TELLING["levels"]  # of what a program logs
_OF_APP = re.compile(TELLING["of_app"], re.IGNORECASE)
_PARTS: Mapping[str, list[str]] = TELLING["parts"]


@cache
def _read_kinds() -> Mapping[str, str]:
    kinds = read_own_rows(*_NAMES)["kinds"].items()
    words = {word: kind for kind, known in kinds for word in known}
    return MappingProxyType(words | {kind: kind for kind in MESSAGE_KINDS})


@cache
def list_names(role: str) -> tuple[str, ...]:
    """List what columns of a role are called, normalised; the surest name first."""
    return (role.replace("_", ""), *read_own_rows(*_NAMES)["columns"].get(role, ()))


def find_kind(word: str | None) -> str | None:
    """Return the kind of rows that a word means, such as 图片 or user_added."""
    known = _read_kinds().get((word or "").strip().lower())
    return known or ("system" if _OF_APP.search(word or "") else None)


@lru_cache(1 << 12)
def normalise_name(name: str) -> str:
    """Return a column's name as names are compared.

    >>> [normalise_name(one) for one in ("Message-Id", "time(Asia/Shanghai)")]
    ['messageid', 'time']
    """
    bare = _BRACKETS.sub("", name.strip().strip("\ufeff")) or name
    return re.sub(r"[\s_-]+", "", unicodedata.normalize("NFKC", bare).lower())


@lru_cache(1 << 14)
def score_name(role: str, name: str) -> float:
    """Return how surely a column is one by its name: 1 for the surest, 0 for none.

    >>> score_name("time", "time"), score_name("sender", "author.name") > 0.5
    (1.0, True)
    """
    around, _, leaf = name.rpartition(".")
    if around and role == "id":
        return 0
    if role in {"group", "group_id"} and is_person(around):
        return 0  # an id of whoever exported, or of a member, is no group's
    own = list_names(role)
    outer = around.rpartition(".")[2]
    spelled = {
        normalise_name(one) for one in (leaf, outer + leaf, name.replace(".", ""))
    }
    places = [own.index(one) for one in spelled if one in own]
    if not places and around and leaf.lower() in _PARTS.get(role, ()):
        return 0.9 * max(
            score_name(one, outer) for one in {role, role.removesuffix("_id")}
        )
    return max((1 - 0.4 * place / len(own) for place in places), default=0)


def is_usual(key: str) -> bool:
    """Return whether a key is one that programs give, and so no person's name."""
    spelled = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower()
    return spelled in read_own_rows(*_NAMES)["usual"]["keys"]


def is_person(name: str) -> bool:
    """Return whether a name is one that columns of people have."""
    return any(score_name(role, name) for role in ("sender", "sender_id"))


def find_named(role: str, names: Iterable[str]) -> str | None:
    """Return the column whose name fits a role best."""
    best = max(names, key=lambda name: score_name(role, name), default="")
    return best if score_name(role, best) else None


def map_columns(
    names: Iterable[str], stated: Mapping[str, str] | None = None
) -> dict[str, tuple[str, ...]]:
    """Map roles to columns by their names, or as stated; a day may have a clock."""
    names, stated = list(names), stated or {}
    found = {
        own: stated[own] if own in stated else find_named(own, names) for own in COLUMNS
    }
    columns: dict[str, tuple[str, ...]]
    columns = {own: (one,) for own, one in found.items() if one in {*names}}
    if "sender_id" in columns and "sender" not in stated:
        columns.setdefault("sender", columns["sender_id"])
    for own in ("sender", "group"):  # who is who, the user says
        if own in stated:
            columns.pop(f"{own}_id", None)
    day = find_named("dates", names)
    if day and "time" not in stated:
        columns["time"] = (day, *columns.get("time", ()))
    return columns


def list_missing(names: Iterable[str], stated: Mapping[str, str] | None) -> list[str]:
    """List the columns that a user names and a table does not have."""
    have = set(names)
    return [theirs for theirs in (stated or {}).values() if theirs not in have]


def is_group_column(name: str) -> bool:
    """Return whether a name is one that columns or envelopes of groups have."""
    return score_name("group", name) > 0 or normalise_name(name) in list_names(
        "envelope"
    )
