"""Correlation of a message's tone with the tone of the preceding messages.

Sums are made over bundles of people drawn at random, so that nobody is told. What is
left when a day's messages are put into another order is the day's own tone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Bools, Floats, Ints

UInt16s = npt.NDArray[np.uint16]

BUNDLES, DEALS = 200, 199
LAGS = (10, 5, 20)
SEED = 20161224


@numba.njit(cache=True, nogil=True)
def _average_previous_tone(room, writer, tone, lag):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    """Return the mean tone of the last `lag` messages by other people in a chat."""
    mean_tones = np.full(tone.size, np.nan)
    for at in range(tone.size):
        total, n_others, back = 0.0, 0, at - 1
        while n_others < lag and back >= 0 and room[back] == room[at]:
            if writer[back] != writer[at]:
                total += tone[back]
                n_others += 1
            back -= 1
        if n_others == lag:
            mean_tones[at] = total / lag
    return mean_tones


@numba.njit(cache=True, nogil=True)
def _sum_scattered(values, group, n_groups):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    """Sum values by group, with Kahan's compensation."""
    sums, errors = np.zeros(n_groups), np.zeros(n_groups)
    for at in range(values.size):
        one, value = group[at], values[at]
        if np.isnan(value):
            continue
        increment = value - errors[one]
        total = sums[one] + increment
        error = total - sums[one] - increment
        errors[one] = 0.0 if np.isnan(error) else error  # infinite sums have none
        sums[one] = total
    return sums


def _sum_by_group(values: Floats, key: Ints) -> tuple[Ints, Ints, Floats]:
    """Return group keys, the group of each value and sums, rounded as by pandas.

    Its overhead for each of 200 small frames took a second of every run.
    """
    if not len(values):
        return key, key.astype(np.int64), values
    if (key[1:] >= key[:-1]).all() and not np.isnan(values).any():
        starts = np.flatnonzero(np.diff(key, prepend=key[0] - 1))
        sizes = np.diff(starts, append=len(key))
        which = np.repeat(np.arange(len(starts)), sizes)
        return key[starts], which, np.asarray(np.add.reduceat(values, starts))
    keys, group = np.unique(key, return_inverse=True)
    return keys, group, np.asarray(_sum_scattered(values, group, len(keys)))


@dataclass(frozen=True, eq=False)
class Sequence:
    """Messages of all groups in time order, with author, day and sentiment.

    Attributes
    ----------
    room, writer, day : shape (n,)
    tone : shape (n,)
    asked : shape (n,)
        Whether a message is one of those whose tone is explained.
    """

    room: Ints
    writer: Ints
    day: Ints
    tone: Floats
    asked: Bools

    def shuffled(self, rng: np.random.Generator) -> Sequence:
        """Return the messages in random order within each group and day."""
        random = np.argsort(rng.random(len(self.tone)), kind="stable")
        order = random[np.argsort(self._block[random], kind="stable")]
        return Sequence(
            self.room[order], self.writer[order], self.day[order], self.tone[order],
            self.asked[order],
        )  # fmt: skip

    @cached_property
    def _block(self) -> Ints | UInt16s:
        """Number of each message's group and day, in their order.

        Numbers of 16 bits are sorted several times as fast.
        """
        order = np.lexsort((self.day, self.room))
        room, day = self.room[order], self.day[order]
        is_new = np.zeros(len(order), bool)
        is_new[1:] = (np.diff(room) | np.diff(day)) != 0
        block = np.zeros(len(order), np.int64)
        block[order] = np.cumsum(is_new)
        if block.max(initial=0) <= np.iinfo(np.uint16).max:
            return block.astype(np.uint16)
        return block

    def pairs(self, lag: int) -> Pairs:
        """Pair the tone of each message and of the preceding ones, centred by author.

        A person's means are those of a room; who wrote there once says nothing.
        """
        before = _average_previous_tone(self.room, self.writer, self.tone, lag)
        kept = self.asked & ~np.isnan(before)
        writer = self.writer[kept]
        person = self.room[kept] * (writer.max(initial=0) + 1) + writer
        with np.errstate(invalid="ignore", divide="ignore"):  # tones that are all equal
            own, preceding = (
                _centre(_scale(tones), person)
                for tones in (self.tone[kept], before[kept])
            )
        return Pairs(writer, own, preceding)


