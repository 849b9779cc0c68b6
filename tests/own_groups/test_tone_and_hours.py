"""What is counted of texts and clocks in a user's own groups."""

import csv
from datetime import datetime, timedelta
from itertools import cycle, islice

import pytest

from helpers.formats.reading.source import Options
from helpers.own_groups.run import Plan, make_study
from helpers.study.store.ingest import Terms

START = datetime(2024, 1, 1, 20)  # noqa: DTZ001 - a clock on the wall; a Monday
ENGLISH = ("we love what you did", "that is bad, and I hate it", "it is at ten")
CHINESE = ("大家早", "我们今天几点开会", "ok")


def _said(group, texts, many):
    return [
        {"time": START + timedelta(hours=n // 10), "sender": f"p{n % 7}",
         "text": text, "group": group}
        for n, text in enumerate(islice(cycle(texts), many))
    ]  # fmt: skip


@pytest.fixture
def tables(tmp_path):
    """Return the study of groups with such messages."""

    def make(*groups, zone="Asia/Shanghai"):
        path = tmp_path / "in.csv"
        rows = [row for group in groups for row in _said(*group)]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        terms = Terms(options=Options(zone=zone))
        plan = Plan(exports=[path], out=tmp_path / "out", terms=terms)
        return make_study(plan)[0]

    return make


def test_tone_is_counted_where_english_is_written(tables):
    """A third of what the English group says is kind, a third not."""
    study = tables(("e", ENGLISH, 300), ("z", CHINESE, 300))
    voices = study.table("voices")
    assert voices["group"].nunique() == 1
    columns = ["messages", "we", "negative", "positive"]
    assert voices[columns].to_numpy().tolist() == [[300, 100, 100, 100]]
    echoed = study.table("echoed").query("way == '10 before' and deal == 0")
    assert echoed["messages"].sum() == 300 - 11  # the first with ten by others before


def test_a_study_without_english_has_no_tone(tables):
    """What needs it is refused by name; nor is tone passed on in few messages."""
    assert not {"voices", "echoed"} & set(tables(("z", CHINESE, 60)).manifest.tables)
    assert "echoed" not in tables(("e", ENGLISH, 150)).manifest.tables


def test_activity_hours_are_in_the_time_zone_of_the_run(tables):
    """Twenty on a Monday is written by ten messages, twenty-one by as many."""
    rhythm = tables(("z", CHINESE, 50), zone="America/Chicago").table("rhythm")
    first = rhythm[["weekday", "hour", "items"]].to_numpy().tolist()
    assert first == [[0, 20, 10], [0, 21, 10], [0, 22, 10], [0, 23, 10], [1, 0, 10]]


def test_tone_is_sampled_by_whole_months(tables, monkeypatch):
    """A sample is stated, and the months that it has are those of the whole."""
    from helpers.study.tables.derive import talk_rows

    groups = [(name, ENGLISH, 2100) for name in "abc"]
    whole = tables(*groups)
    every = whole.table("voices")
    assert not [gap for gap in whole.manifest.gaps if gap.startswith("tone is")]

    monkeypatch.setattr(talk_rows, "TONED_MESSAGES", 3000)
    monkeypatch.setattr("helpers.own_groups.own_manifest.TONED_MESSAGES", 3000)
    sampled = tables(*groups)
    voices = sampled.table("voices")

    assert 0 < len(voices) < len(every)
    assert voices["messages"].sum() <= 3000
    same = voices.merge(every, on=list(voices.columns))
    assert len(same) == len(voices)
    (gap,) = [gap for gap in sampled.manifest.gaps if gap.startswith("tone is")]
    read, there = voices["messages"].sum(), every["messages"].sum()
    assert gap == f"tone is measured in a random {read:,} of {there:,} messages"


def test_previous_tone_does_not_span_an_unsampled_month():
    """Ten messages before a gap of months are no context."""
    import pandas as pd

    from helpers.study.tables.derive.talk_rows import _find_rooms

    rows = pd.DataFrame({"group": [0] * 5 + [1], "age_day": [1, 27, 30, 90, 91, 91]})
    assert _find_rooms(rows).tolist() == [1, 1, 1, 2, 2, 3]
