"""What notebooks show of the studies: what was read, and what it can show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pandas as pd

from helpers import paths
from helpers.notebooks.tables import Table
from helpers.prose import Prose, count
from helpers.records import DAY_US

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.study import Study

__all__ = ["contents", "ledger_table", "observability_table", "studies_table"]


def contents() -> Prose:
    """Return links to the notebooks of the suite, by their titles."""
    lines = []
    for path in sorted(paths.NOTEBOOKS.glob("*.ipynb")):
        first = nbformat.read(path, as_version=4).cells[0]["source"]
        title = first.splitlines()[0].removeprefix("# ")
        lines.append(f"- `{path.stem[:2]}` [{title}]({path.name})")
    return Prose("\n".join(lines))


def studies_table(studies: Iterable[Study]) -> Table:
    """Return one row a study: what it is, how much, from when to when."""
    rows = [_summary(study) for study in studies]
    formats = {"groups": count, "messages": count, "people": count, "networks": count}
    return Table(pd.DataFrame(rows), "The studies", formats)


def _summary(study: Study) -> dict[str, object]:
    groups = study.table("groups")
    first, last = study.observability.window_us
    return {
        "study": study.name,
        "title": study.manifest.title_en,
        "groups": len(groups),
        "never active": int(groups["first_us"].isna().sum()),
        "networks": groups["network"].nunique(),
        "messages": int(groups["messages"].sum()),
        "from": _date(first),
        "to": _date(last),
        "licence": study.manifest.licence,
        "looked at before": "yes" if study.manifest.looked_at else "no",
    }


def _date(time_us: int) -> str:
    day = pd.Timestamp(0) + pd.Timedelta(days=time_us // DAY_US)
    return f"{day:%Y-%m-%d}"


def ledger_table(studies: Iterable[Study]) -> Table:
    """Return every ledger: rows read, kept, and set aside by reason."""
    rows = [
        {"study": study.name, "step": step, "reason": reason, "rows": rows}
        for study in studies
        for step, reason, rows in _lines(study)
    ]
    return Table(pd.DataFrame(rows), "What became of every row", {"rows": count})


def _lines(study: Study) -> list[tuple[str, str, int]]:
    ledger = study.ledger
    aside = [("set aside", why, rows) for why, rows in ledger.set_aside.items()]
    read, kept = ledger.total("read"), ledger.total("kept")
    return [("read", "", read), ("kept", "", kept), *aside]


def observability_table(studies: Iterable[Study]) -> Table:
    """Return what each study can show, one property a row."""
    columns = {study.name: study.observability.as_dict() for study in studies}
    for shown in columns.values():
        del shown["window_us"]
    frame = pd.DataFrame(columns).map(_plain)
    frame.insert(0, "property", [name.replace("_", " ") for name in frame.index])
    return Table(frame.reset_index(drop=True), "What each source can show")


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).replace("_", " ")
