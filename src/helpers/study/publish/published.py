"""Write the tables of a study, and what its manifest says of each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from helpers.files import checksum
from helpers.study.publish.manifest import TableFacts
from helpers.study.tables.definitions.tables import TABLES, write_table


def write_tables(
    tables: Mapping[str, pd.DataFrame], folder: Path
) -> dict[str, TableFacts]:
    """Write tables by name and return what each is, in the same order."""
    facts = {}
    for name, rows in tables.items():
        path = folder / f"{name}.parquet"
        write_table(rows, TABLES[name], path)
        facts[name] = TableFacts(TABLES[name].row, len(rows), checksum(path))
    return facts
