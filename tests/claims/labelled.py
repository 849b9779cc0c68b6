"""Worlds whose messages people would answer for, read by a machine that errs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Floats
from helpers.measures.months import MONTH_DAYS
from helpers.records import DAY_US
from validation.worlds.claims.read import Machine
from validation.worlds.claims.tabled import repeat_owners

EVERY_DAYS, MEAN_DAYS = 2, 400
STREAM = 3


def lifetimes(level: Floats, effect: float) -> Floats:
    """Return mean lifetimes; hazards rise by e^effect per standard deviation."""
    z = (level - level.mean()) / level.std()
    found: Floats = MEAN_DAYS * np.exp(-effect * z)
    return found


def messages(groups: pd.DataFrame, each: int = 4) -> pd.DataFrame:
    """Return ``group, age_day``: some messages every other day of each life."""
    ages = (groups["last_us"] - groups["origin_us"]) // (EVERY_DAYS * DAY_US) + 1
    many = ages.astype("int64").to_numpy() * each
    whose, nth = repeat_owners(many)
    group = groups["group"].to_numpy()[whose]
    return pd.DataFrame({"group": group, "age_day": nth // each * EVERY_DAYS})


def months(said: pd.DataFrame, posters: int = 5) -> pd.DataFrame:
    """Return the table of months of some messages."""
    month = said["age_day"] // MONTH_DAYS
    rows = said.assign(month=month).groupby(["group", "month"])
    counted = rows.size().rename("messages").reset_index()
    return counted.assign(
        posters=posters, newcomers=0, retained=posters, mild=0, core_8=2
    )


def asked(
    said: pd.DataFrame,
    answers: npt.ArrayLike,
    *,
    kind: str,
    words: tuple[str, str] = ("yes", "no"),
    share: float,
    seed: int,
    machine: Machine | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the tables of labels and readings.

    Parameters
    ----------
    said
        ``group, age_day``, a row a message.
    answers : shape (n,)
        What people would say of each: yes or no.
    words
        Those two answers as the question calls them.
    share
        Of the messages that people are asked about.
    machine
        How the instrument errs; as `Machine` has it by default.
    """
    truth = np.asarray(answers, bool)
    chance = np.random.default_rng([seed, STREAM])  # not that of the answers
    right, false_alarms = machine or Machine()
    sure = np.where(truth, right, false_alarms)
    read = (chance.random(len(said)) < sure).astype(float)
    said = said.assign(kind=kind, predicted=1 - read if kind == "tone" else read)
    label = np.where(truth, *words)
    drawn = chance.random(len(said)) < share
    labels = said.assign(label=label, probability=share, drawn="message")[drawn]
    days = said.groupby(["group", "kind", "age_day"])["predicted"]
    readings = days.agg(messages="size", predicted="sum").reset_index()
    return {"labels": labels.reset_index(drop=True), "readings": readings}
