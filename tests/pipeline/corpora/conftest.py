"""Raw corpora in miniature, laid out as the real ones are."""

import gzip

import pandas as pd
import pytest

from pipeline.corpora import count_folder
from pipeline.corpora.shared.corpus import RawFolder


@pytest.fixture
def records():
    """Return all records of a kind that a reader yields, as pandas."""

    def read(reader, raw, kind):
        parts = [one.table.to_pandas() for one in reader(raw) if one.kind == kind]
        return pd.concat(parts, ignore_index=True)

    return read


@pytest.fixture
def written(tmp_path):
    """Write raw files given as text, packed where their name ends so."""

    def write(**files):
        names = [name.replace("__", ".") for name in files]
        for name, text in zip(names, files.values(), strict=True):
            path = tmp_path / "raw" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            opener = gzip.open if path.suffix == ".gz" else open
            with opener(path, "wt", encoding="utf-8", newline="") as file:
                file.write(text)
        return RawFolder(tmp_path / "raw", names)

    return write


@pytest.fixture
def counted(written):
    """Write raw tables given as CSV and count them; every row is accounted for."""

    def count(module, **files):
        raw = written(**files)
        found = count_folder(module.__name__.rpartition(".")[2], raw)
        told = sum(found.became.values()) + sum(found.entered.values())
        assert told == raw.tally.total()
        return found

    return count
