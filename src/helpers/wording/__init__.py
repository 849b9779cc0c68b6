"""Messages: sentences that are worded in a reader's language when they are shown."""

from helpers.wording.messages import Message, join_messages, say, say_plural

__all__ = ["Message", "join_messages", "say", "say_plural"]
