"""W3C groups by month, and which of them met in person in September 2023."""

from __future__ import annotations

import json
from datetime import date

import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, load_description
from helpers.corpora.shared.registers import (
    build_counted,
    build_facts,
    build_registry_columns,
)
from helpers.corpora.shared.w3c_mails import count_by_month, to_months
from helpers.records import to_day_us

SESSIONS, UNION = "sessions.csv", "../w3c_groups/w3c_groups_union.json"
FIRST, LAST = "2021-09", "2024-08"
BEFORE = ("2022-09", "2023-08")  # the year before the meeting
LEAST_MONTHS = 6  # with mail, in that year
BANDS = {"Less than 15": 1, "16-30": 2, "31-50": 3, "More than 50": 4}


def count(raw: RawFolder) -> Counted:
    """Build tables of W3C groups by month, and which of them met in person."""
    sessions = raw.rows(SESSIONS)
    union = json.loads((raw.path / UNION).read_text("utf-8"))["groups"]
    raw.tally[UNION] = len(union)
    listed = pd.DataFrame(
        {
            "key": [str(entry["id"]) for entry in union],
            "created": [
                str(entry.get("created") or entry["first_seen"])[:7] for entry in union
            ],
            "seen_until": [str(entry["last_seen"])[:7] for entry in union],
        }
    )
    panel = _build_panel(listed, [count_by_month(entry) for entry in union])
    since, until = _to_months(BEFORE)
    before = panel["month"].between(since, until) & panel["items"].gt(0)
    months = panel[before].groupby("key").size()
    used = listed[listed["key"].map(months).fillna(0) >= LEAST_MONTHS]
    band = _find_bands(sessions)
    return build_counted(
        _build_registry(used),
        {
            "group_months": panel[panel["key"].isin(used["key"])],
            "facts": build_facts(
                used[["key"]].assign(met=used["key"].map(band).fillna(0.0))
            ),
        },
        {"little mail in the year before": len(listed) - len(used)},
        {"groups": len(used), "meetings": len(sessions)},
    )


def _find_bands(sessions: pd.DataFrame) -> pd.Series[int]:
    """Return by group the attendance class (1 to 4) of its largest session."""
    known = sessions.dropna(subset="w3c_id")
    key = known["w3c_id"].astype("int64").astype(str)
    return known["in_person_band"].map(BANDS).groupby(key).max()


def _to_months(span: tuple[str, str]) -> list[int]:
    return to_months(pd.Series(span)).tolist()


def _build_panel(listed: pd.DataFrame, mails: list[dict[str, int]]) -> pd.DataFrame:
    """Return mail counts per group and month, while it was listed."""
    first, last = _to_months((FIRST, LAST))
    rows = []
    born, gone = to_months(listed["created"]), to_months(listed["seen_until"])
    for key, begun, until, sent in zip(listed["key"], born, gone, mails, strict=True):
        for month in range(max(first, begun), min(last, until) + 1):
            name = f"{1970 + month // 12}-{month % 12 + 1:02d}"
            rows.append((key, month, sent.get(name, 0)))
    return pd.DataFrame(rows, columns=["key", "month", "items"])


def _build_registry(used: pd.DataFrame) -> pd.DataFrame:
    born = to_months(used["created"])
    return build_registry_columns(
        used[["key"]].assign(
            network="w3c",
            kind="group",
            origin_us=[
                to_day_us(date(1970 + month // 12, month % 12 + 1, 1)) for month in born
            ],
            end_us=to_day_us(date(2024, 9, 1)),
        )
    )


CORPUS = load_description("tpac2023", count=count)
