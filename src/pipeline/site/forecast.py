"""The forecast as the site shows it: its chart, and what its form needs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from helpers.figures.drawing import BLUE, GREY, SKY, VERMILION
from helpers.forecast.silence import (
    FAULTS,
    FOLDER,
    NAMES,
    OLDEST,
    SENTENCE,
    YOUNGEST,
    predict_silence,
    read_coefficients,
)
from helpers.records import MONTH_DAYS
from pipeline.site.charts import Chart, Curve, Curves
from pipeline.site.language import Reader

AGE = 120  # days, of the chats of the chart


def list_facts(reader: Reader) -> dict[str, Any]:
    """Return what the form needs to predict the next 60 days of a reader's group."""
    values, stop = read_coefficients(), "。" if reader.is_chinese else "."
    faults = {name: reader(each) + stop for name, each in FAULTS.items()}
    return {
        "slopes": [values[name] for name in NAMES],
        "reach": values["reach"],
        "least": YOUNGEST,
        "most": OLDEST,
        "month": MONTH_DAYS,
        "last": AGE,
        "sentence": reader(SENTENCE),
        "few": reader("fewer than 1"),
        "many": reader("more than 99"),
        "faults": {name: text[0].upper() + text[1:] for name, text in faults.items()},
    }


def tabulate_forecast(
    age: int = AGE, writers: Collection[int] = (1, 3, 10)
) -> pd.DataFrame:
    """Return predictions for chats of an age, by writers and days of silence.

    From 28 days on nobody has written in the last 28.
    """
    rows = []
    for n in (0, *writers):
        for days in range(MONTH_DAYS) if n else range(MONTH_DAYS, age):
            found = predict_silence(age, days, n, n)
            rows.append((n, days, found.share, found.low, found.high))
    return pd.DataFrame(rows, columns=["writers", "days_since", "share", "low", "high"])


def find_left_out() -> tuple[pd.Series[Any], int]:
    """Return how the forecast did in all places left out, and their number."""
    table = pd.read_csv(FOLDER / "left_out.csv", keep_default_na=False)
    own = table[table["model"].eq(table["model"].iloc[-1])]
    return own.iloc[0], len(own) - 1


def chart_forecast(table: pd.DataFrame, title: str, note: str, reader: Reader) -> Chart:
    """Return the chart of the forecast, by days since the last message and writers."""
    looks, curves = (GREY, VERMILION, SKY, BLUE), []
    names = {0: reader("none in 28 days"), 1: reader("1 writer")}
    for colour, writers in zip(looks, sorted(set(table["writers"])), strict=True):
        own = table[table["writers"].eq(writers)]
        points = own[["days_since", "share", "low", "high"]].to_numpy()
        name = names.get(writers) or reader("{n} writers", n=writers)
        curves.append(Curve(name, [*map(tuple, points)], colour))
    drawn = Curves(
        curves, (0, 7, 28, 60, AGE),
        (reader("days since the last message"),
         reader("of 100 groups, nobody writes in the next 60 days")),
    )  # fmt: skip
    return Chart("home-forecast", title, note, table, drawn.draw)
