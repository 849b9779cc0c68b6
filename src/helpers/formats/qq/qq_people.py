"""Authors in QQ's text exports: names with titles, ids and placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from helpers.formats.reading.chat import Chat
from helpers.formats.reading.source import Source
from helpers.formats.rows.events import Event, Known, extract_ids, load_grammar
from helpers.formats.rows.people import NAMED, to_name_id
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


def build_chat(source: Source, group: str) -> Chat:
    """Build the parser of a QQ group's text export; system lines contain member ids."""

    def understand(text: str, known: Known) -> Event | None:
        event = load_grammar("qq").match(text, known)
        return event and extract_ids(event, group, source.people, r"\d+")

    return Chat(source, source.name, group, understand, SYSTEM.__contains__)


def identify_author(text: str) -> Person:
    """Parse the sender in a QQ message header into id, name and title.

    >>> (
    ...     identify_author("【潜水】地瓜(23333)"),
    ...     identify_author("土豆<a@b.c>"),
    ...     identify_author("V.Woo"),
    ... )
    (('23333', '地瓜', '潜水'), ('a@b.c', '土豆', None), ('name:V.Woo', 'V.Woo', None))
    """
    match = _WHO.fullmatch(text)
    if match is None:
        return to_name_id(text), text, None
    title, name = match["title"], match["name"]
    if title is not None and title not in TITLES:
        title, name = None, f"【{title}】{name}"
    person = match["id"] or match["mail"] or to_name_id(name)
    if person == ANONYMOUS:  # one number for everybody who hid
        person = f"{ANONYMOUS}:{name}"
    return person, name, title


def register_names(source: Source, chat: Chat, people: Iterable[Person]) -> None:
    """Record the names of authors; without ids, equal names are one person."""
    for person, name, _ in people:
        chat.names([(person, name)])
        if person.startswith(NAMED):
            source.observed["sender_ids"] = "by name"


def list_titles(people: Iterable[Person], chat: Chat) -> Iterator[Batch]:
    """Yield a membership record per member title in a header, such as 潜水 (lurker)."""
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
