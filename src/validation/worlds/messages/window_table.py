"""Compute the table of age windows from simulated messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Floats, Ints
from helpers.records import DAY_US
from validation.worlds.messages.drawing import Drawn
from validation.worlds.messages.seen import Seen

SPANS = (
    (0, 27), (1, 13), (28, 55), (28, 83), (56, 83), (84, 181), (152, 179), (337, 364),
)  # fmt: skip
MONTH = 28
LONGEST = 1 << 20  # days; no group is so old


class _Window(NamedTuple):
    name: str
    rows: Ints  # which groups have it
    low: Ints  # first and last age day of each of them
    high: Ints


def build_windows(drawn: Drawn, view: Seen) -> pd.DataFrame:
    """Build one row per group and window, with posts and replies."""
    place = view.group * LONGEST + view.age_us // DAY_US  # rising, as messages stand
    parts = [
        _fill_columns(drawn, view, window, *_select_inside(place, window))
        for window in _build_windows(view)
    ]
    return pd.concat(parts, ignore_index=True)


def _build_windows(view: Seen) -> Iterator[_Window]:
    everyone = np.arange(len(view.groups))
    for first_day, last_day in SPANS:
        low, high = (np.full(len(everyone), day) for day in (first_day, last_day))
        yield _Window(f"{first_day}-{last_day}", everyone, low, high)
    entry, end, origin = (
        view.groups[f"{name}_us"].to_numpy() for name in ("entry", "end", "origin")
    )
    first, last = (pd.Timestamp(int(at), unit="us") for at in (entry.min(), end.max()))
    for date in pd.date_range(first, last - pd.Timedelta(days=1), freq="QE"):
        midnight = ((date.normalize() - pd.Timestamp(0)).days + 1) * DAY_US
        age = (midnight - origin) // DAY_US
        there = (entry <= midnight) & (midnight <= end) & (age >= MONTH)
        high = age[there] - 1
        name = f"q{date:%Y-%m-%d}"
        yield _Window(name, np.flatnonzero(there), high - MONTH + 1, high)


def _select_inside(place: Ints, window: _Window) -> tuple[Ints, Ints]:
    """Return the messages in a window, and their group."""
    start = window.rows * LONGEST
    last = np.searchsorted(place, start + window.high, side="right")
    counts = last - np.searchsorted(place, start + window.low)
    at = np.repeat(np.arange(len(counts)), counts)
    return np.arange(len(at)) + np.repeat(last - np.cumsum(counts), counts), at


def _fill_columns(
    drawn: Drawn, view: Seen, window: _Window, inside: Ints, at: Ints
) -> pd.DataFrame:
    sender, receiver = view.sender[inside], view.receiver[inside]
    quoting = receiver >= 0
    either = quoting | (view.near[inside] >= 0)
    messages = _count_matrix(view, at, sender, len(window.rows))
    got = _count_matrix(view, at[quoting], receiver[quoting], len(window.rows))
    sent = _count_matrix(view, at[quoting], sender[quoting], len(window.rows))
    groups = view.groups.iloc[window.rows]
    start = groups["origin_us"] + window.low * DAY_US
    stop = groups["origin_us"] + (window.high + 1) * DAY_US
    owners = drawn.world.watching.owners & (messages.sum(axis=1) > 0)
    table = pd.DataFrame(
        {
            "group": window.rows.astype("int32"),
            "window": window.name,
            "from_day": window.low.astype("int32"),
            "to_day": window.high.astype("int32"),
            "observed": (
                (start >= groups["entry_us"]) & (stop <= groups["end_us"])
            ).to_numpy(),
            "messages": messages.sum(axis=1),
            "replies_explicit": got.sum(axis=1),
            "replies": np.bincount(at[either], minlength=len(window.rows)),
            "owner_share": np.where(
                owners, _estimate_share(messages[:, 0], messages), np.nan
            ),
            "owner_top": _is_owner_top(got, has_owners=drawn.world.watching.owners),
        }
    )
    if not drawn.world.watching.senders:
        names = ("replies_explicit", "replies", "owner_share", "owner_top")
        return table.assign(**dict.fromkeys((*names, "posters"), np.nan))
    return table.assign(
        **_compute_shares(messages), **_count_centres(messages, got, sent)
    )


def _count_matrix(view: Seen, at: Ints, who: Ints, rows: int) -> Ints:
    counts = np.bincount(at * view.posters + who, minlength=rows * view.posters)
    return counts.reshape(rows, view.posters)


def _estimate_share(part: Ints, whole: Ints) -> Floats:
    total = whole.sum(axis=1)
    nobody = np.full(len(part), np.nan)
    shares: Floats = np.divide(part, total, out=nobody, where=total > 0)
    return shares


def _is_owner_top(got: Ints, *, has_owners: bool) -> npt.NDArray[np.object_]:
    """Return whether the owner received the most replies in a window."""
    top: npt.NDArray[np.object_] = (got[:, 0] == got.max(axis=1)).astype(object)
    top[(got.sum(axis=1) == 0) | (not has_owners)] = None
    return top


def _compute_shares(messages: Ints) -> dict[str, Floats | Ints]:
    posters = (messages > 0).sum(axis=1)
    rising = np.sort(messages, axis=1)
    rank = np.arange(1, messages.shape[1] + 1) - (messages.shape[1] - posters)[:, None]
    total = messages.sum(axis=1)
    above = 2 * (np.maximum(rank, 0) * rising).sum(axis=1) - (posters + 1) * total
    below = posters * total
    gini = np.divide(above, below, out=np.full(len(messages), np.nan), where=below > 0)
    top = _estimate_share(messages.max(axis=1), messages)
    return {"posters": posters, "top_share": top, "gini": gini}


def _count_centres(messages: Ints, got: Ints, sent: Ints) -> dict[str, Floats | Ints]:
    """Compute over how many people replies spread, observed and by chance."""
    total = got.sum(axis=1)
    square = (got.astype(float) ** 2).sum(axis=1)
    others = messages.sum(axis=1)[:, None] - messages
    with np.errstate(invalid="ignore", divide="ignore"):
        a = np.where(sent > 0, sent / others, 0.0)
        b = np.where(sent > 0, sent / others.astype(float) ** 2, 0.0)
        mean = messages * (a.sum(axis=1)[:, None] - a)
        variance = mean - messages.astype(float) ** 2 * (b.sum(axis=1)[:, None] - b)
        null = sent.sum(axis=1) ** 2 / (variance + mean**2).sum(axis=1)
        centres = total.astype(float) ** 2 / square
    nobody = total == 0
    return {
        "reply_receivers": (got > 0).sum(axis=1),
        "centres": np.where(nobody, np.nan, centres),
        "centres_null": np.where(nobody, np.nan, null),
    }
