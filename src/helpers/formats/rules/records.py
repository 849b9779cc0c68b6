"""Read the rows of JSON and of tables by the description of their program.

A description says where the files are, what is what in a row, and what labels mean. A
program that needs more overrides steps of `Reader` in a module of `hooks`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any

import pyarrow as pa

from helpers.formats.json.json_stream import (
    decode_blocks,
    decode_envelope,
    decode_json_lines,
)
from helpers.formats.reading.chat import Chat
from helpers.formats.reading.source import Source
from helpers.formats.reading.tabular import Rows, group_rows, read_tables
from helpers.formats.rows.clock import (
    from_epoch,
    from_iso,
    from_wall,
    read_instant,
)
from helpers.formats.rows.columns import to_ids
from helpers.formats.rows.events import YOU, Event, Known
from helpers.formats.rows.people import NAMED, to_name_id
from helpers.formats.rows.placeholders import split_placeholders
from helpers.formats.rules.paths import Found, Paths, fill
from helpers.formats.rules.programs import Program
from helpers.formats.wechat import wechat
from helpers.records import Batch, from_rows

_NUMBER = re.compile(r"(?:type=)?(\d+)")  # of a type without a label
_ID = re.compile(r"wxid_\w+|\S+@\w+")
KEPT = ("mentions", "topic", "bot", "links", "has_code")
_PLAIN = {"exported", "until", "from", "to", "count", "is_group"}  # facts, as they are
TABLES = (".csv", ".tsv")
LINES = (".jsonl", ".ndjson")


class Block:
    """Consecutive rows as columns, by what they are; each is made when it is asked."""

    def __init__(
        self, positions: Sequence[int], find: Callable[[str], list[Any] | None]
    ) -> None:
        self.positions, self._find = positions, find
        self._columns: dict[str, list[Any] | None] = {}
        self.times: pa.Array = None

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.positions)

    def __contains__(self, role: str) -> bool:
        """Return whether there is a column."""
        return self._look_up(role) is not None

    def __getitem__(self, role: str) -> list[Any]:
        """Return a column; one that is missing is empty."""
        return self._look_up(role) or [None] * len(self)

    def __setitem__(self, role: str, column: list[Any]) -> None:
        """Put a column in the place of another."""
        self._columns[role] = column

    def _look_up(self, role: str) -> list[Any] | None:
        if role not in self._columns:
            self._columns[role] = self._find(role)
        return self._columns[role]

    def rows(self, *roles: str) -> Iterator[tuple[Any, ...]]:
        """Yield the cells of some columns, row by row."""
        fresh = self._find if self._columns.keys().isdisjoint(roles) else None
        cells = fresh.rows(roles) if isinstance(fresh, Found) else None
        return cells or zip(*map(self.__getitem__, roles), strict=True)

    def take_distinct(self) -> Block:
        """Return a row of each part that is repeated, such as an author."""
        return self.take([*{part: at for at, part in enumerate(self[""])}.values()])

    def take(self, at: Sequence[int]) -> Block:
        """Return some of the rows."""
        if len(at) == len(self):
            return self
        found = self._find.take(at) if isinstance(self._find, Found) else None

        def find(role: str) -> list[Any] | None:
            if found and role not in self._columns:
                return found(role)
            column = self._look_up(role)
            return None if column is None else [column[i] for i in at]

        taken = Block([self.positions[i] for i in at], find)
        taken.times = self.times and self.times.take(pa.array(at, pa.int64()))
        return taken


class Reader:
    """Reads one export of a program."""

    def __init__(self, source: Source, program: Program) -> None:
        self.source, self.program = source, program
        self.file, self.group = "", source.stem
        self.facts: dict[str, Any] = {}
        self.document: dict[str, Any] = {}  # without its rows
        self.chats: dict[str, Chat] = {}
        self.paths, self.has_lines = program.paths, source.name.endswith(LINES)

    def read(self) -> Iterator[Batch]:
        """Yield the records of all files; a damaged one costs no other."""
        for name in self.list_files():
            with self.source.carry_on() if self.program.files else nullcontext():
                yield from self.read_file(name)

    def list_files(self) -> list[str]:
        """List the files with rows, in the order of their numbers."""
        if not self.program.files:
            return [self.source.name]
        return self.program.list_files(self.source.names)

    def read_file(self, name: str) -> Iterator[Batch]:
        """Yield the records of one file."""
        self.file, self.chats, rows = name, {}, 0
        if self.program.facts:
            self.read_facts()
            yield from self.open_document()
        for block in self.read_blocks():
            rows += len(block)
            yield from self.read_block(block)
        count = self.facts.get("count")
        declared = count if isinstance(count, int) else None
        self.source.losses.balance("messages", name, declared=declared, found=rows)

    def read_facts(self) -> None:
        """Read what a document says of its chat, and when it was made."""
        rows = self.program.rows or ""
        self.document = decode_envelope(self.source, self.file, dict[str, Any], rows)
        self.facts = self.find_facts(self.document)
        self.group = str(self.facts.get("group") or self.source.stem)
        zone = self.source.options.zone
        made_us, *limits = (
            read_instant(self.facts, end, zone) for end in ("exported", "from", "to")
        )
        self.source.state_export(self.group, made_us, self.file)
        if "from" in self.facts:
            self.source.state_range(self.group, *limits)

    def open_document(self) -> Iterator[Batch]:
        """Yield the group of a document that is one chat."""
        yield from self.open_chat(self.group)

    def find_facts(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a document says of its chat."""
        facts = self.program.facts.items()
        told = {role: find(document, paths) for role, paths in facts}
        return told | {
            role: None if value is None else str(value)
            for role, value in told.items()
            if role not in _PLAIN
        }

    def open_chat(self, group: str) -> Iterator[Batch]:
        """Yield a group's record when it is met."""
        if group not in self.chats:
            self.add_chat(group)
            row = {"group": group, "platform": self.program.platform, "file": self.file}
            yield from_rows("group", [row | self.describe_group(group)])

    def add_chat(self, group: str) -> None:
        """Open the conversation of a group, in which kinds may tell the app's lines."""
        own = self.program.ids and self.program.understand_in(group, self.source.people)
        understand = own or self.understand
        every = (self.source, self.file, group, understand, self.is_nobody)
        self.chats[group] = Chat(*every, by_words="kind" in self.program.columns)

    def is_nobody(self, sender: str | None) -> bool:
        """Return whether a message is the app's."""
        return wechat.is_system_sender(sender)

    def understand(self, line: str, known: Known = tuple) -> Event | None:
        """Return the event in a line of the app."""
        return self.program.understand(line, known)

    def describe_group(self, group: str) -> dict[str, Any]:
        """Return what is known of a group."""
        kind = self.program.classify_chat(self.facts, group)
        return {"label": self.facts.get("label"), "kind": kind}

    def is_table(self) -> bool:
        """Return whether a file has columns."""
        return self.file.endswith(TABLES)

    def read_table(self, table: str) -> Iterator[Block]:
        """Yield the rows of one of a document's lists; not every one has each."""
        program, names = self.program, self.program.tables
        columns = {key: [key] for key in names[table]} or program.columns
        paths = Paths(columns, program.types, program.needed)
        every, has_none = (self.source, self.file, paths.decoder), table != program.rows
        for block in decode_blocks(*every, table, others=names, optional=has_none):
            yield Block(block.positions, paths.look_into(block.values))

    def place(self, block: Block, at: int) -> dict[str, Any]:
        """Return where a row stands."""
        group, position = block["group"][at], block.positions[at]
        file = block["file"][at] if "file" in block else self.file
        return {"group": group, "file": file, "position": position}

    def read_blocks(self) -> Iterator[Block]:
        """Yield the rows of the file in blocks of columns."""
        paths, every = self.paths, (self.source, self.file)
        if self.is_table():
            separator = "\t" if self.file.endswith(".tsv") else ","
            for table in read_tables(*every, separator, names=self.program.header):
                yield Block(table.position, partial(_find_cells, table, paths))
            return
        blocks: Iterator[tuple[Any, ...]] = (
            decode_json_lines(*every, paths.decoder)
            if self.has_lines
            else decode_blocks(*every, paths.decoder, self.program.rows or "")
        )
        for rows, positions, *_ in blocks:
            yield Block(positions, paths.look_into(rows))

    def read_block(self, block: Block) -> Iterator[Batch]:
        """Yield the records of some rows."""
        self.prepare(block)
        parts = {self.group: [*range(len(block))]}
        if "group" in block:
            groups = [str(group or self.group) for group in block["group"]]
            parts = dict(group_rows(groups))
        for group, at in parts.items():
            yield from self.open_chat(group)
            yield from self.read_chat(block.take(at), self.chats[group])

    def prepare(self, block: Block) -> None:
        """Change columns to what the program means by them."""

    def read_chat(self, block: Block, chat: Chat) -> Iterator[Batch]:
        """Yield the messages of one chat, and the events in its system lines."""
        words, times = block["text"], block.times
        if self.program.has_brackets:
            block["worded"], words = split_placeholders(words)
        ids = self.identify(block)
        block["sender_id"] = ids
        first = block.take_distinct() if self.program.repeated else block
        for role in self.program.names:
            chat.names(first.rows("sender_id", role))
        if "own" in block:
            own = {*zip(ids, block["own"], strict=True)}
            chat.names((one, YOU) for one, is_own in own if is_own)
        kinds = self.classify(block)
        yield from chat.batches(
            position=block.positions,
            time_us=self.read_times(block["time"]) if times is None else times,
            sender=ids, kind=kinds, text=self.extract_texts(block, words, kinds, chat),
            **{role: to_ids(block[role]) for role in ("id", "reply_to")},
            **{one: block[one] for one in (*KEPT, "rule") if one in block},
        )  # fmt: skip

    def classify(self, block: Block) -> list[str]:
        """Return kinds as told, else by label, number or words in brackets."""
        if "kinds" in block:
            return block["kinds"]
        told = [*block.rows("kind", "number", "worded")]
        program = self.program
        known = {
            (kind, number, worded): _classify_kind(kind, number, worded, program)
            for kind, number, worded in set(told)
        }
        return [known[one] for one in told]

    def read_times(self, values: Sequence[Any]) -> pa.Array:
        """Return instants of times as the program writes them."""
        if self.program.clock == "epoch":
            return from_epoch(values)
        texts = [one if type(one) is str else "" for one in values]
        is_wall, zone = self.program.clock == "wall", self.source.options.zone
        return from_wall(texts, zone) if is_wall else from_iso(texts)

    def identify(self, block: Block) -> list[str | None]:
        """Return who wrote: by id, or by name where a program knows some without."""
        ids = to_ids(block["sender_id"])
        if not self.program.has_brackets or all(ids):
            return ids
        named = zip(ids, block["sender"], strict=True)
        ids = [
            one or (name and (name if _ID.fullmatch(name) else to_name_id(name)))
            for one, name in named
        ]
        if any(one and one.startswith(NAMED) for one in ids):
            self.source.observed["sender_ids"] = "by name"
        return ids

    def extract_texts(
        self, block: Block, words: Sequence[Any], kinds: Sequence[str], chat: Chat
    ) -> list[str | None]:
        """Return own texts, without marks, senders and XML that are not theirs."""
        if "own_text" in block:  # as it was told
            return block["own_text"]
        texts = block["text"]
        if self.program.has_brackets:
            rows = zip(texts, words, kinds, strict=True)
            return [
                wechat.strip_mark(text or "")
                if kind == "system"
                else wechat.extract_text(text if kind == "text" else word, kind)
                for text, word, kind in rows
            ]
        if self.program.platform != "wechat":
            return texts
        if ":\n" in "\0".join(filter(None, texts)):
            strip, spoke = wechat.strip_sender_prefix, chat.spoke
            texts = [
                strip(text, {who or ""} | spoke) if text and ":\n" in text else text
                for text, who in zip(texts, block["sender_id"], strict=True)
            ]
        return wechat.extract_texts(texts, kinds)


def _find_cells(table: Rows, paths: Paths, role: str) -> list[Any] | None:
    theirs = (".".join(steps) for steps in paths.names.get(role, ()))
    spelled = (
        one if one in table.columns else one[:1].upper() + one[1:] for one in theirs
    )
    there = [[*table.columns[one]] for one in spelled if one in table.columns]
    return fill(there) if there else None


def find(document: Mapping[str, Any], paths: Sequence[str]) -> Any:  # noqa: ANN401
    """Return the first text or number at a dotted path; a damaged one says nothing."""
    for path in paths:
        value: Any = document
        for step in path.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, str | int | float) and value != "":
            return value
    return None


def _classify_kind(
    kind: str | int | None, number: int | None, worded: str | None, program: Program
) -> str:
    """Return a message's kind by its label, WeChat's number or words in brackets."""
    label = program.find_label(str(kind))
    if number is None and (match := _NUMBER.fullmatch(str(kind))):
        number = int(match[1])
    if label in {None, "other", "system"} and number is not None:
        known = wechat.classify_type(number)
        return "system" if label == "system" and known != "poke" else known
    if kind is None and worded is not None:
        return worded
    is_worded = label == "share" and worded not in {None, "text"}
    return str(worded) if is_worded else label or "other"