class Pairs(NamedTuple):
    """Author, tone and mean preceding tone of messages with enough predecessors."""

    writer: Ints
    own: Floats
    before: Floats


def _scale(values: Floats) -> Floats:
    """Divide values by their standard deviation."""
    if len(values) < 2:  # noqa: PLR2004  one value has none
        return np.full(len(values), np.nan)
    squares = (values.sum() / len(values) - values) ** 2
    return np.asarray(values / np.sqrt(squares.sum() / (len(values) - 1)))


def _centre(values: Floats, key: Ints) -> Floats:
    """Subtract the mean of its group from each value."""
    _, group, sums = _sum_by_group(values, key)
    return np.asarray(values - (sums / np.bincount(group))[group])


def sum_echoes_by_author_set(rows: pd.DataFrame) -> pd.DataFrame:
    """Sum products of message tone and mean tone before it, by random set of authors.

    Parameters
    ----------
    rows
        ``room, member, day, tone, replying``: within a room, and of one person there,
        tones are compared.
    """
    writer, people = pd.factorize(rows["member"], sort=True)
    rng = np.random.default_rng(SEED)
    bundle = rng.permutation(len(people)) % BUNDLES
    room, day = rows["room"].to_numpy(np.int64), rows["day"].to_numpy(np.int64)
    ordered = Sequence(
        room, writer.astype(np.int64), day, rows["tone"].to_numpy(np.float64),
        np.ones(len(rows), bool),
    )  # fmt: skip
    return sum_echoes(ordered, rows["replying"].to_numpy(bool), bundle)


def sum_echoes(ordered: Sequence, replying: Bools, bundle: Ints) -> pd.DataFrame:
    """Sum products of tone and preceding tone, by set of authors; also if shuffled.

    Parameters
    ----------
    ordered
        The messages.
    replying : shape (n,)
        Which of them answer somebody explicitly: left out in one way.
    bundle : shape (writers,)
        The bundle of each writer.

    Returns
    -------
    ``way, deal, bundle, messages, xx, xy``: of the tone before with itself and with the
    own one; deal 0 is the order as it was, of others the bundles are taken together.
    """
    ways = {f"{lag} before": (lag, ordered) for lag in LAGS}
    others = Sequence(
        ordered.room, ordered.writer, ordered.day, ordered.tone,
        ordered.asked & ~replying,
    )  # fmt: skip
    ways["without replies"] = (LAGS[0], others)
    tables = [
        _sum_by_bundle(sequence.pairs(lag), bundle).assign(way=specification, deal=0)
        for specification, (lag, sequence) in ways.items()
    ]
    rng = np.random.default_rng(SEED)
    none = np.zeros_like(bundle)
    for nth in range(1, DEALS + 1 if len(ordered.tone) else 1):
        sums = _sum_by_bundle(ordered.shuffled(rng).pairs(LAGS[0]), none)
        tables.append(sums.assign(way="10 before", deal=nth))
    return pd.concat(tables, ignore_index=True)


def _sum_by_bundle(pairs: Pairs, bundle: Ints) -> pd.DataFrame:
    key = bundle[pairs.writer]
    bundles, which, squares = _sum_by_group(pairs.before**2, key)
    products = _sum_by_group(pairs.before * pairs.own, key)[2]
    counts = np.bincount(which, minlength=len(bundles))
    return pd.DataFrame(
        {"bundle": bundles, "messages": counts, "xx": squares, "xy": products}
    )
