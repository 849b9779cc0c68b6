"""Reference documentation of all processed tables (docs/tables.md).

``python -m pipeline.publish.document`` (`make tables`) writes it.
"""

from pathlib import Path

from helpers.files import write_text
from helpers.paths import ROOT
from helpers.study.definitions import TABLES, Table

PLACE = ROOT / "docs" / "tables.md"
HEAD = Path(__file__).with_name("tables.md")


def build_tables_text() -> str:
    """Return the text of docs/tables.md."""
    return "\n".join(
        [HEAD.read_text("utf-8"), "## Tables\n", *map(_describe_table, TABLES.values())]
    )


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
