"""freeCodeCamp's Gitter rooms, 2014–2016: one file per room.

A row is ``room_id, room_uri, sent_at, from_userid, from_username, message_id, text``
without a header, quoted as Excel does, line breaks inside the quotes. Ids are Mongo
ObjectIds, whose first eight hex digits are seconds since 1970: when a room was made
is known even where nobody ever spoke in it.
"""

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from helpers.files import read_own_rows
from helpers.records import SECOND_US, Batch, from_rows
from pipeline.corpora.shared.corpus import RawFolder, Supplements
from pipeline.corpora.shared.dates import to_instant_us

NOTICE = "This room will be closed and archived"  # staff's words, in every variant
BOTS = frozenset({"camperbot"})
BATCH_ROWS = 20_000
# 212 rooms, mostly of cities, are dated within these 75 minutes, one every 21 seconds
SCRIPT_RAN = (
    datetime(2015, 7, 1, 7, tzinfo=UTC),
    datetime(2015, 7, 1, 8, 15, tzinfo=UTC),
)

_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_MENTION = re.compile(r"(?<![\w@/.])@([A-Za-z0-9][A-Za-z0-9-]*)")
_LINK = re.compile(r"https?://\S+")


class Row(NamedTuple):
    """One raw row of the file of a chat room's messages."""

    room_id: str
    room_uri: str
    sent_at: str
    from_userid: str
    from_username: str
    message_id: str
    text: str


def to_creation_us(object_id: str) -> int:
    """Decode the creation time of a Mongo ObjectId, in µs.

    >>> to_creation_us("55a4bb4b5e0d51bd787b516a")
    1436859211000000
    """
    return int(object_id[:8], 16) * SECOND_US


def read(raw: RawFolder) -> Iterator[Batch]:
    """Yield records of each chat room, its messages and its closing."""
    groups: list[dict[str, Any]] = []
    for name, recorded in raw.list_files().items():
        rows = list(_read_rows(raw.path / name))
        raw.tally[recorded] += len(rows)
        messages = [
            _build_message(row, name, place) for place, row in enumerate(rows, 1)
        ]
        for start in range(0, len(messages), BATCH_ROWS):
            yield from_rows("message", messages[start : start + BATCH_ROWS])
        if rows:  # an empty file names no room: it has no id and so no birth
            groups.append(_build_group(rows[0], messages))
    closing = {"kind": "close", "method": "notice", "rule": "closing notice"}
    closings = [
        closing
        | {name: group[name] for name in ("group", "file", "position")}
        | {"time_us": group["closed_us"]}
        for group in groups
        if group["closed_us"]
    ]
    yield from_rows("event", closings)
    yield from_rows("group", groups)


def _read_rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from (Row(*row) for row in csv.reader(file, dialect="excel-tab"))


def _build_message(row: Row, file: str, position: int) -> dict[str, Any]:
    links = _LINK.findall(row.text)
    prose = _LINK.sub("", _CODE.sub("", row.text))
    return {
        "group": row.room_id,
        "id": row.message_id,
        # usernames and user ids match one to one here, and mentions use usernames
        "sender": row.from_username.lower(),
        "time_us": to_instant_us(row.sent_at),
        "kind": "notice" if NOTICE in row.text else "text",
        "bot": row.from_username in BOTS,
        "text": row.text,
        "chars": len(row.text),
        "mentions": [name.lower() for name in _MENTION.findall(prose)] or None,
        "links": len(links),
        "has_code": bool(_CODE.search(row.text)),
        "has_question": "?" in prose or "？" in prose,
        "file": file,
        "position": position,
    }


def _build_group(row: Row, messages: list[dict[str, Any]]) -> dict[str, Any]:
    notices = [message for message in messages if message["kind"] == "notice"]
    first = min(notices, key=lambda message: message["time_us"], default=None)
    return {
        "group": row.room_id,
        "label": row.room_uri,
        "network": "freecodecamp",
        "platform": "gitter",
        "kind": "room",
        "created_us": to_creation_us(row.room_id),
        "closed_us": first and first["time_us"],
        "closed_kind": first and "notice",
        "file": messages[0]["file"],
        "position": first["position"] if first else 1,
        "rule": "id's time; first closing notice",
    }


def read_supplements(raw: RawFolder) -> Supplements:
    """Return each room's purpose and mass opening, and the zones of city rooms.

    What a room is about was read by us from public names alone, before anything was
    counted by it.
    """
    rows = [next(_read_rows(raw.path / name), None) for name in raw.list_files()]
    rooms = {row.room_id: row.room_uri.rpartition("/")[2] for row in rows if row}
    lists, zones = (
        read_own_rows("corpora", "shared", f"{name}.toml", package="pipeline")
        for name in ("gitter_rooms", "city_zones")
    )
    facts = [
        (key, "about: topic" if room in lists["topics"] else "about: city", 1.0)
        for key, room in rooms.items()
        if room not in lists["neither"]
    ]
    first, last = (round(moment.timestamp()) * SECOND_US for moment in SCRIPT_RAN)
    by_script = [key for key in rooms if first <= to_creation_us(key) <= last]
    facts += [(key, "opened by script", 1.0) for key in by_script]
    table = pd.DataFrame(facts, columns=["key", "fact", "value"])
    lie = {key: zones[city] for key, city in rooms.items() if city in zones}
    return Supplements(tables={"facts": table}, zones=lie)
