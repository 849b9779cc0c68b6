"""Draw a probability sample of messages to label, stored as `labels.csv`.

The file holds no text: message id, group, what was asked, score, the known probability
of having been drawn and, once given, the label. It is written whole after every label,
so labelling can stop at any moment and go on where it stopped.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.errors import BrokenFileError, MissingSourceError, ShequnError
from helpers.files import write_text
from helpers.wording import say

COLUMNS = ("message", "group", "kind", "score", "probability", "drawn", "label")
MESSAGES, WHOLE_GROUPS = "message", "group"
KINDS = ("tone", "advertisement", "content", "off_topic", "question", "usefulness")
SKIPPED = "skipped"


def draw_sample(
    message: npt.ArrayLike,
    group: npt.ArrayLike,
    score: npt.ArrayLike,
    *,
    size: int,
    seed: int,
    kind: str = "tone",
) -> pd.DataFrame:
    """Draw a probability sample of messages, stratified by group and score.

    Systematic: the messages stand in order of group and score (ties and missing
    scores in random order) and every (n / size)-th is taken from a random start. So
    each has the same known probability, and every group and every stretch of scores
    gives its share to within one message, however many groups there are.

    Parameters
    ----------
    message, group : shape (n,)
        Ids, unique within the group that each belongs to.
    score : shape (n,)
        NaN where there is none.
    size
        How many to draw; all, if there are no more.
    kind
        What is to be asked, one of `KINDS`.

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
    frame = _to_draw(message, group, score, size)
    chance = np.random.default_rng(seed)
    shuffled = frame.iloc[chance.permutation(len(frame))]
    ordered = shuffled.sort_values(["group", "score"], kind="stable")
    taken = min(size, len(frame))
    steps = (np.arange(taken) + chance.random()) * (len(frame) / taken)
    drawn = ordered.iloc[np.minimum(steps.astype(np.int64), len(frame) - 1)]
    drawn = drawn.assign(
        kind=kind, probability=taken / len(frame), drawn=MESSAGES, label=None
    )
    mixed = drawn.iloc[chance.permutation(taken)].reset_index(drop=True)
    return mixed[list(COLUMNS)]


def _to_draw(
    message: npt.ArrayLike, group: npt.ArrayLike, score: npt.ArrayLike, size: int
) -> pd.DataFrame:
    frame = pd.DataFrame({"message": message, "group": group, "score": score})
    if size < 1 or frame.empty or frame.duplicated(["message", "group"]).any():
        raise ShequnError(
            f"{size} of {len(frame)} messages can't be drawn",
            where="sample",
            remedy="give unique ids and ask for at least one message",
        )
    return frame


def draw_whole_groups(
    message: npt.ArrayLike,
    group: npt.ArrayLike,
    score: npt.ArrayLike,
    *,
    size: int,
    seed: int,
    kind: str = "tone",
) -> pd.DataFrame:
    """Draw whole groups at random to label, with all their messages.

    Some things of a group are known only if every message is read: whether content
    came in each week, whether a flood left no other word. Groups are drawn with equal
    probability, as many as hold about `size` messages on average, two at the least.
    Seed and groups alone decide which, so two questions get the same groups.

    Parameters
    ----------
    message, group, score, size, seed, kind
        As for `draw_sample`.

    Examples
    --------
    >>> drawn = draw_whole_groups(range(8), [0, 1, 2, 3] * 2, [0.1] * 8, size=4, seed=1)
    >>> drawn["group"].value_counts().tolist(), drawn["probability"].unique().tolist()
    ([2, 2], [0.5])
    """
    frame = _to_draw(message, group, score, size)
    names = np.array(sorted(frame["group"].unique()))
    n_groups = min(max(round(size * len(names) / len(frame)), 2), len(names))
    chosen = np.random.default_rng(seed).permutation(names)[:n_groups]
    place = pd.Series(range(n_groups), chosen)
    drawn = frame[frame["group"].isin(chosen)]
    order = drawn["group"].map(place).argsort(kind="stable")
    drawn = (
        drawn.iloc[order]
        .reset_index(drop=True)
        .assign(
            kind=kind, probability=n_groups / len(names), drawn=WHOLE_GROUPS, label=None
        )
    )
    return drawn[list(COLUMNS)]


