"""Days on cards and in groups.csv are those of the zone that is named."""

from datetime import date
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from helpers import cli
from helpers.formats.reading.source import Options
from helpers.own_groups.cards.card import build_cards
from helpers.own_groups.plan import Plan
from helpers.own_groups.run import make_study
from helpers.records import to_day_us
from helpers.store.ingest import Terms

# half past eleven at night in London is the next morning in Shanghai
TIMES = ("2024-01-05T23:30:00Z", "2024-01-12T12:00:00Z", "2024-01-18T23:30:00Z")
FIRST = {"Asia/Shanghai": "2024-01-06", "America/New_York": "2024-01-05"}
AGO = {"Asia/Shanghai": 1, "America/New_York": 2}


@pytest.fixture
def export(tmp_path):
    """Return a table whose first and last message are late in the evening of UTC."""
    rows = [f"{time},ann,hello\n" for time in TIMES]
    (tmp_path / "log.csv").write_text("time,sender,text\n" + "".join(rows), "utf-8")
    (tmp_path / "key").write_text("07" * 32, encoding="ascii")
    return tmp_path / "log.csv"


def build_terms(export, zone):
    """Return the terms of a run that names the day of export and a zone."""
    options, made = Options(zone=zone), date(2024, 1, 20)
    return Terms(key=export.with_name("key"), exported=made, options=options)


@pytest.mark.parametrize("zone", FIRST)
def test_card_names_days_of_the_zone(export, zone):
    """The day of export was the one before, west of London."""
    terms = build_terms(export, zone)
    out = export.with_name("out")
    study, _ = make_study(Plan(exports=[export], out=out, terms=terms))
    (card,) = build_cards(study)

    assert (card.since, card.until) == (FIRST[zone], "2024-01-20")
    assert card.days_ago == AGO[zone]


@pytest.mark.parametrize("zone", FIRST)
def test_day_of_export_lasts_until_local_midnight(export, zone, monkeypatch):
    """It ended at midnight in London."""
    plans = []

    def keep(plan):
        plans.append(plan)
        return SimpleNamespace(site=None, failed={})

    monkeypatch.setattr("helpers.own_groups.run.run_study", keep)
    words = ["run", str(export), "--zone", zone, "--exported", "2024-01-20"]
    assert cli.main(words) == 0
    made = to_day_us(date(2024, 1, 21), ZoneInfo(zone))
    assert plans[0].terms.given == made - 1


def test_activity_hours_are_in_the_time_zone_of_the_run(tmp_path):
    """Twenty on a Monday is written by ten messages, twenty-one by as many."""
    hours = [20, 21, 22, 23]
    rows = [
        f"2024-01-01 {hour}:00:00,p{n % 7},ok\n" for hour in hours for n in range(10)
    ]
    (tmp_path / "in.csv").write_text("time,sender,text\n" + "".join(rows), "utf-8")
    terms = Terms(options=Options(zone="America/Chicago"))
    plan = Plan(exports=[tmp_path / "in.csv"], out=tmp_path / "out", terms=terms)
    rhythm = make_study(plan)[0].table("rhythm")
    first = rhythm[["weekday", "hour", "items"]].to_numpy().tolist()
    assert first == [[0, hour, 10] for hour in hours]
