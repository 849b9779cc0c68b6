"""V2EX's boards on 2023-05-16: creation, followers, last activity.

A board's page shows its newest twenty topics and when each was last answered. Boards
that only members may open show none, though they have topics: they are not silent but
unseen, and set aside.
"""

import json

import numpy as np
import pandas as pd

from helpers.records import SECOND_US
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.dates import to_instants
from pipeline.corpora.shared.registers import build_facts, build_registry


def count(raw: RawFolder) -> Counted:
    """Build tables of V2EX's boards: registry, and which state what they are for."""
    name = next(file for file in raw.names if not file.endswith(".json"))
    rows = raw.rows(name)
    reason = pd.Series(None, rows.index, dtype=object)
    reason[(rows["topics_total"] > 0) & (rows["topics_on_page"] == 0)] = "members only"
    reason[rows["created_unix"].isna()] = "no facts about it"
    boards = rows[reason.isna()].reset_index(drop=True)
    last = to_instants(boards["last_activity"])
    seen = int(last.max())
    created = boards["created_unix"] * SECOND_US
    oldest = to_instants(boards["oldest_activity_on_page"])
    groups = build_registry(
        boards.rename(columns={"node": "key", "title": "label"}),
        network="v2ex",
        kind="board",
        origin_us=np.fmin(created, oldest),
        end_us=seen,
        last_us=last,
    )
    became: dict[str | None, int] = {None: len(boards)}
    became |= {str(why): int(n) for why, n in reason.value_counts().items()}
    tables, entered = {}, {}
    for tree in (file for file in raw.names if file.endswith(".json")):
        nodes = pd.DataFrame(json.loads((raw.path / tree).read_text("utf-8"))["nodes"])
        raw.tally[tree] = len(nodes)
        hung = nodes.rename(columns={"id": "key"})[nodes["id"].isin(boards["node"])]
        stated = hung["header"].fillna("").str.strip().ne("")
        tables["facts"] = build_facts(hung, {"header_stated": stated})
        entered["places in the tree"] = len(hung)
        became["no listed board"] = len(nodes) - entered["places in the tree"]
    return Counted(groups, tables, became, entered)
