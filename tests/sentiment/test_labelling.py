"""People are asked about a sample; what they say is kept, what they read is not."""

import io

import pandas as pd
import pytest

from helpers.errors import BrokenFileError, MissingSourceError, ShequnError
from helpers.sentiment import labelling

SAID = "这家店的服务真不错"


@pytest.fixture
def messages():
    """Forty messages in four groups; ids repeat from group to group."""
    rows = [(str(i % 10), f"g{i // 10}", f"{SAID} {i}") for i in range(40)]
    return pd.DataFrame(rows, columns=["message", "group", "text"])


@pytest.fixture
def begin(messages, tmp_path):
    """Return a function that begins labelling, or goes on with it."""

    def start(kind="tone", size=8, rows=messages):
        path = tmp_path / "labels.csv"
        return labelling.Labelling(rows, path, kind=kind, size=size, seed=3)

    return start


def ask(labels, typed):
    """Return what a terminal shows while somebody types."""
    out = io.StringIO()
    labelling.ask_labels(labels, [f"{key}\n" for key in typed], out)
    return out.getvalue()


def test_answers_are_retained_and_texts_are_not(begin, tmp_path):
    """The file has each answer under its message, and no word of any message."""
    ask(begin(), "pn0s")
    text = (tmp_path / "labels.csv").read_text()
    labels = labelling.read_labels(tmp_path / "labels.csv")["label"].tolist()
    assert labels[:4] == ["positive", "negative", "neutral", "skipped"]
    assert labels[4:] == [None] * 4 or pd.isna(labels[4:]).all()
    assert not set(SAID) & set(text)


def test_labelling_session_resumes_at_the_next_message(begin):
    """After quitting, the next message is asked, never one that was answered."""
    first = begin()
    asked = [first.text(row) for row in first._labels.index]
    ask(first, "ppq")
    later = begin(size=99)
    assert later.progress == (2, 8)
    assert later.text(later.row) == asked[2]
    assert "8 of 8 done" in ask(later, "nnnnnn")
    assert later.row is None


def test_a_wrong_key_is_reported_and_changes_nothing(begin):
    """Whoever mistypes is asked again."""
    labels = begin()
    assert ask(labels, "y").count("No such key") == 1
    assert labels.progress == (0, 8)


def test_each_answer_is_on_disk_before_the_next_question(begin, tmp_path, monkeypatch):
    """When the disk is full, earlier answers stay and the new one is not pretended."""
    labels = begin()
    labels.answer(labels.row, "p")
    before = (tmp_path / "labels.csv").read_bytes()

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_text", full)
    with pytest.raises(ShequnError, match="no space left"):
        labels.answer(labels.row, "n")
    assert (tmp_path / "labels.csv").read_bytes() == before
    assert labels.progress == (1, 8)


def test_a_sample_is_random_and_determined_by_its_seed(messages, tmp_path):
    """The first messages of the first group had been a sample."""

    def draw(seed):
        path = tmp_path / f"{seed}.csv"
        labelling.Labelling(messages, path, kind="tone", size=8, seed=seed)
        return path.read_text()

    first, again, other = draw(1), draw(1), draw(2)
    assert first == again != other
    assert len({line.split(",")[1] for line in first.splitlines()[1:]}) > 1


@pytest.mark.parametrize("damage", ["", "message,label\n1,x\n", "a\0b"])
def test_damaged_labels_are_refused(tmp_path, damage):
    """A file that is not what was written is named, never read in part."""
    path = tmp_path / "labels.csv"
    with pytest.raises(MissingSourceError):
        labelling.read_labels(path)
    path.write_text(damage)
    with pytest.raises(BrokenFileError, match=r"labels\.csv"):
        labelling.read_labels(path)


def test_two_questions_share_a_file(begin):
    """Asking about advertisements draws anew and leaves the answers about tone."""
    ask(begin(), "p" * 8)
    ads = begin(kind="advertisement")
    assert ads.progress == (0, 8)
    ask(ads, "yn")
    assert begin().progress == (8, 8)
    assert begin(kind="advertisement").progress == (2, 8)


def test_labels_of_other_messages_are_refused(begin, messages):
    """A file drawn from other messages is named, not mixed in."""
    begin()
    with pytest.raises(BrokenFileError, match="other messages"):
        begin(rows=messages.assign(group="h"))


def test_control_characters_of_a_message_never_reach_the_terminal(tmp_path):
    """What a message holds is shown as it was written, without control characters."""
    evil = "\x1b[2J\u202eabc"
    rows = pd.DataFrame({"message": ["1"], "group": ["g"], "text": [evil]})
    labels = labelling.Labelling(
        rows, tmp_path / "l.csv", kind="question", size=1, seed=1
    )
    assert not {"\x1b", "\u202e"} & set(ask(labels, "q"))
