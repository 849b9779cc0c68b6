"""Exports as data frames."""

import json

import pandas as pd
import pytest

import helpers as sq
from helpers.errors import ShequnError
from helpers.paths import RAW

DEMO = RAW / "demo"
CHAT = "[2024-01-05, 10:00:0{n}] {who}: {text}\n"


@pytest.fixture(autouse=True)
def own_key(monkeypatch, tmp_path):
    """Keep the key away from the user's own."""
    monkeypatch.setenv("SHEQUN_CONFIG", str(tmp_path))


@pytest.fixture
def chat(tmp_path):
    """Return an export of five lines, one of them said by two."""
    words = ["hello", "who is there", "Ann Lee here", "fine", "bye"]
    lines = [
        CHAT.format(n=n, who=("Ann Lee", "Bob")[n % 2], text=text)
        for n, text in enumerate(words)
    ]
    path = tmp_path / "WhatsApp Chat with Climbers.txt"
    path.write_text("".join(lines), "utf-8")
    return path


def test_path_may_be_a_string_or_a_list(chat):
    """`read_messages("chat.txt")` is what everybody types first."""
    once = sq.read_messages(str(chat))

    pd.testing.assert_frame_equal(once, sq.read_messages([chat]))
    assert len(once) == 5


def test_times_have_the_named_zone(chat):
    """A clock without a zone is read in the zone given, and that is recorded."""
    read = sq.read_messages(chat, zone="Europe/Berlin")

    assert str(read["time"].dt.tz) == "Europe/Berlin"
    assert read["time"].iloc[0] == pd.Timestamp("2024-01-05 10:00", tz="Europe/Berlin")
    assert (read.attrs["zone"], read.attrs["zone_recorded"]) == ("Europe/Berlin", False)


def test_messages_frame_contains_no_names(chat):
    """Senders are pseudonyms, and names within texts are masked."""
    read = sq.read_messages(chat)

    assert "Ann Lee" not in read.to_csv()
    assert read["sender"].nunique() == 2


def test_unread_files_are_named(chat):
    """A damaged file beside a good one is reported, not skipped."""
    notes = chat.parent / "notes.txt"
    notes.write_text("nothing of the kind", "utf-8")
    second = chat.with_name("WhatsApp Chat with Cooks.txt")
    second.write_text(chat.read_text("utf-8").replace("2024", "2023"), "utf-8")
    read = sq.read_messages(chat.parent)

    assert (len(read), read["group"].nunique()) == (10, 2)
    assert any("notes.txt" in sentence for sentence in read.attrs["unread"])


def test_whole_rows_of_a_broken_file_are_returned(tmp_path):
    """What stands before the place where a file breaks off was read."""
    rows = [
        {"time": f"2024-01-0{n}T10:00:00Z", "sender": "a", "text": "x"} for n in (1, 2)
    ]
    text = "".join(json.dumps(row) + "\n" for row in rows) + '{"time": "2024-'
    (tmp_path / "log.jsonl").write_text(text, "utf-8")
    read = sq.read_messages(tmp_path / "log.jsonl")

    assert len(read) == 2
    assert read.attrs["unread"] or read.attrs["lost"]


def test_clean_agrees_with_the_studies(tmp_path):
    """The frame's rows are excluded for the reasons of the ledger of `shequn run`."""
    from helpers.study.own.run import Plan, make_study

    exports = sorted(DEMO.glob("*-0[1-6].zip"))
    study, _ = make_study(Plan(exports=exports, out=tmp_path / "study"))
    cleaned = sq.clean(sq.read_messages(exports))

    assert len(cleaned) == study.ledger.kept[""]
    assert cleaned.attrs["excluded"] == study.ledger.set_aside


def test_clean_keeps_the_index(chat):
    """Scores and labels of the same rows stay aligned."""
    read = sq.read_messages(chat).set_index(pd.Index(list("abcde")))
    marked = read.assign(kind=["system", *["text"] * 4])
    cleaned = sq.clean(marked)

    assert cleaned.index.tolist() == list("bcde")
    assert cleaned.attrs["excluded"] == {"system line": 1}


def test_clean_names_a_missing_column(chat):
    """A frame of somebody's own has other names."""
    with pytest.raises(ShequnError, match=r"no column sender.*it has time"):
        sq.clean(sq.read_messages(chat).drop(columns="sender"))


def test_tone_keeps_the_index():
    """`frame.assign(tone=sq.tone(frame["text"])["score"])` must fit."""
    texts = pd.Series(["great work", "😂", "今天天气真不错"], index=[5, 3, 9])
    scored = sq.tone(texts)

    assert scored.index.tolist() == [5, 3, 9]
    assert scored["instrument"].tolist() == ["vader", None, "snownlp"]
    assert scored["score"].notna().tolist() == [True, False, True]
    assert scored.attrs["unscored"] == {"wordless": 1}