def list_pending(labels: pd.DataFrame) -> pd.Index[int]:
    """Return the sampled messages not yet labelled, in the order drawn."""
    return labels.index[labels["label"].isna()]


def record_label(labels: pd.DataFrame, row: int, label: str) -> pd.DataFrame:
    """Return the table of labels with one label added or changed.

    Raises
    ------
    ShequnError
        If the message was not drawn: its label would have no probability.
    """
    if row not in labels.index:
        raise ShequnError(
            "this message is not in the sample",
            where=f"row {row}",
            remedy="label only messages of the sample",
        )
    this = labels.index == row
    return labels.assign(label=labels["label"].astype(object).mask(this, label))


def select_labelled(labels: pd.DataFrame) -> pd.DataFrame:
    """Return hand labels with sampling probabilities, lower if labelling stopped early.

    Messages are read in random order, so whoever stops after k of n drawn has read a
    random k of them: the probability shrinks by k / n. Skipped ones count as not read.
    Of whole groups only those count that were read to the end.

    >>> drawn = draw_sample(range(8), [0] * 8, [0.1] * 8, size=4, seed=1)
    >>> select_labelled(record_label(drawn, 0, "positive"))["probability"].tolist()
    [0.125]
    """
    read = labels["label"].notna() & labels["label"].ne(SKIPPED)
    whole = labels["drawn"].eq(WHOLE_GROUPS)
    complete = read.groupby([labels["kind"], labels["group"]]).transform("all")
    first = ~labels.duplicated(["kind", "group"])
    used = read.where(~whole, complete)
    units = used.where(~whole | first).astype(float)  # a message, or a group
    share = units.groupby(labels["kind"]).transform("mean")
    return labels.assign(probability=labels["probability"] * share)[used]


def write_labels(path: Path, labels: pd.DataFrame) -> None:
    """Write the sample and its labels to `labels.csv` atomically."""
    write_text(
        path, labels.to_csv(columns=list(COLUMNS), index=False, lineterminator="\n")
    )


def read_labels(path: Path) -> pd.DataFrame:
    """Read and validate `labels.csv`, with messages not yet labelled.

    Raises
    ------
    MissingSourceError, BrokenFileError
        If it is not there, or a column or a probability is not as it was written.
    """
    text = {"message": str, "group": str, "kind": str, "label": object}
    try:
        labels = pd.read_csv(path, dtype=text)
    except FileNotFoundError as error:
        raise MissingSourceError(
            say("no labels yet"),
            where=str(path),
            remedy=say("draw a sample with shequn label"),
        ) from error
    except ValueError as error:
        raise _make_broken_error(path, str(error)) from error
    if "kind" not in labels:
        labels["kind"] = KINDS[0]
    if "drawn" not in labels:
        labels["drawn"] = MESSAGES
    if missing := set(COLUMNS) - set(labels):
        raise _make_broken_error(path, f"no column {', '.join(sorted(missing))}")
    if labels.empty:
        raise MissingSourceError(
            say("no labels yet"),
            where=str(path),
            remedy=say("draw a sample with shequn label"),
        )
    labels = labels.assign(
        **{name: _read_numbers(path, labels[name]) for name in ("score", "probability")}
    )
    if not labels["probability"].between(0, 1, inclusive="right").all():
        raise _make_broken_error(path, "a probability is not in (0, 1]")
    return labels[list(COLUMNS)]


def _read_numbers(path: Path, cells: pd.Series[Any]) -> pd.Series[float]:
    numbers = pd.to_numeric(cells, errors="coerce")
    if (numbers.isna() & cells.notna()).any():
        raise _make_broken_error(path, f"a {cells.name} is not a number")
    return numbers


def _make_broken_error(path: Path, what: str) -> BrokenFileError:
    return BrokenFileError(
        what, where=str(path), remedy="restore the file; only its label column is yours"
    )
