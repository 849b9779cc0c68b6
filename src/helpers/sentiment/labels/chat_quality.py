"""Train and evaluate the sentiment classifier for short chat lines.

The sets are those of ../shared/corpora/chat_labels: lines labelled by a rule, which
train, and lines labelled by hand, which measure.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from helpers.arrays import Bools, Floats
from helpers.errors import MissingSourceError
from helpers.files import write_text
from helpers.paths import PROCESSED
from helpers.sentiment.chat_lines import WEIGHTS, remove_blanks, score_chat_lines
from helpers.sentiment.labels.comparing import compare_scores
from helpers.sentiment.labels.domain import fit_logistic
from helpers.sentiment.scoring import score_texts
from helpers.text import normalise_texts

TABLE = PROCESSED / "instruments" / "chat_tone_quality.csv"
LEDGER = TABLE.with_name("chat_tone_ledger.csv")
TRAINING, MEASURING = "chat_tone_auto.csv.gz", "chat_tone_manual.csv.gz"
LENGTHS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"all": (1, 10**6), "1–4": (1, 4), "5–8": (5, 8), "9 or more": (9, 10**6)}
)


PEERS = "SHEQUN_PEERS"  # the interpreter with the packages that we compare with
BY_RULES = """
import json, sys
import pysenti
texts = json.load(sys.stdin)
json.dump([float(pysenti.classify(text)["score"]) for text in texts], sys.stdout)
"""


def read_lines(folder: Path, name: str) -> tuple[list[str], Bools]:
    """Read distinct labelled chat lines, and whether each is positive.

    Lines with both labels are left out.

    Raises
    ------
    MissingSourceError
        If the file is not there.
    """
    *_, (_, lines) = _exclude_lines(folder, name)
    return lines["text"].tolist(), lines["positive"].to_numpy(bool)


def _exclude_lines(folder: Path, name: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each reason for exclusion, and the lines that are left after it."""
    path = folder / name
    if not path.is_file():
        raise MissingSourceError(
            "the labelled set is not there",
            where=name,
            remedy="put the folder of raw corpora next to the project",
        )
    rows = pd.read_csv(path)
    yield "", rows
    rows = rows.dropna(subset=["text"])
    joined = [remove_blanks(text) for text in rows["text"]]
    rows = rows.assign(text=normalise_texts(joined).to_pylist())
    rows = rows[rows["text"].astype(bool)]
    yield "no text", rows
    rows = rows[rows["label"].isin(["pos", "neg"])]
    rows = rows.assign(positive=rows["label"].eq("pos"))
    yield "another label", rows
    sides = rows.groupby("text", sort=False)["label"].nunique()
    rows = rows[rows["text"].map(sides).eq(1)]
    yield "both labels", rows
    yield "exact copy", rows.drop_duplicates("text")


def write_ledger(corpora: Path, path: Path = LEDGER) -> None:
    """Write how many labelled chat lines were used or excluded, and why, as CSV.

    Raises
    ------
    MissingSourceError
        If a labelled set is not there.
    """
    folder = corpora / "chat_labels"
    seen = read_lines(folder, TRAINING)[0]
    counts: list[tuple[str, str, str, int]] = []
    for use, name in {"training": TRAINING, "measuring": MEASURING}.items():
        (_, rows), *steps = _exclude_lines(folder, name)
        counts.append((use, "read", name, len(rows)))
        if use == "measuring":
            left = steps[-1][1]
            steps.append(("in the training set", left[~left["text"].isin(seen)]))
        for reason, left in steps:
            counts.append((use, "set aside", reason, len(rows) - len(left)))
            rows = left
        counts.append((use, "kept", "lines", len(rows)))
    table = pd.DataFrame(counts, columns=["lines", "step", "reason", "rows"])
    write_text(path, table.to_csv(index=False, lineterminator="\n"))


