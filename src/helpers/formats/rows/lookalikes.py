"""Files that look like messages and are none, or hold too little to be read as such."""

from __future__ import annotations

import re
from typing import NamedTuple

from helpers.formats.reading.source import Head

_DAY_RULE = r"^\*{10,}\d{4}-\d{2}-\d{2}\*{10,}$"
_TRAINING = (
    {"[].conversations[].role", "[].conversations[].content"},
    {"conversations[].role", "conversations[].content"},
    {"[].messages[].role", "[].messages[].content"},
    {"messages[].role", "messages[].content"},
    {"[].instruction", "[].output"},
)


class Refusal(NamedTuple):
    """What was seen instead of messages, and what to do."""

    what: str
    remedy: str


def refusal(head: Head) -> Refusal | None:
    """Return why an export is refused outright, or None."""
    start = head.start.lstrip("\ufeff \n")  # what stands later may be somebody's words
    if start[:1] in {"{", "["} and any(keys <= head.paths for keys in _TRAINING):
        return Refusal(
            "is training data for language models: turns of roles without times",
            "export the chat itself, as JSON or CSV with times and senders",
        )
    if re.match(_DAY_RULE, start, re.MULTILINE):
        return Refusal(
            "is MemoTrace's text for language models: days without times",
            "export the chat as CSV or plain TXT",
        )
    if start.lower().startswith(("<!doctype html", "<html")):
        return Refusal(
            "is a web page made for reading",
            "export the chat again as JSON, or as text where there is no JSON",
        )
    if "[Content_Types].xml" in head.names:
        return Refusal(
            "is a spreadsheet or document of an office program",
            "save it as CSV there",
        )
    return None
