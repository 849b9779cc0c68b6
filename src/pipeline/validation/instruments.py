"""How often the instruments of tone agree with labels that people gave.

One table for all of them: VADER on English texts, SnowNLP on Chinese reviews and
posts, and SnowNLP, pysenti and our regression on Chinese chat lines, each by length.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize, sparse, special

from helpers.arrays import Bools, Floats
from helpers.errors import MissingSourceError
from helpers.files import write_csv
from helpers.paths import ROOT
from helpers.sentiment import vader
from helpers.sentiment.chat_lines import (
    WEIGHTS,
    GramModel,
    Grams,
    remove_blanks,
    score_chat_lines,
)
from helpers.sentiment.error_draws import ALL, DEVELOPERS, LENGTHS, TABLE, compute_auc
from helpers.sentiment.scoring import EVEN, score_texts
from helpers.survival.interval import compute_wilson_interval
from helpers.text.normalising import normalise_texts
from pipeline.validation.text_rules import (
    SETS,
    count_steps,
    exclude_rows,
    require_set,
    write_chat_ledger,
    write_chat_quality,
    write_quality,
    write_steps,
)

FOLDER, LEDGER = TABLE.parent, TABLE.with_name("chat_tone_ledger.csv")
TRAINING, MEASURING = "chat_tone_auto.csv.gz", "chat_tone_manual.csv.gz"
SIDES = MappingProxyType({"negative": -1, "positive": 1})
CHINESE_SETS = SETS["chinese"]
FEWEST_TEXTS = 2  # in which an n-gram must occur
PENALTY = 0.1  # of the squared weights, halved
SIGNS = ("pos", "neg")  # labels of chat lines
SIDED_TWEET = 0.5  # of the mean of twenty raters, from −4 to 4
LEARNERS = ROOT / "tools" / "negatives.py"  # no part of a wheel
PEERS = "SHEQUN_PEERS"  # the interpreter with the packages that we compare with
BY_RULES = """
import json, sys
import pysenti
texts = json.load(sys.stdin)
json.dump([float(pysenti.classify(text)["score"]) for text in texts], sys.stdout)
"""


@dataclass(frozen=True, eq=False)
class Labelled:
    """Texts that people labelled −1 (negative), 0 (neither) or 1 (positive)."""

    name: str
    texts: list[str]
    sides: Floats

    def as_row(self) -> dict[str, object]:
        """Return it as learners are told of it, with VADER's scores."""
        told = {"sides": self.sides, "vader": vader.compute_compounds(self.texts)}
        lists = {name: scores.tolist() for name, scores in told.items()}
        return {"name": self.name, "texts": self.texts} | lists


def read_english_sets(corpora: Path) -> list[Labelled]:
    """Read the labelled English sets, each text once, none labelled two ways."""
    folder = corpora / "english_sentiment"
    names = [f"senti4sd_{part}itemPOLARITY.csv" for part in ("train3098", "test1326")]
    posts = pd.concat(
        [
            pd.read_csv(require_set(folder / name), sep=";", encoding="utf-8-sig",
                        names=["id", "label", "text"])
            for name in names
        ]
    )  # fmt: skip
    comments = pd.read_csv(require_set(folder / "premo_pull_requests.csv"))
    tweets = pd.read_csv(
        require_set(folder / "hutto_tweets_GroundTruth.txt"),
        sep="\t", names=["id", "mean", "text"], quoting=3,
    )  # fmt: skip
    mean = tweets["mean"].to_numpy(np.float64)
    tweet_sides = np.sign(mean) * (np.abs(mean) >= SIDED_TWEET)
    words = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}
    return [
        _keep_unique("stack_overflow", posts["text"], posts["label"].map(words)),
        _keep_unique(
            "pull_requests", comments["text"], comments["polarity"].map(words)
        ),
        _keep_unique("tweets", tweets["text"], pd.Series(tweet_sides)),
    ]


def _keep_unique(name: str, texts: pd.Series[str], sides: pd.Series[float]) -> Labelled:
    rows = pd.DataFrame({"text": texts.to_numpy(), "side": sides.to_numpy()}).dropna()
    rows = rows[rows.groupby("text")["side"].transform("nunique") == 1]
    rows = rows.drop_duplicates("text")
    return Labelled(name, rows["text"].tolist(), rows["side"].to_numpy(np.float64))


def read_chinese_set(corpora: Path, name: str) -> Labelled:
    """Read a labelled Chinese set: normalised texts, and the side of each.

    Normalising strips stickers in brackets, which some labels were made from.
    """
    chosen = CHINESE_SETS[name]
    file = require_set(corpora / "chinese_sentiment" / chosen["file"])
    rows = pd.read_csv(file, encoding="utf-8-sig").dropna(subset=["review"])
    rows = rows[rows["label"].isin(chosen["positive"] + chosen["negative"])]
    sides = np.where(rows["label"].isin(chosen["positive"]), 1.0, -1.0)
    return Labelled(name, normalise_texts(rows["review"].tolist()).to_pylist(), sides)


