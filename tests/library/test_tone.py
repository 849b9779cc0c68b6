"""Tone: a column per instrument, and monthly shares that are right."""

import csv

import numpy as np
import pandas as pd
import pytest

import helpers as sq
from helpers.errors import ShequnError
from helpers.sentiment.error_draws import DEVELOPERS
from pipeline.validation import instruments
from tests.raw_corpora import SHARED

MONTHS, EACH = 6, 600
TREND = np.linspace(0.15, 0.55, MONTHS)  # of negative messages


def test_each_instrument_keeps_its_own_column_and_index():
    """Two instruments stood in one column, whose mean meant nothing."""
    texts = pd.Series(["great work", "😂", "今天天气真不错", None, "ça va très bien"])
    scored = sq.tone(texts.set_axis([5, 3, 9, 1, 2]))

    assert scored.index.tolist() == [5, 3, 9, 1, 2]
    assert scored["language"].tolist()[:3] == ["en", "none", "zh"]
    assert scored["vader"].notna().tolist() == [True, False, False, False, False]
    assert scored["snownlp"].notna().tolist() == [False, False, True, False, False]
    assert scored["chat_line"].notna().tolist() == [False, False, True, False, False]
    assert scored.attrs["unscored"] == {
        "no message": 1, "no words": 1, "no instrument for the language": 1,
    }  # fmt: skip


def test_tone_takes_a_series():
    """Letters of a string were scored."""
    with pytest.raises(ShequnError, match=r"tone takes a series.*pass df\['text'\]"):
        sq.tone("great")


def test_languages_without_an_instrument_are_said():
    """A French group looked as if nobody had a tone there."""
    frame = pd.DataFrame(
        {
            "time": pd.to_datetime(["2024-03-01", "2024-03-02"], utc=True),
            "group": "a", "sender": "b", "text": ["bonjour à tous les amis"] * 2,
        }
    )  # fmt: skip
    months = sq.tone_by_month(frame)

    assert months["no_instrument"].tolist() == [2]
    assert "vader_negative" not in months
    assert months.attrs["words"].startswith("2 messages are in languages that no")


def _write_export(path, labelled):
    """Write a chat of a known tone: each month more of the texts called negative."""
    draw = np.random.default_rng(5)
    texts = np.array([" ".join(text.split()) for text in labelled.texts], object)
    bad, rest = (
        np.flatnonzero(side) for side in (labelled.sides < 0, labelled.sides >= 0)
    )
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["time", "group", "sender", "text"])
        for month, share in enumerate(TREND):
            for nth in range(EACH):
                row = draw.choice(bad if nth < share * EACH else rest)
                clock = f"{1 + nth % 28:02}T{nth // 28:02}:{nth % 60:02}:00Z"
                when = f"2024-{month + 1:02}-{clock}"
                rows.writerow([when, "room", f"p{nth % 9}", texts[row]])


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not there")
@pytest.mark.parametrize("instrument", ["vader", "chat_line"])
def test_monthly_shares_of_a_known_trend_come_out_right(tmp_path, instrument):
    """From an export to the corrected share of each month: planted ones are in it."""
    if instrument == "vader":
        sets = instruments.read_english_sets(SHARED)
        both = [each for each in sets if each.name in DEVELOPERS]
        texts = [text for each in both for text in each.texts]
        labelled = instruments.Labelled(
            "", texts, np.concatenate([s.sides for s in both])
        )
    else:
        labelled = instruments.read_chat_lines(SHARED)
    _write_export(tmp_path / "chat.csv", labelled)
    messages = sq.read_messages(tmp_path / "chat.csv", zone="UTC")
    months = sq.tone_by_month(messages).set_index("month")
    share = months[f"{instrument}_negative"]

    assert months[f"{instrument}_scored"].min() > 0.8 * EACH
    assert (months[f"{instrument}_negative_low"] <= TREND).all()
    assert (months[f"{instrument}_negative_high"] >= TREND).all()
    assert np.abs(share - TREND).max() < 0.08
    assert share.iloc[-1] - share.iloc[0] == pytest.approx(0.4, abs=0.1)


def test_fewer_than_the_instruments_errors_is_no_certain_zero():
    """A month without a negative text had the limits 0 and 0."""
    lines = pd.DataFrame({"text": ["the meeting begins at ten"] * 30}).assign(
        time="2024-03-01", group="a", sender="b"
    )
    month = sq.tone_by_month(lines).iloc[0]
    assert month["vader_negative"] == month["vader_negative_low"] == 0
    assert 0 < month["vader_negative_high"] < 0.3
