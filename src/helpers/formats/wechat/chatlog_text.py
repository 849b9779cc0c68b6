"""chatlog's transcripts: a line with who and when, the words, and a blank line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from helpers.errors import BrokenFileError
from helpers.formats.reading.source import Source
from helpers.formats.reading.transcript import AMBIGUOUS, Talk, Transcript
from helpers.formats.rows.chat import Chat
from helpers.formats.rows.events import YOU
from helpers.formats.rows.people import named
from helpers.records import Batch

_TIME = r"(?:(?:\d{4}-)?\d\d-\d\d )?\d\d:\d\d:\d\d"
HEADER = re.compile(rf"(?:\A|(?<=\n\n))(?=[^\n]*? ({_TIME})\n)([^\n]+?) {_TIME}\n")
# chatlog's ids are no numbers as QQ's are; a talker may follow, and oneself has none
OWN_WHO = re.compile(
    r"\((?!\d{5,12}\))[^()]*\)(?: (?:\d{4}-)?\d\d-\d\d)?$|\]$|^我(?: |$)"
)
_YEARLY = len("2024-01-01 00:00:00")
_WHO = re.compile(
    r"(?P<name>.*?)(?:\((?P<id>[^()]*)\))?(?: \[(?:.*\()?(?P<talker>[^()\]]*)\)?\])?"
)


def talks(source: Source, name: str, chats: Mapping[str, Chat]) -> Iterator[Batch]:
    """Yield the records of a transcript.

    Raises
    ------
    BrokenFileError
        If times have no year: chatlog leaves it out where all are of this one.
    """
    for talk in Transcript(source, name, HEADER).talks():
        if undated := [at for at, time in enumerate(talk.time) if len(time) < _YEARLY]:
            raise BrokenFileError(
                "has times without a year",
                where=source.where(name, f"line {talk.line[undated[0]]}"),
                remedy="ask chatlog for JSON, which has the whole time",
            )
        who = [_WHO.fullmatch(one) for one in talk.who]
        talker = [(one and one["talker"]) or "" for one in who]
        for group in dict.fromkeys(talker):
            at = [i for i, one in enumerate(talker) if one == group]
            yield from _entries(talk, at, chats[group])


def _entries(talk: Talk, at: list[int], chat: Chat) -> Iterator[Batch]:
    who = [_WHO.fullmatch(talk.who[i]) for i in at]
    pairs = [_person(one["id"], one["name"]) if one else (None, None) for one in who]
    chat.names(pairs)
    sender = [one for one, _ in pairs]
    doubtful = set(talk.doubtful)
    yield from chat.batches(
        position=[talk.line[i] for i in at],
        time_us=talk.time_us.take(at),
        sender=sender,
        kind=["text"] * len(at),
        text=[talk.body[i].removesuffix("\n\n").removesuffix("\n") for i in at],
        rule=[AMBIGUOUS if i in doubtful else None for i in at],
    )


def _person(id_: str | None, name: str) -> tuple[str | None, str | None]:
    if name == "我":
        return (id_ or named(YOU)), YOU
    return (id_, name or None) if id_ else (named(name), name)
