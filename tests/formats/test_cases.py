"""Exports in miniature, and what their readers make of them.

`cases/<format>.toml` holds, a trap each: files as text, and the rows of records (a line
of JSON each, below their columns), the losses or the refusal that they must give.
Where a case says `packed`, its files lie in an archive of that name.
"""

import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from helpers.derive.inspect import inspect_exports
from helpers.errors import ShequnError
from helpers.formats.reading.source import Options

TOLD = {  # beside records
    "losses": lambda found, _: [[*loss] for loss in found.losses],
    "exported": lambda found, _: found.source.exported,
    "names": lambda found, _: sorted(found.source.people.names),
    "observed": lambda found, wanted: {
        what: found.source.observed.get(what, "unsaid") for what in wanted
    },
    "hidden": lambda found, wanted: [
        word
        for word in wanted
        if word not in f"{found.rows} {found.source.people.names}"
    ],
    "inspected": lambda found, wanted: {
        what: inspect_exports([found.source.path]).exports[0].as_dict()[what]
        for what in wanted
    },
    "people": lambda found, wanted: [
        [*whom, found.source.people.resolve(*whom)] for *whom, _ in wanted
    ],
}


def list_cases():
    """Yield each format's cases; files that several of them share stand once."""
    for path in sorted(Path(__file__).with_name("cases").glob("*.toml")):
        said = tomllib.loads(path.read_text("utf-8"))
        for case in said["case"]:
            files = {name: said["shared"][name] for name in case.get("shared", ())}
            name = f"{path.stem}: {case['guards'].partition(':')[0]}"
            case["files"] = files | case["files"]
            yield pytest.param(path.stem, case, id=name)


def tell_rows(rows, columns):
    """Return columns of records as they are written in a case."""
    cells = ([row[column] for column in columns] for row in rows)
    lines = (json.dumps(one, ensure_ascii=False)[1:-1] for one in cells)
    return "\n".join([", ".join(columns), *lines, ""]) if rows else ""


@pytest.fixture
def packed(put, tmp_path):
    """Return a function: files and an archive's name to its bytes."""

    def pack(files, name):
        for inner, content in files.items():
            put(content, f"inner/{inner}")
        kind = "zip" if name.endswith("zip") else "gztar"
        path = shutil.make_archive(tmp_path / "packed", kind, tmp_path / "inner")
        return Path(path).read_bytes()

    return pack


@pytest.mark.parametrize(("form", "case"), [*list_cases()])
def test_exports_give_what_they_must(read, packed, form, case):
    """A case says which trap it guards; one that is refused says so in a sentence."""
    files, options = case["files"], Options(**case.get("options", {}))
    (name, content), *others = files.items()
    export = (files, None) if others or "/" in name else (content, name)
    if "packed" in case:
        export = (packed(files, case["packed"]), case["packed"])
    if said := case.get("refused"):
        with pytest.raises(ShequnError, match=re.escape(said)):
            read(form, *export, options)
        return
    found = read(form, *export, options)
    assert found.recognised
    assert case.keys() & {"gives", *TOLD}
    for kind, wanted in case.get("gives", {}).items():
        columns = wanted.partition("\n")[0].split(", ")
        assert tell_rows(found.rows.get(kind, []), columns) == wanted, case["guards"]
    for what in TOLD.keys() & case.keys():
        assert TOLD[what](found, case[what]) == case[what], case["guards"]
