"""VADER as published, frozen, on the evidence it has."""

import numpy as np
import pytest

from helpers.errors import ShequnError
from helpers.sentiment import vader

# the examples in VADER's own README: compound scores
PUBLISHED = {
    "VADER is smart, handsome, and funny.": 0.8316,
    "VADER is VERY SMART, handsome, and FUNNY!!!": 0.9342,
    "VADER is not smart, handsome, nor funny.": -0.7424,
    "The book was good.": 0.4404,
    "At least it isn't a horrible book.": 0.4310,
    "Today sux": -0.3612,
    "Not bad at all": 0.4310,
}


def test_scores_equal_published_vader_compounds():
    """Scores are the published compounds on the scale from 0 to 1."""
    scores = vader.measure_texts(list(PUBLISHED)).score
    assert 2 * scores - 1 == pytest.approx(list(PUBLISHED.values()), abs=1e-9)


def test_rules_on_words_nearby_score_as_the_package_does():
    """Negation, boosters, idioms, capitals, "but" and emoji change no score here."""
    plain, draw = vader.package.SentimentIntensityAnalyzer(), np.random.default_rng(7)
    cases = " ".join(vader.package.SPECIAL_CASES)
    nearby = f"{cases} no nor or so this doubt least at very but kind of sort BUT NOT"
    words = [
        *sorted(plain.lexicon)[::25], *vader.package.NEGATE, "!", "???", "😀", "İ",
        *vader.package.BOOSTER_DICT, *nearby.split(),
    ]  # fmt: skip
    texts = [
        " ".join(
            word.upper() if draw.random() < 0.1 else word
            for word in draw.choice(words, draw.integers(10)).tolist()
        )
        for _ in range(4_000)
    ]
    scores = 2 * vader.measure_texts(texts).score - 1
    expected = [plain.polarity_scores(text)["compound"] for text in texts]
    assert scores.tolist() == pytest.approx(expected, abs=1e-12)


def test_counts_tokens_with_a_valence():
    """Known tokens are those that the lexicon gives a valence."""
    measured = vader.measure_texts(["good bad table", "table", "love"])
    assert measured.kept.tolist() == [3, 1, 1]
    assert measured.known.tolist() == [2, 0, 1]


def test_very_long_message_is_not_scored():
    """A message of a million characters is answered at once and not scored."""
    measured = vader.measure_texts(["good but " * 110_000, "good " * vader.LONGEST])
    assert (measured.score[0], measured.known[0]) == (0.5, 0)
    assert measured.known[1] == vader.LONGEST


def test_another_lexicon_is_refused(monkeypatch):
    """Scores are never given by a lexicon other than the recorded one."""
    monkeypatch.setattr(vader, "LEXICON", "0" * 64)
    vader._load_analyser.cache_clear()
    with pytest.raises(ShequnError, match="not the VADER lexicon"):
        vader.measure_texts(["good"])
