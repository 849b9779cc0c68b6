"""Formats that mark no bots."""

from __future__ import annotations

import pandas as pd

from helpers.measures import cleaning
from helpers.measures.engine import engine


def test_a_sender_of_whom_no_bot_is_known_is_a_person():
    """Null is no bot: WeChat's exports mark none, and their senders are people."""
    rows = pd.DataFrame({
        "sender": ["ann", "bob", None, "eve"], "bot": [None, True, False, False],
        "time_us": [1, 2, 3, 4], "file": "f", "position": [1, 2, 3, 4],
    }).astype({"bot": "boolean"})  # fmt: skip
    with engine() as run:
        found = run.fetch(cleaning.people(run.frame(rows)), "member")
    assert found["sender"].tolist() == ["ann", "eve"]
