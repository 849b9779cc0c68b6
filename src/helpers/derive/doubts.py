"""Signs that exports were read wrongly, and groups that share their messages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pyarrow.dataset import dataset

from helpers.derive.measures.engine import open_duckdb
from helpers.formats.rows.losses import NEW_NUMBER, STRANGERS
from helpers.formats.rows.signs import SIGNS
from helpers.store.exports import Exports
from helpers.wording import Message, say

LEAST_SHARED, LEAST_SHARE = 20, 0.5

# text and time without the sender, whose pseudonym may differ by group
QUERY = """
WITH read AS (
    SELECT CAST("group" AS VARCHAR) AS key, time_us, hash(text) AS words
    FROM message WHERE text <> ''
),
keys AS (SELECT key, row_number() OVER (ORDER BY key) AS n FROM read GROUP BY key),
said AS (SELECT DISTINCT n, time_us, words FROM read JOIN keys USING (key)),
sizes AS (
    SELECT n, key, count(*) AS messages FROM said JOIN keys USING (n) GROUP BY ALL
),
shared AS (
    SELECT a.n AS one, b.n AS other, count(*) AS messages
    FROM said a JOIN said b USING (time_us, words)
    WHERE a.n < b.n GROUP BY ALL
)
SELECT x.key AS one, y.key AS other, shared.messages,
    shared.messages / least(x.messages, y.messages) AS share
FROM shared JOIN sizes x ON x.n = one JOIN sizes y ON y.n = other
WHERE shared.messages >= $least AND share >= $share
ORDER BY x.key, y.key
"""


class SharedMessages(NamedTuple):
    """Two groups, number of common messages, and its share of the smaller group."""

    one: str
    other: str
    messages: int
    share: float


def find_shared_messages(paths: Sequence[Path]) -> list[SharedMessages]:
    """Find groups that share most messages, such as a renamed group exported twice.

    Messages are the same if time and text are. A pair is listed if it shares at least
    20 messages and half of those of the smaller group.
    """
    if not paths:
        return []
    with open_duckdb() as run:
        run.connection.register("message", dataset([str(path) for path in paths]))
        terms = {"least": LEAST_SHARED, "share": LEAST_SHARE}
        rows = run.connection.execute(QUERY, terms).fetchall()
    return [SharedMessages(*row) for row in rows]


ONE_CHAT = say(
    "pairs of groups that share most of their messages: if one was renamed, or exported"
    " by two programs, leave out the shorter export"
)


_TOLD = SIGNS | {NEW_NUMBER, STRANGERS}


def describe_signs(exports: Exports) -> list[Message]:
    """Describe signs that exports were read wrongly."""
    return [
        say("{what}: {n:,}", what=sign, n=n)
        for sign, n in sorted(exports.notes.items())
        if sign in _TOLD
    ]


def describe_doubts(exports: Exports) -> list[Message]:
    """Describe signs that exports were read wrongly, or one group as two."""
    groups = {group for entry in exports.entries for group in entry.groups}
    parts = exports.store().parts("message") if len(groups) > 1 else ()
    pairs = len(find_shared_messages(parts))
    shared = say("{what}: {n:,}", what=ONE_CHAT, n=pairs)
    return [*describe_signs(exports), *[shared] * bool(pairs)]
