"""What follow-up windows and first months show, as the site prints it."""

from __future__ import annotations

import pandas as pd
from scipy.stats import chi2_contingency

from helpers.claims.pool import pool_rows
from helpers.claims.printed import read_publications
from helpers.figures.drawing import (
    BLUE,
    GREY,
    MARGIN,
    PAPER,
    SKY,
    Drawing,
)
from helpers.group_lives.evidence import LEAST_GROUPS
from pipeline.site.charts import LINE, OVER, Chart
from pipeline.site.language import Reader, of_hundred
from pipeline.site.tables import read_tables

WECHAT = "qiu-2016"
LARGEST, SOON = "fcc_gitter", 105
LONG_SILENCE = "ten times the usual silence"
LATER = (94, 200)  # days followed up, in the last four of which a message is looked for
FORTY, ACROSS = 40, 10  # dots, and in a row


def select_follow_up(days: int = 34, window: int = 4) -> pd.DataFrame:
    """Return the chats with enough groups for a follow-up window."""
    table = read_tables().follow_up
    own = table["days"].eq(days) & table["window"].eq(window)
    return table[own & table["groups"].ge(LEAST_GROUPS)]


def list_followed(reader: Reader) -> dict[str, str]:
    """Return what follow-up windows and long silences show, by the texts' names."""
    rows, spoken = select_follow_up(), read_tables().spoken_again
    long = spoken["rule"].eq(LONG_SILENCE) & spoken["groups"].ge(LEAST_GROUPS)
    spoken = spoken[long & spoken["kind"].eq("chat")]
    published = read_publications()[WECHAT].found[0]
    numbers = {
        "wechat": of_hundred(published.share),
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
        "others": f"{others['place'].nunique()}",
        "ends": f"{others.loc[soon, 'ended'].sum()}",
    }
    for name, own in others.groupby("age_days"):
        bands = own.groupby("messages_from")[["ended", "later"]].sum()
        shares = (bands["ended"] / bands["later"]).map(of_hundred)
        lasted = bands["later"] - bands["ended"]
        p = chi2_contingency([bands["ended"], lasted]).pvalue
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
