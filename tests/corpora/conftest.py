"""Raw corpora in miniature, laid out as the real ones are."""

from __future__ import annotations

import gzip
from collections import Counter

import pandas as pd
import pytest


@pytest.fixture
def records():
    """Return all records of a kind that a reader yields, as pandas."""

    def read(reader, folder, files, kind):
        parts = [
            batch.table.to_pandas()
            for batch in reader(folder, files, Counter())
            if batch.kind == kind
        ]
        return pd.concat(parts, ignore_index=True)

    return read


@pytest.fixture
def zulip(tmp_path):
    """Write rows of (stream_id, stream, topic, ts, sender, mentions) as the archive."""

    def write(*rows):
        head = "org,stream_id,stream,topic,ts,sender,bot,chars,links,has_code,"
        lines = [
            f"lean,{number},{name},{topic},{ts},{who},0,5,0,1,0,{mentions}"
            for number, name, topic, ts, who, mentions in rows
        ]
        text = "\n".join([head + "has_question,mentions", *lines, ""])
        with gzip.open(tmp_path / "z.csv.gz", "wt", encoding="utf-8") as file:
            file.write(text)
        return tmp_path, ["z.csv.gz"]

    return write


@pytest.fixture
def counted(tmp_path):
    """Write raw tables given as CSV and count them; every row is accounted for."""

    def count(module, **files):
        names = [name.replace("__", ".") for name in files]
        for name, text in zip(names, files.values(), strict=True):
            path = tmp_path / name
            opener = gzip.open if path.suffix == ".gz" else open
            with opener(path, "wt", encoding="utf-8") as file:
                file.write(text)
        tally = Counter()
        found = module.count(tmp_path, names, tally)
        told = sum(found.became.values()) + sum(found.entered.values())
        assert told == sum(tally.values())
        return found

    return count
