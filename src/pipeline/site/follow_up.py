"""What windows, first months and the forecast show, as the site prints it."""

from __future__ import annotations

from typing import Any

import pandas as pd
from scipy.stats import chi2_contingency

from helpers.claims.pool import pool_rows
from helpers.claims.printed import read_publications
from helpers.figures.drawing import BLUE, GREY, MARGIN, PAPER, SKY, VERMILION, Drawing
from helpers.forecast.silence import (
    FAULTS,
    FOLDER,
    NAMES,
    OLDEST,
    REACH,
    SENTENCE,
    YOUNGEST,
    predict_silence,
    read_coefficients,
)
from helpers.group_lives.evidence import LEAST_GROUPS
from helpers.records import MONTH_DAYS
from pipeline.site.charts import LINE, OVER, Chart, Curve, Curves
from pipeline.site.language import Reader, of_hundred
from pipeline.site.tables import read_tables

WECHAT = "qiu-2016"
LARGEST, SOON = "fcc_gitter", 105
LATER = (94, 200)  # days followed up, in the last four of which a message is looked for
FORTY, ACROSS = 40, 10  # dots, and in a row


def select_follow_up(days: int = 34) -> pd.DataFrame:
    """Return the chats with enough groups for a follow-up window of four days."""
    table = read_tables().follow_up
    own = table["days"].eq(days) & table["window"].eq(4)
    return table[own & table["groups"].ge(LEAST_GROUPS)]


def list_followed(reader: Reader) -> dict[str, str]:
    """Return what follow-up windows and long silences show, by the texts' names."""
    rows, spoken = select_follow_up(), read_tables().spoken_again
    spoken = spoken[spoken["rule"].eq("ten times the usual silence")]
    spoken = spoken[spoken["groups"].ge(LEAST_GROUPS) & spoken["kind"].eq("chat")]
    numbers = {
        "wechat": of_hundred(read_publications()[WECHAT].found[0].share),
        "followed": f"{len(rows)}",
        "gone_places": reader.range_of(*rows["gone"].agg(["min", "max"])),
        "quiet_chats": f"{len(spoken)}",
        "quiet_groups": f"{spoken['groups'].sum()}",
    }
    pooled = dict.fromkeys(("gone", "again", "earnest"), rows)
    pooled |= dict.fromkeys(("again_60", "again_ever"), spoken)
    for name, table in pooled.items():
        found = pool_rows(table, name)
        numbers[name] = of_hundred(found.mean)
        numbers[f"{name}_range"] = reader.bracket(found.low, found.high)
    for days in LATER:
        mean = pool_rows(select_follow_up(days), "gone").mean
        numbers[f"gone_{days}"] = of_hundred(mean)
    return numbers


def list_first_month(reader: Reader) -> dict[str, str]:
    """Return what was seen by day 28, and after it in chats other than the largest."""
    table = read_tables().first_month
    soon = table["age_days"].eq(SOON)
    quiet = table[table["place"].isna() & table["messages_from"].eq(0) & soon].iloc[0]
    others = table[table["place"].notna() & table["place"].ne(LARGEST)]
    numbers = {
        "quiet_first_month": f"{quiet['groups']}",
        "begun_28": of_hundred(quiet["begun_28"] / quiet["groups"]),
        "begun": of_hundred(quiet["begun"] / quiet["groups"]),
        "ends": f"{others.loc[soon, 'ended'].sum()}",
    }
    for name, own in others.groupby("age_days"):
        bands = own.groupby("messages_from")[["ended", "later"]].sum()
        shares = (bands["ended"] / bands["later"]).map(of_hundred)
        lasted = bands["later"] - bands["ended"]
        p = chi2_contingency([bands["ended"], lasted]).pvalue
        numbers[f"others_{name}"] = f"{own['place'].nunique()}"
        numbers[f"ended_{name}"] = reader(", ").join(shares)
        numbers[f"p_{name}"] = f"{p:.2f}"
    return numbers


def chart_forty(
    shares: tuple[float, float], title: str, note: str, reader: Reader
) -> Chart:
    """Return forty groups without a message in days 31–34, and how many became active.

    `shares`: of these, that became active again in earnest, and at all.
    """
    earnest, again = (round(FORTY * share) for share in shares)
    heading = reader("of forty groups without a message in days 31–34")
    parts = {
        reader("spoke again in earnest"): earnest,
        reader("spoke again"): again - earnest,
        reader("did not, by day 200"): FORTY - again,
    }

    def draw(drawing: Drawing, top: float) -> float:
        drawing.write((MARGIN, top), heading)
        top += LINE
        looks = ((BLUE, BLUE), (SKY, SKY), (GREY, PAPER))
        step, at = min((drawing.width - 2 * MARGIN) / ACROSS, 26.0), 0
        for n, (line, fill) in zip(parts.values(), looks, strict=True):
            for _ in range(n):
                x = MARGIN + step * (at % ACROSS + 0.5)
                y = top + step * (at // ACROSS + 0.5)
                drawing.draw_mark((x, y), "circle", step * 0.33, line, fill=fill)
                at += 1
        y = top + step * FORTY / ACROSS + OVER
        for (name, n), (line, fill) in zip(parts.items(), looks, strict=True):
            drawing.draw_mark((MARGIN + 4, y - 3), "circle", 3.4, line, fill=fill)
            drawing.write((MARGIN + 12, y), f"{n} {name}")
            y += LINE + 3
        return y

    data = pd.DataFrame({"groups": [*parts.values()], "what": [*parts]})
    return Chart("home-forty", title, note, data, draw)


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
        "range": reader(REACH),
        "few": reader("fewer than 1"),
        "many": reader("more than 99"),
        "faults": {name: text[0].upper() + text[1:] for name, text in faults.items()},
    }


def tabulate_forecast() -> pd.DataFrame:
    """Return predictions for chats of one age, by writers and days of silence.

    From 28 days on nobody has written in the last 28.
    """
    rows = []
    for n in (0, 1, 3, 10):
        for days in range(MONTH_DAYS) if n else range(MONTH_DAYS, AGE):
            found = predict_silence(AGE, days, n, n)
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