def fit_weights(corpora: Path, path: Path) -> None:
    """Fit the sentiment classifier for chat lines and write its weights to a file."""
    texts, positive = read_lines(corpora / "chat_labels", TRAINING)
    model = fit_logistic(texts, positive)
    np.savez_compressed(
        path,
        names=model.names,
        rarity=model.rarity.astype(np.float32),
        weights=model.weights.astype(np.float32),
    )


def measure_quality(corpora: Path, path: Path = TABLE) -> pd.DataFrame:
    """Measure the sentiment classifiers on hand-labelled lines, by length.

    Returns
    -------
    pandas.DataFrame
        One row per instrument and class of length.

    Raises
    ------
    MissingSourceError
        If the labelled sets, or the interpreter with pysenti, are not there.
    """
    folder = corpora / "chat_labels"
    seen = set(read_lines(folder, TRAINING)[0])
    texts, sides = read_lines(folder, MEASURING)
    new = np.array([text not in seen for text in texts])
    lines, positive = (
        [t for t, is_new in zip(texts, new, strict=True) if is_new],
        sides[new],
    )
    length = np.array([len(text) for text in lines])
    instruments: Mapping[str, Callable[[Sequence[str]], Floats]] = {
        "snownlp": _score_shipped,
        "chat_lines": score_chat_lines,
        "pysenti": score_by_pysenti,
    }
    rows = [
        {"instrument": name, "length": label}
        | _measure(scores[inside], positive[inside])
        for name, score in instruments.items()
        for scores in [score(lines)]
        for label, (low, high) in LENGTHS.items()
        for inside in [(length >= low) & (length <= high)]
    ]
    table = pd.DataFrame(rows)
    write_text(
        path, table.to_csv(index=False, float_format="%.4f", lineterminator="\n")
    )
    return table


def score_by_pysenti(texts: Sequence[str]) -> Floats:
    """Score lines by pysenti's sentiment rules, run in another Python interpreter.

    Its score has no bounds and its cut at zero: s becomes (1 + s / (1 + |s|)) / 2, so
    that the cut is one half. A line in which it finds no word scores exactly zero and
    gets NaN.

    Raises
    ------
    MissingSourceError
        If no such interpreter is named.
    """
    if not (python := os.environ.get(PEERS)):
        raise MissingSourceError(
            "pysenti is in an environment of its own",
            where=PEERS,
            remedy="run `make instruments`, which installs and names it",
        )
    done = subprocess.run(  # noqa: S603 - a fixed program
        [python, "-X", "utf8", "-c", BY_RULES],
        input=json.dumps(list(texts)),
        stdout=subprocess.PIPE,
        check=True,
        encoding="utf-8",
    )
    scores = np.array(json.loads(done.stdout), np.float64)
    return np.where(scores == 0, np.nan, (1 + scores / (1 + np.abs(scores))) / 2)


def _score_shipped(texts: Sequence[str]) -> Floats:
    scored = score_texts(list(texts), language=["zh"] * len(texts)).score
    scores: Floats = scored.to_numpy(zero_copy_only=False)
    return scores


def _measure(scores: Floats, positive: Bools) -> dict[str, object]:
    """Return AUC, sensitivity and specificity with their confidence limits."""
    compared = compare_scores("", scores, positive)
    agreement = compared.agreement
    row: dict[str, object] = {
        "n": agreement.n,
        "positive": agreement.positive,
        "no_score": compared.no_score,
    }
    for name in ("auc", "sensitivity", "specificity"):
        interval = getattr(agreement, name)
        row |= {
            name: interval.estimate,
            f"{name}_low": interval.low,
            f"{name}_high": interval.high,
        }
    return row


if __name__ == "__main__":  # `make instruments`
    with as_file(files("helpers.sentiment").joinpath(WEIGHTS)) as shipped:
        fit_weights(Path(sys.argv[1]), shipped)
    measure_quality(Path(sys.argv[1]))
    write_ledger(Path(sys.argv[1]))
