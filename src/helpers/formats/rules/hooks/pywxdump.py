"""PyWxDump: names stand in a file of their own, quotes in the text."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from helpers.formats.json.json_stream import decode_envelope
from helpers.formats.rows.events import YOU
from helpers.formats.rows.people import to_name_id
from helpers.formats.rules import records
from helpers.formats.rules.records import Block
from helpers.formats.wechat import wechat
from helpers.records import Batch

_QUOTE = re.compile(r"\n\n\[引用\]\(([^)]*)\)([^:]*):")


class _User(msgspec.Struct):
    nickname: str | None = None
    remark: str | None = None
    account: str | None = None


class Reader(records.Reader):
    """Reads the pages of one chat."""

    def read(self) -> Iterator[Batch]:
        """Yield the records of all pages, people's names known from the start."""
        self._users, self._met = dict[str, _User](), set[str]()
        for name in self.source.names:
            if name.endswith("users.json"):
                with self.source.carry_on():
                    self._users |= decode_envelope(self.source, name, dict[str, _User])
        yield from super().read()

    def describe_group(self, group: str) -> dict[str, Any]:
        """Return what a chat is by its id; its people are met."""
        met = self.source.people.met
        for person, user in self._users.items() if group not in self._met else ():
            met(group, person, user.nickname, user.remark, user.account)
        self._met.add(group)
        return {"kind": wechat.classify_chat(group)}

    def prepare(self, block: Block) -> None:
        """Tell oneself, and cut quotes off their texts."""
        block["sender_id"] = [
            to_name_id(YOU) if one == "我" else one for one in block["sender_id"]
        ]
        block["id"] = [one or None for one in block["id"]]
        quotes = [_QUOTE.search(text or "") for text in block["text"]]
        block["mentions"] = [[to_name_id(one[2])] if one else [] for one in quotes]
        rows = zip(block["text"], quotes, strict=True)
        block["text"] = [text[: one.start()] if one else text for text, one in rows]
