"""Reference implementation of the sentiment score: SnowNLP itself.

Importing it takes seconds and some 420 MB, so only three meet here: the child that
makes the tables, the fall-back where the kernel fails its check, and the tests.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from snownlp import sentiment

from helpers.sentiment.measured import Measured


def classify_text(text: str) -> float:
    """Compute `SnowNLP(text).sentiments`, also for empty texts."""
    return float(sentiment.classify(text))


def split_words(text: str) -> list[str]:
    """Split a text into SnowNLP's words, stop words included."""
    return list(sentiment.seg.seg(text))


def measure_texts(texts: Sequence[str]) -> Measured:
    """Compute sentiment and token counts of texts by SnowNLP itself."""
    kept = [sentiment.classifier.handle(text) for text in texts]
    vocabulary = [counts.d for counts in sentiment.classifier.classifier.d.values()]
    known = [sum(any(w in d for d in vocabulary) for w in words_) for words_ in kept]
    return Measured(
        np.array([classify_text(text) for text in texts], np.float64),
        np.array([len(words_) for words_ in kept], np.int64),
        np.array(known, np.int64),
    )
