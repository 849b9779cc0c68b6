"""Exports as data frames."""

import json

import pandas as pd
import pytest

import helpers as sq
from helpers.errors import ShequnError

pytestmark = pytest.mark.filterwarnings("ignore:some exports have local times")

CHAT = "[2024-01-05, 10:00:0{n}] {who}: {text}\n"


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


def test_assumed_time_zone_is_named(chat, tmp_path):
    """German chats were read in Chinese time, and only an attribute said so."""
    with pytest.warns(UserWarning, match="read as those of Asia/Shanghai"):
        sq.read_messages(chat)
    with pytest.warns(UserWarning, match="read as those of Asia/Shanghai"):
        sq.make_study(chat, tmp_path / "study")


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


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"date_order": "DMY"}, "date_order: 'DMY' is not allowed.*dmy, mdy, ymd"),
        ({"include": ("priv",)}, "include: 'priv' is not allowed.*private, saved"),
        ({"columns": {"zeit": "a"}}, "columns: 'zeit' is not allowed.*time, sender"),
        ({"columns": "time=a,sender=b"}, "columns cannot be 'time=a,sender=b'.*a dict"),
        ({"zone": "Berlin"}, "zone: 'Berlin' is no IANA time zone.*Europe/Berlin"),
    ],
)
def test_misspelt_option_lists_the_allowed_ones(chat, options, words):
    """They were accepted and did nothing."""
    with pytest.raises(ShequnError, match=words):
        sq.read_messages(chat, **options)


def test_one_word_may_include_chats(chat):
    """`include="private"` was read as seven letters."""
    assert len(sq.read_messages(chat, include="private")) == 5
    assert len(sq.read_messages(chat, include="private,saved")) == 5


@pytest.mark.parametrize("paths", [5, None, pd.DataFrame(), [], "", [""]])
def test_what_is_no_path_is_named(paths):
    """A data frame ended deep in pathlib; "" was the working folder."""
    with pytest.raises(ShequnError, match=r"path.*folder or ZIP"):
        sq.read_messages(paths)


def test_wrong_table_hints_at_the_argument(tmp_path):
    """The hint was an option of the command line."""
    (tmp_path / "wrong.csv").write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(ShequnError, match=r"columns=\{'time'"):
        sq.read_messages(tmp_path / "wrong.csv")


def test_column_that_the_table_lacks_is_named_with_those_it_has(tmp_path):
    """The hint was to name the columns, which had been done."""
    path = tmp_path / "t.csv"
    path.write_text("wann,wer,was\n2024-01-05 10:00,a,b\n", "utf-8")
    for columns in ({"time": "when", "sender": "wer"}, {"text": "when"}):
        with pytest.raises(ShequnError, match=r"no column when.*wann, wer.*columns="):
            sq.read_messages(path, columns=columns)


def test_list_of_groups_is_no_frame_of_messages(tmp_path):
    """The hint was to rename its columns."""
    path = tmp_path / "list.csv"
    path.write_text("name,founded,last message\na,2024-01-05,2024-02-01\n", "utf-8")
    with pytest.raises(ShequnError, match=r"list of groups.*sq\.groups_from"):
        sq.read_messages(path)
    with pytest.raises(ShequnError, match=r"groups_from\(df, born='founded', last="):
        sq.silence(pd.read_csv(path))


def test_hint_on_dates_names_the_argument(tmp_path):
    """It named the option of the command line."""
    path = tmp_path / "WhatsApp Chat with B.txt"
    days = ("01/02/24", "03/04/24")
    path.write_text("".join(f"{day}, 10:00 - A: hi\n" for day in days), "utf-8")
    with pytest.raises(ShequnError, match="date_order='dmy', 'mdy' or 'ymd'"):
        sq.read_messages(path)


def write_frame(**more):
    """Return five messages, of which two are empty."""
    times = pd.date_range("2023-01-01", periods=5, tz="UTC")
    texts = ["one", "", None, "two", "three"]
    rows = {"time": times, "group": 1, "sender": range(5), "text": texts}
    return pd.DataFrame(rows | more)


@pytest.mark.parametrize("more", [{}, {"kind": "text"}, {"id": range(5)}])
def test_clean_excludes_empty_and_missing_texts(more):
    """A missing text beside texts stayed; integer ids were an ArrowTypeError."""
    cleaned = sq.clean(write_frame(**more))

    assert cleaned.index.tolist() == [0, 3, 4]
    assert cleaned.attrs["excluded"] == {"nothing written": 2}


def test_clean_keeps_messages_of_a_frame_without_texts():
    """A frame of times alone has no empty messages."""
    assert len(sq.clean(write_frame(text=None))) == 5


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (None, "messages cannot be None.*a data frame"),
        (pd.DataFrame(), "it has no column"),
        (write_frame(kind="foo"), "column kind: 'foo' is not allowed.*text, image"),
    ],
)
def test_clean_names_what_is_no_message_frame(frame, words):
    """An unknown kind was kept, an empty frame "has ."."""
    with pytest.raises(ShequnError, match=words):
        sq.clean(frame)
