"""Advertisements that kill, or not, labelled message by message, through a run."""

import random

import pandas as pd
import pytest

from helpers.claims import Word, evaluate
from helpers.records import DAY_US, SECOND_US
from helpers.sentiment.labels.sample import WHOLE_GROUPS
from helpers.study.own.hand_labels import read_messages
from helpers.study.own.run import OF_A_RUN
from helpers.study.publish.study import open_study
from tests.simulated import START, study_of
from validation.export_writers import Community, Person, Post

GROUPS, WATCHED = 160, 420
TALK, SOLD, SOLD_DAYS = 1.5, 8, 40  # messages a day; days of a flood
MEAN_LIFE = 500.0  # days, without a flood


def community(number, flooded, deadly, draw):
    """Return a group: six people talk, and from its onset on three advertise daily."""
    first = 100_000 + number * 100
    people = tuple(Person(f"{n}", f"成员{n}") for n in range(first, first + 9))
    talkers, sellers = people[:6], people[6:]
    born = START + int(draw.uniform(0, 60) * DAY_US)
    life, onset = draw.expovariate(1 / MEAN_LIFE), draw.uniform(40, 120)
    if flooded and deadly and life > onset:
        life = onset + draw.expovariate(29 / MEAN_LIFE)
    said = [
        (day, draw.choice(talkers), "今天聊到哪了") for day in _days(life, TALK, draw)
    ]
    if flooded and life >= onset:
        sold = _days(SOLD_DAYS, SOLD, draw)
        said += [(onset + day, draw.choice(sellers), "广告") for day in sold]
    said.sort(key=lambda one: one[0])
    posts = tuple(
        Post(id=f"{number * 10_000 + n}", sender=who.id,
             text=f"{text}{n}{'啊' * (n % 7)}",
             time_us=int(born + day * DAY_US) // SECOND_US * SECOND_US)
        for n, (day, who, text) in enumerate(said, 1)
    )  # fmt: skip
    members = tuple(one.id for one in people)
    return Community(id=f"{700_000 + number}", name=f"群{number}", people=people,
                     owner=members[0], members=members, happenings=posts)  # fmt: skip


def _days(until, rate, draw):
    days, at = [], 0.0
    while at < min(until, WATCHED):
        days.append(at)
        at += draw.expovariate(rate)
    return days or [0.0]


def labelled(folder):
    """Label every message as who reads it would."""
    messages = read_messages(folder / "out")
    sold = messages["text"].str.startswith("广告")
    labels = pd.DataFrame(
        {
            "message": messages["message"], "group": messages["group"],
            "kind": "advertisement", "score": None, "probability": 1.0,
            "drawn": WHOLE_GROUPS,
            "label": sold.map({True: "yes", False: "no"}),
        }
    )  # fmt: skip
    labels.to_csv(folder / "labels.csv", index=False)
    return folder / "labels.csv"


def verdict(folder, *, deadly):
    """Run on exports, label, and run again, as a user does."""
    draw = random.Random(3)  # noqa: S311 - a fixed world, nothing secret
    worlds = [community(n, n % 2 == 0, deadly, draw) for n in range(GROUPS)]
    study_of(worlds, folder)
    study_of([], folder, labels=labelled(folder))
    return evaluate("s1-ad-flood-is-death", open_study(folder / "out" / OF_A_RUN))


@pytest.mark.long  # in every run `test_planted` gives the verdicts, from tables
@pytest.mark.parametrize(
    ("deadly", "word"), [(True, Word.SUPPORTED), (False, Word.CONTRADICTED)]
)
def test_ad_floods_are_supported_only_where_they_are_deadly(tmp_path, deadly, word):
    """Deaths of the first month were unexposed, and advertisers were talk."""
    told = verdict(tmp_path, deadly=deadly)
    assert told.word is word, (told.components, told.reason)
