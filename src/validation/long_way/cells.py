"""Simulate labels and classifier scores of messages, and assign posts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.records import DAY_US, SECOND_US
from validation.long_way.reads import Reads
from validation.long_way.story import NOBODY, Story, person
from validation.worlds.claims.tabled import Planted
from validation.worlds.messages.tables import CHARS

CELL, MONTH = ["group", "age_day"], 28
SEED = 20261120
COUNTING = {  # a talk made posts for these; of months for people only
    "months": {"messages", "posters"}, "rates": {"messages_28"},
    "daily": {"messages"}, "member_days": {"day"},
}  # fmt: skip


def messages(study: Planted, kinds: Sequence[str]) -> pd.DataFrame:
    """Return the labelled messages, in random order.

    Columns are ``group, age_day, place`` and, of each kind, ``read <kind>`` and ``said
    <kind>``, the answer or null. Of a cell, the first are read as yes to the first
    question and the last to the second, so that none is both; people's answers go to as
    many of either reading as there are.
    """
    both = pd.DataFrame()
    for nth, kind in enumerate(kinds):
        rows = _of_kind(study, kind, backwards=nth > 0)
        both = rows if both.empty else both.merge(rows, on=[*CELL, "place"])
    order = np.random.default_rng(SEED).permutation(len(both))
    return both.iloc[order].sort_values(CELL, kind="stable", ignore_index=True)


def _of_kind(study: Planted, kind: str, *, backwards: bool) -> pd.DataFrame:
    labels, cells = (
        rows[rows["kind"] == kind]
        for rows in (study.tables["labels"], study.tables["readings"])
    )
    cells = cells.groupby(CELL)[["messages", "predicted"]].sum().reset_index()
    low, high = labels["predicted"].min(), labels["predicted"].max()
    many = cells["messages"].astype(int)
    yes = ((cells["predicted"] - low * many) / (high - low)).round()
    rows = cells[CELL].assign(yes=yes, many=many)
    rows = rows.loc[rows.index.repeat(many)].reset_index(drop=True)
    rows["place"] = rows.groupby(CELL).cumcount()
    turn = rows["many"] - 1 - rows["place"] if backwards else rows["place"]
    rows["read"] = (turn < rows["yes"]).astype(int)
    asked = labels.assign(read=labels["predicted"].gt((low + high) / 2).astype(int))
    rows = _answered(rows, asked)[[*CELL, "place", "read", "said"]]
    return rows.rename(columns={name: f"{name} {kind}" for name in ("read", "said")})


def _answered(rows: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Assign hand labels to messages that have the same classifier result."""
    by = [*CELL, "read"]
    rows, asked = (
        table.assign(nth=table.groupby(by).cumcount()) for table in (rows, asked)
    )
    told = asked[[*by, "nth", "label"]].rename(columns={"label": "said"})
    return rows.merge(told, "left", [*by, "nth"], validate="one_to_one")


def carried(
    rows: pd.DataFrame, study: Planted, story: Story, reads: Reads
) -> pd.DataFrame:
    """Assign each labelled message to a simulated post.

    A cell's are the posts of its month nearest in age; where nothing that the claim
    reads counts posts, new ones are made on the day.
    """
    origin = study.tables["groups"].set_index("group")["origin_us"]
    free = rows["age_day"].isin(_free(rows["age_day"].unique(), reads))
    first = len(story.posts)
    new = rows[free]
    if len(new):
        story.add("posts", _made(new, origin))
    new = new.assign(post=story.posts["post"].iloc[first:].to_numpy())
    return pd.concat([new, _fitted(rows[~free], story, origin)], ignore_index=True)


def _free(days: np.ndarray, reads: Reads) -> list[int]:
    """Return the ages (days) on which extra posts change no table the claim reads."""
    if any(columns <= reads.get(table, set()) for table, columns in COUNTING.items()):
        return []
    spans = [map(int, span.split("-")) for span in reads.get("in_windows", ())]
    counted = {day for low, high in spans for day in range(low, high + 1)}
    return [day for day in days if day not in counted]


def _made(rows: pd.DataFrame, origin: pd.Series[int]) -> pd.DataFrame:
    nth = rows.groupby(CELL).cumcount()
    at = rows["group"].map(origin) + rows["age_day"].astype("int64") * DAY_US
    return pd.DataFrame(
        {
            "group": rows["group"], "time_us": at + (1 + nth) * SECOND_US,
            "person": person(rows["group"], 0), "answers": NOBODY, "chars": CHARS,
        }
    )  # fmt: skip


def _fitted(rows: pd.DataFrame, story: Story, origin: pd.Series[int]) -> pd.DataFrame:
    """Assign labelled messages to the nearest posts of the same group and month."""
    posts = story.posts[["post", "group", "time_us"]]
    age = (posts["time_us"] - posts["group"].map(origin)) // DAY_US
    posts = posts.assign(age=age, month=age // MONTH)
    cells = rows.groupby(CELL).size().rename("many").reset_index()
    cells["month"] = cells["age_day"] // MONTH
    near = posts.merge(cells, on=["group", "month"], validate="many_to_one")
    near["far"] = (near["age"] - near["age_day"]).abs()
    near = near.sort_values([*CELL, "far", "post"])
    near["nth"] = near.groupby(CELL).cumcount()
    near = near[near["nth"] < near["many"]]
    kept = _thinned(rows, near.groupby(CELL).size().rename("room"))
    kept["nth"] = kept.groupby(CELL).cumcount()
    return kept.merge(near[[*CELL, "nth", "post"]], on=[*CELL, "nth"])


def _thinned(rows: pd.DataFrame, room: pd.Series[int]) -> pd.DataFrame:
    """Drop labelled messages evenly where there are too few posts for them."""
    sorts = [name for name in rows if name.startswith(("read", "said"))]
    rows = rows.join(room, on=CELL).fillna({"room": 0})
    at = rows.sort_values([*CELL, *sorts], kind="stable").groupby(CELL).cumcount()
    many = rows.groupby(CELL)["place"].transform("size")
    step = (at.reindex(rows.index) + 0.5) * rows["room"] / many
    kept = (step + rows["room"] / many / 2) // 1 > (step - rows["room"] / many / 2) // 1
    return rows[kept.astype(bool)].drop(columns="room").reset_index(drop=True)
