"""Pairs of groups in one run that share most of their messages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pyarrow.dataset import dataset

from helpers.measures.engine import open_duckdb

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

    Parameters
    ----------
    paths
        The message tables (Parquet) of a store.
    """
    if not paths:
        return []
    with open_duckdb() as run:
        run.connection.register("message", dataset([str(path) for path in paths]))
        terms = {"least": LEAST_SHARED, "share": LEAST_SHARE}
        rows = run.connection.execute(QUERY, terms).fetchall()
    return [SharedMessages(*row) for row in rows]
