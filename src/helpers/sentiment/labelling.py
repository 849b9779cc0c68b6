"""Ask a user to label a random sample of messages, and keep the answers.

The file of labels is written whole after each answer and holds no text: whoever stops
goes on another day. Texts are shown here and go nowhere else.
"""

from __future__ import annotations

import shutil
import textwrap
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import IO

import pandas as pd

from helpers.errors import BrokenFileError, MissingSourceError, ShequnError
from helpers.files import write_text
from helpers.wording import say

COLUMNS = ["message", "group", "kind", "label"]
TONE = MappingProxyType({"p": "positive", "n": "negative", "0": "neutral"})
YES_NO = MappingProxyType({"y": "yes", "n": "no"})
SKIP, QUIT = "s", "q"
SKIPPED = "skipped"


def list_answers(kind: str) -> Mapping[str, str]:
    """Return the possible answers to a label question, by key.

    >>> dict(list_answers("advertisement"))
    {'y': 'yes', 'n': 'no'}
    """
    return TONE if kind == "tone" else YES_NO


def read_labels(path: Path) -> pd.DataFrame:
    """Read and validate a file of labels, with messages not yet labelled.

    Raises
    ------
    MissingSourceError, BrokenFileError
        If it is not there, or a column is not.
    """
    try:
        labels = pd.read_csv(path, dtype=object)
    except FileNotFoundError as error:
        raise MissingSourceError(
            say("no labels yet"),
            where=str(path),
            remedy=say("draw a sample with shequn label"),
        ) from error
    except ValueError as error:
        raise _make_broken_error(path, str(error)) from error
    if missing := [name for name in COLUMNS if name not in labels]:
        raise _make_broken_error(path, f"no column {', '.join(missing)}")
    return labels[COLUMNS]


def _make_broken_error(path: Path, what: str) -> BrokenFileError:
    return BrokenFileError(
        what, where=str(path), remedy="restore the file; only its label column is yours"
    )


class Labelling:
    """A labelling session: the sampled messages and the labels so far.

    Parameters
    ----------
    messages
        ``message, group, text``, as `helpers.own_groups.hand_labels.read_messages`
        reads them.
    path
        The file of labels; what it holds already is kept and gone on with.
    kind
        What is asked, one of `helpers.sentiment.agreement.KINDS`.
    size, seed
        Of the sample, where none has been drawn yet.

    Raises
    ------
    ShequnError
        If there is nothing to draw, or the file is of other messages.
    """

    def __init__(
        self, messages: pd.DataFrame, path: Path, *, kind: str, size: int, seed: int
    ) -> None:
        self.path, self.kind = path, kind
        ids = zip(messages["group"], messages["message"], strict=True)
        self._texts = dict(zip(ids, messages["text"], strict=True))
        labels = read_labels(path) if path.exists() else pd.DataFrame(columns=COLUMNS)
        if kind not in set(labels["kind"]):
            fresh = _draw_sample(messages, size, seed).assign(kind=kind, label=None)
            labels = pd.concat([labels, fresh[COLUMNS]], ignore_index=True)
            _write_labels(path, labels)
        self._labels = labels
        asked = zip(self._rows["group"], self._rows["message"], strict=True)
        if not set(asked) <= self._texts.keys():
            raise BrokenFileError(
                "these labels belong to other messages",
                where=str(path),
                remedy="give the messages that were sampled, or another label file",
            )

    @property
    def _rows(self) -> pd.DataFrame:
        return self._labels[self._labels["kind"] == self.kind]

    @property
    def row(self) -> int | None:
        """Next sampled message to label, by row; None when all are done."""
        waiting = self._rows.index[self._rows["label"].isna()]
        return int(waiting[0]) if len(waiting) else None

    @property
    def progress(self) -> tuple[int, int]:
        """Number of messages answered or skipped, and number sampled."""
        return int(self._rows["label"].notna().sum()), len(self._rows)

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
        this = self._labels.index == row
        given = self._labels["label"].astype(object).mask(this, label)
        labels = self._labels.assign(label=given)
        _write_labels(self.path, labels)
        self._labels = labels
        return True


def _draw_sample(messages: pd.DataFrame, size: int, seed: int) -> pd.DataFrame:
    if messages.empty:
        raise ShequnError(
            "there is no message to draw",
            where="sample",
            remedy="give messages that people wrote",
        )
    return messages.sample(min(size, len(messages)), random_state=seed)


def _write_labels(path: Path, labels: pd.DataFrame) -> None:
    write_text(path, labels.to_csv(index=False, lineterminator="\n"))


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
