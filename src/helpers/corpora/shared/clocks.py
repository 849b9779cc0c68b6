"""On whose clock something was handed in, and at which hour of the week."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

import pandas as pd

from helpers.records import DAY_US, SECOND_US

HALF = 0.5
HOME, HOME_US = "+08:00", 8 * 3600 * SECOND_US


@cache
def city_zones() -> dict[str, str]:
    """Return the zone that a room lies in, by the city that it is named after.

    >>> city_zones()["Pune"]
    'Asia/Kolkata'
    """
    file = resources.files("helpers.corpora.shared").joinpath("city_zones.toml")
    return tomllib.loads(file.read_text("utf-8"))


def placed(notes: pd.DataFrame, cohorts: pd.DataFrame) -> pd.DataFrame:
    """Tell which notes carry their writer's clock, and which fall into the course.

    In a group most of whose notes have another country's offset a platform hands in
    for its members; the hour of day is the platform's then.
    """
    known = cohorts.set_index("cohort")[["key", "first", "last"]]
    table = notes.join(known, on="cohort")
    home = table["time"].str.endswith(HOME)
    at = pd.to_datetime(table["time"], utc=True, format="ISO8601")
    local = (at - pd.Timestamp(0, tz="UTC")) // pd.Timedelta(microseconds=1) + HOME_US
    day = local // DAY_US
    return table.assign(
        own_clock=home.groupby(table["key"]).transform("mean") > HALF,
        inside=day.between(table["first"], table["last"]),
        weekday=(day + 3) % 7,  # 1970-01-01 was a Thursday
        hour=local % DAY_US // (3600 * SECOND_US),
    )


def rhythm(notes: pd.DataFrame) -> pd.DataFrame:
    """Count notes by group, day of the week and hour."""
    counted = notes.groupby(["key", "weekday", "hour"], as_index=False).size()
    return counted.rename(columns={"size": "items"})
