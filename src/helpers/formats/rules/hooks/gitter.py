"""Gitter: tab-separated rooms, whose texts name people, and counts of readers."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from helpers.formats.reading.source import Head
from helpers.formats.rows.columns import build_batch
from helpers.formats.rows.people import SIGNATURE
from helpers.formats.rules import typed
from helpers.formats.rules.records import Block
from helpers.formats.rules.typed import Row
from helpers.records import SECOND_US, Batch

_ID = "[0-9a-f]{24}"
_LINE = re.compile(
    rf"^{_ID}\t[^\t\n]*\t\d{{4}}-[^\t\n]*\t({_ID}|)\t([^\t\n]*)\t{_ID}\t", re.MULTILINE
)
_MENTION = re.compile(r"(?<![\w@])@([\w-]+)")
_ROOMS = ".tsv"


def has_signature(head: Head) -> bool | None:
    """Detect rooms by ids in tab-separated lines; keys are told elsewhere."""
    tables = [name for name in head.names if name.endswith(_ROOMS)]
    return _LINE.match(head.text(tables[0])) is not None if tables else None


class Reader(typed.Reader):
    """Reads rooms, one file each."""

    signature: re.Pattern[str] | None = re.compile(
        rf"{SIGNATURE.pattern}|`([^`\n]{{1,40}})` \S"
    )

    def list_files(self) -> list[str]:
        """List the tables, else the documents; who is called what is known then."""
        tables = [name for name in self.source.names if name.endswith(_ROOMS)]
        self._ids, self._empty = dict[str, str](), set[str]()
        if not tables:
            return super().list_files()
        self._empty = {one for one in tables if not self.source.head.bytes(one, 1)}
        pairs = {
            pair
            for name in tables
            if name not in self._empty
            for text in self.source.messages(name, _LINE)
            for pair in _LINE.findall(text.text)
        }
        self.source.people.mentioned(*(name for _, name in pairs))
        self._ids = {name: who for who, name in sorted(pairs) if who}
        self.source.observed["reads_observed"], self.signature = "none", None
        return tables

    def read_file(self, name: str) -> Iterator[Batch]:
        """Yield the records of one room, of which nobody may have written."""
        self.group = PurePosixPath(name).stem
        self._label: str | None = None
        if name in self._empty:
            self.file, self.groups = name, {self.group: None}
            yield from self.close_groups()
            return
        yield from super().read_file(name)
        if not name.endswith(_ROOMS):
            self.source.observed["births"] = "first_message"

    def describe_group(self, group: str) -> Row:
        """Return a room; its birth is in its id."""
        row = super().describe_group(group)
        if self._label is None:
            return row
        return row | {"label": self._label or group, "created_us": _read_birth(group)}

    def prepare(self, block: Block) -> None:
        """Find whom texts mention, and whom the bot of a bridge speaks for."""
        self._label = block["label"][0]
        if self._ids:
            block["sender_id"] = [who or None for who in block["sender_id"]]
            block["mentions"] = [self._list_mentioned(text) for text in block["text"]]
        self.source.people.mentioned(*filter(None, block["spoken_for"]))

    def read_block(self, block: Block) -> Iterator[Batch]:
        """Yield the messages, and how many read each."""
        yield from super().read_block(block)
        counted = [at for at, n in enumerate(block["readers"]) if n is not None]
        read = block.take(counted)
        columns = {"message": read["id"], "readers": read["readers"]}
        place = {"file": self.file, "position": read.positions, "group": read["group"]}
        yield build_batch("read", len(read), **columns, **place, rule="gitter.readBy")

    def _list_mentioned(self, text: str) -> list[str] | None:
        if "@" not in text:
            return None
        named = (self._ids.get(name) for name in _MENTION.findall(text))
        return [one for one in named if one] or None


def _read_birth(identity: str) -> int | None:
    """Decode the creation time of a Mongo id, to the second, in µs."""
    try:
        return int(identity[:8], 16) * SECOND_US
    except ValueError:
        return None
