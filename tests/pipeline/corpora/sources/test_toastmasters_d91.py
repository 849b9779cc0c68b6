"""Speaking clubs: size in one year, and whether active two years on."""

from __future__ import annotations

import pytest

from helpers.claims.quantity import get_quantity
from helpers.group_lives.evidence import Evidence
from helpers.study import open_study
from tests.raw_corpora import needs_raw, read_whole


@needs_raw
def test_ratio_of_clubs_of_ten_to_thirty_is_recounted():
    """Independent recomputation by a loop over the raw rows."""
    rows = read_whole("toastmasters_d91", "clubs.csv").to_dict("records")
    late = {
        row["club"]: row["Club Status"] for row in rows if row["year"] == "2024-2025"
    }
    arms = {True: [], False: []}
    for row in rows:
        if row["year"] == "2022-2023" and row["Active Members"] >= 10:
            small = row["Active Members"] <= 30
            arms[small].append(late.get(row["club"]) == "Active")
    shares = {small: sum(kept) / len(kept) for small, kept in arms.items()}
    found = get_quantity("active_by_size").estimate(
        Evidence.of(open_study("toastmasters_d91"))
    )
    assert found.n == sum(map(len, arms.values()))
    assert found.estimate == pytest.approx(shares[True] / shares[False])
