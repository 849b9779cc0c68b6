"""Write a study to disk: tables, manifest, ledger, licence and README."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pandas as pd

from helpers.files import compute_checksum
from helpers.study.definitions import TABLES, write_table
from helpers.study.ledger import Ledger
from helpers.study.study import Manifest, TableFacts


def write_tables(
    tables: Mapping[str, pd.DataFrame], folder: Path
) -> dict[str, TableFacts]:
    """Write tables as Parquet and return row counts and checksums by name."""

    def write(name: str) -> TableFacts:
        path = folder / f"{name}.parquet"
        write_table(tables[name], TABLES[name], path)
        return TableFacts(TABLES[name].row, len(tables[name]), compute_checksum(path))

    with ThreadPoolExecutor(2) as pool:  # most of the time is compression
        return dict(zip(tables, pool.map(write, tables), strict=True))


def write_study(
    folder: Path,
    tables: Mapping[str, pd.DataFrame],
    ledger: Ledger,
    manifest: Manifest,
    *,
    licence: str,
    readme: Callable[[Manifest], str],
) -> None:
    """Write a study's tables, manifest, row ledger, licence and README to a folder."""
    account = ledger.as_csv()
    manifest = replace(
        manifest,
        tables=write_tables(tables, folder),
        ledger=hashlib.sha256(account.encode()).hexdigest(),
    )
    texts = {
        "manifest.json": manifest.as_json(),
        "ledger.csv": account,
        "LICENSE": licence,
        "README.md": readme(manifest),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
