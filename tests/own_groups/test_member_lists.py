"""Who spoke is no list of members: nothing is said there of those who never wrote."""

import datetime as dt
import json

import pandas as pd

from helpers.own_groups.cards.card import build_cards
from helpers.own_groups.cards.newcomers import select_newcomers
from helpers.own_groups.plan import Plan
from helpers.own_groups.run import make_study
from helpers.records import DAY_US

PEOPLE, WEEKS = 12, 30
START = dt.datetime(2025, 1, 6, 12, tzinfo=dt.UTC)


def list_messages():
    """Return time and author of everyone's message of each week."""
    return [
        (START + dt.timedelta(weeks=week, hours=number), number)
        for week in range(WEEKS)
        for number in range(PEOPLE)
    ]


def write_telegram(path):
    """Write an export whose first line names five members; twelve write."""

    def line(number, time, **more):  # fmt: skip
        seconds = str(int(time.timestamp()))
        date = {"date": time.isoformat()[:19], "date_unixtime": seconds}
        return {"id": number, "text": "", "text_entities": []} | date | more

    names = [f"甲{number}" for number in range(PEOPLE)]
    created = line(
        1, START, type="service", action="create_group", title="茶馆",
        actor=names[0], actor_id="user900", members=names[:5],
    )  # fmt: skip
    said = [
        line(nth, time, type="message", text="你好",
             **{"from": names[number], "from_id": f"user{900 + number}"})
        for nth, (time, number) in enumerate(list_messages(), 2)
    ]  # fmt: skip
    chat = {"name": "茶馆", "type": "private_supergroup", "id": 17171717}
    path.write_text(json.dumps(chat | {"messages": [created, *said]}), "utf-8")


def write_slack(path):
    """Write a workspace whose only channel lists twelve members; ten of them write."""
    path.mkdir()
    users = [f"U{number}" for number in range(PEOPLE)]
    channel = {"id": "C1", "name": "general", "members": users, "creator": "U0"}
    born = {"created": int(START.timestamp())}
    (path / "channels.json").write_text(json.dumps([channel | born]), "utf-8")
    (path / "general").mkdir()
    for time, number in list_messages():
        if number < PEOPLE - 2:
            said = {"type": "message", "text": "hi", "user": users[number]}
            said["ts"] = f"{time.timestamp():.6f}"
            day = path / "general" / f"{time:%Y-%m-%d}.json"
            before = json.loads(day.read_text("utf-8")) if day.exists() else []
            day.write_text(json.dumps([*before, said]), "utf-8")


def test_roster_counts_alone_as_with_other_exports(tmp_path, monkeypatch):
    """A workspace without lines about joining lost its list of members if alone."""
    monkeypatch.setenv("SHEQUN_CONFIG", str(tmp_path / "key"))
    folder = tmp_path / "exports"
    folder.mkdir()
    write_slack(folder / "slack")
    alone, _ = make_study(Plan(exports=[folder / "slack"], out=tmp_path / "alone"))
    write_telegram(folder / "result.json")
    mixed, _ = make_study(Plan(exports=[folder], out=tmp_path / "mixed"))
    cards = [
        next(card for card in build_cards(study) if card.members == PEOPLE)
        for study in (alone, mixed)
    ]

    assert [card.silent_members for card in cards] == [2, 2]
    assert cards[0].people_28 == cards[1].people_28 == PEOPLE - 2


def test_who_was_there_when_the_group_was_made_is_no_newcomer():
    """Nor is who joined before the record's first day."""
    joined, since, made = (pd.Series(d) * DAY_US for d in ([5, 9, 3], [4] * 3, [5] * 3))
    found = select_newcomers(joined, since, made, 0)
    assert found.tolist() == [False, True, False]
