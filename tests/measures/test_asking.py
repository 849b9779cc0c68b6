"""Who asks, answers and opens topics."""

from __future__ import annotations

import pandas as pd

from helpers.measures import hosts
from helpers.measures.asking import count_opened_topics, count_questions
from helpers.records import DAY_US, SECOND_US

NONE = pd.DataFrame(columns=["group", "age_us", "member", "receiver"])


def _said(topic, *rows):
    table = pd.DataFrame(rows, columns=["member", "age_us", "has_question"])
    return table.assign(
        group=0, topic=topic, time_us=table["age_us"], file="f", position=table.index
    )


def test_the_next_other_person_of_the_topic_answers():
    """However late; the asker's own next message is no answer."""
    rows = _said(
        "t", (0, 0, True), (0, 1, False), (1, DAY_US, False), (2, DAY_US, True)
    )
    assert count_questions(rows, NONE).to_numpy().tolist() == [[0, 2, 2, 1]]


def test_without_topics_an_answer_comes_soon_or_names_the_asker():
    """Ten minutes for who speaks next; a day for who names the asker."""
    late = 601 * SECOND_US
    rows = _said(None, (0, 0, True), (1, late, False), (2, 2 * late, False))
    assert count_questions(rows, NONE)["answerers"].tolist() == [0]
    named = [[0, 2 * late, 2, 0], [0, 2 * DAY_US, 3, 0], [0, 5, 4, 1]]
    edges = pd.DataFrame(named, columns=NONE.columns)
    assert count_questions(rows, edges)["answerers"].tolist() == [1]
    soon = _said(None, (0, 0, True), (1, late - SECOND_US, False))
    assert count_questions(soon, NONE)["answerers"].tolist() == [1]


def test_a_topic_is_opened_by_its_first_message(run, lazy):
    """A topic of before is not opened again, whoever writes in it later."""
    rows = [
        (9, "old", 3, 0), (9, "own", 20, 0), (1, "own", 21, 0), (1, "theirs", 30, 0),
        (1, "old", 40, 0), (1, "late", 56, 0), (2, None, 20, 0),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["member", "topic", "age_day", "group"])
    table = table.assign(
        age_us=table["age_day"] * DAY_US, file="f", position=table.index
    )
    said = lazy(table)
    found = run.fetch(
        count_opened_topics(said, hosts.find_top_author(said, 14), 14, 55), "group"
    )
    columns = ["topics", "by_others", "shared", "shared_by_others"]
    assert found[columns].to_numpy().tolist() == [[2, 1, 1, 0]]
