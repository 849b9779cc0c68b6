"""VADER's sentiment score of English messages, with its frozen lexicon.

Hutto and Gilbert (2014), VADER: A parsimonious rule-based model for sentiment
analysis of social media text. Capitals, punctuation and emoji are part of its rules,
so it reads messages as they were written.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from vaderSentiment import vaderSentiment as package  # noqa: N813 - its name

from helpers.arrays import Floats
from helpers.errors import ShequnError
from helpers.files import compute_checksum, compute_checksum_of_parts
from helpers.sentiment.tables import Measured

LEXICON = (
    "4c87e24ed4dc833170342d3220d23412"
    "962036869a2a960bf16996ee0b9cd4d8"
)  # of vaderSentiment 3.3.2
LONGEST = 2_000  # words; its rules take quadratic time, and it was made for tweets
SIDED = 0.05  # of the compound score: negative and positive, as its authors cut it
DIGITS = 4  # to which the package rounds it
_FILES = ("vader_lexicon.txt", "emoji_utf8_lexicon.txt")


class _Counting(package.SentimentIntensityAnalyzer):  # type: ignore[misc]
    """VADER's analyser, also counting the tokens its last score used."""

    kept = known = 0

    def __init__(self) -> None:
        super().__init__()
        self._emoji = frozenset(self.emojis)

    def polarity_scores(self, text: str) -> Any:  # noqa: ANN401 - as the package has it
        if not (text.isascii() or self._emoji.isdisjoint(text)):
            return super().polarity_scores(text)
        message = package.SentiText(text.strip())
        words = message.words_and_emoticons
        lowered = [word.lower() for word in words]
        valences: list[float] = []
        for i, word in enumerate(lowered):
            kind_of = word == "kind" and lowered[i + 1 : i + 2] == ["of"]
            if word in self.lexicon and not (kind_of or word in package.BOOSTER_DICT):
                self.sentiment_valence(0, message, words[i], i, valences)
            else:
                valences.append(0)
        if not any(valences):  # no sum to be emphasised: exactly zero
            self.kept, self.known = len(valences), 0
            return {"compound": 0.0}
        if "but" in lowered:
            valences = self._but_check(words, valences)
        return self.score_valence(valences, message.text)

    def score_valence(self, sentiments: list[float], text: str) -> Any:  # noqa: ANN401 - as the package has it
        self.kept = len(sentiments)
        self.known = sum(valence != 0 for valence in sentiments)
        return super().score_valence(sentiments, text)


@cache
def _load_analyser() -> _Counting:
    place = Path(package.__file__).parent
    found = compute_checksum_of_parts(compute_checksum(place / name) for name in _FILES)
    if found != LEXICON:
        raise ShequnError(
            "this is not the VADER lexicon that scores are defined by",
            where=str(place),
            remedy="install the vaderSentiment of requirements/run.txt",
        )
    return _Counting()


def measure_texts(texts: Sequence[str]) -> Measured:
    """Compute VADER's sentiment score of texts, rescaled to 0–1.

    A message of more than `LONGEST` words rests on no token: (.5, 0, 0).
    """
    measured = {text: _measure_one(text) for text in set(texts)}
    rows = np.array([measured[text] for text in texts]).reshape(-1, 3)
    score, kept, known = rows.T
    return Measured(score, kept.astype(np.int64), known.astype(np.int64))


def compute_compounds(texts: Sequence[str]) -> Floats:
    """Compute VADER's own compound score of texts, from −1 to 1."""
    return (2 * measure_texts(texts).score - 1).round(DIGITS)


def _measure_one(text: str) -> tuple[float, int, int]:
    analyser = _load_analyser()
    if len(text.split(maxsplit=LONGEST)) > LONGEST:
        return 0.5, 0, 0
    compound = analyser.polarity_scores(text)["compound"]
    return (compound + 1) / 2, analyser.kept, analyser.known
