"""WhatsApp's text, from phones in any language."""

import zipfile

import pytest

from helpers.errors import BrokenFileError
from helpers.formats import FORMATS, Options, Source, recognise_format
from helpers.formats.reading.dates import (
    UndecidedDateOrderError,
    decide_date_order,
)

NAME = "WhatsApp Chat with Reading.txt"
MARK = "\u200e"


def chat(*lines):
    """Lines of an Android phone on 13 April 2024, a minute each."""
    return "".join(
        f"13/04/2024, 10:{at:02d} - {line}\n" for at, line in enumerate(lines)
    )


def test_mostly_unknown_am_pm_words_are_an_error(read):
    """A file of which most clocks can't be read is refused, with the first line."""
    lines = "25/01/24 3:03 pm - Ann: hi\nthere\n" + "25/01/24 3:04 xyz - Ann: hi\n" * 2
    with pytest.raises(BrokenFileError, match=r"line 3\D.*3:04 xyz"):
        read("whatsapp", lines, NAME)


@pytest.mark.parametrize(
    "header", ["25/01/24 3:04 xyz", "25/01/24 7:77 pm", "99/99/24 3:04 pm"]
)
def test_one_unreadable_time_no_longer_refuses_the_whole_file(read, header):
    """The line has no time, which is a counted loss; all others are read."""
    lines = f"25/01/24 3:03 pm - Ann: a\n{header} - Ann: b\n25/01/24 3:05 pm - Ann: c\n"
    found = read("whatsapp", lines, NAME)
    (lost,) = (one for one in found.source.losses if one.kind == "loss")
    assert found.column("message", "text") == ["a", "c"]
    assert (lost.rows, lost.positions) == (1, [2])


def test_day_above_12_at_an_unreadable_time_decides_no_order(read):
    """Its line counts for nothing; a readable one of that day decides."""
    unread, day = "25/01/24 3:03 xyz - Ann: a\n", "03/04/24 3:04 pm - Ann: b\n"
    with pytest.raises(UndecidedDateOrderError):
        read("whatsapp", unread + day, NAME)
    again = "25/01/24 3:04 pm - Ann: c\n"
    assert read("whatsapp", unread + again + day, NAME).rows["message"]


def test_header_without_a_readable_date_is_a_note(read):
    """It stays in the text above it, as quotations do, and is said."""
    odd = "25/Jän/24 3:04 pm - Bob: b\n"
    found = read("whatsapp", f"25/01/24 3:03 pm - Ann: a\nmore\n{odd}", NAME)
    (entry,) = (one for one in found.source.losses if "header-like" in one.reason)
    assert (entry.kind, entry.positions) == ("note", [3])


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        ([(13, 4, 24)], "dmy"),
        ([(4, 13, 24)], "mdy"),
        ([(2024, 4, 3)], "ymd"),
        ([(1, 2, 24), (2, 1, 24)], "mdy"),
        ([(24, 1, 12), (24, 1, 13)], "ymd"),
        ([(13, 1, 24), (14, 1, 24), (1, 2, 24)], "dmy"),
    ],
)
def test_the_order_of_dates_is_decided_by_all_of_them(dates, order):
    """A day above 12, or the sequence of the lines, settles it."""
    assert decide_date_order(dates) == (order, True)


def test_ambiguous_date_order_is_not_guessed(read):
    """All days up to 12 in sequence: only `decide_date_order` settles it."""
    text = "03/04/2024, 10:00 - Ann: hi\n"
    with pytest.raises(UndecidedDateOrderError, match="--date-order"):
        read("whatsapp", text, NAME)
    days = [
        read("whatsapp", text, NAME, Options(date_order=order)).column(
            "message", "time_us"
        )
        for order in ("dmy", "mdy")
    ]
    assert days[0] != days[1]


def test_messages_that_use_the_words_of_events_stay_messages(read):
    """Whole lines are matched, and never a body."""
    found = read(
        "whatsapp", chat("Ann: I added milk", "Bob: Cid left", "Ann left: bye"), NAME
    )
    assert found.column("message", "kind") == ["text"] * 3
    assert "event" not in found.rows


