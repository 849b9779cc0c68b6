"""Read public Zulip archives: a folder per stream, a JSON file per topic.

Many archives publish four fields only. A person is then a full name; where a mention
shows which id a name belongs to, the boundary joins the names of one person again.
Messages moved between streams keep their dates.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from helpers.formats.json.json_stream import decode_elements, decode_envelope
from helpers.formats.reading.source import LEAST, Head, Source
from helpers.formats.rows.clock import from_epoch
from helpers.formats.rows.columns import build_messages, yield_rows
from helpers.formats.rows.people import to_name_id
from helpers.records import Batch, from_rows
from helpers.wording import say

NAME = "Zulip archive"
OBSERVES = replace(
    LEAST, reactions_observed=True, replies="mention", never_active_listed=True
)
INDEX = "stream_index.json"
RESOLVED = "✔ "
_FOLDER = re.compile(r"(?:^|/)(\d+)(?:-[^/]*)?/([^/]+)\.json$")
_ESCAPE = re.compile(r"(?:\.[0-9A-F]{2})+")
_MENTION = re.compile(r'data-user-id="(\d+)"[^>]*>@?([^<]+)<')
_BREAK = re.compile(r"<br\s*/?>|</(?:p|li|blockquote|pre|h\d)>")
_TAG = re.compile(r"<[^>]*>")
_ANCHOR = re.compile(r'<a [^>]*href="(https?://[^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_ONE_PARAGRAPH = 2  # marks, in front and behind
_BOTS = frozenset({"Notification Bot", "Welcome Bot", "Zulip Notifications"})


class _Reaction(msgspec.Struct, gc=False):
    emoji_name: str = ""
    user_id: int | None = None


class _Message(msgspec.Struct, gc=False):
    id: int
    timestamp: int | float | str
    sender_full_name: str = ""
    sender_id: int | None = None
    sender_email: str | None = None
    content: str = ""
    subject: str | None = None
    reactions: list[_Reaction] | None = None


class _Stream(msgspec.Struct):
    id: int
    topic_data: dict[str, dict[str, int]] = {}


class _Index(msgspec.Struct):
    streams: dict[str, _Stream]


_DECODER = msgspec.json.Decoder(list[_Message])


def has_signature(head: Head) -> bool:
    """Detect a Zulip archive by its index of streams."""
    return head.has(INDEX)


def list_parts(head: Head) -> set[str]:
    """List the files that belong to a Zulip archive: the index, and those below it."""
    index = next(name for name in head.names if ("/" + name).endswith("/" + INDEX))
    root = index.removesuffix(INDEX)
    topics = (name for name in head.names if name.startswith(root))
    return {index} | {
        name
        for name in topics
        if (match := _FOLDER.search(name))
        # a folder of digits may be anything's
        and ("-" in match[0] or "[].sender_full_name" in head.keys(name))
    }


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of every Zulip topic; a stream is one group."""
    file = next((name for name in source.names if name.endswith(INDEX)), source.name)
    index = decode_envelope(source, file, _Index)
    counts: Counter[str] = Counter()
    pairs: set[tuple[str, str]] = set()
    for name in source.names:
        if not (place := _FOLDER.search(name)):
            continue
        topic = _ESCAPE.sub(_unescape_text, place[2])
        with source.carry_on():
            for values, positions in decode_elements(source, name, _DECODER, ""):
                counts[place[1]] += len(values)
                pairs.update(_list_mentioned(values))
                yield from _read_topic(source, name, place[1], topic, values, positions)
    for label, stream in index.streams.items():
        declared = sum(topic.get("size", 0) for topic in stream.topic_data.values())
        source.losses.balance(
            say("messages of stream {id}", id=stream.id), file, declared=declared,
            found=counts[str(stream.id)],
        )  # fmt: skip
        for who, full_name in pairs:
            source.people.met(str(stream.id), who, full_name)
        yield from_rows("group", [_group(label, stream, file)])


def _read_topic(  # noqa: PLR0917  one topic's place and content
    source: Source,
    name: str,
    group: str,
    topic: str,
    values: Sequence[_Message],
    positions: Sequence[int],
) -> Iterator[Batch]:
    for sender, full_name in {(m.sender_id, m.sender_full_name) for m in values}:
        source.people.mentioned(full_name)
        if sender is not None:  # else a mention may show the id behind the name
            source.people.met(group, str(sender), full_name)
    if any(m.sender_id is None for m in values):
        source.observed |= {"sender_ids": "by name", "reactions_observed": False}
    texts = [_flatten_text(m.content) for m in values]
    topics = [(m.subject or topic).removeprefix(RESOLVED) for m in values]
    source.losses.read_threads(group, topics, INDEX)
    yield build_messages(
        file=name,
        position=positions,
        group=group,
        id=[str(m.id) for m in values],
        time_us=from_epoch([m.timestamp for m in values]),
        sender=[
            to_name_id(m.sender_full_name) if m.sender_id is None else str(m.sender_id)
            for m in values
        ],
        kind=[_classify_kind(m, text) for m, text in zip(values, texts, strict=True)],
        bot=[
            m.sender_full_name in _BOTS or "-bot@" in (m.sender_email or "")
            for m in values
        ],
        text=texts,
        topic=topics,
        mentions=[
            [who for who, _ in _MENTION.findall(m.content)] or None
            if "data-user-id" in m.content
            else None
            for m in values
        ],
        links=[m.content.count('<a href="http') for m in values],
        has_code=["<code" in m.content for m in values],
        rule=[None if m.sender_id is not None else "zulip.by-name" for m in values],
    )
    rows = [
        {
            "group": group, "file": name, "position": position,
            "message": str(m.id), "kind": r.emoji_name, "count": 1,
            "person": None if r.user_id is None else str(r.user_id),
        }
        for m, position in zip(values, positions, strict=True)
        for r in m.reactions or ()
    ]  # fmt: skip
    yield from yield_rows(reaction=rows)


def _flatten_text(content: str) -> str:
    """Convert a message from HTML to text, with link addresses appended."""
    marks = content.count("<")
    if not marks:
        return html.unescape(content)
    if marks == _ONE_PARAGRAPH and content[:3] == "<p>" and content[-4:] == "</p>":
        return html.unescape(content[3:-4]).strip()
    linked_text = _ANCHOR.sub(_extract_address, _BREAK.sub("\n", content))
    return html.unescape(_TAG.sub("", linked_text)).strip()


def _extract_address(match: re.Match[str]) -> str:
    """Return a link's text, with its address if the text omits it."""
    address, words = match[1], match[2]
    return words if address in words else f"[{words}]({address})"


def _unescape_text(match: re.Match[str]) -> str:
    """Decode a part of a topic from its file name, where ``.20`` is a blank."""
    return bytes.fromhex(match[0].replace(".", "")).decode("utf-8", "replace")


def _classify_kind(message: _Message, text: str) -> str:
    if message.sender_full_name in _BOTS:
        return "notice"
    return "text" if text or "<img" not in message.content else "image"


def _list_mentioned(values: Sequence[_Message]) -> Iterator[tuple[str, str]]:
    for message in values:
        if message.sender_id is None and "data-user-id" in message.content:
            for who, name in _MENTION.findall(message.content):
                yield who, html.unescape(name)


def _group(label: str, stream: _Stream, file: str) -> dict[str, Any]:
    return {
        "group": str(stream.id), "label": label, "network": "zulip",
        "platform": "zulip", "kind": "stream", "file": file, "position": 1,
    }  # fmt: skip
