"""Two products of the project give one number for one thing."""

import pandas as pd
import pytest

from helpers.claims.register import read_register
from helpers.paths import PROCESSED, ROOT

READINGS = {  # quantities of claims and readings of the Life Tables
    "silent_by_day": "silent for good",
    "last_activity_by_day": "silent for good",
    "ever_paused_by_day": "ever paused 60 days",
    "few_writers_by_day": "under three writers for eight weeks",
}
PUBLISHED = ("published", "said")


def _list_answered():
    """Yield what answers and Life Tables share: source, part, reading, day, population.

    Of other definitions only those that change the population are the tables' own.
    """
    estimates = pd.read_csv(PROCESSED / "answers" / "estimates.csv")
    for claim in read_register().values():
        for reading in claim.readings:
            names = {READINGS.get(name) for name in reading.quantities} - {None}
            if len(names) != 1 or "day" not in reading.params:
                continue
            rows = estimates[
                estimates["claim"].eq(claim.id)
                & estimates["reading"].eq(reading.key)
                & ~estimates["role"].isin(PUBLISHED)
            ]
            for row in rows.itertuples():
                source, _, part = row.study.partition(": ")
                day = int(reading.params["day"])
                yield source, part or "all", next(iter(names)), day, row


def test_answers_and_life_tables_give_one_number():
    """The share, its limits and n of every source that both have."""
    tables = pd.read_csv(PROCESSED / "life_tables" / "group_life_tables.csv")
    keys = ["source", "part", "reading", "age_days"]
    spoke = tables[tables["population"].str.startswith("ever spoke")].set_index(keys)
    seen = 0
    for source, part, reading, day, row in _list_answered():
        if (source, part, reading, day) not in spoke.index:
            continue
        found = spoke.loc[(source, part, reading, day)]
        if pd.isna(found["share"]):
            continue
        names = ["share", "share_low", "share_high"]
        stored = [row.estimate, row.low, row.high]
        where = f"{row.study}, {reading}, day {day}"
        assert found[names].tolist() == pytest.approx(stored, abs=6e-5), where
        assert found["n"] == row.n, where
        seen += 1
    assert seen >= 30


LIVES = ("assemble_lifetimes", "compute_observation_ages", "SILENCE_DAYS = ")
ROOMS = ("group_lives", "survival")


def test_lives_are_defined_in_one_room():
    """Nobody else makes ends from ages, or says after how many days one is sure."""
    house = ROOT / "src" / "helpers"
    elsewhere = [
        f"{module.relative_to(house)}: {name}"
        for module in house.rglob("*.py")
        if module.relative_to(house).parts[0] not in ROOMS
        for name in LIVES
        if name in module.read_text("utf-8")
    ]
    assert elsewhere == []
