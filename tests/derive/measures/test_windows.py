"""Windows of age: what falls into them, and what posters' shares say."""

import numpy as np
import pandas as pd
import pytest

from helpers.derive.measures import windows
from helpers.derive.measures.activity import count_by_member_age
from helpers.records import DAY_US

SPANS = pd.DataFrame(
    [(g, w, *map(int, w.split("-"))) for g in range(4) for w in ("0-27", "28-83")],
    columns=["group", "window", "from_day", "to_day"],
)


@pytest.fixture
def said(run, lazy, world):
    """Return messages in windows."""
    return run.keep(
        windows.match_windows(count_by_member_age(lazy(world)), run.frame(SPANS)),
        "said",
    )


def test_windows_include_both_their_days(run):
    """The first instant of the first day and the last of the last day are inside."""
    ages = [28 * DAY_US - 1, 28 * DAY_US, 84 * DAY_US - 1, 84 * DAY_US]
    events = run.frame(pd.DataFrame({"group": 0, "age_us": ages}))
    found = run.fetch(windows.match_windows(events, run.frame(SPANS[:2])), "age_us")
    assert found["window"].tolist() == ["0-27", "28-83", "28-83"]


def _gini(counts) -> float:
    """Return half the mean absolute difference over the mean."""
    x = np.asarray(counts, float)
    return np.abs(x[:, None] - x).mean() / 2 / x.mean()


def test_shares_agree_with_pandas(run, said, world):
    """Top share and Gini equal their textbook definitions."""
    found = run.fetch(
        windows.summarise_posting(windows.count_by_window_member(said)),
        "group",
        "window",
    )
    for row in found.itertuples():
        days = map(int, row.window.split("-"))
        mine = world[world["group"] == row.group]
        counts = mine[mine["age_day"].between(*days)]["member"].value_counts()
        assert row.posters == len(counts)
        assert row.top_share == pytest.approx(counts.max() / counts.sum())
        assert row.gini == pytest.approx(_gini(counts))


def test_equal_receivers_count_as_so_many_centres(run):
    """Five people answered equally often are five centres."""
    rows = pd.DataFrame({"group": 0, "window": "w", "receiver": [1, 2, 3, 4, 5] * 3})
    found = run.fetch(windows.summarise_replies_received(run.frame(rows)), "group")
    assert found[["reply_receivers", "centres"]].to_numpy().tolist() == [[5, 5.0]]
