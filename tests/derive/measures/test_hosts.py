"""Hosts by day and by quarter of a year of age."""

import pandas as pd
import pytest

from helpers.derive.measures import hosts
from helpers.derive.measures.activity import count_by_member_day
from helpers.derive.measures.replies import list_answers
from helpers.records import DAY_US

ORDINALS = pd.DataFrame({"key": ["a", "b", "c"], "group": [0, 1, 2]})
PEOPLE = pd.DataFrame({"sender": ["ann", "bob"], "scope": "", "member": [0, 1]})


def _said(*rows):
    columns = ["member", "age_day", "has_question", "mentions", "reply_to"]
    table = pd.DataFrame(rows, columns=columns)
    age = table["age_day"] * DAY_US + table.index
    return table.assign(
        group=0, age_us=age, time_us=age, day=table["age_day"], file="f",
        position=table.index, link=table.index % 2 == 1, chars=1,
    )  # fmt: skip


TALK = _said(
    (1, 0, False, None, None),
    (0, 0, True, None, None),
    (0, 1, True, ["p1"], None),
    (0, 1, True, None, None),
    (1, 1, False, None, None),
    (0, 2, True, None, "x"),
    (0, 3, True, [], None),
    (2, 95, True, None, None),
    (2, 95, True, None, None),
    (2, 95, True, None, None),
    (2, 95, True, None, None),
    (2, 95, True, None, None),
    (None, 95, True, None, None),
)


def test_the_host_is_who_wrote_most_at_first(run, lazy):
    """Later talk makes no host, and of equals it is the lower number."""
    early = TALK[TALK["age_day"] < 1]
    for rows in (TALK, early):
        found = run.fetch(hosts.find_top_author(lazy(rows), 28), "group")
        assert found.to_numpy().tolist() == [[0, 0]]


def test_the_first_message_of_the_day_decides(run, lazy):
    """Naming or quoting makes a question no prompt, whatever comes after it."""
    said = lazy(TALK)
    who = hosts.find_top_author(said, 28)
    words = run.fetch(hosts.describe_first_host_messages(said, who), "day")
    assert words["day"].tolist() == [0, 1, 2, 3]
    assert words["prompt"].tolist() == [True, False, False, True]
    assert words["question"].tolist() == [True] * 4
    days = hosts.count_host_days(count_by_member_day(said), who)
    days = run.fetch(days, "day").set_index("day")
    assert days["host"].tolist() == [1, 2, 1, 1, 0]
    assert days["others"].tolist() == [1, 1, 0, 0, 5]  # nobody known is nobody


def test_a_message_that_answers_several_counts_once(run, lazy):
    """Quarters are of 90 days; one message names two people and is one answer."""
    said = lazy(TALK)
    edges = TALK.iloc[[2, 2, 3]][["group", "file", "position", "age_us"]]
    answers = list_answers(run.frame(edges), run.frame(edges.head(0)))
    parts = hosts.count_host_messages_by_quarter(
        said, hosts.find_top_author(said, 28), answers
    )
    whole, counts = (run.fetch(part, "group", "quarter") for part in parts)
    assert whole[["quarter", "messages", "host", "with_link"]].to_numpy().tolist() == [
        [0, 7, 5, 3],
        [1, 5, 0, 3],
    ]
    assert counts[["replies_explicit", "replies"]].to_numpy().tolist() == [[2, 2]]


@pytest.fixture
def owned(run):
    """Ann owns a; b's owner never wrote; nobody is known to own c."""
    records = pd.DataFrame({"group": ["a", "b", "c"], "owner": ["ann", "eve", None]})
    return hosts.list_recorded_owners(*map(run.frame, (records, PEOPLE, ORDINALS)))


@pytest.mark.parametrize(
    ("receivers", "top"), [([0, 0, 1], True), ([0, 1], True), ([0, 1, 1], False)]
)
def test_an_owner_is_on_top_if_nobody_is_answered_more_often(
    run, owned, receivers, top
):
    """Being level with another is on top."""
    rows = pd.DataFrame({"group": 0, "window": "w", "receiver": receivers})
    found = run.fetch(hosts.is_owner_most_answered(run.frame(rows), owned), "group")
    assert found["owner_top"].tolist() == [top]
