"""Accuracy of each sentiment classifier on published labelled texts.

The sets are those of ../shared/corpora/chinese_sentiment. SnowNLP as shipped is scored
on every text; the two instruments of `helpers.sentiment.labels.domain` by
cross-validation on the same set without exact duplicates.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from helpers.arrays import Bools, Floats
from helpers.errors import MissingSourceError
from helpers.files import write_text
from helpers.paths import PROCESSED
from helpers.sentiment.labels.comparing import SEED, Compared, compare_scores
from helpers.sentiment.labels.domain import (
    Learner,
    cross_validate,
    drop_repeated_texts,
    fit_bayes,
    fit_logistic,
)
from helpers.sentiment.scoring import score_texts
from helpers.text import normalise_texts
from helpers.text.quality import (
    write_chat_ledger,
    write_chat_quality,
    write_quality,
)

TABLE = PROCESSED / "instruments" / "sentiment_quality.csv"
LEARNERS: Mapping[str, Learner] = MappingProxyType(
    {"snownlp_refitted": fit_bayes, "character_ngrams": fit_logistic}
)

MEASURES = (
    "accuracy", "kappa", "auc", "calibration_error", "sensitivity", "specificity",
)  # fmt: skip


class LabelledSet(NamedTuple):
    """A published data file with one labelled text per row."""

    path: str  # below the corpus folder
    # labels that count as such; rows with others are left out
    positive: frozenset[int] = frozenset({1})
    negative: frozenset[int] = frozenset({0})


SETS: Mapping[str, LabelledSet] = MappingProxyType(
    {
        "hotel": LabelledSet("ChnSentiCorp_htl_all.csv"),
        "shopping": LabelledSet("online_shopping_10_cats.csv"),
        "takeaway": LabelledSet("waimai_10k.csv"),
        "weibo_binary": LabelledSet("weibo/weibo_senti_100k_sample2400.csv"),
        "weibo_7_class": LabelledSet(
            "weibo/covid_weibo_labeled_7class.csv",
            positive=frozenset({2, 4}),  # optimism, gratitude
            negative=frozenset({0, 1, 5, 6}),  # fear, disgust, sadness, anger
        ),
    }
)


def read_set(folder: Path, labelled: LabelledSet) -> tuple[list[str], Bools]:
    """Read a labelled file: normalised texts, and whether each is positive.

    Normalising strips stickers in brackets, which some labels were made from.

    Raises
    ------
    MissingSourceError
        If the file is not there.
    """
    path = folder / labelled.path
    if not path.is_file():
        raise MissingSourceError(
            "the labelled set is not there",
            where=labelled.path,
            remedy="put the folder of raw corpora next to the project",
        )
    frame = pd.read_csv(path, encoding="utf-8-sig").dropna(subset=["review"])
    frame = frame[frame["label"].isin(labelled.positive | labelled.negative)]
    texts = normalise_texts(frame["review"].tolist()).to_pylist()
    return texts, frame["label"].isin(labelled.positive).to_numpy()


def measure_quality(corpora: Path, path: Path = TABLE) -> pd.DataFrame:
    """Measure every sentiment classifier on every labelled set; write a table.

    Parameters
    ----------
    corpora
        The folder that holds ``chinese_sentiment``.
    path
        Where the CSV goes.

    Returns
    -------
    pandas.DataFrame
        A row a set and instrument: labels compared, texts without a score, and
        the measures with their 95 % limits.

    Raises
    ------
    MissingSourceError
        If a labelled set is not there.
    """
    folder = corpora / "chinese_sentiment"
    rows = []
    for name, labelled in SETS.items():
        texts, positive = read_set(folder, labelled)
        rows.append(
            _build_row(name, compare_scores("snownlp", _score_shipped(texts), positive))
        )
        unique, sides = drop_repeated_texts(texts, positive.tolist())
        for instrument, learner in LEARNERS.items():
            scores = cross_validate(learner, unique, sides, seed=SEED)
            rows.append(_build_row(name, compare_scores(instrument, scores, sides)))
    table = pd.DataFrame(rows)
    write_text(
        path, table.to_csv(index=False, float_format="%.4f", lineterminator="\n")
    )
    return table


def _score_shipped(texts: list[str]) -> Floats:
    scored = score_texts(texts, language=["zh"] * len(texts)).score
    scores: Floats = scored.to_numpy(zero_copy_only=False)
    return scores


def _build_row(name: str, of: Compared) -> dict[str, object]:
    statistics = of.agreement
    row = {
        "set": name,
        "instrument": of.instrument,
        "n": statistics.n,
        "positive": statistics.positive,
        "no_score": of.no_score,
    }
    for what in MEASURES:
        interval = getattr(statistics, what)
        row |= {
            what: interval.estimate,
            f"{what}_low": interval.low,
            f"{what}_high": interval.high,
        }
    return row


if __name__ == "__main__":  # `make instruments`
    measure_quality(Path(sys.argv[1]))
    write_quality(Path(sys.argv[1]), TABLE.with_name("advertisement_quality.csv"))
    write_chat_quality(Path(sys.argv[1]), TABLE.with_name("chat_rules_quality.csv"))
    write_chat_ledger(Path(sys.argv[1]), TABLE.with_name("chat_rules_ledger.csv"))
