"""Read one chat of WeChat in a JSON document, by the description of its program."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

import msgspec

from helpers.formats.json.json_stream import decode_elements, decode_envelope
from helpers.formats.reading.chat import Chat
from helpers.formats.reading.source import Source
from helpers.formats.rows.clock import from_epoch, read_instant
from helpers.formats.rows.columns import to_ids
from helpers.formats.rows.events import YOU
from helpers.formats.rows.people import NAMED, to_name_id
from helpers.formats.rows.placeholders import split_placeholders
from helpers.formats.rules.programs import Program
from helpers.formats.wechat import wechat
from helpers.records import Batch, from_rows

_TYPES: Mapping[str, Any] = {
    "time": int | float | str | None, "kind": str | int | None, "number": int | None,
    "own": int | bool | None, "id": str | int | None, "reply_to": str | int | None,
}  # fmt: skip
_NUMBER = re.compile(r"(?:type=)?(\d+)")  # of a type without a label
_ID = re.compile(r"wxid_\w+|\S+@\w+")


@cache
def _build_decoder(program: Program) -> msgspec.json.Decoder[list[Any]]:
    """Build the decoder of a program's messages, whose fields are our columns."""
    fields = {role: _TYPES.get(role, str | None) for role in program.columns}
    names = {role: theirs for role, (theirs, *_) in program.columns.items()}
    listed = [(role, kind, None) for role, kind in fields.items()]
    message = msgspec.defstruct("Message", listed, rename=names, gc=False)
    return msgspec.json.Decoder(list[message])  # type: ignore[valid-type]


def read_conversation(source: Source, program: Program) -> Iterator[Batch]:
    """Yield the records of one chat."""
    name, document = (
        source.name,
        decode_envelope(source, source.name, dict[str, Any], program.rows),
    )
    said = {role: _find(document, paths) for role, paths in program.facts.items()}
    group = str(said.get("group") or source.stem)
    made_us = read_instant(said, "exported", source.options.zone)
    source.state_export(group, made_us, name)
    chat = Chat(source, name, group, program.understand, wechat.is_system_sender)
    row = {"group": group, "label": said.get("label"), "platform": program.platform}
    yield from_rows(
        "group", [row | {"kind": _classify_chat(said, group, program), "file": name}]
    )
    decoder = _build_decoder(program)
    for messages, positions in decode_elements(source, name, decoder, program.rows):
        yield from _read_messages(source, messages, positions, chat, program)
    source.losses.balance("messages", name, declared=said.get("count"), found=chat.rows)


def _find(document: Mapping[str, Any], paths: Sequence[str]) -> Any:  # noqa: ANN401
    """Return the first text or number at a dotted path; a damaged one says nothing."""
    for path in paths:
        value: Any = document
        for step in path.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, str | int | float) and value != "":
            return value
    return None


def _classify_chat(said: Mapping[str, Any], group: str, program: Program) -> str | None:
    """Return what a chat is, by its own word, else by whether it is a group."""
    if kind := said.get("kind"):
        return str(program.chats.get(kind, kind))
    if "is_group" not in said:
        return None
    known = wechat.classify_chat(group)
    return {True: "group", False: known or "private"}.get(said["is_group"], known)


def _read_messages(
    source: Source,
    messages: Sequence[Any],
    positions: Sequence[int],
    chat: Chat,
    program: Program,
) -> Iterator[Batch]:
    none: list[Any] = [None] * len(messages)
    column = {one: [*map(attrgetter(one), messages)] for one in program.columns}
    ids, names, texts = column["sender_id"], column["sender"], column["text"]
    worded, words = none, texts
    if program.has_brackets:  # and maybe senders without an id
        worded, words = split_placeholders(texts)
        if not all(ids):
            ids = [one or _identify(n) for one, n in zip(ids, names, strict=True)]
            if any(one and one.startswith(NAMED) for one in ids):
                source.observed["sender_ids"] = "by name"
    chat.names(zip(ids, names, strict=True))
    own = {*zip(ids, column.get("own", none), strict=True)}
    chat.names((one, YOU) for one, is_own in own if is_own)
    told = [*zip(column["kind"], column.get("number", none), worded, strict=True)]
    known = {one: _classify_kind(*one, program.labels) for one in set(told)}
    kinds = [known[one] for one in told]
    if program.has_brackets:
        said = zip(texts, words, kinds, strict=True)
        texts = [_read_bracketed(*one) for one in said]
    elif any(text and ":\n" in text for text in texts):
        texts = [
            wechat.strip_sender_prefix(text, {who or ""} | chat.spoke)
            if text and ":\n" in text
            else text
            for text, who in zip(texts, ids, strict=True)
        ]
    yield from chat.batches(
        position=positions,
        time_us=from_epoch(column["time"]),
        sender=ids,
        kind=kinds,
        text=texts,
        **{role: to_ids(column[role]) for role in ("id", "reply_to") if role in column},
    )


def _identify(name: str | None) -> str | None:
    """Return the sender by name, or by account if no name is known."""
    return name if not name or _ID.fullmatch(name) else to_name_id(name)


def _read_bracketed(text: str | None, word: str | None, kind: str) -> str | None:
    """Return a text without the words in brackets that stand for its kind."""
    if kind == "system":
        return wechat.strip_mark(text or "")
    return wechat.extract_text(text if kind == "text" else word, kind)


def _classify_kind(
    kind: str | int | None,
    number: int | None,
    worded: str | None,
    labels: Mapping[str, str],
) -> str:
    """Return a message's kind by its label, WeChat's number or words in brackets."""
    label = labels.get(str(kind))
    if number is None and (match := _NUMBER.fullmatch(str(kind))):
        number = int(match[1])
    if label in {None, "other", "system"} and number is not None:
        known = wechat.classify_type(number)
        return "system" if label == "system" and known != "poke" else known
    if kind is None and worded is not None:
        return worded
    is_worded = label == "share" and worded not in {None, "text"}
    return str(worded) if is_worded else label or "other"
