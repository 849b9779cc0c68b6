"""Write a study to disk: tables, manifest, ledger, licence and README."""

import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from helpers.files import compute_checksum
from helpers.study.definitions import TABLES, Table, write_table
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


def describe_definitions(
    manifest: Manifest,
    ledger: Ledger,
    words: Mapping[str, str] = MappingProxyType({}),
    k: int = 1,
) -> list[str]:
    """Return README lines on sampling frame, gaps, terms, row counts and tables.

    Tables of people with fewer than `k` rows are said to have fewer.
    """
    tables = [TABLES[name] for name in TABLES if name in manifest.tables]
    named = tuple(f"`{word}`: {meaning}" for word, meaning in words.items())
    return [
        *_format_list(
            "Known biases, upwards (up) or downwards (down)", manifest.frame_notes
        ),
        *_format_list("Gaps", manifest.gaps),
        *(_format_list("Names used in the tables", named) if named else []),
        *_iterate_rows(ledger),
        *(line for table in tables for line in _describe_table(table, manifest, k)),
    ]


def _format_list(title: str, items: tuple[str, ...]) -> list[str]:
    return [f"## {title}", "", *(f"- {item}" for item in items), ""]


def _iterate_rows(ledger: Ledger) -> list[str]:
    excluded_rows = [
        f"| {reason} | {rows:,} |" for reason, rows in ledger.set_aside.items()
    ]
    return [
        "## Rows",
        "",
        "| | rows |",
        "|---|---|",
        f"| read | {ledger.total('read'):,} |",
        f"| included | {ledger.kept['']:,} |",
        *(f"| included: {name} | {n:,} |" for name, n in ledger.kept.items() if name),
        *excluded_rows,
        "",
    ]


def _describe_table(table: Table, manifest: Manifest, k: int) -> list[str]:
    rows = manifest.tables[table.name].rows
    few = table.of_people and 0 < rows < k
    n_rows = f"fewer than {k}" if few else f"{rows:,}"
    return [
        f"## `{table.name}` – one row is {table.row} ({n_rows} rows)",
        "",
        "| column | type | meaning |",
        "|---|---|---|",
        *map(str, table.columns),
        "",
    ]
