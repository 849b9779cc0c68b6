"""What follow-up windows and first months show, as the site prints it."""

from __future__ import annotations

import pandas as pd

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
from pipeline.site.language import Reader
from pipeline.site.tables import read_tables

LARGEST = "fcc_gitter"
FORTY, ACROSS = 40, 10  # dots, and in a row


def select_follow_up(days: int = 34, window: int = 4) -> pd.DataFrame:
    """Return the chats with enough groups for a follow-up window."""
    table = read_tables().follow_up
    own = table["days"].eq(days) & table["window"].eq(window)
    return table[own & table["groups"].ge(LEAST_GROUPS)]


def count_first_month(age: int = 105) -> dict[str, int]:
    """Return counts of groups with no message in days 8–28, and of ends after day 28.

    Keys: columns of the Life Table of the first month, of quiet groups; ``ends`` and
    ``others``: all ends in chats without the largest, and these chats.
    """
    table = read_tables().first_month
    table = table[table["age_days"].eq(age)]
    none = table["place"].isna() & table["messages_from"].eq(0)
    quiet = table[none].iloc[0]
    places = table.dropna(subset="place")
    others = places[places["place"].ne(LARGEST)]
    counts = {name: int(quiet[name]) for name in ("groups", "begun_28", "begun")}
    ends = {"ends": int(others["ended"].sum()), "others": others["place"].nunique()}
    return counts | ends


def chart_forty(
    shares: tuple[float, float], title: str, note: str, reader: Reader
) -> Chart:
    """Return forty groups without a message in days 31–34, and how many became active.

    `shares`: of these, that became active again in earnest, and at all.
    """
    earnest, again = (round(FORTY * share) for share in shares)
    parts = {
        reader("spoke again in earnest"): earnest,
        reader("spoke again"): again - earnest,
        reader("did not, by day 200"): FORTY - again,
    }

    def draw(drawing: Drawing, top: float) -> float:
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
