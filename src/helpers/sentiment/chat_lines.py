"""Sentiment of short Chinese chat lines: a logistic regression with fixed weights.

Fitted to lines labelled by a rule, measured on lines labelled by hand
(``data/processed/instruments``). Weights of character 1–3-grams are shipped, no text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files

import numpy as np

from helpers.arrays import Floats
from helpers.sentiment.grams import GramModel

WEIGHTS = "chat_line_weights.npz"


def score_chat_lines(texts: Sequence[str]) -> Floats:
    """Return probabilities that chat lines are positive; NaN if all n-grams are new.

    `texts`: lines as people wrote them, normalised by `helpers.text.normalise_texts`.

    >>> happy, sad, unknown = score_chat_lines(["真开心", "太难过了", "〄"])
    >>> bool(happy > 0.5 > sad), bool(np.isnan(unknown))
    (True, True)
    """
    joined = [remove_blanks(text) for text in texts]
    model = _read_model()
    return np.where(model.recognises(joined), model(joined), np.nan)


def remove_blanks(text: str) -> str:
    """Remove the white space from a Chinese line (some data have it segmented).

    >>> remove_blanks("真 开心")
    '真开心'
    """
    return "".join(text.split())


@cache
def _read_model() -> GramModel:
    with as_file(files(__package__).joinpath(WEIGHTS)) as path, np.load(path) as held:
        return GramModel(
            held["names"],
            held["rarity"].astype(np.float64),
            held["weights"].astype(np.float64),
        )
