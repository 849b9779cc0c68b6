"""QQ's own text export, of one chat or of all of them in one file.

The hour may lack its zero and the clock may have twelve hours. A level title before a
name (【潜水】 is a lurker's) is kept as a role. Nobody has an id in a 讨论组.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from helpers.formats.chat import Chat
from helpers.formats.events import Event, grammar, with_ids
from helpers.formats.people import named
from helpers.formats.transcript import AMBIGUOUS, Talk, Transcript
from helpers.records import Batch, Observability, from_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.formats.events import Known
    from helpers.formats.source import Head, Source

NAME = "QQ"
OBSERVES = Observability(
    members_source="speakers",
    joins_observed=True,
    leaves_observed=True,
    reads_observed="none",
    reactions_observed=False,
    replies="none",
    births="first_message",
    owner_known=False,
    roles_known=True,
    sender_ids=True,
    text=True,
    time_zone_known=False,
    left_truncated=True,
    never_active_listed=False,
    window_us=(0, 0),
    resolution="second",
)
SYSTEM = frozenset({"10000", "1000000"})
ANONYMOUS = "80000000"
TITLES = {
    "群主": "owner", "管理员": "admin", "潜水": "潜水", "冒泡": "冒泡", "吐槽": "吐槽",
    "活跃": "活跃", "话唠": "话唠", "传说": "传说",
}  # fmt: skip
_TIME = r"\d{4}-\d\d-\d\d {1,2}\d{1,2}:\d\d:\d\d(?: [AP]M)?"
_HEADER = re.compile(rf"(?:\A|(?<=\n\n))({_TIME}) ([^\n]+)\n")
_SECTION = re.compile(
    r"={20,}\n消息分组:([^\n]*)\n={20,}\n消息对象:([^\n]*)\n(?:={20,}\n*)?"
)
_WHO = re.compile(
    r"(?:【(?P<title>[^】]*)】)?(?P<name>.*?)(?:\((?P<id>\d+)\)|<(?P<mail>[^<>]+)>)?"
)
_PLACEHOLDERS = {
    "[图片]": "image", "[表情]": "sticker", "[语音]": "voice", "[视频]": "video",
    "[文件]": "file", "[红包]": "red_packet", "[动画表情]": "sticker",
}  # fmt: skip


def recognises(head: Head) -> bool:
    """Tell the export by its title or by a section's head."""
    start = head.start.lstrip()
    return start.startswith("消息记录（") or bool(_SECTION.match(start))


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of every section."""
    name, chat = source.name, None
    for talk in Transcript(source, name, _HEADER, "\n消息对象:").talks():
        start = 0
        if found := _SECTION.search(talk.before):
            chat = _chat(source, name, found)
            yield _group(chat, found)
        chat = chat or Chat(source, name, source.path.stem, grammar("qq").match)
        for at in [i for i, body in enumerate(talk.body) if "\n消息对象:" in body]:
            if found := _SECTION.search(talk.body[at]):
                talk.body[at] = talk.body[at][: found.start()]
                yield from _entries(talk, slice(start, at + 1), chat)
                chat, start = _chat(source, name, found), at + 1
                yield _group(chat, found)
        yield from _entries(talk, slice(start, None), chat)


def _chat(source: Source, name: str, section: re.Match[str]) -> Chat:
    group = section[2].strip()

    def understand(text: str, known: Known) -> Event | None:
        event = grammar("qq").match(text, known)
        return event and with_ids(event, group, source.people, r"\d+")

    return Chat(source, name, group, understand, SYSTEM.__contains__)


def _group(chat: Chat, section: re.Match[str]) -> Batch:
    row = {
        "group": chat.group,
        "label": section[2].strip(),
        "platform": "qq",
        "kind": "group" if "群" in section[1] else section[1] or None,
        "file": chat.file,
        "rule": "qq.section",
    }
    return from_rows("group", [row])


def _entries(talk: Talk, part: slice, chat: Chat) -> Iterator[Batch]:
    line = talk.line[part]
    if not line:
        return
    who = {one: _who(one) for one in set(talk.who[part])}
    people = [who[one] for one in talk.who[part]]
    chat.names((person, name) for person, name, _ in who.values())
    sender = [person for person, _, _ in people]
    text = [body.rstrip("\n") for body in talk.body[part]]
    doubtful = set(talk.doubtful)
    yield from chat.batches(
        position=line,
        time_us=talk.time_us[part],
        sender=sender,
        kind=[_PLACEHOLDERS.get(one, "text") for one in text],
        text=list(text),
        rule=[
            AMBIGUOUS if at in doubtful else None for at in range(len(talk.who))[part]
        ],
    )
    yield from _titles(dict.fromkeys((p, t) for p, _, t in people if t), chat)


def _who(text: str) -> tuple[str | None, str, str | None]:
    """Return (person, name, title) of a header's name.

    >>> _who("【潜水】地瓜(23333)"), _who("土豆<a@b.c>"), _who("V.Woo")
    (('23333', '地瓜', '潜水'), ('a@b.c', '土豆', None), ('name:V.Woo', 'V.Woo', None))
    """
    found = _WHO.fullmatch(text)
    if found is None:
        return named(text), text, None
    title, name = found["title"], found["name"]
    if title is not None and title not in TITLES:
        title, name = None, f"【{title}】{name}"
    person = found["id"] or found["mail"] or named(name)
    if person == ANONYMOUS:  # one number for everybody who hid
        person = f"{ANONYMOUS}:{name}"
    return person, name, title


def _titles(pairs: dict[tuple[str | None, str], None], chat: Chat) -> Iterator[Batch]:
    rows = [
        {
            "group": chat.group,
            "person": person,
            "role": TITLES[title],
            "file": chat.file,
            "rule": "qq.title",
        }
        for person, title in pairs
    ]
    if rows:
        yield from_rows("membership", rows)
