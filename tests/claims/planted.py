"""Studies planted in memory: tables given as data frames."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from helpers.errors import NotIdentifiableError
from helpers.group_lives.evidence import Evidence
from helpers.records import DAY_US
from helpers.study import open_study

KNOWN = open_study("fcc_gitter").observability


def list_groups(number, *, days=1000, network="one", **columns):
    """Return groups of one network, born on day 0 and observed for some days."""
    table = pd.DataFrame({"group": np.arange(number), "network": network})
    table = table.assign(
        batch=[f"b{n}" for n in range(number)],
        key=[f"g{n}" for n in range(number)],
        kind="group",
        origin_us=0,
        entry_us=0,
        end_us=days * DAY_US,
        closed_us=np.nan,
        closed_kind=None,
        messages=100,
        posters=5,
    )
    return table.assign(**columns)


def plant(groups, **tables):
    """Return the evidence of planted groups and tables."""
    tables = {"groups": groups, **tables}
    manifest = SimpleNamespace(
        tables=tables, day_offset_us=0, time_error_days=0.0, centres_from="explicit"
    )
    return Evidence.of(
        SimpleNamespace(
            name="planted",
            manifest=manifest,
            observability=KNOWN,
            table=lambda name: _read(tables, name),
        )
    )


def _read(tables, name):
    if name not in tables:
        raise NotIdentifiableError(f"there is no table {name}")
    return tables[name].copy()
