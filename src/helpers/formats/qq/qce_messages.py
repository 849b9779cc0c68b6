"""Content, kind and author of messages of QQ Chat Exporter.

A folder holds its messages in chunks, some of them in several.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import Ints
from helpers.formats.qq.qce_schema import Content, Id, Mention, Message, Sender
from helpers.formats.reading.source import Source
from helpers.formats.rows.people import to_name_id

_KINDS = {
    "image": "image", "video": "video", "audio": "voice", "ptt": "voice",
    "file": "file",
    "market_face": "sticker", "forward": "forward", "json": "share",
    "location": "location",
}  # fmt: skip


class MessageContents(NamedTuple):
    """Kinds, texts, quoted message ids and mentions of QQ messages, as columns."""

    kind: list[str]
    text: list[str | None]
    reply_to: list[Id | None]
    mentions: list[list[str] | None]


def read_contents(messages: Sequence[Message]) -> MessageContents:
    """Read kinds, texts and mentions of QQ messages."""
    texts = [
        parts[0].data.text
        if len(parts := m.content.elements) == 1
        and parts[0].type == "text"
        and parts[0].data
        and not (m.content.reply or m.content.mentions)
        and not (m.recalled or m.is_recalled)
        and not (m.system or m.is_system_message or m.type == "system")
        else None
        for m in messages
    ]
    rows = len(texts)
    all_said = MessageContents(["text"] * rows, texts, [None] * rows, [None] * rows)
    for at, text in enumerate(texts):
        if text is None:
            _enter_message(all_said, at, messages[at])
    return all_said


def _enter_message(all_said: MessageContents, at: int, message: Message) -> None:
    content = message.content
    all_said.kind[at] = _classify_unspoken(message) or _classify_kind(content)
    all_said.text[at] = _extract_words(content)
    all_said.reply_to[at] = _find_reply(content)
    if content.mentions:
        all_said.mentions[at] = _list_mentions(content.mentions)


def identify_person(message: Message, sender: Sender) -> Id | None:
    """Return the id of a QQ message's author."""
    if sender.uin is not None:
        return sender.uin
    raw = message.raw_message
    return raw.sender_uin if raw and raw.sender_uin is not None else sender.uid


def list_name_bearers(
    senders: Iterable[Sender], signed: Sequence[tuple[Message, Sender]]
) -> Iterator[tuple[str, str]]:
    """Yield (person, name) pairs of all authors of messages.

    A uid is a name of the uin: mentions know only the uid.
    """
    bearers: set[tuple[Id | None, Sender]]
    bearers = {(sender.uin, sender) for sender in senders}
    bearers |= {
        (identify_person(m, sender), sender)
        for m, sender in signed
        if sender.uin is None
    }
    names: set[tuple[Id | None, Id | None]] = {
        (who, name)
        for who, sender in bearers
        for name in (
            sender.uid,
            sender.name,
            sender.nickname,
            sender.group_card,
            sender.remark,
        )
    }
    names |= {
        (identify_person(m, sender), name)
        for m, sender in signed
        if (raw := m.raw_message)
        for name in (raw.send_nick_name, raw.send_member_name)
    }
    return ((str(who), str(name)) for who, name in names if who is not None and name)


def _list_mentions(mentions: Sequence[Mention]) -> list[str]:
    return [
        to_name_id(str(mention.uid))
        for mention in mentions
        if mention.uid is not None and mention.type != "all"
    ]


def _classify_unspoken(message: Message) -> str | None:
    if message.recalled or message.is_recalled:
        return "recalled"
    if message.system or message.is_system_message or message.type == "system":
        return "system"
    return None


def _classify_kind(content: Content) -> str:
    types = [element.type for element in content.elements]
    if "reply" in types or content.reply:
        return "reply"
    if any(
        e.type == "text" and e.data and (e.data.text or "").strip()
        for e in content.elements
    ):
        return "text"
    return next((_KINDS[type_] for type_ in types if type_ in _KINDS), "text")


