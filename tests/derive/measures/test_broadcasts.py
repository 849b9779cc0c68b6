"""What one sender puts into many groups at once is an announcement."""

import narwhals as nw
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.derive.measures.cleaning import (
    LEAST_GROUPS,
    count_by_account,
    find_broadcasts,
    find_repeated_messages,
)
from helpers.derive.measures.engine import open_duckdb
from helpers.records import DAY_US, HOUR_US

SENT = pa.schema(
    {
        "group": pa.string(),
        "sender": pa.string(),
        "scope": pa.string(),
        "time_us": pa.int64(),
        "text": pa.string(),
        "chars": pa.int32(),
        "file": pa.string(),
        "position": pa.int64(),
    }
)


def sent(groups, *, every_us=1, text="we meet on Friday", chars=17, sender="ann"):
    """Return one message to each of so many groups, one after the other."""
    return [
        {"group": f"g{n}", "sender": sender, "scope": "", "time_us": n * every_us,
         "text": text, "chars": chars, "file": "f", "position": n}
        for n in range(groups)
    ]  # fmt: skip


@pytest.fixture
def found(run, lazy):
    """Return how many messages are broadcasts."""
    return lambda rows: len(
        run.fetch(_broadcasts(lazy(pd.DataFrame(rows), SENT)), "position")
    )


def _broadcasts(messages):
    accounts = count_by_account(messages.with_columns(bot=nw.lit(value=False)))
    return find_broadcasts(find_repeated_messages(messages, accounts))


def test_the_same_words_in_twenty_groups_are_a_broadcast(found):
    """Case and outer blanks do not matter; nineteen groups are talk."""
    rows = sent(LEAST_GROUPS)
    rows[3] |= {"text": "  We meet on FRIDAY\n"}
    assert found(rows) == LEAST_GROUPS
    assert found(rows[1:]) == 0


def test_broadcast_must_reach_twenty_groups_within_a_day(found):
    """Twenty-five groups in more than a day never have twenty within one."""
    assert found(sent(25, every_us=DAY_US // 19)) == 25
    assert found(sent(25, every_us=DAY_US // 19 + 1)) == 0


def test_broadcast_without_text_is_found_by_equal_lengths(found):
    """Short ones do not: too many are alike."""
    assert found(sent(20, text=None, chars=40, every_us=HOUR_US // 19)) == 20
    assert found(sent(20, text=None, chars=39)) == 0
    assert found(sent(20, text=None, chars=40, every_us=HOUR_US // 18)) == 0


@settings(max_examples=5)
@given(
    st.lists(
        st.tuples(st.integers(0, 29), st.integers(0, 40), st.sampled_from("aab")),
        min_size=40,
        max_size=90,
    )
)
def test_broadcast_is_found_in_any_window(rows):
    """The same as looking into every window of a day."""
    table = pd.DataFrame(rows, columns=["group", "hour", "text"], dtype=object)
    table["time_us"] = table["hour"].astype("int64") * HOUR_US
    expected = set()
    for _, one in table.groupby("text"):
        for start in one["time_us"]:
            inside = one[one["time_us"].between(start, start + DAY_US)]
            if inside["group"].nunique() >= LEAST_GROUPS:
                expected |= set(inside.index)
    whole = table.assign(
        sender="ann", scope="", chars=1, file="f", position=range(len(table)),
        group=table["group"].astype(str),
    )  # fmt: skip
    arrays = [pa.array(whole[f.name].tolist(), f.type) for f in SENT]
    with open_duckdb() as run:
        frame = nw.from_native(
            run.connection.from_arrow(pa.Table.from_arrays(arrays, schema=SENT))
        )
        places = run.fetch(_broadcasts(frame), "position")["position"]
        assert set(places) == expected
