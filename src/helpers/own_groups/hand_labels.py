"""`shequn label`: ask a user to label messages of a run, and compare an instrument.

The file of labels is written whole after each answer and holds no text: whoever stops
goes on another day. Texts are shown and go nowhere else.
"""

import shutil
import textwrap
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.arrays import Floats
from helpers.derive.measures.cleaning import find_row_reasons
from helpers.errors import BrokenFileError, MissingSourceError
from helpers.files import keep_private, write_csv
from helpers.own_groups.record import STORE
from helpers.sentiment.error_draws import compute_auc
from helpers.store.store import open_store
from helpers.survival.interval import Interval, compute_wilson_interval
from helpers.text.advertisements import classify_advertisements
from helpers.text.contents import is_content_item, is_question
from helpers.wording import say
from helpers.wording.terminal import to_system_language

COLUMNS = ["message", "group", "kind", "label"]
TONE = {"p": "positive", "n": "negative", "0": "neutral"}
YES_NO = {"y": "yes", "n": "no"}
SKIP, QUIT, SKIPPED = "s", "q", "skipped"


def read_messages(folder: Path) -> pd.DataFrame:
    """Read the messages of a run that people wrote: ``message, group, text``.

    Many formats give messages no id. Such a message goes by its time and its place
    among those of its group at that time, which later exports do not change.
    """
    stores = [
        open_store(p.parent) for p in sorted(folder.glob(f"{STORE}/*/state.json"))
    ]
    if not stores:
        raise MissingSourceError(
            say("no run wrote here"),
            where=str(folder),
            remedy=say("name the folder that you gave to -o of `shequn run`"),
        )
    columns = ["group", "id", "time_us", "kind", "sender", "bot", "text"]
    parts = [path for store in stores for path in store.parts("message")]
    tables = [pq.read_table(path, columns=columns) for path in parts]
    table = pa.concat_tables(tables)
    rows: pd.DataFrame = table.to_pandas()
    nth = rows.groupby(["group", "time_us"], observed=True).cumcount()
    named = rows["time_us"].astype(str) + "-" + nth.astype(str)
    rows["message"] = rows["id"].where(rows["id"].notna(), named)
    rows["group"] = rows["group"].astype(str)
    written = rows["text"].fillna("").str.strip().ne("")
    written &= find_row_reasons(table).to_pandas().isna()
    once: pd.DataFrame = rows[written].drop_duplicates(
        ["group", "message"], ignore_index=True
    )
    return once[["message", "group", "text"]]


def read_labels(path: Path) -> pd.DataFrame:
    """Read and validate a file of labels, with messages not yet labelled."""
    try:
        return pd.read_csv(path, dtype=object)[COLUMNS]
    except FileNotFoundError as error:
        raise MissingSourceError(
            say("no labels yet"),
            where=str(path),
            remedy=say("draw a sample with shequn label"),
        ) from error
    except (ValueError, KeyError, OSError) as error:
        raise BrokenFileError(
            say("this is not a file of labels"),
            where=str(path),
            remedy=say("restore the file; only its label column is yours"),
        ) from error


def open_labels(
    messages: pd.DataFrame, path: Path, kind: str, *, size: int, seed: int
) -> pd.DataFrame:
    """Read the labels of a question, or draw a sample of messages for it."""
    labels = read_labels(path) if path.exists() else pd.DataFrame(columns=COLUMNS)
    if kind not in set(labels["kind"]):
        if messages.empty:
            raise MissingSourceError(say("there is no message here"))
        fresh = messages.sample(min(size, len(messages)), random_state=seed)
        fresh = fresh.assign(kind=kind, label=None)[COLUMNS]
        labels = pd.concat([labels, fresh], ignore_index=True)
        _write_labels(path, labels)
    asked = labels[labels["kind"].eq(kind)].merge(messages, on=["group", "message"])
    if len(asked) < labels["kind"].eq(kind).sum():
        raise BrokenFileError(
            say("these labels belong to other messages"),
            where=str(path),
            remedy=say("name the run that was sampled, or another file of labels"),
        )
    return labels


def _write_labels(path: Path, labels: pd.DataFrame) -> None:
    with keep_private():
        write_csv(path, labels)


