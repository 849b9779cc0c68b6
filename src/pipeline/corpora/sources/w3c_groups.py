"""W3C's groups, 1995–2026: monthly mail counts from a public monitor.

Only how many mails a group's list had in a month is known. Each month's n mails are
placed evenly over the part of the month in which the group was listed, the i-th at
i/(n+1) of it: where n mails at random moments lie on average. Every mail is so dated
within its true month, never more than 31 days off.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np

from helpers.records import DAY_US, Batch, from_rows, to_day_us
from pipeline.corpora.shared.corpus import RawFolder, Supplements
from pipeline.corpora.shared.dates import to_days, to_instant_us
from pipeline.corpora.shared.record_batches import record_batch
from pipeline.corpora.shared.registers import build_snapshots
from pipeline.corpora.shared.w3c_mails import CULL, ROUND, count_by_month

LISTINGS, UNION = "w3c_daily_first_last.csv", "w3c_groups_union.json"
PARTICIPANTS = "w3c_participants_monthly.csv"
CLOSING = {"wg": "completed", "ig": "completed"}  # by their charter
WATCHED_FROM_US = to_day_us(date(2018, 12, 6))  # the monitor's first snapshot
SEEN_AT_ONCE_DAYS = 31  # listed within a month of its launch: nothing was missed


def place_evenly(n: int, low_us: int, high_us: int) -> np.ndarray:
    """Return n evenly spaced times (µs) within an interval.

    >>> place_evenly(3, 0, 40).tolist()
    [10, 20, 30]
    """
    steps = np.arange(1, n + 1, dtype=np.int64)
    return low_us + (high_us - low_us) * steps // (n + 1)


def read(raw: RawFolder) -> Iterator[Batch]:
    """Yield one record per counted mail, then one per W3C group."""
    raw.tally.update(dict.fromkeys(raw.names, 0))  # the listings hold no mails
    if PARTICIPANTS in raw.names:
        raw.rows(PARTICIPANTS)
    with (raw.path / LISTINGS).open(encoding="utf-8", newline="") as file:
        listings = {row["key"]: row for row in csv.DictReader(file)}
    union = json.loads((raw.path / UNION).read_text("utf-8"))
    groups = []
    for position, entry in enumerate(union["groups"], 1):
        under = [listings[key] for key in entry["keys"]]
        first = min(one["first_listed"] for one in under)
        listed = first, max(one["last_listed"] for one in under)
        group = _build_group(entry, listed, union["last_snapshot"], position)
        groups.append(group)
        raw.tally[UNION] += sum(count_by_month(entry).values())
        yield _build_mails(entry, group, _to_day_us(union["last_snapshot"]))
    yield from_rows("group", groups)


def read_supplements(raw: RawFolder) -> Supplements:
    """Return the participant counts of each W3C group, by date.

    Of a group with several addresses the largest number of a day counts.
    """
    union = json.loads((raw.path / UNION).read_text("utf-8"))
    of = {key: str(entry["id"]) for entry in union["groups"] for key in entry["keys"]}
    participants = raw.rows(PARTICIPANTS)
    sizes = participants.dropna(subset="participants")
    sizes = sizes.assign(key=sizes["key"].map(of)).rename(
        columns={"participants": "members"}
    )
    sizes["day"] = to_days(sizes["snapshot"])
    own = sizes.dropna(subset="key")
    counted = own.groupby(["key", "day"])["members"].max().reset_index()
    return Supplements(
        tables={"snapshots": build_snapshots(counted)},
        aside={
            "without a number of participants": len(participants) - len(sizes),
            "participants of a group without a row of its own": len(sizes) - len(own),
        },
        entered={"numbers of participants": len(own)},
    )


def _build_group(
    entry: Mapping[str, Any], listed: tuple[str, str], last: str, position: int
) -> dict[str, Any]:
    by_address = "cg" if "/community/" in f"{entry['keys'][0]}/" else "other"
    kind = entry.get("type") or by_address
    created = to_instant_us(entry["created"]) if entry.get("created") else None
    first_us, last_us = map(_to_day_us, listed)
    gone = last_us < _to_day_us(last)
    return {
        "group": str(entry["id"]),
        "label": entry["name"],
        "network": "w3c",
        "platform": "mailing list",
        "kind": kind,
        "created_us": created,
        "seen_us": None if _is_listed_from_launch(entry, first_us) else first_us,
        "closed_us": last_us + DAY_US if gone else None,
        "closed_kind": CLOSING.get(kind, "administrative") if gone else None,
        "file": UNION,
        "position": position,
        "rule": "listed from first to last snapshot",
    }


def _is_listed_from_launch(entry: Mapping[str, Any], first_us: int) -> bool:
    """Return whether a group's mails were counted from its launch on."""
    if not entry.get("created"):
        return False
    created = to_instant_us(entry["created"])
    older = min(count_by_month(entry), default="9999-12") < entry["created"][:7]
    late = first_us - created > SEEN_AT_ONCE_DAYS * DAY_US
    return created >= WATCHED_FROM_US and not older and not late


def _build_mails(
    entry: Mapping[str, Any], group: Mapping[str, Any], last_us: int
) -> Batch:
    """Build records of a group's mails, spread evenly over each month."""
    until_us = group["closed_us"] or last_us
    months = sorted(count_by_month(entry).items())
    placed = [
        place_evenly(n, *_compute_span(month, group["created_us"], until_us))
        for month, n in months
    ]
    times = np.concatenate([np.empty(0, np.int64), *placed])
    culled = [month in CULL and _is_closed_in_cull(group) for month, _ in months]
    kinds = np.where(np.repeat(culled, [n for _, n in months]), "notice", "text")
    same = {
        "group": group["group"],
        "bot": False,
        "position": group["position"],
        "rule": "spread over its month",
    }
    columns = {name: [value] * len(times) for name, value in same.items()}
    whole = {**columns, "time_us": times, "kind": kinds}
    return record_batch(whole, UNION, 0, len(times))


def _is_closed_in_cull(group: Mapping[str, Any]) -> bool:
    """Return whether W3C closed a group in its mass closure of 2023."""
    closed, (first, last) = group["closed_us"], ROUND
    idle: bool = group["closed_kind"] == "administrative"
    return idle and _to_day_us(first) <= closed < _to_day_us(last)


def _compute_span(month: str, created_us: int | None, until_us: int) -> tuple[int, int]:
    """Return the part of a month in which the group existed, in µs."""
    low, high = _to_month_us(month), _to_month_us(month, 1)
    if created_us is not None and low < created_us < high:
        low = created_us
    return low, until_us if low < until_us < high else high


def _to_month_us(month: str, later: int = 0) -> int:
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + later, 12)
    return _to_day_us(f"{year:04}-{number + 1:02}-01")


def _to_day_us(day: str) -> int:
    return to_day_us(date.fromisoformat(day))
