"""One archive with its text: what is published of it, and how it is read."""

import json
from pathlib import Path

import pytest

from helpers.study import open_study
from pipeline.corpora import read_folder
from pipeline.corpora.shared.corpus import RawFolder
from tests.raw_corpora import SHARED

RAW = SHARED / "ncar_zulip" / "zulip_json"


@pytest.fixture
def archive(tmp_path):
    """Write an archive of one channel with one topic, beside a file not recorded."""
    room = tmp_path / "zulip_json" / "7-a"
    room.mkdir(parents=True)
    topic = {"t": {"size": 1, "latest_date": 0}}
    index = {"streams": {"a": {"id": 7, "topic_data": topic}}}
    said = {"id": 1, "timestamp": 1, "sender_full_name": "A", "content": "<p>x</p>"}
    (room.parent / "stream_index.json").write_text(json.dumps(index))
    (room / "t.json").write_text(json.dumps([said]))
    (tmp_path / "more.json").write_text("[]")
    return RawFolder(tmp_path, ["zulip_json/"])


def test_private_file_names_are_not_reported(archive):
    """Names of topics tell of people, so that no file is named."""
    kinds = {batch.kind: batch for batch in read_folder("ncar_zulip", archive)}
    assert archive.tally == {"zulip_json/": 1}
    assert kinds["group"].table["network"].to_pylist() == ["ncar"]


@pytest.mark.shared
@pytest.mark.skipif(not RAW.exists(), reason="../shared is absent")
def test_activity_hours_are_recomputed_from_raw_messages():
    """A second way: the raw JSON, pandas' clock, nothing of ours."""
    import pandas as pd

    rows = [
        (path.parts[len(RAW.parts)].partition("-")[0], one)
        for path in Path(RAW).rglob("*.json")
        if path.parent != RAW
        for one in json.loads(path.read_text("utf-8"))
    ]
    told = pd.DataFrame(
        {
            "key": [key for key, _ in rows],
            "at": [one["timestamp"] for _, one in rows],
            "bot": [one["sender_full_name"].endswith(" Bot") for _, one in rows],
        }
    )
    told = told[~told["bot"]]
    local = pd.to_datetime(told["at"], unit="s", utc=True).dt.tz_convert("US/Mountain")
    slots = {"weekday": local.dt.day_of_week, "hour": local.dt.hour}
    by = told.assign(**slots).groupby(["key", "weekday", "hour"]).size()
    study = open_study("ncar_zulip")
    ours = study.table("rhythm").merge(study.table("registry")[["group", "key"]])
    mine = ours.set_index(["key", "weekday", "hour"])["items"]
    more = by.sub(mine, fill_value=0)
    assert more.min() == 0
    assert more.sum() == 6  # in which nothing was written
