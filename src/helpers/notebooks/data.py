"""What notebooks show of the studies: what was read, and what it can show."""

from __future__ import annotations

import json  # nbformat takes a second to import, in every kernel
from typing import TYPE_CHECKING

import pandas as pd

from helpers import paths
from helpers.claims.fixed.register import read_register
from helpers.notebooks.tables import Table
from helpers.prose import Prose, count
from helpers.records import DAY_US

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from helpers.claims.fixed.register import Claim
    from helpers.study import Study

__all__ = [
    "contents",
    "frames_table",
    "gaps_table",
    "ledger_table",
    "listed_groups",
    "observability_table",
    "register_table",
    "sizes_table",
    "studies_table",
]

QUANTILES = (0.25, 0.5, 0.75, 0.9)


def contents() -> Prose:
    """Return links to the notebooks of the suite, by their titles."""
    lines = []
    for path in sorted(paths.NOTEBOOKS.glob("*.ipynb")):
        first = json.loads(path.read_text("utf-8"))["cells"][0]["source"]
        title = "".join(first).splitlines()[0].removeprefix("# ")
        lines.append(f"- `{path.stem[:2]}` [{title}]({path.name})")
    return Prose("\n".join(lines))


def register_table(register: Mapping[str, Claim] | None = None) -> Table:
    """Return every claim of the register, one a row, in both languages."""
    claims = (register or read_register()).values()
    fields = ("id", "theme", "status", "priority", "en", "zh")
    rows = pd.DataFrame({name: [getattr(c, name) for c in claims] for name in fields})
    rows["status"] = rows["status"].str.replace("_", " ")
    return Table(rows, "The register of claims")


def studies_table(studies: Iterable[Study]) -> Table:
    """Return one row a study: what it is, how much, from when to when."""
    rows = [_summary(study) for study in studies]
    counted = ("groups", "networks", "never active", "messages")
    formats = dict.fromkeys(counted, count)
    return Table(pd.DataFrame(rows), "The studies", formats)


def _summary(study: Study) -> dict[str, object]:
    listed, tables = listed_groups(study), study.manifest.tables
    spoke = "groups" in tables
    first, last = study.observability.window_us
    return {
        "study": study.name,
        "title": study.manifest.title_en,
        "groups": None if listed is None else len(listed),
        "networks": None if listed is None else listed["network"].nunique(),
        "never active": listed["first_us"].isna().sum() if spoke else None,  # type: ignore[index]
        "messages": listed["messages"].sum() if spoke else None,  # type: ignore[index]
        "from": _date(first),
        "to": _date(last),
        "licence": study.manifest.licence,
        "looked at before": "yes" if study.manifest.looked_at else "no",
    }


def listed_groups(study: Study) -> pd.DataFrame | None:
    """Return the groups that a study lists; none where they may not be told apart."""
    name = next((n for n in ("groups", "registry") if n in study.manifest.tables), None)
    return None if name is None else study.table(name)


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


def frames_table(studies: Iterable[Study]) -> Table:
    """Return what pushes each study's estimates of failure, and where."""
    notes = [
        (study.name, *note.split(": ", 1))
        for study in studies
        for note in study.manifest.frame_notes
    ]
    rows = [(name, way if why else "–", *(why or [way])) for name, way, *why in notes]
    columns = ["study", "direction or kind", "because"]
    return Table(pd.DataFrame(rows, columns=columns), "What pushes estimates")


def gaps_table(studies: Iterable[Study]) -> Table:
    """Return what is known to be missing or wrong in each study."""
    rows = [(study.name, gap) for study in studies for gap in study.manifest.gaps]
    return Table(pd.DataFrame(rows, columns=["study", "known gap"]), "Known gaps")


def sizes_table(studies: Iterable[Study]) -> Table:
    """Return quantiles of the messages per group, one study a row."""
    spoken = (study for study in studies if "groups" in study.manifest.tables)
    sizes = {study.name: study.table("groups")["messages"] for study in spoken}
    rows = pd.DataFrame({name: of.quantile(QUANTILES) for name, of in sizes.items()}).T
    rows.columns = pd.Index([f"{quantile:.0%}" for quantile in QUANTILES])
    rows["largest"] = pd.Series({name: of.max() for name, of in sizes.items()})
    formats = dict.fromkeys(rows.columns, count)
    frame = rows.rename_axis("study").reset_index()
    return Table(frame, "Messages per group, by quantile", formats)
