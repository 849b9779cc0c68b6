"""Printed numbers on WeChat: a row each, by polling house.

A number without its n has no interval; one without a date, or from a house without a
description, is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from helpers.errors import BrokenFileError
from helpers.files import read_description
from helpers.records import to_day_us
from helpers.survival.interval import compute_wilson_interval
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.registers import build_registry, correct_rows

FILES = ("numbers.csv", "more_numbers.csv")
MEASURES = {  # by answer; all others are shares
    "change": "change",
    "causal effect": "effect",
    "ratio": "ratio",
    "path coefficient": "coefficient",
}
POLL, SHARE, SAME = "poll", "share", "same"


def count(raw: RawFolder) -> Counted:
    """Build the table of printed numbers, and the list of houses that printed them."""
    facts = read_description("press_surveys")
    files = {name: raw.rows(name, dtype={"published": str}) for name in FILES}
    parts = [rows.assign(line=rows.index + 2, file=n) for n, rows in files.items()]
    rows = correct_rows(pd.concat(parts, ignore_index=True), facts["corrected"])
    rows["page"] = (
        rows["page"].where(rows["page"].ne(SAME)).groupby(rows["file"]).ffill()
    )
    polls = _describe_rows(rows, facts)
    return Counted(
        _list_houses(polls), {"polls": polls}, {}, {"printed numbers": len(polls)}
    )


def _describe_rows(rows: pd.DataFrame, facts: Mapping[str, Any]) -> pd.DataFrame:
    """Return each printed number with its house, trust, Wilson interval and Chinese."""
    _require(rows, rows["published"].notna(), "has no date")
    stems = rows["source"].str.extract(
        f"^({'|'.join(map(re.escape, facts['houses']))})"
    )
    _require(rows, stems[0].notna(), "is from a house that is not described")
    about = pd.DataFrame(stems[0].map(facts["houses"]).tolist(), rows.index)
    measure = rows["answer"].map(MEASURES).fillna(SHARE)
    shares = rows["share"].between(0, 1) | measure.ne(SHARE)
    _require(rows, shares, "has a share that is not between 0 and 1")
    own = facts["own"]
    table = rows.assign(
        key=about["house"],
        number=np.arange(len(rows)),
        house_zh=about["zh"],
        sort=about["sort"],
        trust=rows["source"].str.extract(r"\[([AB])")[0].fillna(about["trust"]),
        measure=measure,
        value=rows["share"],
        own=[
            bool({question, answer} & set(own.get(claim, ())))
            for claim, question, answer in zip(
                rows["claim"], rows["question"], rows["answer"], strict=True
            )
        ],
        **{
            f"{name}_zh": rows[name].map(facts["chinese"])
            for name in ("question", "answer", "population")
        },
    )
    polled = table["sort"].eq(POLL) & table["measure"].eq(SHARE) & table["n"].notna()
    found = [  # of sampling alone, not of the panel
        compute_wilson_interval(round(share * n), int(n))
        for share, n in table.loc[polled, ["value", "n"]].itertuples(index=False)
    ]
    ends = [(each.low, each.high) for each in found]
    return table.join(pd.DataFrame(ends, table.index[polled], ["low", "high"]))


def _require(rows: pd.DataFrame, holds: pd.Series[bool], what: str) -> None:
    if not holds.all():
        first = rows[~holds].iloc[0]
        raise BrokenFileError(
            f"line {first['line']} {what}", where=str(first["file"]),
            remedy="mend the row, or describe its house in press_surveys.toml",
        )  # fmt: skip


def _list_houses(polls: pd.DataFrame) -> pd.DataFrame:
    day = pd.to_datetime(polls["published"], format="ISO8601").dt.date.map(to_day_us)
    spans = day.groupby(polls["key"]).agg(["min", "max"])
    return build_registry(
        spans.reset_index().rename(columns={"min": "origin_us", "max": "end_us"}),
        network=spans.index,
        kind=polls.groupby("key")["sort"].first().to_numpy(),
    )
