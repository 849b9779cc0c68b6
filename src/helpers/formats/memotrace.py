"""Read MemoTrace (WeChatMsg): its CSV, and the TXT shared with WeFlow.

The TXT has names instead of ids, so two people with one name are one; its system lines
stand on the header line itself, told apart by the blank line that follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from helpers.errors import BrokenFileError
from helpers.formats.reading.chat import Chat
from helpers.formats.reading.source import Head, Source, Weight
from helpers.formats.reading.tabular import Table, read_header, read_tables
from helpers.formats.rows.clock import from_epoch
from helpers.formats.rows.events import YOU
from helpers.formats.rows.people import to_name_id
from helpers.formats.rules.layouts import fits, weigh
from helpers.formats.rules.lines import read_lines
from helpers.formats.rules.programs import load_program
from helpers.formats.wechat import wechat
from helpers.records import Batch, from_rows
from helpers.text.columns import to_text_array
from helpers.wording import say

NAME = "MemoTrace"
OBSERVES = wechat.OBSERVES
COLUMNS = ("localId", "TalkerId", "Type", "SubType", "IsSender", "CreateTime")
_TEXT = load_program("_memotrace")


def has_signature(head: Head) -> bool:
    """Detect MemoTrace's CSV by its columns, its TXT by header lines."""
    if not head.names or len(head.names) > 1:
        return False
    return set(COLUMNS) <= set(read_header(head.start)) or fits(head, _TEXT)


def weight(head: Head) -> Weight:
    """Return how strongly a file indicates MemoTrace: columns or lines."""
    own = set(COLUMNS) <= set(read_header(head.start))
    return weigh(head, _TEXT)._replace(own=own)


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of one MemoTrace file."""
    if set(COLUMNS) <= set(read_header(source.head.start)):
        yield from _read_csv(source)
    else:
        source.observed |= dict(_TEXT.observes)
        yield from read_lines(source, _TEXT)


def _read_csv(source: Source) -> Iterator[Batch]:
    name, chats = source.name, dict[str, Chat]()
    if "Sender" not in read_header(source.head.start):
        raise BrokenFileError(
            say("has no column that says who wrote"),
            where=source.where(name),
            remedy=say("export the chat again with all columns"),
        )
    for table in read_tables(source, name):
        for talker, rows in table.by("TalkerId"):
            if talker not in chats:
                group = f"{_get_stem(name)}/{talker}"
                chats[talker] = Chat(
                    source, name, group, wechat.parse_event, wechat.is_system_sender
                )
                yield _group(group, name)
            yield from _read_rows(rows, chats[talker])


def _read_rows(table: Table, chat: Chat) -> Iterator[Batch]:
    pairs = zip(table["Sender"], table["IsSender"], strict=True)
    # some versions leave out whoever made the export
    sender = [who or (to_name_id(YOU) if mine == "1" else "") for who, mine in pairs]
    seconds = table["CreateTime"]
    chat.names(zip(sender, table["NickName"], strict=True))
    chat.names(zip(sender, table["Remark"], strict=True))
    sender_flags = set(zip(sender, table["IsSender"], strict=True))
    chat.names((person, YOU) for person, is_mine in sender_flags if is_mine == "1")
    types = list(zip(table["Type"], table["SubType"], strict=True))
    kinds = {pair: _classify_kind(*pair) for pair in set(types)}
    kind, content = [kinds[pair] for pair in types], table["StrContent"]
    quotes = [
        wechat.parse_quote(text) if row_kind == "reply" else None
        for text, row_kind in zip(content, kind, strict=True)
    ]
    undated = [
        wechat.parse_quoted_text(text) if row_kind == "reply" and not quote else None
        for text, row_kind, quote in zip(content, kind, quotes, strict=True)
    ]
    text, ids = (
        wechat.extract_texts(content, kind),
        wechat.build_place_ids(sender, to_text_array(seconds)),
    )
    answered_ids = wechat.find_quoted_messages(undated, sender, text, ids)
    yield from chat.batches(
        position=table.row,
        time_us=from_epoch(seconds),
        sender=sender,
        kind=kind,
        text=text,
        id=ids,
        reply_to=[
            "@".join(quote) if quote else message_id
            for quote, message_id in zip(quotes, answered_ids, strict=True)
        ],
    )


def _classify_kind(main: str, sub: str) -> str:
    try:
        return wechat.classify_type(int(main), int(sub or 0))
    except ValueError:
        return "other"


def _group(group: str, file: str) -> Batch:
    row = {"group": group, "label": _get_stem(file), "platform": "wechat", "file": file}
    return from_rows("group", [row])


def _get_stem(name: str) -> str:
    return PurePosixPath(name).stem.removesuffix("_utf8")
