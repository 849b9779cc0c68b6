"""People are asked about a sample; what they say is kept, what they read is not."""

import io
import urllib.error
import urllib.parse
import urllib.request

import pandas as pd
import pytest

from helpers.errors import BrokenFileError, ShequnError
from helpers.sentiment import show_form
from helpers.sentiment.labels import labelling, sample
from helpers.sentiment.labels.web_form import render_page

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
    labels = sample.read_labels(tmp_path / "labels.csv")["label"].tolist()
    assert labels[:4] == ["positive", "negative", "neutral", "skipped"]
    assert labels[4:] == [None] * 4 or pd.isna(labels[4:]).all()
    assert not set(SAID) & set(text)


def test_labelling_session_resumes_at_the_next_message(begin):
    """After quitting, the next message is asked, never one that was answered."""
    first = begin()
    asked = [first.text(row) for row in sample.list_pending(first._labels)]
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


def visit(url, data=None):
    """Return a page, sending a form's answer if there is one."""
    with urllib.request.urlopen(url, data) as reply:  # noqa: S310 - our own page
        return reply.read().decode()


@pytest.mark.parametrize("key", ["p", "s"])
def test_label_form_stores_answers_and_no_message(messages, tmp_path, key):
    """A button writes the label; the frame in the notebook holds no message."""
    path = tmp_path / "labels.csv"
    shown = show_form(messages, path, size=3)
    try:
        assert SAID in visit(shown.url)
        first = sample.read_labels(path).index[0]
        data = urllib.parse.urlencode({"row": first, "key": key}).encode()
        for _ in range(2):  # the second time it is a page of yesterday
            visit(shown.url, data)
    finally:
        shown.close()
    assert sample.read_labels(path)["label"].notna().sum() == 1
    assert SAID not in shown._repr_html_()


def test_label_form_needs_its_secret_address(messages, tmp_path):
    """Without the secret address there is neither message nor way to answer."""
    shown = show_form(messages, tmp_path / "labels.csv", size=3)
    wrong = shown.url[:-4]
    try:
        for data in (None, b"row=0&key=p"):
            with pytest.raises(urllib.error.HTTPError, match="404") as error:
                visit(wrong, data)
            error.value.close()
    finally:
        shown.close()
    assert sample.read_labels(tmp_path / "labels.csv")["label"].isna().all()


def test_message_markup_is_escaped(tmp_path):
    """What a message holds is shown as it was written, in a terminal and in a form."""
    evil = "<script>alert(1)</script>\x1b[2J\u202eabc"
    rows = pd.DataFrame({"message": ["1"], "group": ["g"], "text": [evil]})
    labels = labelling.Labelling(
        rows, tmp_path / "l.csv", kind="question", size=1, seed=1
    )
    assert "<script>alert" not in render_page(labels)
    assert not {"\x1b", "\u202e"} & set(ask(labels, "q"))