def read_lines(folder: Path, name: str) -> tuple[list[str], Bools]:
    """Read distinct labelled chat lines, and whether each is positive.

    Lines with both labels are left out.
    """
    *_, (_, lines) = _exclude_lines(folder, name)
    return lines["text"].tolist(), lines["positive"].to_numpy(bool)


def _exclude_lines(folder: Path, name: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each reason for exclusion, and the lines that are left after it."""
    rows = pd.read_csv(require_set(folder / name))
    yield "", rows
    rows = rows.dropna(subset=["text"])
    joined = [remove_blanks(text) for text in rows["text"]]
    rows = rows.assign(text=normalise_texts(joined).to_pylist())
    yield from exclude_rows(rows.assign(positive=rows["label"].eq("pos")), SIGNS)


def read_chat_lines(corpora: Path) -> Labelled:
    """Read the hand-labelled Chinese chat lines that no instrument was fitted to."""
    folder = corpora / "chat_labels"
    seen = set(read_lines(folder, TRAINING)[0])
    lines = zip(*read_lines(folder, MEASURING), strict=True)
    new = [(text, 1.0 if side else -1.0) for text, side in lines if text not in seen]
    return Labelled(
        "chat_lines", [text for text, _ in new], np.array([s for _, s in new])
    )


def write_ledger(corpora: Path, path: Path = LEDGER) -> None:
    """Write how many labelled chat lines were used or excluded, and why, as CSV."""
    folder = corpora / "chat_labels"
    seen = read_lines(folder, TRAINING)[0]
    counts = []
    for use, name in {"training": TRAINING, "measuring": MEASURING}.items():
        (_, rows), *steps = _exclude_lines(folder, name)
        if use == "measuring":
            left = steps[-1][1]
            steps.append(("in the training set", left[~left["text"].isin(seen)]))
        counts += count_steps(use, name, rows, steps, "lines")
    write_steps(counts, "lines", path)


def fit_weights(corpora: Path, path: Path) -> None:
    """Fit the regression for chat lines and write its weights to a file."""
    texts, positive = read_lines(corpora / "chat_labels", TRAINING)
    model = fit_logistic(texts, positive)
    np.savez_compressed(
        path,
        names=model.names,
        rarity=model.rarity.astype(np.float32),
        weights=model.weights.astype(np.float32),
    )


def fit_logistic(texts: Sequence[str], positive: Bools) -> GramModel:
    """Fit a ridge logistic regression on character 1–3-grams to labelled texts.

    Term frequencies times smoothed inverse document frequencies, each text of length
    one (Salton and Buckley 1988), fitted by Newton's method in a trust region.
    """
    grams = Grams.of(texts)
    names, occurs = np.unique(grams.name, return_counts=True)
    names, occurs = names[occurs >= FEWEST_TEXTS], occurs[occurs >= FEWEST_TEXTS]
    rarity = np.log((1 + len(texts)) / (1 + occurs)) + 1
    features = grams.features(names, rarity)
    weights = solve_ridge(features, np.asarray(positive, np.float64))
    return GramModel(names, rarity, weights)


def solve_ridge(features: sparse.csr_array, positive: Floats) -> Floats:
    """Fit a ridge logistic regression; the intercept is not penalised."""
    transposed = features.T.tocsr()

    def loss(weights: Floats) -> float:
        margin = features @ weights[1:] + weights[0]
        entropy = np.logaddexp(0, margin) - positive * margin
        return float(entropy.sum() + PENALTY * (weights[1:] @ weights[1:]) / 2)

    def pulled(error: Floats, weights: Floats) -> Floats:
        inner = transposed @ error + PENALTY * weights[1:]
        return np.concatenate([[error.sum()], inner])

    def slope(weights: Floats) -> Floats:
        margin = features @ weights[1:] + weights[0]
        return pulled(special.expit(margin) - positive, weights)

    def curvature(weights: Floats, along: Floats) -> Floats:
        chance = special.expit(features @ weights[1:] + weights[0])
        step = features @ along[1:] + along[0]
        return pulled(chance * (1 - chance) * step, along)

    start = np.zeros(features.shape[1] + 1)
    optimum = optimize.minimize(
        loss, start, jac=slope, hessp=curvature, method="trust-ncg"
    )
    weights: Floats = optimum.x
    return weights


def measure_instruments(corpora: Path, path: Path = TABLE) -> pd.DataFrame:
    """Measure every instrument of tone on every labelled set; write the table."""
    english = read_english_sets(corpora)
    both = [each for each in english if each.name in DEVELOPERS]
    together = Labelled(
        "developers",
        [text for each in both for text in each.texts],
        np.concatenate([each.sides for each in both]),
    )
    rows = [
        row
        for each in (*english, together)
        for row in measure_set("vader", "en", each, vader.compute_compounds(each.texts))
    ]
    learnt = ask_learners([each.as_row() for each in english])  # fitted to the others
    for name, by_set in learnt.items():
        told = {labelled: -np.array(scores) for labelled, scores in by_set.items()}
        for each in english:
            rows += measure_set(name, "en", each, told[each.name], cut=0.0)
        both_scores = np.concatenate([told[name] for name in DEVELOPERS])
        rows += measure_set(name, "en", together, both_scores, cut=0.0)
    chinese = [read_chinese_set(corpora, name) for name in CHINESE_SETS]
    for each in chinese:
        scores = _score_by_snownlp(each.texts)
        rows += measure_set("snownlp", "zh", each, scores, lengths=[ALL])
    lines = read_chat_lines(corpora)
    instruments: Mapping[str, Callable[[Sequence[str]], Floats]] = {
        "snownlp": _score_by_snownlp,
        "chat_line": score_chat_lines,
        "pysenti": score_by_pysenti,
    }
    for name, score in instruments.items():
        rows += measure_set(name, "zh", lines, score(lines.texts))
    table = pd.DataFrame(rows)
    write_csv(path, table, digits=4)
    return table


def _score_by_snownlp(texts: Sequence[str]) -> Floats:
    scored = score_texts(list(texts), language=["zh"] * len(texts)).score
    scores: Floats = scored.to_numpy(zero_copy_only=False)
    return scores


def score_by_pysenti(texts: Sequence[str]) -> Floats:
    """Score lines by pysenti's sentiment rules, run in another Python interpreter.

    Its score has no bounds and its cut at zero: s becomes (1 + s / (1 + |s|)) / 2, so
    that the cut is one half. A line in which it finds no word scores exactly zero and
    gets NaN.
    """
    told = run_peer(["-c", BY_RULES], json.dumps(list(texts)))
    scores = np.array(json.loads(told), np.float64)
    return np.where(scores == 0, np.nan, (1 + scores / (1 + np.abs(scores))) / 2)


def ask_learners(asked: object) -> Any:  # noqa: ANN401 - JSON
    """Return what the learners answer, from a subprocess."""
    return json.loads(run_peer([str(LEARNERS)], json.dumps(asked)))


def run_peer(arguments: Sequence[str], told: str) -> str:
    """Run a program in the peers environment and return its output."""
    if not (python := os.environ.get(PEERS)):
        raise MissingSourceError(
            "the instruments compared with are in an environment of their own",
            where=PEERS,
            remedy="run `make instruments`, which installs and names it",
        )
    done = subprocess.run(  # noqa: S603 - a fixed program
        [python, "-X", "utf8", *arguments],
        input=told,
        stdout=subprocess.PIPE,
        check=True,
        encoding="utf-8",
    )
    return done.stdout


def measure_set(
    instrument: str,
    language: str,
    labelled: Labelled,
    scores: Floats,
    *,
    lengths: Sequence[str] = (),
    cut: float | None = None,
) -> Iterator[dict[str, object]]:
    """Yield how well scores find the negative and the positive texts of a set.

    VADER's scores run from −1 to 1 and are cut at ±.05; the others run from 0 to 1
    and are cut at one half. Texts without a score are left out and counted.
    With a `cut` of its own an instrument reads negative texts only.
    """
    size = np.array([len(text) for text in labelled.texts])
    for length in lengths or LENGTHS[language]:
        low, high = LENGTHS[language][length]
        inside = (size >= low) & (size <= high)
        kept = inside & np.isfinite(scores)
        for reading, sign in SIDES.items():
            if cut is not None and sign == 1:
                continue  # learnt for negative texts only
            usual = sign * vader.SIDED if language == "en" else EVEN
            truth = labelled.sides[kept] == sign
            read = sign * scores[kept] >= sign * (usual if cut is None else cut)
            if language == "zh" and sign == 1:  # exactly one half is no score
                read = scores[kept] > usual
            rates = {
                "auc": compute_auc(sign * scores[kept], truth),
                "sensitivity": compute_wilson_interval(
                    int(read[truth].sum()), int(truth.sum())
                ),
                "specificity": compute_wilson_interval(
                    int((~read[~truth]).sum()), int((~truth).sum())
                ),
            }
            row: dict[str, object] = {
                "instrument": instrument, "language": language, "set": labelled.name,
                "length": length, "reading": reading, "n": int(kept.sum()),
                "labelled": int(truth.sum()), "no_score": int((inside & ~kept).sum()),
            }  # fmt: skip
            for name, rate in rates.items():
                limits = {f"{name}_low": rate.low, f"{name}_high": rate.high}
                row |= {name: rate.estimate} | limits
            yield row


if __name__ == "__main__":  # `make instruments`
    raw = Path(sys.argv[1])
    with as_file(files("helpers.sentiment").joinpath(WEIGHTS)) as shipped:
        fit_weights(raw, shipped)
    measure_instruments(raw)
    write_ledger(raw)
    write_quality(raw, FOLDER / "advertisement_quality.csv")
    write_chat_quality(raw, FOLDER / "chat_rules_quality.csv")
    write_chat_ledger(raw, FOLDER / "chat_rules_ledger.csv")
