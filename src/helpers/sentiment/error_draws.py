"""Draws of an instrument's errors, as measured on texts that people labelled."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Floats
from helpers.errors import NotIdentifiableError
from helpers.paths import PROCESSED
from helpers.survival.interval import Interval, Wald
from helpers.wording import say

TABLE = PROCESSED / "instruments" / "tone.csv"
DEVELOPERS = ("stack_overflow", "pull_requests")  # sets that correct English rooms
ALL = "all"
LENGTHS: Mapping[str, Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        "en": {
            ALL: (0, 10**6),
            "1–40": (1, 40),
            "41–120": (41, 120),
            "121 or more": (121, 10**6),
        },
        "zh": {ALL: (0, 10**6), "1–4": (1, 4), "5–8": (5, 8), "9 or more": (9, 10**6)},
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rate:
    """A share estimated from n independent texts."""

    estimate: float
    n: int


@cache
def read_measured() -> pd.DataFrame:
    """Read the table of instruments, as it was measured."""
    return pd.read_csv(TABLE)


def find_errors(
    instrument: str, reading: str, labelled: str, length: str = ALL
) -> tuple[Rate, Rate]:
    """Find an instrument's measured sensitivity and specificity.

    >>> sensitivity, specificity = find_errors("vader", "negative", "developers")
    >>> bool(sensitivity.estimate + specificity.estimate > 1)
    True
    """
    rows = read_measured()
    asked = {"instrument": instrument, "reading": reading}
    asked |= {"set": labelled, "length": length}
    (row,) = np.flatnonzero((rows[list(asked)] == pd.Series(asked)).all(axis=1))
    n, own = (int(rows[name].iloc[row]) for name in ("n", "labelled"))
    hit, passed = (rows[name].iloc[row] for name in ("sensitivity", "specificity"))
    return Rate(float(hit), own), Rate(float(passed), n - own)


# language of an instrument, labelled sets that tell of its errors, and all of them
LEARNER = "embedding and VADER"  # chosen for negative messages
MEASURED: Mapping[str, tuple[str, tuple[str, ...], str]] = MappingProxyType(
    {
        "vader": ("en", DEVELOPERS, "developers"),
        LEARNER: ("en", DEVELOPERS, "developers"),
        "chat_line": ("zh", ("chat_lines",), "chat_lines"),
        "snownlp": ("zh", ("chat_lines",), "chat_lines"),
    }
)


@dataclass(frozen=True, eq=False)
class Errors:
    """Sensitivity and specificity of one reading: estimates first, then draws."""

    sensitivity: Floats
    specificity: Floats

    @property
    def power(self) -> Floats:
        """Youden's J: how much of a difference of shares the instrument shows."""
        return np.asarray(self.sensitivity + self.specificity - 1)

    def correct(self, read: Floats) -> Floats:
        """Correct shares read by the instrument (Rogan and Gladen 1978).

        >>> perfect = Errors(np.ones(1), np.ones(1))
        >>> perfect.correct(np.array([0.25])).tolist()
        [0.25]
        """
        return np.clip((read + self.specificity - 1) / self.power, 0, 1)


def draw_errors(
    reading: str,
    lengths: Floats,
    rng: np.random.Generator,
    draws: int,
    instrument: str = "vader",
) -> Errors:
    """Draw an instrument's errors on messages of given lengths.

    Each draw takes one of the labelled sets (for VADER two, of developers' texts) and
    each rate from its Beta distribution (Jeffreys' prior).
    """
    rates = draw_rates(reading, rng, draws, instrument)
    return Errors(*np.tensordot(lengths / lengths.sum(), rates, axes=(0, 1)))


def draw_rates(
    reading: str, rng: np.random.Generator, draws: int, instrument: str
) -> Floats:
    """Draw rates: sensitivity and specificity, by class of length, by draw."""
    language, names, whole = MEASURED[instrument]
    chosen = rng.integers(len(names), size=draws)
    classes = [name for name in LENGTHS[language] if name != ALL]
    both = np.zeros((2, len(classes), 1 + draws))
    for at, name in enumerate(classes):
        sets = [find_errors(instrument, reading, each, name) for each in names]
        together = find_errors(instrument, reading, whole, name)
        for which in (0, 1):
            drawn = np.stack([_draw(rates[which], rng, draws) for rates in sets])
            rate = drawn[chosen, np.arange(draws)]
            both[which, at] = np.append(together[which].estimate, rate)
    return both


def count_lengths(chars: npt.ArrayLike, language: str) -> Floats:
    """Count messages in the classes of length in which errors were measured.

    >>> count_lengths([3, 40, 41, 500], "en").tolist()
    [2.0, 1.0, 1.0]
    """
    ends = [high for name, (_, high) in LENGTHS[language].items() if name != ALL]
    longer = np.searchsorted(ends[:-1], np.asarray(chars))
    return np.bincount(longer, minlength=len(ends)).astype(np.float64)


def _draw(rate: Rate, rng: np.random.Generator, draws: int) -> Floats:
    hits = rate.estimate * rate.n
    return rng.beta(hits + 0.5, rate.n - hits + 0.5, draws)


def compute_auc(score: npt.ArrayLike, positive: npt.ArrayLike) -> Interval:
    """Compute the area under the ROC curve of scores, ties counting half.

    Standard error after DeLong, DeLong and Clarke-Pearson (1988), by midranks.
    """
    scores, truth = np.asarray(score, np.float64), np.asarray(positive, bool)
    m, n = int(truth.sum()), int((~truth).sum())
    if min(m, n) < 2:  # noqa: PLR2004 - one has no spread
        raise NotIdentifiableError(
            say("agreement needs two labels of each kind"),
            remedy=say("label more messages with shequn label"),
        )
    ranks = pd.Series(scores).rank()
    others = (ranks - ranks.groupby(truth).rank()).to_numpy()
    above, below = others[truth] / n, 1 - others[~truth] / m
    value = float(above.mean())
    se = float(np.sqrt(above.var(ddof=1) / m + below.var(ddof=1) / n))
    rule = Wald(value, se, "identity", bounds=(0, 1))
    return Interval.of(value, rule, method="DeLong, normal", n=m + n, clusters=m + n)
