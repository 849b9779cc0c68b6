"""Reference documentation of all processed tables (docs/tables.md).

``python -m pipeline.publish.document`` (`make tables`) writes it.
"""

from __future__ import annotations

from helpers.files import write_text
from helpers.paths import ROOT
from helpers.study.definitions import TABLES, Table

PLACE = ROOT / "docs" / "tables.md"
HEAD = """\
# Processed tables

Made by `make tables` from `helpers.study.definitions`, which files, manifests
and READMEs follow; change it there.

`data/processed/<study>/` contains `manifest.json`, `ledger.csv`, `LICENSE`, `README.md`
and the tables (Parquet) that its source supports. A table missing from the manifest
raises `NotIdentifiableError`. `open_study("fcc_gitter").table("groups")` reads one.

- Times are whole microseconds since 1970-01-01 UTC (`…_us`); a `day` is whole days
  since 1970-01-01 in the study's own zone; ages are elapsed days since the group's
  origin, age days their floor.
- Messages are human messages up to `end_us`: bots, notices, system lines, duplicates
  and messages after a closing are excluded, by reason, in the ledger. Rows read are
  rows included and rows excluded.
- A type with a question mark can be missing; `Study.table` returns such whole numbers
  as floats with nan, exact below 2⁵³.
- No table contains text, a name or a raw id. Tables with a `member` are published only
  if the licence permits it.
"""


def build_tables_text() -> str:
    """Return the text of docs/tables.md."""
    return "\n".join([HEAD, "## Tables\n", *map(_describe_table, TABLES.values())])


def _describe_table(table: Table) -> str:
    by = ", ".join(f"`{name}`" for name in table.by)
    lines = [
        f"### `{table.name}`\n",
        f"A row is {table.row}; sorted by {by}.",
        *([table.note] if table.note else []),
        "\n| column | type | meaning |",
        "|---|---|---|",
        *map(str, table.columns),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    write_text(PLACE, build_tables_text())
