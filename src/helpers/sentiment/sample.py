"""Which messages people should read, and what they said: `labels.csv`.

The file holds no text: message id, group, score, the known probability of having been
drawn and, once given, the label. It is written whole after every label, so labelling
can stop at any moment and go on where it stopped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.errors import BrokenFileError, MissingSourceError, ShequnError
from helpers.files import write_text

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

__all__ = ["COLUMNS", "draw_sample", "pending", "read_labels", "record", "write_labels"]

COLUMNS = ("message", "group", "score", "probability", "label")


def draw_sample(
    message: npt.ArrayLike,
    group: npt.ArrayLike,
    score: npt.ArrayLike,
    *,
    size: int,
    seed: int,
) -> pd.DataFrame:
    """Draw a probability sample of messages, stratified by group and score.

    Systematic: the messages stand in order of group and score (ties and missing
    scores in random order) and every (n / size)-th is taken from a random start. So
    each has the same known probability, and every group and every stretch of scores
    gives its share to within one message, however many groups there are.

    Parameters
    ----------
    message, group : shape (n,)
        Unique ids, and the group each belongs to.
    score : shape (n,)
        NaN where there is none.
    size
        How many to draw; all, if there are no more.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`, a row a drawn message, in random order, without labels.

    Raises
    ------
    ShequnError
        If nothing is to be drawn, or ids are not unique.

    References
    ----------
    Cochran (1977), Sampling Techniques, chapter 8.

    Examples
    --------
    >>> drawn = draw_sample(range(8), [0] * 4 + [1] * 4, [0.1] * 8, size=4, seed=1)
    >>> drawn["group"].value_counts().tolist(), drawn["probability"].unique().tolist()
    ([2, 2], [0.5])
    """
    frame = pd.DataFrame({"message": message, "group": group, "score": score})
    if size < 1 or frame.empty or frame["message"].duplicated().any():
        raise ShequnError(
            f"{size} of {len(frame)} messages can't be drawn",
            where="sample",
            remedy="give unique ids and ask for at least one message",
        )
    chance = np.random.default_rng(seed)
    shuffled = frame.iloc[chance.permutation(len(frame))]
    ordered = shuffled.sort_values(["group", "score"], kind="stable")
    taken = min(size, len(frame))
    steps = (np.arange(taken) + chance.random()) * (len(frame) / taken)
    drawn = ordered.iloc[np.minimum(steps.astype(np.int64), len(frame) - 1)]
    drawn = drawn.assign(probability=taken / len(frame), label=None)
    return drawn.iloc[chance.permutation(taken)].reset_index(drop=True)


def pending(labels: pd.DataFrame) -> pd.Series[str]:
    """Return the ids still to be read, in the order drawn."""
    return labels.loc[labels["label"].isna(), "message"]


def record(labels: pd.DataFrame, message: object, label: str) -> pd.DataFrame:
    """Return the labels with one more, or one changed.

    Raises
    ------
    ShequnError
        If the message was not drawn: its label would have no probability.
    """
    row = labels["message"] == message
    if not row.any():
        raise ShequnError(
            "this message was not drawn",
            where=f"message {message}",
            remedy="label only what the sample holds",
        )
    return labels.assign(label=labels["label"].astype(object).mask(row, label))


def write_labels(path: Path, labels: pd.DataFrame) -> None:
    """Write `labels.csv`, whole or not at all."""
    write_text(
        path, labels.to_csv(columns=list(COLUMNS), index=False, lineterminator="\n")
    )


def read_labels(path: Path) -> pd.DataFrame:
    """Read `labels.csv`, labelled and not.

    Raises
    ------
    MissingSourceError, BrokenFileError
        If it is not there, or a column or a probability is not as it was written.
    """
    text = {"message": str, "group": str, "label": object}
    try:
        labels = pd.read_csv(path, dtype=text)
    except FileNotFoundError as error:
        raise MissingSourceError(
            "no labels yet", where=str(path), remedy="draw a sample with shequn label"
        ) from error
    except ValueError as error:
        raise _broken(path, str(error)) from error
    if missing := set(COLUMNS) - set(labels):
        raise _broken(path, f"no column {', '.join(sorted(missing))}")
    if not labels["probability"].between(0, 1, inclusive="right").all():
        raise _broken(path, "a probability is not in (0, 1]")
    return labels[list(COLUMNS)]


def _broken(path: Path, what: str) -> BrokenFileError:
    return BrokenFileError(
        what, where=str(path), remedy="restore the file; only its label column is yours"
    )
