"""Posters, message inequality and replies of groups, in windows of their age."""

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.arrays import Floats, Ints
from helpers.derive.measures.engine import Frame, add_row_number, add_up
from helpers.records import DAY_US

SPANS = (
    (0, 27), (1, 13), (28, 55), (28, 83), (56, 83), (84, 181), (152, 179), (337, 364),
)  # fmt: skip
WHOSE = ("group", "window")


def match_windows(events: Frame, windows: Frame) -> Frame:
    """Assign events to the windows of their group's age that contain them."""
    age = nw.col("age_us")
    return events.join(
        windows.select(*WHOSE, "from_day", "to_day"), on="group", how="inner"
    ).filter(age >= nw.col("from_day") * DAY_US, age < (nw.col("to_day") + 1) * DAY_US)


def count_by_window_member(days: Frame) -> Frame:
    """Count messages ``n`` per age window of a group and member."""
    member_days = days.filter(~nw.col("member").is_null())
    return member_days.group_by(*WHOSE, "member").agg(add_up("n"))


def summarise_posting(by_poster: Frame) -> Frame:
    """Compute posters, the top poster's share and the Gini index per age window.

    Gini is Σ(2i − n − 1)xᵢ / nΣx over the posters' counts in rising order; it is 0
    for one poster. Integer sums keep it the same on every engine.
    """
    rising = add_row_number(by_poster, *WHOSE, order=("n", "member"))
    weighted = nw.col("nth").cast(nw.Int64) * nw.col("n")
    sums = rising.with_columns(weighted=weighted).group_by(*WHOSE)
    counted = sums.agg(
        posters=nw.len().cast(nw.Int64),
        top=nw.col("n").max(),
        total=add_up("n"),
        weighted=add_up("weighted"),
    )
    k, total = nw.col("posters"), nw.col("total")
    return counted.select(
        *WHOSE,
        "posters",
        top_share=nw.col("top").cast(nw.Float64) / total,
        gini=(2 * nw.col("weighted") - (k + 1) * total).cast(nw.Float64) / (k * total),
    )


def add_expected_centres(posters: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Add ``centres_null``: effective number of people replied to, if by chance.

    A group's effective number of centres is 1/Σ share² of the replies received. The
    null fixes what people do and frees whom they address: each reply of person i goes
    to another poster j ≠ i with probability mⱼ/(M − mᵢ), in proportion to j's messages
    (a configuration model whose stubs are messages). With in-degrees as sums of
    independent draws, E[Σ nⱼ²] = Σⱼ mⱼ(A − aⱼ) − mⱼ²(B − bⱼ) + (mⱼ(A − aⱼ))², where
    aᵢ = rᵢ/(M − mᵢ), bᵢ = rᵢ/(M − mᵢ)², A = Σ aᵢ, B = Σ bᵢ and rᵢ is the number of
    replies i sends; the null's centres are R²/E[Σ nⱼ²].
    """
    groups = posters.groupby(key, sort=True, observed=True)
    values = _count_effective_centres(
        np.asarray(groups.ngroup(), np.int64),
        posters["n"].to_numpy(np.int64),
        posters["sent"].to_numpy(np.int64),
        groups.ngroups,
    )
    return groups.size().reset_index()[key].assign(centres_null=values)


def _count_effective_centres(
    which: Ints, messages: Ints, sent: Ints, size: int
) -> Floats:
    def total(values: Floats) -> Floats:
        return np.bincount(which, values, size).astype(np.float64)

    m, r = messages.astype(float), sent.astype(float)
    others = total(m)[which] - m
    with np.errstate(invalid="ignore", divide="ignore"):
        a = np.where(r > 0, r / others, 0.0)
        b = np.where(r > 0, r / others**2, 0.0)
        mean = m * (total(a)[which] - a)
        variance = mean - m**2 * (total(b)[which] - b)
        result = total(r) ** 2 / total(variance + mean**2)
    return np.where(np.isfinite(result) & (total(r) > 0), result, np.nan)


def summarise_replies_received(replies: Frame) -> Frame:
    """Count people replied to, and their effective number, per age window."""
    each = replies.group_by(*WHOSE, "receiver").agg(n=nw.len().cast(nw.Int64))
    squared = each.with_columns(square=nw.col("n") * nw.col("n")).group_by(*WHOSE)
    counted = squared.agg(
        reply_receivers=nw.len().cast(nw.Int64),
        total=add_up("n"),
        square=add_up("square"),
    )
    total = nw.col("total")
    return counted.select(
        *WHOSE,
        "reply_receivers",
        centres=(total * total).cast(nw.Float64) / nw.col("square"),
    )
