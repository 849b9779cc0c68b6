"""Correlation of a message's tone with the tone of the preceding messages.

Sums are made over bundles of people drawn at random, so that nobody is told. What is
left when a day's messages are put into another order is the day's own tone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
import pandas as pd

from helpers.arrays import Bools, Floats, Ints

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
        order = np.lexsort((rng.random(len(self.tone)), self.day, self.room))
        return Sequence(
            self.room[order], self.writer[order], self.day[order], self.tone[order],
            self.asked[order],
        )  # fmt: skip

    def pairs(self, lag: int) -> pd.DataFrame:
        """Pair the tone of each message and of the preceding ones, centred by author.

        A person's means are those of a room; who wrote there once says nothing.
        """
        before = _average_previous_tone(self.room, self.writer, self.tone, lag)
        rows = pd.DataFrame(
            {
                "room": self.room, "writer": self.writer, "own": self.tone,
                "before": before,
            }
        )[self.asked & ~np.isnan(before)]  # fmt: skip
        value = rows[["own", "before"]] / rows[["own", "before"]].std()
        mean = value.groupby([rows["room"], rows["writer"]]).transform("mean")
        apart: pd.DataFrame = (value - mean).assign(writer=rows["writer"])
        return apart


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


def _sum_by_bundle(rows: pd.DataFrame, bundle: Ints) -> pd.DataFrame:
    products = pd.DataFrame(
        {
            "bundle": bundle[rows["writer"]], "messages": 1,
            "xx": rows["before"] ** 2, "xy": rows["before"] * rows["own"],
        }
    )  # fmt: skip
    return products.groupby("bundle").sum().reset_index()
