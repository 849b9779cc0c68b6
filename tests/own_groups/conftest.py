"""A card of a group that nobody knows; stores as long chats leave them."""

import dataclasses

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers.own_groups.cards.card import Answered, Card
from helpers.own_groups.cards.newcomers import Newcomers, Regulars
from helpers.own_groups.cards.trends import Trend

ROW_GROUP = 50
WRITE = pq.ParquetWriter.write_batch


@pytest.fixture(autouse=True, scope="package")
def _small_row_groups():
    """Write stores in row groups of 50 with dictionaries of their own.

    Those of a chat of ten months are so; a short one has one row group.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pq.ParquetWriter, "write_batch", _write_small_row_groups)
        yield


def _write_small_row_groups(writer, batch):
    for at in range(0, len(batch), ROW_GROUP):
        columns = [
            column.cast(column.type.value_type).dictionary_encode()
            if pa.types.is_dictionary(column.type)
            else column
            for column in batch.slice(at, ROW_GROUP)
        ]
        WRITE(writer, pa.RecordBatch.from_arrays(columns, schema=batch.schema))


@pytest.fixture
def card():
    """Return a living group with nine writers."""
    return Card(
        group=0, label="Climbing", since="2024-01-01", until="2024-07-19",
        age_days=200.0, silent_days=3.2, days_ago=3, death_days=60.0,
        weeks=tuple(range(10)), weeks_end=19969,
        messages=45, people=20, people_28=9, people_before=10, top=0.4, top_three=0.7,
        silent_members=8, members=28,
        newcomers=Newcomers(dated=False, recent=6, wrote=6, followed=20, stayed=7),
        answered=Answered(20, 11, has_replies=True), regulars=Regulars(9, 1),
        trend=Trend("2024-01", "2024-06", 9.0, 6.5, ""),
        is_left_truncated=False, state="alive", last="2024-07-16", seen="2024-07-19",
        closed=None, closed_kind=None, has_end=True,
        usual_pause=1.0, long_pause=5.0, hours=(21, 20, 22),
    )  # fmt: skip


@pytest.fixture
def change(card):
    """Return a function that changes the card."""
    return lambda **changed: dataclasses.replace(card, **changed)
