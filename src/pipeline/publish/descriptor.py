"""What the published tables are: a Frictionless Data Package, and docs/tables.md.

``python -m pipeline.publish.descriptor`` (`make tables`) writes both: the package
``data/processed/datapackage.json`` (specs.frictionlessdata.io, Tabular Data Resource)
from the manifests and the definitions of the tables; checksums are the manifests'.
Its validator reads Parquet through pandas, which tells a missing integer as ``nan``.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from helpers import paths
from helpers.citation import Project, read_project
from helpers.files import read_description, write_text
from helpers.study.definitions import TABLES, Table
from helpers.study.study import Manifest

NAME, PLACE = "datapackage.json", paths.ROOT / "docs" / "tables.md"
TYPES = {
    "bool": "boolean",
    "double": "number",
    "int32": "integer",
    "int64": "integer",
    "string": "string",
}


def build_data_package(studies: Iterable[Path], about: Project) -> dict[str, Any]:
    """Build the Frictionless descriptor of all tables of some studies."""
    resources = [resource for folder in studies for resource in _list_resources(folder)]
    package = {
        "profile": "data-package",
        "name": "shequn-evidence",
        "title": about.title,
        **about.frozen,
        "licenses": [{"name": about.licence, "title": "code and prose"}],
        "resources": resources,
    }
    return package | ({"homepage": about.url} if about.url else {})


def build_package_text() -> str:
    """Return the text of ``data/processed/datapackage.json``."""
    package = build_data_package(paths.list_study_folders(), read_project())
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def _list_resources(folder: Path) -> Iterator[dict[str, Any]]:
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    facts = Manifest.from_json(text)
    licence = {
        "name": re.sub(r"[^A-Za-z0-9._-]+", "-", facts.licence),
        "title": facts.licence,
        "path": f"{folder.name}/LICENSE",
    }
    for name in facts.tables:
        if name in TABLES:
            yield {
                "profile": "data-resource",
                "name": f"{facts.study}-{name}".lower().replace("_", "-"),
                "title": f"{facts.title_en}: {name}",
                "description": f"A row is {TABLES[name].row}.",
                "path": f"{folder.name}/{name}.parquet",
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "sources": [_build_source(facts)],
                "licenses": [licence],
                "schema": {
                    "fields": [
                        {
                            "name": column.name,
                            "type": TYPES[str(column.type)],
                            "description": column.meaning,
                            "constraints": {"required": not column.nullable},
                        }
                        for column in TABLES[name].columns
                    ],
                    "missingValues": ["", "nan"],
                },
            }


def _build_source(facts: Manifest) -> dict[str, str]:
    address = re.search(r"https?://[^\s,;)]+", facts.source)
    author = str(read_description(facts.study)["author"])
    named = f"{author}: {facts.title_en}" if author else facts.title_en
    source = {"title": f"{named}. {facts.source}"}
    return source | ({"path": address[0]} if address else {})


def build_tables_text() -> str:
    """Return the text of docs/tables.md."""
    head = Path(__file__).with_name("tables.md").read_text("utf-8")
    return "\n".join([head, "## Tables\n", *map(_describe_table, TABLES.values())])


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
    write_text(paths.PROCESSED / NAME, build_package_text())
