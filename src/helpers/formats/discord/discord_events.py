"""What Discord's system messages and reactions say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from helpers.formats.discord.discord_schema import DELETED, Author, Message, User
from helpers.formats.rows.people import SOMEBODY

SPOKEN = {"Default", "Reply", "20", "23"}  # 20 and 23: answers to commands
_EVENTS = {
    "RecipientAdd": "join", "GuildMemberJoin": "join", "Call": "call",
    "ChannelNameChange": "rename", "ChannelIconChange": "settings",
    "ChannelPinnedMessage": "pin", "ThreadCreated": "topic",
    "12": "settings", "14": "settings", "15": "settings", "16": "settings",
    "17": "settings", "22": "settings", "24": "settings", "31": "topic",
}  # fmt: skip
_USER = re.compile(r"<@[!&]?\d+>")
_BOOSTS = {"8", "9", "10", "11"}


def events(message: Message, author: Author) -> Iterator[dict[str, Any]]:
    """Say what a system message tells; numbers without a meaning stay unrecognised."""
    actor = person(author)
    event: dict[str, Any] = {"rule": f"discord.{message.type}", "actor": actor}
    if message.type == "GuildMemberJoin":
        yield event | {"kind": "join", "actor": None, "subject": actor}
    elif message.type in {"RecipientAdd", "RecipientRemove"}:
        yield event | _recipient(message, actor)
    elif message.type in _BOOSTS:
        yield event | {"kind": "settings", "value": "boost"}
    else:
        yield event | {"kind": _EVENTS.get(message.type, "unrecognised")}


def _recipient(message: Message, actor: str | None) -> dict[str, Any]:
    """Tell a leave from a removal: only a removal mentions somebody."""
    others = [person(user) for user in message.mentions]
    if message.type == "RecipientAdd":
        return {"kind": "join", "subject": others[0] if others else actor}
    if others and others[0] != actor:
        return {"kind": "kick", "subject": others[0]}
    return {"kind": "leave", "actor": None, "subject": actor}


def reactions(message: Message) -> Iterator[dict[str, Any]]:
    """Yield a row a reactor, and one for those who are only counted."""
    for reaction in message.reactions:
        kind = {"kind": reaction.emoji.name, "message": message.id}
        for user in reaction.users:
            yield kind | {"person": person(user), "count": 1}
        if (rest := reaction.count - len(reaction.users)) > 0:
            yield kind | {"count": rest}


def mentions(message: Message) -> list[str] | None:
    """Return whom a message names; the author it answers is listed without being named.

    >>> from helpers.formats.discord.discord_schema import Message, User
    >>> users = (User("7", "ann"), User("8", "bob"))
    >>> mentions(Message("1", "", b"", "Reply", "see @bob", mentions=users))
    ['8']
    """
    words, answers = message.content or "", message.type == "Reply"
    return [
        user.id
        for user in message.mentions
        if user.id != DELETED and not (answers and not _named(user, words))
    ] or None


def _named(user: User, words: str) -> bool:
    spellings = (
        f"<@{user.id}>",
        f"<@!{user.id}>",
        f"@{user.nickname}",
        f"@{user.name}",
    )
    return any(one in words for one in spellings)


def plain(text: str | None) -> str | None:
    """Return a text without the ids that an export without markdown leaves in it.

    >>> plain("<@!456226577798135808> hi")
    '[name] hi'
    """
    return _USER.sub(SOMEBODY, text) if text and "<@" in text else text


def person(user: User) -> str | None:
    """Return somebody's id; deleted accounts share one, which is nobody's."""
    return None if user.id == DELETED or not user.id else user.id