QUOTED = ('"Ann" B', 'Li"', "O'Neil", "“王女士”", "Cid - from work", "Ann @ home: 2")


@pytest.mark.parametrize(
    "header", ["13/04/2024, 10:{n:02d} - ", "[13/04/2024, 10:{n:02d}:00] "]
)
def test_quotes_and_colons_in_names_lose_no_message(read, header):
    """A quotation mark is part of a name; a name ends at a colon and a blank.

    What follows such a colon begins the text: where a name has one, nothing says so.
    """
    lines = (
        header.format(n=n) + f'{QUOTED[n % 6]}: he said "hi {n}\n' for n in range(36)
    )
    found = read("whatsapp", "".join(lines), NAME)
    senders, texts = found.column("message", "sender"), found.column("message", "text")
    assert set(senders) == {f"name:{name}" for name in (*QUOTED[:5], "Ann @ home")}
    assert len(texts) == 36
    assert texts[4:6] == ['he said "hi 4', '2: he said "hi 5']
    assert found.source.losses.rows == 0


def test_colon_in_a_subject_is_not_a_sender(read):
    """The event table is asked before the line is split at its colon."""
    line = 'Ann changed the subject from "a" to "b: c"'
    found = read("whatsapp", chat(line, "Ann: hi"), NAME)
    assert found.column("message", "sender") == [None, "name:Ann"]
    assert found.column("event", "kind", "value") == [("rename", "b: c")]


def test_a_line_without_sender_in_another_language_is_retained_and_counted(read):
    """Nothing is dropped and nothing is invented."""
    found = read("whatsapp", chat("Ann lisäsi henkilön Bob"), NAME)
    assert found.column("message", "kind", "sender") == [("system", None)]
    assert found.column("event", "kind") == ["unrecognised"]


def test_ios_writes_notices_under_the_groups_name(read):
    """The group is no person, and its mark is no text."""
    found = read("whatsapp", (
        f"[13.04.24, 15:04:05] Lesekreis: {MARK}"
        "Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt.\r\n"
        f"[13.04.24, 15:04:06] Lesekreis: {MARK}Ann hat Bob hinzugefügt.\r\n"
        f"[13.04.24, 15:04:07] ~\u202fAnn: hallo: du\r\n"
        f"{MARK}[13.04.24, 15:04:08] Ann: {MARK}<attached: 00000012-PHOTO-2024.jpg>\r\n"
    ), "_chat.txt")  # fmt: skip
    assert found.column("message", "sender", "kind") == [
        (None, "system"), (None, "system"), ("name:Ann", "text"), ("name:Ann", "image"),
    ]  # fmt: skip
    assert found.column("event", "kind") == ["settings", "join"]
    assert found.column("group", "label") == ["Lesekreis"]


def test_a_quoted_header_stays_in_its_message(read):
    """Time going back and a sender who never returns give it away."""
    text = chat("Ann: hi", "Bob: look\n11/04/2024, 10:01 - quoted: x", "Ann: yes")
    found = read("whatsapp", text, NAME)
    assert found.column("message", "sender") == ["name:Ann", "name:Bob", "name:Ann"]
    assert found.rows["message"][1]["text"].endswith("11/04/2024, 10:01 - quoted: x")
    assert ("note", "header-like lines read as text", 1) in found.losses


def test_an_undecidable_header_is_retained_and_flagged(read):
    """Somebody known, out of time: it may be either."""
    text = chat(
        "Ann: hi", "Bob: look\n11/04/2024, 10:01 - Ann: x", "Ann: yes", "Bob: ok"
    )
    found = read("whatsapp", text, NAME)
    assert found.column("message", "rule") == [
        None,
        None,
        "ambiguous-header",
        None,
        None,
    ]


