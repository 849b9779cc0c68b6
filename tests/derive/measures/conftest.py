"""Small worlds of messages, and an engine to measure them with."""

from collections.abc import Iterator

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from helpers.derive.measures.engine import open_duckdb
from helpers.records import DAY_US

SPINE = pa.schema(
    {
        "group": pa.int32(),
        "member": pa.int32(),
        "scope": pa.string(),
        "id": pa.string(),
        "chars": pa.int32(),
        "topic": pa.string(),
        "mentions": pa.list_(pa.string()),
        "reply_to": pa.string(),
        "link": pa.bool_(),
        "has_question": pa.bool_(),
        "time_us": pa.int64(),
        "file": pa.string(),
        "position": pa.int64(),
        "age_us": pa.int64(),
        "age_day": pa.int32(),
        "day": pa.int32(),
    }
)


@pytest.fixture
def run() -> Iterator[object]:
    """Yield an engine."""
    with open_duckdb() as running:
        yield running


@pytest.fixture
def lazy(run):
    """Return rows as a lazy frame with the columns of kept messages."""

    def make(rows: pd.DataFrame, schema: pa.Schema = SPINE):
        whole = rows.reindex(columns=schema.names).astype(object)
        plain = whole.where(whole.notna(), None)
        columns = [pa.array(plain[f.name].tolist(), f.type) for f in schema]
        table = pa.Table.from_arrays(columns, schema=schema)
        return nw.from_native(run.connection.from_arrow(table))

    return make


@pytest.fixture(params=[1, 2])
def world(request) -> pd.DataFrame:
    """Return three worlds, one a test."""
    return _world(request.param)


def _world(seed: int, messages: int = 300, days: int = 200) -> pd.DataFrame:
    """Return messages of four groups and seven people, some within minutes."""
    random = np.random.default_rng(seed)
    burst = random.integers(0, days * DAY_US, messages // 5)
    times = random.choice(burst, messages) + random.integers(0, 2 * 10**9, messages)
    age = times - times.min()
    return pd.DataFrame(
        {
            "group": random.integers(0, 4, messages),
            "member": random.integers(0, 7, messages),
            "scope": "",
            "id": [f"m{n}" for n in range(messages)],
            "chars": random.integers(0, 50, messages),
            "topic": random.choice(["a", "b"], messages),
            "mentions": [
                [f"p{who}"] if who < 9 else None
                for who in random.integers(0, 20, messages)
            ],
            "time_us": times,
            "file": "f",
            "position": np.arange(1, messages + 1),
            "age_us": age,
            "age_day": age // DAY_US,
            "day": times // DAY_US,
        }
    )
