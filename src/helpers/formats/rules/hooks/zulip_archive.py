"""Zulip's archives: an index of streams, topics by file name, texts in HTML."""

import html
import re
from collections import Counter
from collections.abc import Iterator

import msgspec

from helpers.formats.json.json_stream import decode_envelope
from helpers.formats.reading.source import Head
from helpers.formats.rows.people import to_name_id
from helpers.formats.rules import typed
from helpers.formats.rules.records import Block
from helpers.records import Batch, from_rows
from helpers.wording import say

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


class _Stream(msgspec.Struct):
    id: int
    topic_data: dict[str, dict[str, int]] = {}


class _Index(msgspec.Struct):
    streams: dict[str, _Stream]


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


class Reader(typed.Reader):
    """Reads every topic; a stream is one group."""

    has_groups_last = False

    def read(self) -> Iterator[Batch]:
        """Yield the records of topics, then of streams."""
        names = self.source.names
        file = next((name for name in names if name.endswith(INDEX)), self.source.name)
        index = decode_envelope(self.source, file, _Index)
        self._counts, self._pairs = Counter[str](), set[tuple[str, str]]()
        yield from super().read()
        for label, stream in index.streams.items():
            group = str(stream.id)
            self.source.losses.balance(
                say("messages of stream {id}", id=group), file,
                declared=sum(one.get("size", 0) for one in stream.topic_data.values()),
                found=self._counts[group],
            )  # fmt: skip
            for who, full_name in self._pairs:
                self.source.people.met(group, who, full_name)
            row = {"group": group, "label": label, "kind": "stream", "position": 1}
            row |= {"network": "zulip", "platform": "zulip", "file": file}
            yield from_rows("group", [row])

    def read_file(self, name: str) -> Iterator[Batch]:
        """Yield the records of one topic."""
        if place := _FOLDER.search(name):
            self.group, topic = place.groups()
            self._topic = _ESCAPE.sub(_unescape_text, topic)
        yield from super().read_file(name)

    def prepare(self, block: Block) -> None:
        """Read texts and their marks; people without an id are their names."""
        contents = [content or "" for content in block["text"]]
        names = [name or "" for name in block["sender"]]
        self._counts[self.group] += len(block)
        self.source.people.mentioned(*set(names))
        unknown = [at for at, who in enumerate(block["sender_id"]) if who is None]
        if unknown:
            known = {"sender_ids": "by name", "reactions_observed": False}
            self.source.observed |= known
        mentions = [
            _MENTION.findall(one) if "data-user-id" in one else () for one in contents
        ]
        block["mentions"] = [[who for who, _ in one] or None for one in mentions]
        for at in unknown:
            block["sender_id"][at] = to_name_id(names[at])
            self._pairs |= {(who, html.unescape(name)) for who, name in mentions[at]}
        block["rule"] = [None] * len(block)
        for at in unknown:
            block["rule"][at] = "zulip.by-name"
        block["bot"] = [
            name in _BOTS or "-bot@" in (email or "")
            for name, email in zip(names, block["email"], strict=True)
        ]
        block["text"] = [_flatten_text(content) for content in contents]
        block["links"] = [content.count('<a href="http') for content in contents]
        block["has_code"] = ["<code" in content for content in contents]
        block["kind"] = [
            "notice" if name in _BOTS
            else "text" if text or "<img" not in content else "image"
            for name, text, content in zip(names, block["text"], contents, strict=True)
        ]  # fmt: skip
        topics = [(one or self._topic).removeprefix(RESOLVED) for one in block["topic"]]
        block["topic"] = topics
        self.source.losses.read_threads(self.group, topics, INDEX)


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
