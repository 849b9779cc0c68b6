"""Column names of message tables, and detection of the CSV separator."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from helpers.formats.reading.tabular import read_header

COLUMNS = ("time", "sender", "text", "group", "id", "reply_to", "kind", "topic", "bot")
NEEDED = frozenset({"time", "sender"})
DATES = ("date", "day", "日期", "datum")  # beside a clock in a column of its own
# of a list of groups, which is no table of messages
FOUNDED = (
    "born", "founded", "created",
    "建群", "建群时间", "创建时间", "创建日期", "成立日期", "成立时间", "建立日期",
    "建立", "建群日期",
)  # fmt: skip
LAST_MESSAGE = (
    "last message", "last", "last_message", "last active",
    "最后消息", "最后消息时间", "最后活跃", "最后发言时间", "最后发言日期",
    "最后发言",
)  # fmt: skip
_SEPARATORS = ",;\t|"
_NAMES: Mapping[str, tuple[str, ...]] = {
    "time": (
        "timestamp", "datetime", "date_time", "created_at", "sent_at", "sent",
        "message_time", "create_time", "时间", "发送时间", "消息时间",
        "時間", "發送時間", "zeit", "uhrzeit", "zeitstempel", "zeitpunkt", *DATES,
    ),
    "sender": (
        "author", "from", "user", "username", "user_name", "sender_name", "name",
        "nickname", "member", "发送者", "发送人", "发言人", "昵称", "用户",
        "發送者", "發送人", "暱稱", "使用者",
        "absender", "autor", "verfasser", "benutzer",
    ),
    "text": (
        "message", "content", "body", "msg", "内容", "消息", "消息内容",
        "內容", "訊息", "nachricht", "inhalt",
    ),
    "group": (
        "channel", "room", "chat", "conversation", "群", "群名", "群聊",
        "群組", "gruppe", "kanal",
    ),
    "id": ("message_id", "msg_id", "消息id"),
    "reply_to": ("reply_to_id", "in_reply_to", "reply_to_message_id"),
    "bot": ("is_bot",),
}  # fmt: skip


class Layout(NamedTuple):
    """The separator and header of a CSV file of messages."""

    separator: str  # what stands between two fields
    skipped: int  # lines before the columns' names: blank ones, and Excel's ``sep=;``
    names: tuple[str, ...]


def detect_layout(text: str) -> Layout:
    r"""Detect separator and header of CSV text from its first lines.

    >>> detect_layout("sep=;\ntime;sender\n"), detect_layout("Time\tSender\n").separator
    (Layout(separator=';', skipped=1, names=('time', 'sender')), '\t')
    """
    start = text.lstrip("\ufeff\n ")
    blank = text[: len(text) - len(start)].count("\n")
    first, _, body = start.partition("\n")
    declaration = first.strip().strip('"')
    if declaration.lower().startswith("sep=") and len(declaration) == len("sep=;"):
        return Layout(
            declaration[-1], blank + 1, tuple(read_header(body, declaration[-1]))
        )
    layouts = [
        Layout(separator, blank, tuple(read_header(start, separator)))
        for separator in _SEPARATORS
    ]
    return max(
        layouts,
        key=lambda layout: (
            map_columns(layout.names).keys() >= NEEDED,
            len(layout.names),
        ),
    )


def list_cells(text: str, layout: Layout) -> set[str]:
    r"""Return the cells below the header of CSV text.

    >>> sorted(list_cells("who,what\nann,hi\n", detect_layout("who,what\n")))
    ['ann', 'hi']
    """
    lines = text.lstrip("\ufeff").split("\n")[layout.skipped + 1 :]
    try:
        return {
            cell
            for row in csv.reader(lines, delimiter=layout.separator)
            for cell in row
        }
    except csv.Error:
        return set()


def list_missing(names: Iterable[str], stated: Mapping[str, str] | None) -> list[str]:
    """List the columns that a user names and a table does not have.

    >>> list_missing(["when", "who"], {"time": "when", "sender": "wer"})
    ['wer']
    """
    have = set(names)
    return [theirs for theirs in (stated or {}).values() if theirs not in have]


def find_dates_of_groups(names: Iterable[str]) -> tuple[str, str] | None:
    """Return the columns of founding and last message, if a list of groups has them.

    >>> find_dates_of_groups(["name", "Founded", "last message"])
    ('Founded', 'last message')
    """
    found = {name.strip().strip("\ufeff").lower(): name for name in names}
    born, last = (
        next((found[name] for name in spellings if name in found), None)
        for spellings in (FOUNDED, LAST_MESSAGE)
    )
    return None if born is None or last is None else (born, last)


def map_columns(
    names: Iterable[str], stated: Mapping[str, str] | None = None
) -> dict[str, tuple[str, ...]]:
    """Map a message table's column names to the recognised columns.

    Parameters
    ----------
    stated
        What the user says of it, which goes before anything else.

    Examples
    --------
    >>> map_columns(["Date", "Time", "Author", "Message"])
    {'time': ('Date', 'Time'), 'sender': ('Author',), 'text': ('Message',)}
    """
    originals = {
        name.strip().strip("\ufeff").lower().replace(" ", "_"): name
        for name in reversed(list(names))
    }
    column_names = {*originals.values()}
    columns: dict[str, tuple[str, ...]] = {}
    for own in COLUMNS:
        if stated and own in stated:
            if stated[own] in column_names:
                columns[own] = (stated[own],)
            continue
        spelled = [
            spelling
            for spelling in (own, *_NAMES.get(own, ()))
            if spelling in originals
        ]
        if spelled:
            columns[own] = (originals[spelled[0]],)
    dates = [originals[date_] for date_ in DATES if date_ in originals]
    if dates and not (stated and "time" in stated) and columns["time"] != (dates[0],):
        columns["time"] = (dates[0], *columns["time"])
    return columns
