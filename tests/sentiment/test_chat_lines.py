"""Shipped weights read chat lines, and the committed table is what they give."""

import os

import numpy as np
import pandas as pd
import pytest

from helpers.sentiment.chat_lines import score_chat_lines
from helpers.sentiment.labels import chat_quality
from tests.raw_corpora import SHARED, needs_raw


def test_spaces_between_words_do_not_change_the_score():
    """Segmented training lines had taught it blanks that chats do not have."""
    assert score_chat_lines(["真 开心"]) == score_chat_lines(["真开心"])


def test_unknown_characters_have_no_score():
    """They had scored as the mean of the training set."""
    assert np.isnan(score_chat_lines(["〄〄"])).all()


@pytest.fixture(scope="module")
def table():
    """Return the committed table."""
    return pd.read_csv(chat_quality.TABLE)


def test_lengths_add_up_to_all_lines(table):
    """A class of length had been left out of the sum."""
    for _, rows in table.groupby("instrument"):
        of = rows.set_index("length")[["n", "positive", "no_score"]]
        assert (of.drop("all").sum() == of.loc["all"]).all()


@needs_raw
def test_shipped_weights_give_the_committed_table(table, tmp_path, monkeypatch):
    """Weights and table come from one run, to the last digit.

    Where pysenti is not installed its committed rows are taken for it.
    """
    if chat_quality.PEERS not in os.environ:
        own = table[table["instrument"] != "pysenti"]
        monkeypatch.setattr(chat_quality, "score_by_pysenti", score_chat_lines)
        made = chat_quality.measure_quality(SHARED, tmp_path / "table.csv")
        again = pd.read_csv(tmp_path / "table.csv").head(len(own))
        pd.testing.assert_frame_equal(again, own.reset_index(drop=True))
        return
    made = chat_quality.measure_quality(SHARED, tmp_path / "table.csv")
    assert (tmp_path / "table.csv").read_bytes() == chat_quality.TABLE.read_bytes()
    assert len(made) == len(table)


@needs_raw
def test_test_lines_are_not_in_the_training_set():
    """A line that trained would flatter the instrument."""
    folder = SHARED / "chat_labels"
    trained, _ = chat_quality.read_lines(folder, chat_quality.TRAINING)
    measured, _ = chat_quality.read_lines(folder, chat_quality.MEASURING)
    assert (
        len(set(measured) - set(trained))
        == pd.read_csv(chat_quality.TABLE)
        .query("instrument == 'chat_lines' and length == 'all'")[["n", "no_score"]]
        .to_numpy()
        .sum()
    )


def test_ledger_of_chat_lines_adds_up_to_the_lines_scored(table):
    """Lines left out were not counted anywhere."""
    ledger = pd.read_csv(chat_quality.LEDGER)
    for _, own in ledger.groupby("lines"):
        rows = own.groupby("step")["rows"].sum()
        assert rows["read"] == rows["set aside"] + rows["kept"]
    kept = ledger[ledger["step"].eq("kept")].set_index("lines")["rows"]
    whole = table[table["length"].eq("all")]
    assert (whole["n"] + whole["no_score"]).eq(kept["measuring"]).all()


@needs_raw
def test_ledger_of_chat_lines_is_reproduced_to_the_byte(tmp_path):
    """The committed file is what the labelled sets and this code give."""
    chat_quality.write_ledger(SHARED, tmp_path / "made.csv")
    assert (tmp_path / "made.csv").read_bytes() == chat_quality.LEDGER.read_bytes()
