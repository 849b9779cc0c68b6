"""Collect hand labels for a probability sample of messages.

The file of labels is written whole after each answer and holds no text: whoever stops
goes on another day. Texts are shown here and go nowhere else.
"""

from __future__ import annotations

import shutil
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import IO

import numpy as np
import pandas as pd

from helpers.arrays import Floats
from helpers.errors import BrokenFileError
from helpers.sentiment.labels import (
    SKIPPED,
    draw_sample,
    draw_whole_groups,
    list_pending,
    read_labels,
    record_label,
    write_labels,
)
from helpers.sentiment.scoring import EVEN, score_texts
from helpers.text import classify_advertisements, is_content_item, is_question

TONE = MappingProxyType({"p": "positive", "n": "negative", "0": "neutral"})
YES_NO = MappingProxyType({"y": "yes", "n": "no"})
RULES = MappingProxyType({"content": is_content_item, "question": is_question})
SKIP, QUIT = "s", "q"


def list_answers(kind: str) -> Mapping[str, str]:
    """Return the possible answers to a label question, by key.

    >>> dict(list_answers("advertisement"))
    {'y': 'yes', 'n': 'no'}
    """
    return TONE if kind == "tone" else YES_NO


def read_instrument(texts: Iterable[str], kind: str) -> Floats:
    """Score texts by the classifier that answers a label question; NaN if none does.

    >>> read_instrument(["加V信兼职日结300元", "早上好"], "advertisement").tolist()
    [1.0, 0.0]
    """
    messages = list(texts)
    if kind == "tone":
        scores: Floats = score_texts(messages).score.to_numpy(zero_copy_only=False)
        return scores
    if kind == "advertisement":
        kinds = classify_advertisements(messages).kind.to_pylist()
        return np.array([category == "ad" for category in kinds], float)
    if kind in RULES:
        return RULES[kind](messages).astype(float)
    return np.full(len(messages), np.nan)


def predict_first_answer(scores: Floats, kind: str) -> Floats:
    """Convert scores to the probability of a label question's first answer.

    Any number fixed before people are asked keeps the corrected estimate unbiased; a
    better one makes it narrower.

    >>> predict_first_answer(np.array([0.9, 0.2, np.nan]), "tone").tolist()
    [1.0, 0.0, 0.5]
    """
    cut = np.where(scores > EVEN, 1.0, 0.0) if kind == "tone" else scores
    return np.where(np.isnan(scores), EVEN, cut)


class Labelling:
    """A labelling session: the sampled messages and the labels so far.

    Parameters
    ----------
    messages
        ``message, group, text``, as `helpers.own_groups.hand_labels.messages_of` reads
        them.
    path
        The file of labels; what it holds already is kept and gone on with.
    kind
        What is asked, one of `helpers.sentiment.labels.KINDS`.
    size, seed
        Of the sample, where none has been drawn yet.
    whole
        Whether to draw whole groups, see
        `helpers.sentiment.labels.draw_whole_groups`.

    Raises
    ------
    ShequnError
        If nothing can be drawn, or the file is of other messages.
    """

    def __init__(
        self,
        messages: pd.DataFrame,
        path: Path,
        *,
        kind: str,
        size: int,
        seed: int,
        whole: bool = False,
    ) -> None:
        self.path, self.kind = path, kind
        ids = zip(messages["group"], messages["message"], strict=True)
        self._texts = dict(zip(ids, messages["text"], strict=True))
        labels = read_labels(path) if path.exists() else None
        if labels is None or kind not in set(labels["kind"]):
            draw = draw_whole_groups if whole else draw_sample
            fresh = _draw_sample(messages, kind, partial(draw, size=size, seed=seed))
            labels = pd.concat([labels, fresh], ignore_index=True)
            write_labels(path, labels)
        self._labels = labels
        self._check()

    def _check(self) -> None:
        rows = self._labels[self._labels["kind"] == self.kind]
        labelled = set(zip(rows["group"], rows["message"], strict=True))
        if not labelled <= self._texts.keys():
            raise BrokenFileError(
                "these labels belong to other messages",
                where=str(self.path),
                remedy="give the messages that were sampled, or another label file",
            )

    @property
    def row(self) -> int | None:
        """Next sampled message to label, by row; None when all are done."""
        waiting = list_pending(self._labels[self._labels["kind"] == self.kind])
        return int(waiting[0]) if len(waiting) else None

    @property
    def progress(self) -> tuple[int, int]:
        """Number of messages answered or skipped, and number sampled."""
        rows = self._labels[self._labels["kind"] == self.kind]
        return int(rows["label"].notna().sum()), len(rows)

    def text(self, row: int) -> str:
        """Return the text of the message in a sample row."""
        drawn = self._labels.loc[row]
        return str(self._texts[drawn["group"], drawn["message"]])

    def answer(self, row: int, key: str) -> bool:
        """Save a label to disk; return whether the key is a valid answer.

        Raises
        ------
        ShequnError
            If the file can't be written; it is then as before.
        """
        label = SKIPPED if key == SKIP else list_answers(self.kind).get(key)
        if label is None:
            return False
        labels = record_label(self._labels, row, label)
        write_labels(self.path, labels)
        self._labels = labels
        return True


def _draw_sample(
    messages: pd.DataFrame, kind: str, draw: Callable[..., pd.DataFrame]
) -> pd.DataFrame:
    scores = read_instrument(messages["text"], kind)
    return draw(messages["message"], messages["group"], scores, kind=kind)


def ask_labels(labelling: Labelling, keys: Iterable[str], out: IO[str]) -> None:
    """Ask for labels of messages in a terminal until done or ``q`` is typed.

    Parameters
    ----------
    keys
        Lines that the reader types, such as `sys.stdin`.
    out
        Where messages are shown.
    """
    typed = iter(keys)
    while (row := labelling.row) is not None:
        done, drawn = labelling.progress
        out.write(f"\n[{done + 1} of {drawn}]\n{format_message(labelling.text(row))}\n")
        out.write(f"{_format_legend(labelling.kind)} ")
        out.flush()
        key = next(typed, QUIT).strip().lower()
        if key == QUIT:
            break
        if not labelling.answer(row, key):
            out.write("No such key.\n")
    done, drawn = labelling.progress
    out.write(f"\n{done} of {drawn} done, kept in {labelling.path}\n")


def _format_legend(kind: str) -> str:
    keys = {**list_answers(kind), SKIP: "skip", QUIT: "quit"}
    return ", ".join(f"{key} = {label}" for key, label in keys.items()) + ":"


def format_message(text: str, width: int | None = None) -> str:
    r"""Format a message for a terminal: wrapped, without control characters.

    >>> print(format_message("\x1b[2Jone\u202e two\nthree", width=20))
    [2Jone two
    three
    """
    columns = width or shutil.get_terminal_size().columns
    lines = [_strip_controls(line) for line in text.splitlines()]
    # Chinese characters are two columns wide
    return "\n".join(textwrap.fill(line, max(columns // 2, 10)) for line in lines)


def _strip_controls(line: str) -> str:
    return "".join(c for c in line if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
