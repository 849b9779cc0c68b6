"""A talk of days: as many messages on each as was planted.

Two people write by turns. Groups begin with a message on their first day and end with
one; where silence matters they write every twenty days between, as in `messages`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.arrays import Ints
from helpers.records import DAY_US
from helpers.validation.worlds.claims.tabled import Planted
from tests.validation.long_way.messages import DAY, life_of, numbered, rows_of, times
from tests.validation.long_way.reads import Reads
from tests.validation.long_way.story import NOBODY

TABLES = frozenset({"daily"})


def fits(reads: Reads) -> bool:
    """Say whether this talk tells what a claim reads: what days are like after events.

    Without events the planted days are a sketch of a pace.
    """
    return {"daily", "events"} <= reads.keys()


def posts(study: Planted, reads: Reads) -> pd.DataFrame:
    """Return what was posted in the groups of a study, which begin at midnight."""
    daily = dict(list(study.tables["daily"].groupby("group")))
    parts = []
    for row in study.tables["groups"].itertuples(index=False):
        said = daily[row.group]
        age = said["day"].to_numpy() - int(row.origin_us) // DAY_US
        life = life_of(row)
        usual = times(life, [], []) if "silences" in reads else np.array([0, life])
        between = (usual // DAY >= age.min()) & (usual // DAY <= age.max())
        usual = usual[~between | (usual == life)]
        told = _spread(age, said["messages"].to_numpy(), life)
        both = np.sort(np.concatenate([usual, told]))
        who = np.arange(len(both)) % 2
        nobody = np.full(len(both), NOBODY)
        parts.append(rows_of(row.group, row.origin_us, both, who, nobody))
    return numbered(parts)


def _spread(days: Ints, messages: Ints, life: int) -> Ints:
    """Return when each message of some days comes, spread evenly over the day."""
    day = np.repeat(days, messages)
    nth = np.arange(len(day)) - np.repeat(np.cumsum(messages) - messages, messages)
    span = np.minimum(DAY, life - day * DAY)
    return day * DAY + ((nth + 0.5) / np.repeat(messages, messages) * span).astype(int)
