"""Shares of windows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.measures.lurking import summarise_windows


def _windows(rows, length=7, members=100):
    table = pd.DataFrame(rows, columns=["visitors", "posters"])
    return table.assign(
        group=0, channel=None, window_days=length, members=members,
        day=[length * nth for nth in range(len(rows))],
    )  # fmt: skip


def test_windows_without_members_have_no_share():
    """A count of visitors alone has no denominator."""
    table = _windows([(50, 10), (40, 10)])
    table["members"] = [90, np.nan]
    assert summarise_windows(table)["share"].tolist() == [0.5]


def test_channel_visitors_are_not_counted_twice():
    """Who opened a channel is counted again by the community."""
    table = _windows([(50, 10)]).assign(channel=3)
    assert summarise_windows(table).empty
