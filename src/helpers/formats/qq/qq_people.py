"""Who writes in QQ's texts: names with titles and ids, and what stands for nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from helpers.formats.reading.source import Source
from helpers.formats.rows.chat import Chat
from helpers.formats.rows.events import Event, Known, grammar, with_ids
from helpers.formats.rows.people import NAMED, named
from helpers.records import Batch, from_rows

Person = tuple[str, str, str | None]  # id, name, title

SYSTEM = frozenset({"10000", "1000000"})
ANONYMOUS = "80000000"
TITLES = {
    "群主": "owner", "管理员": "admin", "潜水": "潜水", "冒泡": "冒泡", "吐槽": "吐槽",
    "活跃": "活跃", "话唠": "话唠", "传说": "传说",
}  # fmt: skip
PLACEHOLDERS = {
    "[图片]": "image", "[表情]": "sticker", "[语音]": "voice", "[视频]": "video",
    "[文件]": "file", "[红包]": "red_packet", "[动画表情]": "sticker",
}  # fmt: skip
_WHO = re.compile(
    r"(?:【(?P<title>[^】]*)】)?(?P<name>.*?)(?:\((?P<id>\d+)\)|<(?P<mail>[^<>]+)>)?"
)


def chat_of(source: Source, group: str) -> Chat:
    """Return a group's conversation, whose system lines carry ids in brackets."""

    def understand(text: str, known: Known) -> Event | None:
        event = grammar("qq").match(text, known)
        return event and with_ids(event, group, source.people, r"\d+")

    return Chat(source, source.name, group, understand, SYSTEM.__contains__)


def who(text: str) -> Person:
    """Return (person, name, title) of a header's name.

    >>> who("【潜水】地瓜(23333)"), who("土豆<a@b.c>"), who("V.Woo")
    (('23333', '地瓜', '潜水'), ('a@b.c', '土豆', None), ('name:V.Woo', 'V.Woo', None))
    """
    match = _WHO.fullmatch(text)
    if match is None:
        return named(text), text, None
    title, name = match["title"], match["name"]
    if title is not None and title not in TITLES:
        title, name = None, f"【{title}】{name}"
    person = match["id"] or match["mail"] or named(name)
    if person == ANONYMOUS:  # one number for everybody who hid
        person = f"{ANONYMOUS}:{name}"
    return person, name, title


def meet(source: Source, chat: Chat, people: Iterable[Person]) -> None:
    """Remember names; without ids, as in a 讨论组, namesakes are one person."""
    for person, name, _ in people:
        chat.names([(person, name)])
        if person.startswith(NAMED):
            source.observed["sender_ids"] = "by name"


def titles(people: Iterable[Person], chat: Chat) -> Iterator[Batch]:
    """Yield a membership for each title borne: 潜水 is a lurker's."""
    rows = [
        {
            "group": chat.group,
            "person": person,
            "role": TITLES[title],
            "file": chat.file,
            "rule": "qq.title",
        }
        for person, title in dict.fromkeys((who, title) for who, _, title in people)
        if title
    ]
    if rows:
        yield from_rows("membership", rows)
