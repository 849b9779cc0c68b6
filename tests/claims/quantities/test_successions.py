"""How numbers follow one another, told again from the source's own list of chains."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from helpers.claims.quantities.successions import list_successions, list_successors
from helpers.records import DAY_US
from helpers.study import open_study
from tests.raw_corpora import SHARED

CHAINS = SHARED / "zh_s1_lounges" / "chains.csv"
CUT = pd.Timestamp("2025-03-25T16:00", tz="UTC")


def planted(**tables):
    """Return a study of some tables."""
    manifest = SimpleNamespace(day_offset_us=0)
    return SimpleNamespace(table=tables.__getitem__, manifest=manifest)


def test_gap_in_a_numbered_series_is_not_a_succession():
    """Of numbers 1, 2 and 4 only the first was followed: by 30 days, 5 of them both."""
    rows = [(1, 0, 35), (2, 30, 90), (4, 400, 500)]
    dated = pd.DataFrame(
        [
            {"group": 7, "value": number, "kind": kind, "time_us": day * DAY_US}
            for number, first, last in rows
            for kind, day in (
                ("number opened", first), ("last post of a number", last),
            )
        ]
    )  # fmt: skip
    found = list_successions(planted(events=dated))
    assert found.to_numpy().tolist() == [[7, 1, 1970, 30, 5]]


def test_successor_of_a_full_group_shares_its_project_and_platform():
    """Before, soon, long after, never, at once; another platform follows nobody."""
    full, rows = float("nan"), []
    for network, kind, listed, filled in [
        ("a", "QQ group", 0, 100), ("a", "QQ group", 90, full),
        ("b", "QQ group", 0, 100), ("b", "QQ group", 120, full),
        ("c", "QQ group", 0, 100), ("c", "QQ group", 300, full),
        ("d", "QQ group", 0, 100), ("d", "WeChat group", 110, full),
        ("e", "QQ group", 100, 100), ("e", "QQ group", 110, full),
        ("f", "QQ group", 0, 100), ("f", "QQ group", 100, full),
    ]:  # fmt: skip
        rows.append((len(rows), network, kind, listed * DAY_US, filled * DAY_US))
    table = pd.DataFrame(rows, columns=["group", "network", "kind", "listed", "full"])
    fills = table.assign(
        listed_us=table["listed"], full_us=table["full"], shared=False
    )[["group", "listed_us", "full_us", "shared"]]
    names = table[["group", "network", "kind"]]
    found = list_successors(planted(fills=fills, registry=names))
    assert found["followed"].tolist() == [
        "listed before", "within 30 days", "later", "never", "in the same version",
    ]  # fmt: skip
    assert found["days"].tolist()[:3] == [-10, 20, 200]


@pytest.mark.shared
@pytest.mark.skipif(not CHAINS.is_file(), reason="the raw corpora are not here")
def test_lounge_successions_equal_the_sources_own_chains():
    """Days to the next, and overlap where nothing of it was cut with the record.

    Of S1-M the first posts are not in the record.
    """
    times = ["first", "last", "next_first"]
    chains = pd.read_csv(CHAINS, parse_dates=times).dropna(subset="next_first")
    chains = chains[(chains["next_first"] < CUT) & (chains["series"] != "S1-M")]
    chains = chains.drop_duplicates(["series", "number"])  # two threads are number 5
    days = (chains["next_first"] - chains["first"]) / pd.Timedelta(days=1)
    found = list_successions(open_study("zh_s1_lounges"))
    assert sorted(found["days"]) == pytest.approx(sorted(days), abs=1e-6)
    alone = ~((chains["series"] == "baihe") & (chains["number"] == 5))
    whole = chains[(chains["last"] < CUT) & alone]
    overlap = dict(zip(found["days"].round(4), found["overlap"], strict=True))
    for at, told in zip(days[whole.index].round(4), whole["overlap_days"], strict=True):
        assert overlap[at] == pytest.approx(told, abs=0.051)  # told to a tenth