def ask_labels(
    messages: pd.DataFrame,
    labels: pd.DataFrame,
    path: Path,
    kind: str,
    *,
    keys: Iterable[str],
    out: IO[str],
) -> None:
    """Ask for labels of messages in a terminal until done or ``q`` is typed.

    `labels` are of `open_labels`, `keys` the lines typed; each answer goes to `path`.
    """
    texts = messages.set_index(["group", "message"])["text"]
    answers = (TONE if kind == "tone" else YES_NO) | {SKIP: SKIPPED}
    legend = (
        say("p = positive, n = negative, 0 = neutral, s = skip, q = quit:")
        if kind == "tone"
        else say("y = yes, n = no, s = skip, q = quit:")
    )
    typed, asked = iter(keys), labels["kind"].eq(kind)
    while (waiting := labels.index[asked & labels["label"].isna()]).size:
        row = waiting[0]
        text = texts[labels.loc[row, "group"], labels.loc[row, "message"]]
        place = asked.sum() - len(waiting) + 1, asked.sum()
        count = to_system_language(say("message {n} of {of}", n=place[0], of=place[1]))
        out.write(f"\n[{count}]\n{format_message(text)}\n")
        out.write(f"{to_system_language(legend)} ")
        out.flush()
        key = next(typed, QUIT).strip().lower()
        if key == QUIT:
            break
        if key in answers:
            labels.loc[row, "label"] = answers[key]
            _write_labels(path, labels)
        else:
            out.write(to_system_language(say("No such key.")) + "\n")
    done = say(
        "{n} of {of} done, kept in {path}",
        n=int((asked & labels["label"].notna()).sum()),
        of=int(asked.sum()),
        path=path,
    )
    out.write(f"\n{to_system_language(done)}\n")


def format_message(text: str, width: int | None = None) -> str:
    r"""Format a message for a terminal: wrapped, without control characters.

    >>> print(format_message("\x1b[2Jone\u202e two\nthree", width=20))
    [2Jone two
    three
    """
    columns = width or shutil.get_terminal_size().columns
    lines = (
        "".join(c for c in line if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
        for line in text.splitlines()
    )
    # Chinese characters are two columns wide
    return "\n".join(textwrap.fill(line, max(columns // 2, 10)) for line in lines)


class Compared(NamedTuple):
    """How well an instrument separates the two answers, with intervals."""

    n: int  # texts compared
    first: int  # of them, those of the first answer
    no_score: int  # texts left out
    auc: Interval
    sensitivity: Interval  # share of the first answer read so, at one half
    specificity: Interval

    def describe(self) -> str:
        """Return the comparison as a message."""
        return say(
            "{n} texts ({first} of the first answer, {no_score} without a score), AUC"
            " {auc}, sensitivity {sensitivity}, specificity {specificity}",
            **self._asdict(),
        )


def compare_with_labels(
    messages: pd.DataFrame, labels: pd.DataFrame, kind: str = "tone"
) -> Compared:
    """Compare the instrument of a question with a user's own hand labels."""
    from helpers.sentiment.scoring import EVEN  # noqa: PLC0415 - slow to import

    first_answer, other = list((TONE if kind == "tone" else YES_NO).values())[:2]
    given = labels["kind"].eq(kind) & labels["label"].isin([first_answer, other])
    rows = labels[given].merge(messages, on=["group", "message"])
    scores = _read_instrument(rows["text"].tolist(), kind)
    scored = np.isfinite(scores)
    first = rows["label"].eq(first_answer).to_numpy(bool)[scored]
    read = scores[scored] > EVEN
    return Compared(
        n=len(first),
        first=int(first.sum()),
        no_score=int((~scored).sum()),
        auc=compute_auc(scores[scored], first),
        sensitivity=compute_wilson_interval(int(read[first].sum()), int(first.sum())),
        specificity=compute_wilson_interval(
            int((~read[~first]).sum()), int((~first).sum())
        ),
    )


def _read_instrument(texts: list[str], kind: str) -> Floats:
    """Score texts by the classifier that answers a label question."""
    from helpers.sentiment.scoring import score_texts  # noqa: PLC0415 - as above

    if kind == "tone":
        scores: Floats = score_texts(texts).score.to_numpy(zero_copy_only=False)
        return scores
    if kind == "advertisement":
        found = classify_advertisements(texts).kind.to_pylist()
        return np.array([one == "ad" for one in found], float)
    rule = is_content_item if kind == "content" else is_question
    return rule(texts).astype(float)
