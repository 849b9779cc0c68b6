"""QQ Chat Exporter: one JSON document (V4, V5) or a folder of chunked JSON Lines.

`time` is local in one version and UTC in another, so only `timestamp` is used. One
person's uid and uin may differ between exports: the uin counts, else the uid. Chunks
overlap and aren't in order. Recalled text was kept by the exporter; it is dropped here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pyarrow as pa

from helpers.formats.json.json_blocks import Block, decode
from helpers.formats.json.json_stream import decode_envelope, elements, json_lines
from helpers.formats.qq import qq
from helpers.formats.qq.qce_messages import (
    Overlaps,
    balance_chunks,
    bearers,
    chunk_files,
    manifest_file,
    person,
    said,
)
from helpers.formats.qq.qce_schema import Document, Id, Info, Message, Sender, decoder
from helpers.formats.reading.source import Head, Source
from helpers.formats.rows.chat import Chat
from helpers.formats.rows.clock import from_epoch, iso_us
from helpers.formats.rows.columns import as_ids
from helpers.formats.rows.events import YOU, Event, Known, grammar, with_ids
from helpers.records import Batch, EventKind, from_rows
from helpers.text.columns import as_texts

NAME = "QQ Chat Exporter"
OBSERVES = replace(
    qq.OBSERVES, replies="explicit", time_zone_known=True, roles_known=False
)
OUTSIDE = {"private": "private", "temp": "private"}

_CODES: dict[str, EventKind] = {"1": "recall", "4": "settings", "17": "pin"}
_CODE = re.compile(r"\s*\[(\d+)\]\s*(.*)", re.DOTALL)


def recognises(head: Head) -> bool:
    """Tell the exporter by its name in the metadata, or by what only it writes."""
    if manifest := manifest_file(head.names):
        return bool(chunk_files(head.names)) and "chatInfo" in head.keys(manifest)
    return len(head.names) == 1 and {"chatInfo", "metadata"} <= head.paths


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of one document or of all chunks."""
    chunks = chunk_files(source.names)
    name = (manifest_file(source.names) if chunks else None) or source.name
    document = decode_envelope(source, name, Document, "messages")
    info = document.chat_info
    group = str(info.peer_uin or info.peer_uid or info.name or source.path.stem)
    yield _group(info, group, name)
    messages = _Messages(source, Overlaps() if chunks else None)
    if chunks:
        rows = dict.fromkeys(chunks, 0)
        for chunk in rows:
            chat = _chat(source, chunk, group, info)
            for block in json_lines(source, chunk):
                rows[chunk] += len(block.positions)
                yield from messages.of(block, chat)
        balance_chunks(source, name, document.chunked, rows)
    else:
        chat = _chat(source, name, group, info)
        for block in elements(source, name, "messages"):
            yield from messages.of(block, chat)
    _settle(source, document, name, messages.counts)


def _chat(source: Source, name: str, group: str, info: Info) -> Chat:
    def understand(text: str, known: Known) -> Event | None:
        event = _understand(text, known)
        return event and with_ids(event, group, source.people, r"\d+")

    chat = Chat(source, name, group, understand, {"", "0"}.__contains__)
    if own := info.self_uin or info.self_uid:
        chat.names([(str(own), YOU), (str(own), info.self_name)])
    return chat


def _understand(text: str, known: Known) -> Event | None:
    """Read a system line; the exporter's codes stand before, or instead of, words."""
    match = _CODE.match(text)
    if event := grammar("qq").match(match[2] if match else text, known):
        return event
    kind = _CODES.get(match[1]) if match else None
    return Event(f"qce.code-{match[1]}", kind) if match and kind else None


class _Messages:
    """The messages of one export, block by block.

    Attributes
    ----------
    counts
        How many there were by the sender's uid.
    """

    def __init__(self, source: Source, overlaps: Overlaps | None) -> None:
        self._source, self._overlaps = source, overlaps
        self._decoder = decoder()
        self.counts: Counter[Id | None] = Counter()

    def of(self, block: Block, chat: Chat) -> Iterator[Batch]:
        """Yield the records of a block; what stood in another chunk is set aside."""
        losses = self._source.losses
        signed, positions = decode(block, self._decoder, chat.file, losses)
        ids = as_texts(
            as_ids([m.message_id if m.id is None else m.id for m, _ in signed])
        )
        times = _times([message.timestamp for message, _ in signed])
        if self._overlaps and (again := self._overlaps.repeated(ids, times)):
            what = "repeated in another chunk"
            losses.noted(what, chat.file, positions[0], len(again))
            kept = [at for at in range(len(signed)) if at not in again]
            signed = [signed[at] for at in kept]
            positions = [positions[at] for at in kept]
            here = pa.array(kept, pa.int64())  # of no rows Arrow wouldn't know the type
            ids, times = ids.take(here), times.take(here)
        if signed:
            tally = Counter([sender for _, sender in signed])
            for sender, rows in tally.items():
                self.counts[sender.uid] += rows
            chat.names(bearers(tally, signed))
            yield from _records(signed, positions, ids, times, chat)


def _records(
    signed: Sequence[tuple[Message, Sender]],
    positions: Sequence[int],
    ids: pa.Array,
    times: pa.Array,
    chat: Chat,
) -> Iterator[Batch]:
    messages = [message for message, _ in signed]
    people = [s.uin if s.uin is not None else person(m, s) for m, s in signed]
    columns = said(messages)
    yield from chat.batches(
        position=positions,
        time_us=times,
        sender=as_ids(people),
        kind=columns.kind,
        text=columns.text,
        id=ids,
        reply_to=as_ids(columns.reply_to),
        mentions=columns.mentions if any(columns.mentions) else None,
    )


def _times(stamps: list[float | str | None]) -> pa.Array:
    """Return instants; V4 wrote ISO 8601, whose digits alone are no time."""
    if str in set(map(type, stamps)):
        stamps = [
            iso_us(one) if isinstance(one, str) and not one.isdecimal() else one
            for one in stamps
        ]
    return from_epoch(stamps)


def _group(info: Info, group: str, file: str) -> Batch:
    row = {
        "group": group,
        "label": info.name,
        "platform": "qq",
        "kind": info.type,
        "member_count": info.participant_count,
        "file": file,
        "rule": "qce.chat-info",
    }
    return from_rows("group", [row])


def _settle(
    source: Source, document: Document, name: str, counts: Counter[Id | None]
) -> None:
    """Balance the exporter's own counts; say that members are a bare count."""
    if document.chat_info.participant_count:
        source.observed["members_source"] = "count"
    total, listed = document.statistics.total_messages, document.statistics.senders
    losses = source.losses
    losses.balance("messages", name, declared=total, found=counts.total())
    for one in listed:
        declared = one.message_count
        losses.balance(
            "messages of one sender", name, declared=declared, found=counts[one.uid]
        )
