"""QQ Chat Exporter: chunks that overlap, elements of messages, counts of its own."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import nullcontext
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import Ints
from helpers.formats.reading.source import Head, Source
from helpers.formats.rows.columns import to_ids
from helpers.formats.rows.events import YOU, Event, Known, extract_ids, load_grammar
from helpers.formats.rows.people import to_name_id
from helpers.formats.rules import records
from helpers.formats.rules.paths import Paths
from helpers.formats.rules.programs import Program
from helpers.formats.rules.records import Block
from helpers.records import Batch, EventKind, find_jumps, from_rows
from helpers.text.columns import to_text_array
from helpers.wording import say

Id = str | int
_CODES: dict[str, EventKind] = {"1": "recall", "4": "settings", "17": "pin"}
_CODE = re.compile(r"\s*\[(\d+)\]\s*(.*)", re.DOTALL)


class _Data(msgspec.Struct, rename="camel", gc=False):
    text: str | None = None
    name: str | None = None
    message_id: Id | None = None
    referenced_message_id: Id | None = None


class _Element(msgspec.Struct, gc=False):
    type: str = ""
    data: _Data | None = None


class _Mention(msgspec.Struct, gc=False):
    uid: Id | None = None
    name: str | None = None
    type: str | None = None


class _Reply(msgspec.Struct, rename="camel", gc=False):
    referenced_message_id: Id | None = None


class _Content(msgspec.Struct, gc=False):
    text: str | None = None
    elements: tuple[_Element, ...] = ()
    mentions: tuple[_Mention, ...] | None = None
    reply: _Reply | None = None


def has_signature(head: Head) -> bool | None:
    """Detect QQ Chat Exporter in chunks by its manifest; keys are told elsewhere."""
    if manifest := _find_manifest(head.names):
        has_chunks = any(name.endswith(".jsonl") for name in head.names)
        return has_chunks and "chatInfo" in head.keys(manifest)
    return None if len(head.names) == 1 else False


def list_parts(head: Head) -> set[str]:
    """List the files of an export in chunks: its manifest, and lines of messages."""
    manifest = _find_manifest(head.names)
    chunks = {name for name in head.names if name.endswith(".jsonl")}
    if manifest is None:
        return {*head.names}
    return {manifest} | {name for name in chunks if _is_chunk(head.keys(name))}


def _is_chunk(keys: AbstractSet[str]) -> bool:
    return {"timestamp", "content"} <= keys and "_type" not in keys


class Reader(records.Reader):
    """Reads one document or all chunks, which repeat messages."""

    def __init__(self, source: Source, program: Program) -> None:
        super().__init__(source, program)
        types = {**program.types, "content": _Content}
        self.paths = Paths(program.columns, types, (), program.repeated)
        self._overlaps: _Overlaps | None = None
        self._counts = Counter[str | None]()
        self._numbered: dict[int, int] = {}  # times of messages by number

    def read(self) -> Iterator[Batch]:
        """Yield the records of a QQ export."""
        source = self.source
        lines = [name for name in source.names if name.endswith(".jsonl")]
        parts = list_parts(source.head) if len(lines) > 1 else {*lines}
        chunks = [name for name in lines if name in parts]
        name = (_find_manifest(source.names) if chunks else None) or source.name
        self.file, self.has_lines = name, bool(chunks)
        self._overlaps = _Overlaps() if chunks else None
        self.read_facts()
        if source.ranges[self.group][0] is not None:
            source.observed["left_truncated"] = True
        people = str(self.facts["people"] or "")
        row = {
            "group": self.group, "label": self.facts["label"], "platform": "qq",
            "kind": self.facts["kind"], "file": name, "rule": "qce.chat-info",
            "member_count": int(people) if people.isdecimal() else None,
        }  # fmt: skip
        yield from_rows("group", [row])
        rows = dict.fromkeys(chunks or [name], 0)
        for chunk in rows:
            with source.carry_on() if chunks else nullcontext():
                for block in self._read_chunk(chunk):
                    rows[chunk] += len(block)
                    yield from self.read_block(block)
        if chunks:
            _balance_chunks(source, name, self.document.get("chunked"), rows)
        numbered = self._numbered
        source.jumps[self.group] = find_jumps([*numbered], [*numbered.values()])
        self._settle_counts(name)

    def _read_chunk(self, chunk: str) -> Iterator[Block]:
        self.file = chunk
        self.add_chat(self.group)
        if own := self.facts["own"]:
            self.chats[self.group].names([(own, YOU), (own, self.facts["own_name"])])
        yield from self.read_blocks()

    def is_nobody(self, sender: str | None) -> bool:
        """Return whether a message is the app's."""
        return sender in {None, "", "0"}

    def understand(self, line: str, known: Known = tuple) -> Event | None:
        """Return the event in a line of QQ, which may have a code in front."""
        match = _CODE.match(line)
        words = match[2] if match else line
        if event := load_grammar("qq").match(words, known):
            return extract_ids(event, self.group, self.source.people, r"\d+")
        kind = _CODES.get(match[1]) if match else None
        return Event(f"qce.code-{match[1]}", kind) if match and kind else None

    def read_block(self, block: Block) -> Iterator[Batch]:
        """Yield a block's records, without those of earlier chunks."""
        block.times = self.read_times(block["time"])
        if self._overlaps:
            ids = to_text_array(to_ids(block["id"]))
            if again := self._overlaps.repeated(ids, block.times):
                reason, place = "repeated in another chunk", block.positions[0]
                self.source.losses.noted(reason, self.file, place, len(again))
                new_rows = [at for at in range(len(block)) if at not in again]
                block = block.take(new_rows)
        told = zip(map(str, block["seq"]), block.times.to_pylist(), strict=True)
        self._numbered |= {int(n): t for n, t in told if t and n.isdecimal()}
        if len(block):
            yield from super().read_block(block)

    def prepare(self, block: Block) -> None:
        """Read elements; senders are counted, and their uids are names."""
        block["uid"] = to_ids(block["uid"])
        self._counts.update(block["uid"])
        chat, ids = self.chats[self.group], to_ids(block["sender_id"])
        for role in ("sent_as", "sent_as_member"):
            if any(block[role]):
                chat.names(zip(ids, block[role], strict=True))
        flags = ("recalled", "is_recalled", "system", "is_system")
        unspoken: list[str | None] = [None] * len(block)
        if any(any(block[role]) for role in flags) or "system" in {*block["type"]}:
            rows = block.rows(*flags, "type")
            unspoken = [_classify_unspoken(*row) for row in rows]
        contents = [one or _Content() for one in block["content"]]
        texts = [
            parts[0].data.text
            if len(parts := content.elements) == 1
            and parts[0].type == "text"
            and parts[0].data
            and not (content.reply or content.mentions or kind)
            else None
            for content, kind in zip(contents, unspoken, strict=True)
        ]
        kinds: list[Any] = ["text"] * len(block)
        answered: list[Any] = [None] * len(block)
        mentions = answered.copy()
        for at in [at for at, text in enumerate(texts) if text is None]:
            content = contents[at]
            kinds[at] = unspoken[at] or self._classify_kind(content)
            texts[at], answered[at] = _extract_words(content), _find_reply(content)
            mentions[at] = content.mentions and [
                to_name_id(str(one.uid))
                for one in content.mentions
                if one.uid is not None and one.type != "all"
            ]
        block["kinds"], block["text"], block["reply_to"] = kinds, texts, answered
        if any(mentions):
            block["mentions"] = mentions

    def _classify_kind(self, content: _Content) -> str:
        types = [element.type for element in content.elements]
        if "reply" in types or content.reply:
            return "reply"
        if any(
            e.type == "text" and e.data and (e.data.text or "").strip()
            for e in content.elements
        ):
            return "text"
        plain = "other" if types and not content.text else "text"  # a dice, a shake …
        return next(filter(None, map(self.program.find_label, types)), plain)

    def _settle_counts(self, name: str) -> None:
        """Record a doubt where the exporter's own counts differ from those read."""
        if self.facts["people"]:
            self.source.observed["members_source"] = "count"
        balance, count = self.source.losses.balance, self.facts["count"]
        total = count if isinstance(count, int) else None
        balance("messages", name, declared=total, found=self._counts.total())
        told = self.document.get("statistics")
        senders = told.get("senders") if isinstance(told, dict) else None
        rows = senders if isinstance(senders, list) else ()
        for one in [one for one in rows if isinstance(one, dict)]:
            uid, count = one.get("uid"), one.get("messageCount")
            found = self._counts[None if uid is None else str(uid)]
            total = count if isinstance(count, int) else None
            balance(say("messages of one sender"), name, declared=total, found=found)


