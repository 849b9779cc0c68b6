"""The traps of the Gitter rooms."""

from __future__ import annotations

import pytest

from pipeline.corpora.sources.fcc_gitter import (
    NOTICE,
    read,
    read_supplements,
    to_creation_us,
)

ROOM = "55a4bb4b5e0d51bd787b516a"
LONG = '"a ""b""\nc@d.ee @Eve, `@code` https://x.y/@z?q=1"'


@pytest.fixture
def room(written):
    """Write one room, newest message first, beside an empty one."""
    rows = [
        f'{ROOM}\tFCC/Oslo\t2016-10-01T00:00:00.000Z\t3\tEve\tm4\t"> {NOTICE}"',
        f'{ROOM}\tFCC/Oslo\t2016-09-17T10:33:37.545Z\t2\tBob\tm3\t"## {NOTICE}."',
        f"{ROOM}\tFCC/Oslo\t2015-08-02T00:00:00.250Z\t1\tcamperbot\tm2\thi @Ann",
        f"{ROOM}\tFCC/Oslo\t2015-08-01T00:00:00.001Z\t0\tAnn\tm1\t{LONG}",
    ]
    return written(Lae__tsv="", Oslo__tsv="\n".join(rows) + "\n")


def test_room_creation_time_is_read_from_its_id():
    """The first eight hex digits are seconds since 1970."""
    assert to_creation_us("0000000a" + "f" * 16) == 10_000_000


def test_quoted_line_breaks_belong_to_the_text(room, records):
    """A line break and doubled quotes inside a field belong to the text."""
    messages = records(read, room, "message")
    assert messages["text"].iloc[3].startswith('a "b"\nc@d.ee')
    assert messages["position"].tolist() == [1, 2, 3, 4]
    assert messages["time_us"].iloc[3] % 10**6 == 1000


def test_names_are_mentions_only_in_prose(room, records):
    """Mail addresses, code and links name nobody."""
    messages = records(read, room, "message")
    assert list(messages["mentions"].iloc[3]) == ["eve"]
    assert list(messages["mentions"].iloc[2]) == ["ann"]
    assert messages["links"].tolist() == [0, 0, 0, 1]
    assert not messages["has_question"].any()


def test_notices_and_bots_are_marked_not_dropped(room, records):
    """Notices and the bot are marked, and an empty file has no rows."""
    messages = records(read, room, "message")
    assert messages["kind"].tolist() == ["notice", "notice", "text", "text"]
    assert messages["bot"].tolist() == [False, False, True, False]


def test_the_first_notice_closes_the_room(room, records):
    """A later quotation of it does not; an empty file is no room."""
    groups = records(read, room, "group")
    assert groups["group"].tolist() == [ROOM]
    assert groups["closed_us"].tolist() == [1474108417545000]
    assert groups["position"].tolist() == [2]
    events = records(read, room, "event")
    assert events["time_us"].tolist() == [1474108417545000]


def test_unlisted_room_is_about_a_city(room):
    """Names alone say what rooms are about; an empty file is no room."""
    facts = read_supplements(room).tables["facts"]
    assert facts.to_numpy().tolist() == [[ROOM, "about: city", 1.0]]
