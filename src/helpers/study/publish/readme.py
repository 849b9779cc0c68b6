"""README and LICENSE of a study, generated from its table definitions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from helpers.study.publish.study import Manifest
from helpers.study.tables.definitions.tables import TABLES, Table
from helpers.study.tables.ledger import Ledger

if TYPE_CHECKING:  # loads every public source, which a run of one's own needs not
    from helpers.corpora.shared.corpus import Corpus

READING = """\
Times are whole microseconds since 1970-01-01 UTC;
ages are elapsed days since a group's origin.
{people}
No text and no person's name or id is included."""
NUMBERED = """\
People are integers numbered by first appearance in the public source: pseudonymous,
not anonymous, since that source links them to accounts."""
COUNTED = "People are counted; no row is about one of them."


def build_licence_text(corpus: Corpus) -> str:
    """Build the text of a study's LICENSE file."""
    return f"{corpus.title_en}\nLicence: {corpus.licence.name}\n\n{corpus.licence.text}"


def build_readme(corpus: Corpus, manifest: Manifest, ledger: Ledger) -> str:
    """Build the text of a study's README.md."""
    return "\n".join(
        [
            f"# {corpus.title_en}",
            "",
            corpus.title_zh,
            "",
            f"- Source: {corpus.source}",
            f"- Commit: {corpus.commit}",
            f"- Licence of these tables: {corpus.licence.name} (see LICENSE)",
            f"- A raw row is {corpus.row}.",
            f"- Kind of groups: {corpus.kind_in_words} (`{corpus.kind}`).",
            f"- Made by `make data`, version {manifest.code_version}.",
            "- Every checksum is in `manifest.json`.",
            "",
            READING.format(people=_describe_people(manifest)),
            *_time_error(manifest),
            "",
            *describe_definitions(manifest, ledger, corpus.words),
        ]
    )


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


def _describe_people(manifest: Manifest) -> str:
    has_people = any(TABLES[name].of_people for name in manifest.tables)
    return NUMBERED if has_people else COUNTED


def _time_error(manifest: Manifest) -> list[str]:
    days = manifest.time_error_days
    if not days:
        return []
    off, right = ("a day", "day") if days <= 1 else (f"{days:g} days", "month")
    lies = f"it is in the right calendar {right}."
    return [f"A time may be up to {off} from the true one; {lies}"]


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