def _extract_words(content: Content) -> str | None:
    """Return a QQ message's own text, without quotes and placeholders."""
    parts = [
        element.data.text or (f"@{element.data.name}" if element.type == "at" else "")
        for element in content.elements
        if element.data and element.type in {"text", "at"}
    ]
    return "".join(parts) if parts else content.text


def _find_reply(content: Content) -> Id | None:
    if content.reply:
        return content.reply.referenced_message_id
    for element in content.elements:
        if element.type == "reply" and element.data:
            referenced = element.data.referenced_message_id
            return referenced if referenced is not None else element.data.message_id
    return None


class _Seen(NamedTuple):
    first_us: int
    last_us: int
    ids: Ints


class Overlaps:
    """Hashes of messages in earlier chunks, to find repeated ones.

    It finds messages that stand in several chunks of one export.

    >>> import pyarrow as pa
    >>> seen = Overlaps()
    >>> seen.repeated(pa.array(["a", "b", "a"]), pa.array([1, 2, 1]))
    {2}
    >>> seen.repeated(pa.array(["b", "c"]), pa.array([2, 3]))
    {0}
    """

    def __init__(self) -> None:
        self._seen: list[_Seen] = []

    def repeated(self, ids: pa.Array, times: pa.Array) -> set[int]:
        """Return which messages, by id and time, occurred in earlier chunks."""
        span = pc.min_max(times).as_py()
        first, last = span["min"] or 0, span["max"] or 0
        hashed = np.fromiter(map(hash, ids.to_pylist()), np.int64)
        earlier = [
            chunk.ids
            for chunk in self._seen
            if chunk.first_us <= last and first <= chunk.last_us
        ]
        again = np.zeros(len(hashed), bool)
        if np.unique(hashed).size < len(hashed):  # rare; where is dearer than whether
            again[:] = True
            again[np.unique(hashed, return_index=True)[1]] = False
        if earlier:
            again |= np.isin(hashed, np.concatenate(earlier))
        self._seen.append(_Seen(first, last, hashed))
        return {at for at in np.flatnonzero(again).tolist() if ids[at].as_py()}


def list_chunk_files(names: Sequence[str]) -> list[str]:
    """List the chunk files among the export's file names.

    The manifest's shape has changed from version to version; where it still lists the
    chunks, `balance_chunks` looks at its counts.
    """
    return [name for name in names if name.endswith(".jsonl")]


def find_manifest(names: Sequence[str]) -> str | None:
    """Return the name of the export's manifest file, or None.

    >>> find_manifest(["chunks/chunk_0001.jsonl", "manifest.json"])
    'manifest.json'
    """
    return next(
        (name for name in names if _strip_folder(name) == "manifest.json"), None
    )


def balance_chunks(
    source: Source,
    file: str,
    chunked: Any,  # noqa: ANN401  any JSON value
    rows_by_chunk: Mapping[str, int],
) -> None:
    """Record chunks that are missing or differ in size from the manifest.

    Parameters
    ----------
    rows_by_chunk
        Messages by chunk file.
    """
    chunks_read = {
        _strip_folder(name): (name, rows) for name, rows in rows_by_chunk.items()
    }
    for name, declared in _read_declared_counts(chunked).items():
        if name not in chunks_read:
            source.losses.lost("chunk in the manifest only", file, 0, declared)
        else:
            where, rows = chunks_read[name]
            reason = "messages of a chunk"
            source.losses.balance(reason, where, declared=declared, found=rows)


def _read_declared_counts(chunked: Any) -> dict[str, int]:  # noqa: ANN401  any JSON value
    listed = chunked.get("chunks") if isinstance(chunked, dict) else None
    chunks = [chunk for chunk in listed or () if isinstance(chunk, dict)]
    named = [
        (chunk.get("fileName") or chunk.get("relativePath"), chunk) for chunk in chunks
    ]
    return {
        _strip_folder(str(name)): chunk["count"]
        for name, chunk in named
        if name and isinstance(chunk.get("count"), int)
    }


def _strip_folder(name: str) -> str:
    return name.rsplit("/", 1)[-1]
