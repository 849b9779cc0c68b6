"""Formats that mark no bots."""

from __future__ import annotations

import pandas as pd

from helpers.measures import cleaning
from helpers.measures.engine import engine
from helpers.measures.unmarked_bots import LEAST_MESSAGES, unmarked_bots
from helpers.records import SECOND_US


def test_a_sender_of_whom_no_bot_is_known_is_a_person():
    """Null is no bot: WeChat's exports mark none, and their senders are people."""
    rows = pd.DataFrame({
        "sender": ["ann", "bob", None, "eve"], "bot": [None, True, False, False],
        "time_us": [1, 2, 3, 4], "file": "f", "position": [1, 2, 3, 4],
    }).astype({"bot": "boolean"})  # fmt: skip
    with engine() as run:
        found = run.fetch(cleaning.people(run.frame(rows)), "member")
    assert found["sender"].tolist() == ["ann", "eve"]


def _told(said, *, apart_us=3600 * SECOND_US, bot=None):
    """Return who is told as a bot, of ``sender, text`` in the order of a group."""
    rows = pd.DataFrame(said, columns=["sender", "text"])
    places = {"group": "g", "file": "f", "scope": "", "position": rows.index}
    rows = rows.assign(time_us=rows.index * apart_us, **places)
    rows["bot"] = pd.array([bot] * len(rows), dtype="boolean")
    with engine() as run:
        return run.fetch(unmarked_bots(run.frame(rows)), "sender")["sender"].tolist()


def test_one_form_is_a_bots_whatever_name_or_number_stands_in_it():
    """Ninety-five of a hundred suffice; ninety-four, or ninety-nine in all, do not."""
    form = [("gate", f"@user{n} has joined as number {n}") for n in range(95)]
    other = [("gate", f"something quite different, {chr(97 + n)}") for n in range(6)]
    other = [(who, f"{'abcdef'[n]} {text}") for n, (who, text) in enumerate(other)]
    assert _told(form + other[:5]) == ["gate"]
    assert _told(form[:94] + other) == []
    assert _told((form + other)[: LEAST_MESSAGES - 1]) == []


def test_links_alone_are_no_form():
    """Somebody who passes on a hundred links says nothing twice."""
    assert _told([("ann", f"https://a.example/{n}") for n in range(120)]) == []


def test_who_only_answers_commands_within_a_minute_is_a_bot():
    """A day later it is talk; who gives the commands is a person."""
    words = [f"{chr(97 + n % 26)}{chr(97 + n // 26)} it is {n}" for n in range(100)]
    said = [
        one
        for n in range(100)
        for one in (("ann", f"!q {words[-n]}"), ("tip", words[n]))
    ]
    assert _told(said, apart_us=SECOND_US) == ["tip"]
    assert _told(said) == []


def test_who_is_marked_is_not_told_again():
    """The source's own word stands."""
    assert _told([("gate", "welcome to this group")] * 100, bot=True) == []
