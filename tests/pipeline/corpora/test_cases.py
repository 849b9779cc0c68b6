"""Raw files in miniature, and what a source makes of them.

`cases/<source>.toml` holds, a trap each: raw files as text, and the columns of tables,
the counts of rows or the refusal that they must give.
"""

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest

from helpers.errors import BrokenFileError
from pipeline.corpora import count_folder
from pipeline.corpora.shared.corpus import SOURCES, Supplements


def list_cases():
    """Yield each source's cases; raw files that most of them share stand once."""
    for path in sorted(Path(__file__).with_name("cases").glob("*.toml")):
        said = tomllib.loads(path.read_text("utf-8"))
        for case in said["case"]:
            raw = said.get("raw", {}) | case.get("raw", {})
            name = f"{path.stem}: {case['guards'][0].partition(':')[0]}"
            yield pytest.param(path.stem, case | {"raw": raw}, id=name)


def list_given(name, raw):
    """Return all that a source makes of raw files, every row accounted for."""
    source = import_module(f"{SOURCES}.{name}")
    if hasattr(source, "count"):
        found = count_folder(name, raw)
        told = sum(found.became.values()) + sum(found.entered.values())
        assert told == raw.tally.total()
        given = {"groups": found.groups, "days": found.days, "became": found.became}
    else:
        found = getattr(source, "read_supplements", lambda _: Supplements())(raw)
        given, batches = {"aside": found.aside}, [*source.read(raw)]
        for kind in {batch.kind for batch in batches}:
            own = [one.table.to_pandas() for one in batches if one.kind == kind]
            given[f"records.{kind}"] = pd.concat(own, ignore_index=True)
    given["tables"] = {name: len(table) for name, table in found.tables.items()}
    return given | {f"tables.{name}": table for name, table in found.tables.items()}


def tell(value):
    """Return a cell as it is written in a case."""
    if not pd.api.types.is_scalar(value):
        return " ".join(value)
    if pd.isna(value):
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else f"{value:.6g}"
    return str(value)


def tell_all(given, columns):
    """Return columns of a table, or counts of rows, as they are written in a case."""
    if not isinstance(given, pd.DataFrame):
        return {str(why): rows for why, rows in given.items()}
    cells = given[columns].astype(object).map(tell)
    return cells.to_csv(index=False, lineterminator="\n")


@pytest.mark.parametrize(("name", "case"), [*list_cases()])
def test_raw_files_give_what_they_must(written, name, case):
    """A case says which traps it guards; one that is refused says so in a sentence."""
    raw = written(**case["raw"])
    if said := case.get("refused"):
        with pytest.raises(BrokenFileError, match=re.escape(said)):
            list_given(name, raw)
        return
    given = list_given(name, raw)
    assert case["gives"]
    for what, wanted in case["gives"].items():
        columns = (
            wanted.partition("\n")[0].split(",") if isinstance(wanted, str) else ()
        )
        assert tell_all(given[what], list(columns)) == wanted, case["guards"]
