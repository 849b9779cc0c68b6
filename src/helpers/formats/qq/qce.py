"""Read QQ Chat Exporter's files: one JSON document or chunked JSON Lines.

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

from helpers.formats.json.json_blocks import Block, decode_block
from helpers.formats.json.json_stream import (
    decode_envelope,
    read_elements,
    read_json_lines,
)
from helpers.formats.qq import qq
from helpers.formats.qq.qce_messages import (
    Overlaps,
    balance_chunks,
    find_manifest,
    identify_person,
    list_chunk_files,
    list_name_bearers,
    read_contents,
)
from helpers.formats.qq.qce_schema import (
    Document,
    Id,
    Info,
    Message,
    Sender,
    build_decoder,
)
from helpers.formats.reading.chat import Chat
from helpers.formats.reading.source import Head, Source
from helpers.formats.rows.clock import from_epoch, parse_iso_us, read_instant
from helpers.formats.rows.columns import to_ids
from helpers.formats.rows.events import YOU, Event, Known, extract_ids, load_grammar
from helpers.records import Batch, EventKind, from_rows
from helpers.text.columns import to_text_array
from helpers.wording import say

NAME = "QQ Chat Exporter"
OBSERVES = replace(
    qq.OBSERVES, replies="explicit", time_zone_known=True, roles_known=False
)
OUTSIDE = {"private": "private", "temp": "private"}

_CODES: dict[str, EventKind] = {"1": "recall", "4": "settings", "17": "pin"}
_CODE = re.compile(r"\s*\[(\d+)\]\s*(.*)", re.DOTALL)


def has_signature(head: Head) -> bool:
    """Detect QQ Chat Exporter by its name in the metadata, or its keys."""
    if manifest := find_manifest(head.names):
        return bool(list_chunk_files(head.names)) and "chatInfo" in head.keys(manifest)
    return len(head.names) == 1 and {"chatInfo", "metadata"} <= head.paths


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of a QQ export: one document or all chunks."""
    chunks = list_chunk_files(source.names)
    name = (find_manifest(source.names) if chunks else None) or source.name
    document = decode_envelope(source, name, Document, "messages")
    info = document.chat_info
    group = str(info.peer_uin or info.peer_uid or info.name or source.stem)
    made_us = read_instant(document.metadata, "exportTime", source.options.zone)
    source.state_export(group, made_us, name)
    yield _build_group(info, group, name)
    messages = _Messages(source, Overlaps() if chunks else None)
    if chunks:
        rows = dict.fromkeys(chunks, 0)
        for chunk in rows:
            chat = _build_chat(source, chunk, group, info)
            with source.carry_on():
                for block in read_json_lines(source, chunk):
                    rows[chunk] += len(block.positions)
                    yield from messages.of(block, chat)
        balance_chunks(source, name, document.chunked, rows)
    else:
        chat = _build_chat(source, name, group, info)
        for block in read_elements(source, name, "messages"):
            yield from messages.of(block, chat)
    _settle_counts(source, document, name, messages.counts)


def _build_chat(source: Source, name: str, group: str, info: Info) -> Chat:
    def understand(text: str, known: Known) -> Event | None:
        event = _read_system_line(text, known)
        return event and extract_ids(event, group, source.people, r"\d+")

    chat = Chat(source, name, group, understand, {"", "0"}.__contains__)
    if own := info.self_uin or info.self_uid:
        chat.names([(str(own), YOU), (str(own), info.self_name)])
    return chat


def _read_system_line(text: str, known: Known) -> Event | None:
    """Parse a QQ system line into a group event, or None."""
    match = _CODE.match(text)
    if event := load_grammar("qq").match(match[2] if match else text, known):
        return event
    kind = _CODES.get(match[1]) if match else None
    return Event(f"qce.code-{match[1]}", kind) if match and kind else None


class _Messages:
    """Reads the messages of one QQ export, block by block.

    Attributes
    ----------
    counts
        How many there were by the sender's uid.
    """

    def __init__(self, source: Source, overlaps: Overlaps | None) -> None:
        self._source, self._overlaps = source, overlaps
        self._decoder = build_decoder()
        self.counts: Counter[Id | None] = Counter()

    def of(self, block: Block, chat: Chat) -> Iterator[Batch]:
        """Yield a block's message records, without those of earlier chunks."""
        losses = self._source.losses
        signed, positions = decode_block(block, self._decoder, chat.file, losses)
        ids = to_text_array(
            to_ids([m.message_id if m.id is None else m.id for m, _ in signed])
        )
        times = _read_times([message.timestamp for message, _ in signed])
        if self._overlaps and (again := self._overlaps.repeated(ids, times)):
            reason = "repeated in another chunk"
            losses.noted(reason, chat.file, positions[0], len(again))
            new_rows = [at for at in range(len(signed)) if at not in again]
            signed = [signed[at] for at in new_rows]
            positions = [positions[at] for at in new_rows]
            row_indices = pa.array(
                new_rows, pa.int64()
            )  # of no rows Arrow wouldn't know the type
            ids, times = ids.take(row_indices), times.take(row_indices)
        if signed:
            tally = Counter([sender for _, sender in signed])
            for sender, rows in tally.items():
                self.counts[sender.uid] += rows
            chat.names(list_name_bearers(tally, signed))
            yield from _read_records(signed, positions, ids, times, chat)


def _read_records(
    signed: Sequence[tuple[Message, Sender]],
    positions: Sequence[int],
    ids: pa.Array,
    times: pa.Array,
    chat: Chat,
) -> Iterator[Batch]:
    messages = [message for message, _ in signed]
    people = [s.uin if s.uin is not None else identify_person(m, s) for m, s in signed]
    columns = read_contents(messages)
    yield from chat.batches(
        position=positions,
        time_us=times,
        sender=to_ids(people),
        kind=columns.kind,
        text=columns.text,
        id=ids,
        reply_to=to_ids(columns.reply_to),
        mentions=columns.mentions if any(columns.mentions) else None,
    )


def _read_times(stamps: list[float | str | None]) -> pa.Array:
    """Convert timestamps to µs: numbers, or V4's ISO 8601 texts."""
    if str in set(map(type, stamps)):
        stamps = [
            parse_iso_us(stamp)
            if isinstance(stamp, str) and not stamp.isdecimal()
            else stamp
            for stamp in stamps
        ]
    return from_epoch(stamps)


def _build_group(info: Info, group: str, file: str) -> Batch:
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


def _settle_counts(
    source: Source, document: Document, name: str, counts: Counter[Id | None]
) -> None:
    """Record a doubt where the exporter's own message counts differ from those read."""
    if document.chat_info.participant_count:
        source.observed["members_source"] = "count"
    total, listed = document.statistics.total_messages, document.statistics.senders
    losses = source.losses
    losses.balance("messages", name, declared=total, found=counts.total())
    for entry in listed:
        declared = entry.message_count
        losses.balance(
            say("messages of one sender"),
            name,
            declared=declared,
            found=counts[entry.uid],
        )
