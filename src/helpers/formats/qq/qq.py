"""Read QQ's own text export: one chat, all chats in one file, or pasted text.

The hour may lack its zero and the clock may have twelve hours. A level title before a
name (【潜水】 is a lurker's) is kept as a role. Nobody has an id in a 讨论组. What was
copied from a window instead of exported is read by `qq_pasted`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from helpers.formats.qq import qq_pasted
from helpers.formats.qq.qq_people import (
    PLACEHOLDERS,
    build_chat,
    identify_author,
    list_titles,
    register_names,
)
from helpers.formats.reading.chat import Chat
from helpers.formats.reading.source import LEAST, Head, Source, Weight
from helpers.formats.reading.transcript import AMBIGUOUS, Talk, Transcript
from helpers.records import Batch, from_rows

NAME = "QQ"
OBSERVES = replace(
    LEAST,
    joins_observed=True,
    leaves_observed=True,
    roles_known=True,
    time_zone_known=False,
    left_truncated=True,
)
OUTSIDE = {"private": "private"}
_TIME = r"\d{4}-\d\d-\d\d {1,2}\d{1,2}:\d\d:\d\d(?: [AP]M)?"
# a damaged space is known by the id at the line's end; else the name were text
_SPACE = r"(?: |[^\n\d](?=[^\n]*[(<][^()<>\n]+[)>]\n))"
_HEADER = re.compile(rf"(?:\A|(?<=\n\n))({_TIME}){_SPACE}([^\n]+)\n")
_SECTION = re.compile(
    r"={20,}\n消息分组:([^\n]*)\n={20,}\n消息对象:([^\n]*)\n(?:={20,}\n*)?"
)
_TITLE = re.compile(r"消息记录（[^\n]*\n*={0,99}\n?")
_OF_MANY = re.compile("群|讨论组|多人")  # else the section's name is one of friends
_BEGINS = "\n消息对象:"


def has_signature(head: Head) -> bool:
    """Detect QQ's text export by its title, pasted QQ text by message headers."""
    start = head.start.lstrip()
    return _has_title(start) or (len(head.names) == 1 and qq_pasted.is_pasted(start))


def _has_title(start: str) -> bool:
    return start.startswith("消息记录（") or bool(_SECTION.match(start))


def weigh_signs(head: Head) -> Weight:
    """Return how strongly a text's title and header lines indicate QQ."""
    start = head.start.lstrip()
    lines = qq_pasted.count_headers(start)
    return Weight(own=_has_title(start), begins=True, lines=lines)


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of every chat in a QQ text file."""
    start = source.head.start.lstrip()
    if not _TITLE.match(start) and qq_pasted.is_pasted(start):
        yield from qq_pasted.read(source)
        return
    chats = _Chats(source)
    for talk in Transcript(source, source.name, _HEADER, _BEGINS).talks():
        yield from chats.opened(talk.before, talk.line[0] if talk.line else 1)
        start_at = 0
        for at in [i for i, body in enumerate(talk.body) if _BEGINS in body]:
            if match := _SECTION.search(talk.body[at]):
                heads = talk.body[at][match.start() :]
                talk.body[at] = talk.body[at][: match.start()]
                yield from _read_entries(
                    source, talk, slice(start_at, at + 1), chats.now
                )
                yield from chats.opened(heads, talk.line[at])
                start_at = at + 1
        yield from _read_entries(source, talk, slice(start_at, None), chats.now)


class _Chats:
    """The chats in one QQ text file; messages are added to the current chat."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.now = build_chat(source, source.stem)

    def opened(self, text: str, line: int) -> Iterator[Batch]:
        """Yield a group record for each chat heading, even without messages."""
        for section in _SECTION.finditer(text):
            self.now = build_chat(self._source, section[2].strip())
            yield _build_group(self.now, section)
        if _TITLE.sub("", _SECTION.sub("", text)).strip("\n "):
            reason = "text before the first message"
            self._source.losses.lost(reason, self._source.name, line)


def _build_group(chat: Chat, section: re.Match[str]) -> Batch:
    row = {
        "group": chat.group,
        "label": section[2].strip(),
        "platform": "qq",
        "kind": "group" if _OF_MANY.search(section[1]) else "private",
        "file": chat.file,
        "rule": "qq.section",
    }
    return from_rows("group", [row])


def _read_entries(
    source: Source, talk: Talk, part: slice, chat: Chat
) -> Iterator[Batch]:
    line = talk.line[part]
    if not line:
        return
    identities = {author: identify_author(author) for author in set(talk.who[part])}
    people = [identities[author] for author in talk.who[part]]
    register_names(source, chat, identities.values())
    sender = [person for person, _, _ in people]
    text = [body.rstrip("\n") for body in talk.body[part]]
    doubtful = set(talk.doubtful)
    yield from chat.batches(
        position=line,
        time_us=talk.time_us[part],
        sender=sender,
        kind=[PLACEHOLDERS.get(body, "text") for body in text],
        text=list(text),
        rule=[
            AMBIGUOUS if at in doubtful else None for at in range(len(talk.who))[part]
        ],
    )
    yield from list_titles(identities.values(), chat)
