"""What `shequn inspect` says, and what it must never say."""

import json

from helpers.formats.inspect import inspect

CHAT = (
    "13/04/2024, 10:00 - Zebulon: a secret\n"
    "13/04/2024, 10:01 - Yolanda left\n"
    "13/04/2024, 10:02 - Zebulon: <Media omitted>\n"
)


def test_no_word_and_no_name_is_in_a_report(tmp_path):
    """Neither as text nor as JSON."""
    path = tmp_path / "chat.txt"
    path.write_text(CHAT, encoding="utf-8")
    report = inspect([path])
    shown = report.as_text() + json.dumps(report.as_dict())
    assert not [word for word in ("Zebulon", "Yolanda", "secret") if word in shown]


def test_a_report_counts_what_is_there(tmp_path):
    """Format, groups, people, messages, events, days."""
    path = tmp_path / "chat.txt"
    path.write_text(CHAT, encoding="utf-8")
    (found,) = inspect([path]).exports
    assert (found.form, found.groups, found.members, found.speakers) == (
        "WhatsApp TXT",
        1,
        2,
        1,
    )
    assert (found.messages, found.events) == (2, {"leave": 1})
    assert found.period == ("2024-04-13", "2024-04-13")
    assert found.observability.time_zone_known is False


def test_what_cannot_be_read_is_reported_and_the_rest_is_read(tmp_path):
    """One bad file does not hide the good one."""
    good, bad = tmp_path / "chat.txt", tmp_path / "undecided.txt"
    good.write_text(CHAT, encoding="utf-8")
    bad.write_text("03/04/2024, 10:00 - Ann: hi\n", encoding="utf-8")
    first, second, third = inspect([bad, good, tmp_path / "absent"]).exports
    assert "--date-order" in first.error
    assert (second.error, second.messages) == (None, 2)
    assert "not there" in third.error
