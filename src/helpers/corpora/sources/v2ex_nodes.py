"""V2EX's boards on 2023-05-16: creation, followers, last activity.

A board's page shows its newest twenty topics and when each was last answered. Boards
that only members may open show none, though they have topics: they are not silent but
unseen, and set aside.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, load_description
from helpers.corpora.shared.dates import to_instants
from helpers.corpora.shared.registers import build_registry_columns
from helpers.records import HOUR_US, SECOND_US

FIRST_HAN, LAST_HAN = "\u4e00", "\u9fff"
ZONE_US = 8 * HOUR_US


def count(raw: RawFolder) -> Counted:
    """Build tables of V2EX's boards: registry, counts, place in the tree."""
    name = next(file for file in raw.names if not file.endswith(".json"))
    rows = raw.rows(name)
    reason = _list_reasons(rows)
    boards = rows[reason.isna()].reset_index(drop=True)
    last = to_instants(boards["last_activity"])
    seen = int(last.max())
    created = boards["created_unix"] * SECOND_US
    oldest = to_instants(boards["oldest_activity_on_page"])
    keyed = boards.assign(key=boards["node"])
    groups = keyed.assign(
        label=boards["title"],
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
        nodes = json.loads((raw.path / tree).read_text("utf-8"))["nodes"]
        raw.tally[tree] = len(nodes)
        hung = _read_tree_facts(
            {node["id"]: node for node in nodes}, set(boards["node"])
        )
        tables["facts"] = hung
        entered["places in the tree"] = int(hung["key"].nunique())
        became["no listed board"] = len(nodes) - entered["places in the tree"]
    register = build_registry_columns(groups)
    return Counted(groups=register, tables=tables, became=became, entered=entered)


def _read_tree_facts(
    nodes: Mapping[str, Mapping[str, Any]], listed: set[str]
) -> pd.DataFrame:
    """Return properties of each board: its parent, top board and header text."""
    rows: list[tuple[str, str, float]] = []
    for key, node in nodes.items():
        if key not in listed:
            continue
        header = (node["header"] or "").strip()
        if node["parent"]:
            rows.append((key, f"type: {node['parent']}", 1.0))
        rows += [
            (key, f"plane: {node['continent']}", 1.0),
            (key, f"category: {_find_root_board(nodes, key)}", 1.0),
            (key, "header_stated", float(bool(header))),
            (key, "header_han", float(sum(FIRST_HAN <= c <= LAST_HAN for c in header))),
        ]
    return pd.DataFrame(rows, columns=["key", "fact", "value"])


def _find_root_board(nodes: Mapping[str, Mapping[str, Any]], key: str) -> str:
    """Return the topmost ancestor of a board in the tree of boards."""
    above = [key]
    while (parent := nodes[above[-1]]["parent"]) in nodes and parent not in above:
        above.append(parent)
    return above[-1]


def _list_reasons(rows: pd.DataFrame) -> pd.Series[str]:
    reason = pd.Series(None, rows.index, dtype=object)
    reason[(rows["topics_total"] > 0) & (rows["topics_on_page"] == 0)] = "members only"
    reason[rows["created_unix"].isna()] = "no facts about it"
    return reason


CORPUS = load_description("v2ex_nodes", count=count)
