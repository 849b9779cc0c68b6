"""README lines on a study: biases, gaps, row counts and table definitions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from helpers.study.definitions import TABLES, Table
from helpers.study.ledger import Ledger
from helpers.study.study import Manifest


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
    return [
        *_format_list(
            "Known biases, upwards (up) or downwards (down)", manifest.frame_notes
        ),
        *_format_list("Gaps", manifest.gaps),
        *_describe_names(words),
        *_iterate_rows(ledger),
        *(line for table in tables for line in _describe_table(table, manifest, k)),
    ]


def _format_list(title: str, items: tuple[str, ...]) -> list[str]:
    return [f"## {title}", "", *(f"- {item}" for item in items), ""]


def _describe_names(words: Mapping[str, str]) -> list[str]:
    named = tuple(f"`{word}`: {meaning}" for word, meaning in words.items())
    return _format_list("Names used in the tables", named) if named else []


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