def test_lines_keep_their_order_and_their_numbers(read):
    """Bodies of several lines and minutes shared by many change neither."""
    found = read("whatsapp", chat("Ann: a\nb", "Ann: c") + chat("Bob: d"), NAME)
    assert found.column("message", "position", "text") == [
        (1, "a\nb"),
        (3, "c"),
        (4, "d"),
    ]


def test_leaving_is_unobserved_since_august_2022_unless_it_is_seen(read):
    """Only administrators are told; a line that says so shows one exported."""
    old = read("whatsapp", "13/04/2021, 10:00 - Ann: hi\n", NAME)
    new = read("whatsapp", chat("Ann: hi"), NAME)
    admin = read("whatsapp", chat("Ann: hi", "Bob left"), NAME)
    observed = [one.source.observed["leaves_observed"] for one in (old, new, admin)]
    assert observed == [True, False, True]


def test_an_export_cut_at_the_limit_is_noted_unless_the_creation_is_in_it(read):
    """Forty thousand lines without a creation look like a birth and are none."""
    lines = [f"13/04/2024, 10:00 - Ann: {at}\n" for at in range(10_000)]
    cut = read("whatsapp", "".join(lines), NAME)
    whole = read("whatsapp", chat('Ann created group "G"') + "".join(lines), NAME)
    assert ("note", "likely cut at WhatsApp's limit", 1) in cut.losses
    assert whole.source.observed["left_truncated"] is False


def test_byte_order_mark_inside_a_file_hides_no_header(read):
    """Files put one behind the other have a byte order mark at every seam."""
    text = chat("Ann: hi") + "\ufeff" + chat("Bob: ho")
    found = read("whatsapp", text, NAME)
    assert found.column("message", "sender", "text") == [
        ("name:Ann", "hi"), ("name:Bob", "ho"),
    ]  # fmt: skip


def test_direction_marks_around_names_make_no_second_person(read):
    """Isolates U+2068 and U+2069 stand around names; they belong to no name."""
    line = "\u2068Ann\u2069 added \u2068Bob\u2069"
    found = read("whatsapp", chat("Bob: hi", line), NAME)
    assert found.column("event", "kind", "actor", "subject") == [
        ("join", "name:Ann", "name:Bob")
    ]


def test_only_seconds_in_the_clock_make_a_resolution_of_seconds(read):
    """Android writes minutes, in which messages tie; iOS writes seconds."""
    android = read("whatsapp", chat("Ann: hi"), NAME).source.observed
    apple = read("whatsapp", "[13/04/24, 10:00:01] Ann: hi\n", NAME).source.observed
    assert "resolution" not in android
    assert apple["resolution"] == "second"


def test_a_zip_holds_the_chat_next_to_its_media(tmp_path):
    """Telephones of Apple call the text `_chat.txt`; pictures are no text."""
    path = tmp_path / "WhatsApp Chat - Reading.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("_chat.txt", "[13/04/24, 10:00:00] Ann: hi\n")
        archive.writestr("00000012-PHOTO.jpg", b"\xff\xd8")
    source = Source(path)
    assert recognise_format(source) is FORMATS["whatsapp"]
    rows = [b.table.to_pylist() for b in FORMATS["whatsapp"].read(source)]
    assert rows[0][0]["text"] == "hi"
    assert rows[0][0]["group"] == "Reading"


def test_lines_that_repeat_their_sender_behind_the_mark_are_no_messages(read):
    """A join by a newer wording, or in another language, was one of Bo's messages."""
    lines = (
        "Bo joined using a group link.", "Bo s'est joint par un lien.", "Bon appétit",
    )  # fmt: skip
    text = "".join(
        f"[25/01/24, 21:0{at}:00] Bo: {MARK}{line}\n" for at, line in enumerate(lines)
    )
    start = f"[25/01/24, 20:00:00] Book: {MARK}Ann created this group\n"
    found = read("whatsapp", start + text, "_chat.txt")
    assert found.column("message", "kind")[1:] == ["system", "system", "other"]
    assert found.column("event", "kind") == ["create", "join", "unrecognised"]