def _classify_unspoken(
    recalled: object, is_recalled: object, system: object, is_system: object, kind: Id
) -> str | None:
    if recalled or is_recalled:
        return "recalled"
    return "system" if system or is_system or kind == "system" else None


def _extract_words(content: _Content) -> str | None:
    """Return a QQ message's own text, without quotes and placeholders."""
    parts = [
        element.data.text or (f"@{element.data.name}" if element.type == "at" else "")
        for element in content.elements
        if element.data and element.type in {"text", "at"}
    ]
    return "".join(parts) if parts else content.text


def _find_reply(content: _Content) -> Id | None:
    if content.reply:
        return content.reply.referenced_message_id
    for element in content.elements:
        if element.type == "reply" and element.data:
            referenced = element.data.referenced_message_id
            return referenced if referenced is not None else element.data.message_id
    return None


class _Overlaps:
    """Hashes of messages in earlier chunks, to find repeated ones."""

    def __init__(self) -> None:
        self._seen: list[tuple[int, int, Ints]] = []  # first and last time, ids

    def repeated(self, ids: pa.Array, times: pa.Array) -> set[int]:
        """Return which messages, by id and time, occurred in earlier chunks."""
        span = pc.min_max(times).as_py()
        first, last = span["min"] or 0, span["max"] or 0
        hashed = np.fromiter(map(hash, ids.to_pylist()), np.int64)
        earlier = [
            known
            for first_us, last_us, known in self._seen
            if first_us <= last and first <= last_us
        ]
        again = np.zeros(len(hashed), bool)
        if np.unique(hashed).size < len(hashed):  # rare; where is dearer than whether
            again[:] = True
            again[np.unique(hashed, return_index=True)[1]] = False
        if earlier:
            again |= np.isin(hashed, np.concatenate(earlier))
        self._seen.append((first, last, hashed))
        return {at for at in np.flatnonzero(again).tolist() if ids[at].as_py()}


def _find_manifest(names: Sequence[str]) -> str | None:
    """Return the name of the export's manifest file, or None."""
    return next((n for n in names if n.rpartition("/")[2] == "manifest.json"), None)


def _balance_chunks(
    source: Source,
    file: str,
    chunked: Any,  # noqa: ANN401  any JSON value
    rows_by_chunk: Mapping[str, int],
) -> None:
    """Record chunks that are missing or differ in size from the manifest."""
    read = {
        name.rpartition("/")[2]: (name, rows) for name, rows in rows_by_chunk.items()
    }
    listed = chunked.get("chunks") if isinstance(chunked, dict) else None
    for chunk in [chunk for chunk in listed or () if isinstance(chunk, dict)]:
        path = chunk.get("fileName") or chunk.get("relativePath")
        name, declared = str(path or "").rpartition("/")[2], chunk.get("count")
        if not name or not isinstance(declared, int):
            continue
        if name not in read:
            source.losses.lost("chunk in the manifest only", file, 0, declared)
        else:
            where, rows = read[name]
            reason = "messages of a chunk"
            source.losses.balance(reason, where, declared=declared, found=rows)
