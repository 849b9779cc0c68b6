"""Registers planted in memory: groups of one network, shown as a source shows them."""

import numpy as np
import pandas as pd

from helpers.records import DAY_US
from helpers.study import open_study
from validation.worlds.claims.tabled import Planted


def registry(groups, end, born=0, *, closed=np.nan, **columns):
    """Return so many groups, born, closed (nan: open) and last seen on days."""
    numbers = np.arange(groups)
    last = columns.pop("last", None)
    if last is not None:
        columns["last_us"] = np.floor(np.asarray(last) * float(DAY_US))
    names = {"key": [f"g{n}" for n in numbers], "network": "one", "kind": "group"}
    table = pd.DataFrame({"group": numbers, "batch": numbers.astype(str), **names})
    return table.assign(
        origin_us=born * DAY_US, entry_us=born * DAY_US,
        end_us=((np.zeros(groups) + end) * DAY_US).astype("int64"),
        closed_us=np.floor(closed * DAY_US),
        closed_kind=np.where(np.isnan(closed), None, "administrative"),
    ).assign(**columns)  # fmt: skip


def as_of(source, *, named=True, **tables):
    """Return a study of these tables, observed as a source is, by its name or none."""
    name = {"name": source} if named else {}
    return Planted(tables, open_study(source).observability, **name)


def facts(groups, **values):
    """Return facts of so many groups, a number or one each."""
    each = np.arange(groups)
    return pd.concat(
        pd.DataFrame({"group": each, "fact": fact, "value": value})
        for fact, value in values.items()
    )
