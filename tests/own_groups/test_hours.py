"""What is counted of clocks in a user's own groups."""

import csv
from datetime import datetime, timedelta
from itertools import cycle, islice

import pytest

from helpers.formats.reading.source import Options
from helpers.own_groups.run import Plan, make_study
from helpers.study.store.ingest import Terms

START = datetime(2024, 1, 1, 20)  # noqa: DTZ001 - a clock on the wall; a Monday
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


def test_activity_hours_are_in_the_time_zone_of_the_run(tables):
    """Twenty on a Monday is written by ten messages, twenty-one by as many."""
    rhythm = tables(("z", CHINESE, 50), zone="America/Chicago").table("rhythm")
    first = rhythm[["weekday", "hour", "items"]].to_numpy().tolist()
    assert first == [[0, 20, 10], [0, 21, 10], [0, 22, 10], [0, 23, 10], [1, 0, 10]]
