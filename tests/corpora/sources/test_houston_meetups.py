"""Days of meetings beside days of messages of the same community."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from helpers.corpora.shared.corpus import RawFolder
from helpers.corpora.sources import houston_meetups
from helpers.study import open_study
from tests.raw_corpora import SHARED, needs_raw

HEAD = "last_rsvp_day,overlap_with_jam_guests\n"
NIGHT = 1_433_570_400  # 2015-06-06, 06:00 UTC, an hour after midnight in Houston
HOUR = 3600


@pytest.fixture
def made(tmp_path):
    """Return a function that counts one channel's lines beside meetings."""

    def count(lines, meetings):
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / "2015-06-06.json").write_text(json.dumps(lines), "utf-8")
        (tmp_path / "meetings.csv").write_text(HEAD + meetings, "utf-8")
        raw = RawFolder(tmp_path, ["a", "meetings.csv"])
        counted = houston_meetups.CORPUS.count(raw)
        rows = sum(counted.became.values()) + sum(counted.entered.values())
        assert rows == raw.tally.total()
        return counted

    return count


def _line(at, **more):
    return {"ts": f"{at}.000001"} | more


def test_message_day_is_in_houston_time(made):
    """Two hours before the UTC morning it is still the day before there."""
    counted = made([_line(NIGHT), _line(NIGHT - 2 * HOUR)], "2015-06-05,0.5\n")
    daily = counted.tables["daily"]
    assert daily[["day", "messages"]].to_numpy().tolist() == [[16_591, 1], [16_592, 1]]


def test_join_notice_is_not_counted_as_a_message(made):
    """It is excluded and counted as excluded."""
    counted = made([_line(NIGHT), _line(NIGHT, subtype="channel_join")], "")
    assert counted.tables["daily"]["messages"].tolist() == [1]
    assert counted.became["joining or another notice"] == 1


def test_a_meeting_outside_the_record_of_messages_is_excluded(made):
    """Nothing is known of the talk after it."""
    counted = made([_line(NIGHT)], "2015-06-06,0.52\n2016-09-14,0.61\n")
    assert counted.tables["events"]["value"].tolist() == [52]
    assert counted.became["meeting outside the record of messages"] == 1


@needs_raw
def test_daily_messages_and_meetings_are_recomputed_by_a_loop():
    """Independent recomputation: messages of each local day, and the meetings."""
    counts, channels = {}, SHARED / "houston_slack"
    for path in sorted(channels.rglob("20*.json")):
        for line in json.loads(path.read_text("utf-8")):
            if "subtype" not in line:
                at = pd.Timestamp(float(line["ts"]), unit="s", tz="UTC")
                day = at.tz_convert("America/Chicago").date()
                counts[day] = counts.get(day, 0) + 1
    study = open_study("houston_meetups")
    daily = study.table("daily")
    days = pd.to_datetime(daily["day"], unit="D").dt.date
    assert dict(zip(days, daily["messages"], strict=True)) == counts
    meetings = pd.read_csv(SHARED / "houston_meetups" / "meetings.csv")
    met = pd.to_datetime(meetings["last_rsvp_day"]).dt.date
    inside = met[met.between(min(counts), max(counts))]
    told = pd.to_datetime(study.table("events")["time_us"], unit="us").dt.date
    assert sorted(told) == sorted(inside)
