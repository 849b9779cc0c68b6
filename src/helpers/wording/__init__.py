"""Messages: sentences that are worded in a reader's language when they are shown."""

from helpers.wording.messages import (
    Language,
    Message,
    Verbatim,
    join_messages,
    render,
    say,
    say_counts,
    say_in,
    say_plural,
)

__all__ = [
    "Language", "Message", "Verbatim", "join_messages", "render", "say", "say_counts",
    "say_in", "say_plural",
]  # fmt: skip
