"""Understand the messages of WeQ, a program for QQ, in its own JSON.

It is ChatLab's document but for the messages, which are lists of typed elements, and is
read by `helpers.formats.chatlab`. The elements are those of WeQ's `msg_view.ts`.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

KINDS = {
    "mface": "sticker", "emojiBounce": "sticker", "video": "video", "ptt": "voice",
    "file": "file", "onlineFile": "file", "onlineFolder": "file", "ark": "share",
    "qqDynamic": "share", "multiMsg": "forward", "call": "call",
    "wallet": "red_packet", "shareLocation": "location", "grayTipRevoke": "recalled",
    "grayTipPoke": "poke", "grayTipGroup": "system", "grayTipInvite": "system",
    "grayTipFileRecv": "system", "grayTipTempSession": "system",
}  # fmt: skip
_STICKER = 1  # subtype of a picture


class _Data(msgspec.Struct, rename="camel", gc=False):
    text_content: str | None = None
    face_text: str | None = None
    markdown_text_summary: str | None = None
    markdown_content: str | None = None
    sub_type: int | None = None
    orig_msg_id: int | str | None = None


class _Element(msgspec.Struct):
    type: str = ""
    data: _Data = msgspec.field(default_factory=_Data)


class Message(msgspec.Struct, rename="camel"):
    """A message of WeQ, or another line of its JSON Lines: header or member."""

    kind: str | None = msgspec.field(default=None, name="_type")
    platform_id: int | str | None = None
    account_name: str | None = None
    group_nickname: str | None = None
    role: str | None = None
    msg_id: int | str | None = None
    send_time: int | float | str | None = None
    sender_uin: int | str | None = None
    sender_uid: str | None = None
    sender_name: str | None = None
    elements: list[_Element] = []

    @property
    def sender(self) -> int | str | None:
        """The sender's QQ number, or another id if it is missing."""
        return self.sender_uid if self.sender_uin in {"0", 0, ""} else self.sender_uin


class Content(NamedTuple):
    """What the elements of a message say."""

    kind: str
    text: str | None
    reply_to: int | str | None


def read_elements(message: Message) -> Content:
    """Return kind, words and quoted message of a message of WeQ.

    >>> data = {"type": "text", "data": {"textContent": "看"}}
    >>> picture = {"type": "pic", "data": {"subType": 0}}
    >>> read_elements(msgspec.convert({"elements": [data, picture]}, Message))[:2]
    ('image', '看')
    """
    words, kinds, quoted = [], list[str](), None
    for element in message.elements:
        data = element.data
        if element.type == "reply":
            quoted = data.orig_msg_id
        elif element.type == "pic":
            kinds.append("sticker" if data.sub_type == _STICKER else "image")
        elif element.type in KINDS:
            kinds.append(KINDS[element.type])
        elif element.type == "face":
            words.append(f"[{data.face_text or '表情'}]")
        else:
            said = data.text_content or data.markdown_text_summary
            words.append(said or data.markdown_content or "")
    text = "".join(words) or None
    plain = "other" if text is None else "text" if quoted is None else "reply"
    return Content(next(iter(kinds), plain), text, quoted)
