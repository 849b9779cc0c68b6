"""Export a study's tables as CSV, without rows on single people or small counts."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers.errors import NotIdentifiableError
from helpers.files import replace_folder
from helpers.own_groups.supplied_tables import BRINGABLE
from helpers.small_counts import PEOPLE, mask_frame
from helpers.spreadsheet import to_csv_text
from helpers.study.publish.study import Study
from helpers.study.tables.definitions.tables import TABLES, Table

# what a single person did, or what two or three people's shares give away
OF_ONE = ("owner_share", "owner_top", "top_unanswered", "top_unanswered_either")
OF_FEW = (
    "top_share", "gini", "centres", "centres_null", "met_elsewhere",
    "later_by_others", "later_by_newcomers",
)  # fmt: skip
COUNTS = (  # of people, under names that count other things elsewhere
    *PEOPLE, "at_risk", "ended", "at_most_1", "at_most_3", "never", "undated", "quiet",
    "engaged", "joined", "readers", "active", "shared",
)  # fmt: skip
KEY = "key"
OWN_WORDS = {*BRINGABLE} - {"events"}  # the user has them
OF_A_PERSON = frozenset(
    {"join", "leave", "kick", "owner_change", "role_change", "recall", "poke", "pin"}
    | {"red_packet", "transfer", "poll", "call", "announcement", "unrecognised"}
)


def export_tables(study: Study, folder: Path, k: int) -> None:
    """Write every table of a study as CSV, except tables with one row per person.

    Counts of people below `k` read ``<k``, as do shares among so few; what one person
    did and the keyed hashes are left out. Nothing in them starts a formula.
    """
    with replace_folder(folder) as partial:
        for name in study.manifest.tables:
            table = TABLES[name]
            if not table.of_people and name not in OWN_WORDS:
                rows = _mask_rows(study, table, k)
                text = to_csv_text(rows)
                (partial / f"{name}.csv").write_text(text, "utf-8", newline="\n")


def _mask_rows(study: Study, table: Table, k: int) -> pd.DataFrame:
    rows = study.table(table.name)
    if k <= 1:
        return rows
    if table.name == "events":
        rows = rows[~rows["kind"].isin(OF_A_PERSON)]
    few = _has_few_people(study, rows, k)
    gone = [name for name in (KEY, *OF_ONE) if name in rows]
    masked = {
        name: rows[name].astype(object).mask(few & rows[name].notna(), f"<{k}")
        for name in OF_FEW
        if name in rows
    }
    return mask_frame(rows.assign(**masked).drop(columns=gone), k, COUNTS)


def _has_few_people(study: Study, rows: pd.DataFrame, k: int) -> pd.Series[bool]:
    """Return which rows count fewer than k people, or a number not known."""
    if "posters" in rows:
        return ~(rows["posters"] >= k)
    if "group" not in rows:
        return pd.Series(data=True, index=rows.index)
    try:
        posters = study.table("groups").set_index("group")["posters"]
    except NotIdentifiableError:
        return rows["group"].notna()
    return ~(rows["group"].map(posters) >= k)
