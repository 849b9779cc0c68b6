"""Tables that users supply because no chat export contains them.

Times are put in whole seconds, and what is counted in whole numbers, which is what a
file of theirs can say; nothing else is changed.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from helpers.records import SECOND_US
from helpers.study.own.supplied_tables import BRINGABLE
from validation.long_way.reads import Reads
from validation.long_way.story import Story
from validation.worlds.claims.tabled import Planted

TABLES = frozenset(BRINGABLE)


def adjust_tables(study: Planted, story: Story, reads: Reads) -> None:  # noqa: ARG001 - a part's
    """Round times to seconds and counts to integers in user-supplied tables."""
    for name in TABLES & reads.keys():
        rows = study.tables[name].copy()
        for column in BRINGABLE[name].columns:
            if column.name.endswith("_us") and column.name in rows:
                rows[column.name] = _seconds(rows[column.name])
            elif pa.types.is_integer(column.type) and column.name in rows:
                rows[column.name] = rows[column.name].round()
        study.tables[name] = rows


def _seconds(times: pd.Series[float]) -> pd.Series[float]:
    return times // SECOND_US * SECOND_US


def tell(study: Planted, story: Story, reads: Reads) -> None:
    """Add the tables that users must supply themselves to a simulated study."""
    story.brought |= {name: study.tables[name] for name in TABLES & reads.keys()}
