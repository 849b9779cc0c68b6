"""One engine creates, windows, joins, drops and streams on the locked versions."""

import narwhals as nw
import pandas as pd
import pytest

from helpers.derive.measures import engine
from helpers.derive.measures.engine import open_duckdb


def test_engine_creates_windows_joins_drops_and_streams():
    """What the measures lean on works together, out of core."""
    with open_duckdb(memory=1 << 28) as run:
        many = pd.DataFrame({"g": [1, 1, 2] * 1000, "t": range(3000), "x": 0})
        rows = run.keep(run.frame(many).drop("x"), "rows")
        before = nw.col("t").shift(1).over("g", order_by="t")
        gaps = rows.with_columns(gap=nw.col("t") - before)
        names = run.frame(pd.DataFrame({"g": [1, 2], "name": ["a", "b"]}))
        longest = gaps.join(names, on="g", how="left").group_by("name")
        found = run.fetch(longest.agg(nw.col("gap").max()), "name")
    assert found.to_dict("list") == {"name": ["a", "b"], "gap": [2, 3]}


@pytest.mark.parametrize("small", [0, engine.SMALL])
def test_engine_removes_its_temporary_files(monkeypatch, small):
    """Intermediate files are gone when the work is done; little is kept in none."""
    monkeypatch.setattr(engine, "SMALL", small)
    with open_duckdb() as run:
        kept = run.keep(run.frame(pd.DataFrame({"n": [1]})), "kept")
        assert run.fetch(kept, "n")["n"].tolist() == [1]
        folder = run.folder
        assert bool(list(folder.iterdir())) == (small == 0)
    assert not folder.exists()
