"""People are asked about a sample of a run; answers are kept, texts are not."""

import io

import pandas as pd
import pytest

from helpers.errors import (
    BrokenFileError,
    MissingSourceError,
    NotIdentifiableError,
    ShequnError,
)
from helpers.own_groups.hand_labels import (
    ask_labels,
    compare_with_labels,
    open_labels,
    read_labels,
    read_messages,
)
from helpers.records import from_rows
from helpers.store.store import write_store

SAID = "这家店的服务真不错"
GOOD, BAD = "服务很好环境不错", "太差了再也不来"


def fill_store(folder, *rows):
    """Write a store of messages."""
    filled = [
        {"kind": "text", "bot": False, "time_us": 0, "group": "g"} | r for r in rows
    ]
    write_store([from_rows("message", filled)], folder, {})


def test_only_messages_written_by_people_are_labelled(tmp_path):
    """Notices, bots, blanks and messages without text are left out."""
    fill_store(
        tmp_path / "store" / "1",
        {"id": "1", "text": "hi"},
        {"id": "2", "text": "on duty", "bot": True},
        {"id": "3", "text": "Ann joined", "kind": "notice"},
        {"id": "4", "text": "  "},
        {"id": "5", "text": None, "kind": "image"},
        {"id": "6", "text": "yo", "bot": None},
        {"id": "6", "text": "yo", "bot": None},
    )
    assert read_messages(tmp_path)["message"].tolist() == ["1", "6"]
    with pytest.raises(MissingSourceError, match="shequn run"):
        read_messages(tmp_path / "store")


def test_messages_without_id_have_names_that_stay(tmp_path):
    """A name is the time and the place in it; a later export changes none."""
    rows = [{"time_us": t, "text": text} for t, text in ((5, "a"), (5, "b"), (7, "c"))]
    fill_store(tmp_path / "store" / "1", *rows)
    before = read_messages(tmp_path)["message"].tolist()
    fill_store(tmp_path / "store" / "2", {"time_us": 5, "text": "d"})
    assert before == ["5-0", "5-1", "7-0"]
    assert read_messages(tmp_path)["message"].tolist() == [*before, "5-2"]


@pytest.fixture
def messages():
    """Forty messages in four groups; ids repeat from group to group."""
    rows = [(str(i % 10), f"g{i // 10}", f"{SAID} {i}") for i in range(40)]
    return pd.DataFrame(rows, columns=["message", "group", "text"])


@pytest.fixture
def ask(messages, tmp_path):
    """Return a function that begins or resumes labelling: what the terminal shows."""
    path = tmp_path / "labels.csv"

    def type_keys(typed, kind="tone", rows=messages):
        out = io.StringIO()
        labels = open_labels(rows, path, kind, size=8, seed=3)
        keys = [f"{key}\n" for key in typed]
        ask_labels(rows, labels, path, kind, keys=keys, out=out)
        return out.getvalue()

    return type_keys


def test_answers_are_retained_and_texts_are_not(ask, tmp_path):
    """The file has each answer, also of two questions, and no word of any message."""
    assert "No such key" in ask("pyn0s")
    assert "0 of 8 done" in ask("q", "advertisement")
    labels = read_labels(tmp_path / "labels.csv")
    assert labels["label"][:4].tolist() == [
        "positive",
        "negative",
        "neutral",
        "skipped",
    ]
    assert labels["label"][4:].isna().all()
    assert labels["kind"].value_counts().tolist() == [8, 8]
    assert not set(SAID) & set((tmp_path / "labels.csv").read_text())


def test_labelling_resumes_at_the_next_message(ask):
    """After quitting, the next message is asked, never one that was answered."""
    asked = ask("p" * 2).split("[message 3 of 8]")[1]
    assert asked.splitlines()[1] in ask("q").split("[message 3 of 8]")[1]
    assert "8 of 8 done" in ask("n" * 6)


def test_each_answer_is_on_disk_before_the_next_question(ask, tmp_path, monkeypatch):
    """When the disk is full, earlier answers stay."""
    ask("p")
    before = (tmp_path / "labels.csv").read_bytes()

    def fill_disk(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_text", fill_disk)
    with pytest.raises(ShequnError, match="no space left"):
        ask("n")
    assert (tmp_path / "labels.csv").read_bytes() == before


def test_sample_is_random_and_determined_by_its_seed(messages, tmp_path):
    """The first messages of the first group had been a sample."""
    first, again, other = (
        open_labels(messages, tmp_path / f"{n}.csv", "tone", size=8, seed=seed)
        for n, seed in enumerate((1, 1, 2))
    )
    assert first.equals(again)
    assert not first.equals(other)
    assert first["group"].ne(first["group"][0]).any()


@pytest.mark.parametrize("damage", ["", "message,label\n1,x\n", "a\0b"])
def test_damaged_labels_are_refused(tmp_path, damage):
    """A file that is not what was written is named, never read in part."""
    path = tmp_path / "labels.csv"
    with pytest.raises(MissingSourceError):
        read_labels(path)
    path.write_text(damage)
    with pytest.raises(BrokenFileError, match=r"labels\.csv"):
        read_labels(path)


def test_labels_of_other_messages_are_refused(ask, messages):
    """A file drawn from other messages is named, not mixed in."""
    ask("q")
    with pytest.raises(BrokenFileError, match="other messages"):
        ask("q", rows=messages.assign(group="h"))


def test_chinese_system_is_asked_in_chinese(ask, monkeypatch):
    """Every command speaks the system's language; this one had not."""
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    said = ask("x")
    assert "已标 0 条，共 8 条" in said
    assert not {"positive", "skip", "No such key"} & set(said.split())


def test_control_characters_of_a_message_never_reach_the_terminal(ask):
    """What a message holds is shown as it was written, without control characters."""
    rows = pd.DataFrame(
        {"message": ["1"], "group": ["g"], "text": ["\x1b[2J\u202eabc"]}
    )
    assert not {"\x1b", "\u202e"} & set(ask("q", "question", rows))


def test_instrument_is_compared_on_the_two_answers_only():
    """Neutral and skipped labels are left out; one label of a kind has no spread."""
    texts = [f"{GOOD}{n}" for n in range(10)] + [f"{BAD}{n}" for n in range(10)]
    labels = ["positive"] * 9 + ["neutral"] + ["negative"] * 9 + ["skipped"]
    rows = pd.DataFrame({"message": [*map(str, range(20))], "group": "g"})
    given = rows.assign(kind="tone", label=labels)
    found = compare_with_labels(rows.assign(text=texts), given)
    assert (found.n, found.first) == (18, 9)
    assert found.auc.estimate > 0.95
    with pytest.raises(NotIdentifiableError, match="two labels of each kind"):
        compare_with_labels(rows.assign(text=texts), given[:11])
