"""What is sent in a group, and names in sentences: for its owner alone."""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType
from unicodedata import bidirectional

import pandas as pd

from helpers.own_groups.report.layout import Cell
from helpers.wording import Verbatim, say, say_in

TOWARDS_LEFT = {"R", "AL", "AN", "RLE", "RLO", "RLI", "LRO", "LRE", "LRI"}
KINDS = MappingProxyType(
    {
        "text": say("text"), "image": say("pictures"),
        "voice": say("voice"), "video": say("videos"),
        "file": say_in("kind of message", "files"), "sticker": say("stickers"),
        "link": say("links"), "location": say_in("kind of message", "places"),
        "red_packet": say("red packets"),
        "transfer": say("transfers"),
        "poke": say("pokes"), "call": say("calls"),
        "share": say("shares"), "reply": say_in("kind of message", "replies"),
        "forward": say("forwards"), "contact": say("contacts"),
        "poll": say_in("kind of message", "polls"),
        "announcement": say("announcements"),
        "other": say("other"),
    }
)  # fmt: skip


def isolate_name(name: str) -> str:
    """Return a name that does not turn the direction of the sentence around it.

    >>> isolate_name("Zoë"), isolate_name("שלום") == "שלום"
    ('Zoë', False)
    """
    turns = any(bidirectional(letter) in TOWARDS_LEFT for letter in name)
    return f"\u2068{name}\u2069" if turns else name


def list_kinds(kinds: pd.Series[str]) -> list[list[Cell]]:
    """List how often what kind of message is sent, the most frequent first."""
    order = sorted(Counter(kinds).items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        [KINDS.get(kind, Verbatim(kind)), f"{n:,}", f"{100 * n / len(kinds):.1f}%"]
        for kind, n in order
    ]
