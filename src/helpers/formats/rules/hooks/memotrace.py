"""MemoTrace: a CSV of WeChat's own columns, or a text, which WeFlow writes too."""

from collections.abc import Iterator
from typing import Any

from helpers.errors import BrokenFileError
from helpers.formats.reading.chat import Chat
from helpers.formats.reading.tabular import read_header
from helpers.formats.rows.events import YOU
from helpers.formats.rows.people import to_name_id
from helpers.formats.rules import records
from helpers.formats.rules.lines import read_lines
from helpers.formats.rules.records import Block
from helpers.formats.wechat import wechat
from helpers.records import Batch
from helpers.text.columns import to_text_array
from helpers.wording import say


class Reader(records.Reader):
    """Reads the chats of one table, or the chat of one text."""

    def read(self) -> Iterator[Batch]:
        """Yield the records of one file."""
        header = read_header(self.source.head.start)
        if "TalkerId" not in header:
            self.source.observed |= {"time_zone_known": False, "replies": "mention"}
            yield from read_lines(self.source, self.program)
        elif "Sender" not in header:
            raise BrokenFileError(
                say("has no column that says who wrote"),
                where=self.source.where(self.source.name),
                remedy=say("export the chat again with all columns"),
            )
        else:
            yield from super().read()

    @property
    def _stem(self) -> str:
        return self.file.rpartition("/")[2].rpartition(".")[0].removesuffix("_utf8")

    def describe_group(self, group: str) -> dict[str, Any]:  # noqa: ARG002
        """Return what all chats of a file are called."""
        return {"label": self._stem}

    def prepare(self, block: Block) -> None:
        """Tell oneself, whom some versions leave out, chats and kinds by numbers."""
        block["own"] = [mine == "1" for mine in block["own"]]
        rows = block.rows("sender_id", "own")
        block["sender_id"] = [
            who or (to_name_id(YOU) if mine else "") for who, mine in rows
        ]
        stem = self._stem
        block["group"] = [f"{stem}/{talker}" for talker in block["group"]]
        block["kinds"] = wechat.classify_types(block["kind"], block["number"])

    def read_chat(self, block: Block, chat: Chat) -> Iterator[Batch]:
        """Yield messages by sender and second, which is what answers quote."""
        sender, kinds = block["sender_id"], block["kinds"]
        ids = wechat.build_place_ids(sender, to_text_array(block["time"]))
        said = zip(block["text"], kinds, strict=True)
        replies = [text if kind == "reply" else "" for text, kind in said]
        parse = wechat.parse_quote
        quotes = [parse(text, "createtime") if text else None for text in replies]
        undated = [
            parse(text, "content") if text and not quote else None
            for text, quote in zip(replies, quotes, strict=True)
        ]
        texts = wechat.extract_texts(block["text"], kinds)
        found = wechat.find_quoted_messages(undated, sender, texts, ids)
        pairs = zip(quotes, found, strict=True)
        block["id"] = ids.to_pylist()
        block["reply_to"] = ["@".join(quote) if quote else own for quote, own in pairs]
        yield from super().read_chat(block, chat)
