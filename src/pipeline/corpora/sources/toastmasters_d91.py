"""Clubs of paying members: size at a year's end, and whether active two years on."""

import pandas as pd

from helpers.files import read_description
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.registers import build_facts, build_registry

FIRST, LAST = "2022-2023", "2024-2025"
ACTIVE = "Active"


def count(raw: RawFolder) -> Counted:
    """Build the list of clubs with their size in 2023 and status in 2025."""
    rows = raw.rows("clubs.csv")
    first = rows[rows["year"].eq(FIRST) & rows["Club Status"].eq(ACTIVE)]
    first = first.sort_values("club", ignore_index=True, kind="stable")
    later = rows[rows["year"].eq(LAST)].set_index("club")["Club Status"]
    clubs = pd.DataFrame(
        {
            "key": "club " + first["club"].astype(str),
            "members_2023": first["Active Members"],
            "active_2025": first["club"].map(later).eq(ACTIVE).astype("float64"),
        }
    )
    return Counted(
        build_registry(
            clubs[["key"]], **read_description("toastmasters_d91")["reading"]
        ),
        {"facts": build_facts(clubs)},
        {},
        {"clubs a year": len(rows)},
    )
