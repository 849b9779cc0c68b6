"""Signs that exports were read wrongly, and groups that share their messages."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from helpers.derive.measures.engine import open_duckdb
from helpers.formats.rows.losses import BY_NAMES, NEW_NUMBER, RULED, STRANGERS
from helpers.formats.rows.signs import SIGNS
from helpers.store.exports import Exports
from helpers.wording import Message, say

LEAST_SHARED, LEAST_SHARE = 10, 0.5

QUERY = files(__package__).joinpath("shared_messages.sql")


class SharedMessages(NamedTuple):
    """Two groups, number of common messages, and its share in their common time."""

    one: str
    other: str
    messages: int
    share: float


def find_shared_messages(paths: Sequence[Path]) -> list[SharedMessages]:
    """Find groups that share most messages, such as a renamed group exported twice.

    Messages are the same if minute and text are. A pair is listed if it shares at least
    10 messages and, in the time that both cover, half of the smaller group's.
    """
    if not paths:
        return []
    with open_duckdb() as run:
        run.scan(*paths).to_native().create_view("message")
        terms = {"least": LEAST_SHARED, "share": LEAST_SHARE}
        rows = run.connection.execute(QUERY.read_text("utf-8"), terms).fetchall()
    return [SharedMessages(*row) for row in rows]


ONE_CHAT = say(
    "pairs of groups that share most of their messages: if one was renamed, or exported"
    " by two programs, leave out the shorter export"
)


_TOLD = SIGNS | {BY_NAMES, NEW_NUMBER, RULED, STRANGERS}


def describe_signs(exports: Exports) -> list[Message]:
    """Describe signs that exports were read wrongly."""
    notes = exports.count("notes")
    told = sorted(_TOLD & notes.keys())
    return [say("{what}: {n:,}", what=sign, n=notes[sign]) for sign in told]


def describe_doubts(exports: Exports) -> list[Message]:
    """Describe signs that exports were read wrongly, or one group as two."""
    groups = {group for entry in exports.entries for group in entry.groups}
    parts = exports.store().parts("message") if len(groups) > 1 else ()
    pairs = len(find_shared_messages(parts))
    shared = say("{what}: {n:,}", what=ONE_CHAT, n=pairs)
    return [*describe_signs(exports), *[shared] * bool(pairs)]
