"""Counts in words, each in its grammatical number: one group, two groups."""

from __future__ import annotations

from helpers.wording.messages import Message, join_messages, say_plural

NOUNS = {
    "exports": say_plural("{n:,} export", "{n:,} exports", n=0),
    "groups": say_plural("{n:,} group", "{n:,} groups", n=0),
    "messages": say_plural("{n:,} message", "{n:,} messages", n=0),
    "people": say_plural("{n:,} person", "{n:,} people", n=0),
    "days": say_plural("{n:,} day", "{n:,} days", n=0),
}


def say_counts(**counts: float) -> Message:
    """Build a message of counts, whole parts only, each by its grammatical number.

    >>> say_counts(groups=1, messages=1200)
    '1 group, 1,200 messages'
    """
    said = (NOUNS[noun].fill(n=int(n)) for noun, n in counts.items())
    return join_messages(", ", said)
