"""Build lookup tables for scoring from SnowNLP, and score by SnowNLP itself."""

import random
import sys
from collections.abc import Collection, Sequence
from itertools import compress, pairwise
from math import log
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from snownlp import normal, seg, sentiment

from helpers.arrays import Floats
from helpers.errors import ShequnError
from helpers.sentiment.kernel import (
    COUNT_BITS,
    FIRST_HAN,
    LAST_HAN,
    META_BITS,
    ORDINAL_BITS,
    hash_word,
    place_keys,
)
from helpers.sentiment.tables import (
    Bytes,
    Golden,
    Ints,
    Measured,
    Slots,
    Tables,
    write_file,
)

TAGS = {"b": 0, "m": 1, "e": 2, "s": 3, "BOS": 3}
BEGIN = ("", "BOS")
LARGEST_OFFSET, LARGEST_KEY = 1 << 20, 1 << 37  # what a slot has bits for
PAIR_BITS, TRIPLE_BITS, WORD_BITS = 19, 21, 17  # about a third of the slots filled
LAST_SPACE = 0x3000
GOLDEN = 200

Model = Any  # SnowNLP publishes no types
Gram = tuple[tuple[str, str], ...]


class Entries(NamedTuple):
    """A hash table of SnowNLP's character n-grams with tags and log probabilities."""

    slots: Slots
    shift: int
    code: Bytes
    value: Floats


def build_tables() -> Tables:
    """Build lookup tables for sentiment scoring from SnowNLP's word counts."""
    model = seg.segger.segger
    characters = sorted(
        {c for c, _ in model.uni.d if c and FIRST_HAN <= ord(c) <= LAST_HAN}
    )
    pairs = _build_entries(model, model.bi.d, characters, PAIR_BITS)
    triples = _build_entries(model, model.tri.d, characters, TRIPLE_BITS)
    stop_words, words = _load_vocabulary()
    spelling = [word.encode() for word in words]
    start = np.cumsum([0, *map(len, spelling)])
    word_bytes = np.frombuffer(b"".join(spelling), np.uint8)
    word_slots, word_shift = _place_words(word_bytes, start)
    total = log(sentiment.classifier.classifier.total)
    priors = [log(counts.getsum()) - total for counts in _load_classes()]
    return Tables(
        space=np.array([chr(point).isspace() for point in range(LAST_SPACE + 1)]),
        character=_index_characters(characters),
        unigram=_build_unigram(model, characters),
        pair_slots=pairs.slots,
        pair_code=pairs.code,
        pair_value=pairs.value,
        triple_slots=triples.slots,
        triple_code=triples.code,
        triple_value=triples.value,
        word_slots=word_slots,
        word_start=start,
        word_bytes=word_bytes,
        word_log=np.array([_compute_word_logs(word) for word in words]).ravel(),
        logs=np.array([*priors, *_compute_word_logs("\0unseen")]),
        numbers=np.array([stop_words, pairs.shift, triples.shift, word_shift]),
    )


def _index_characters(characters: list[str]) -> Ints:
    table = np.full(LAST_HAN - FIRST_HAN + 1, len(characters) + 1, np.int16)
    for ordinal, character in enumerate(characters):
        table[ord(character) - FIRST_HAN] = ordinal
    return table


def _build_unigram(model: Model, characters: list[str]) -> Floats:
    table = np.full((len(characters) + 2, 4), -np.inf)
    for ordinal, character in enumerate(characters):
        logs = [model.log_prob(None, None, (character, tag)) for tag in model.status]
        table[ordinal] = logs
    return table.ravel()


def _build_entries(
    model: Model, counts: Collection[Gram], characters: list[str], bits: int
) -> Entries:
    states = {
        (character, tag): 4 * ordinal + code
        for ordinal, character in enumerate(characters)
        for tag, code in TAGS.items()
    }
    begin = states[BEGIN] = 4 * len(characters) + TAGS["BOS"]
    state = np.array([states.get(part, -1) for gram in counts for part in gram])
    state = state.reshape(len(counts), -1)
    usable = (state >= 0).all(axis=1) & (state[:, -1] != begin)
    padding = (None,) * (3 - state.shape[1])
    grams = compress(counts, usable)
    value = np.array([model.log_prob(*padding, *gram) for gram in grams])
    return _group_entries(state[usable], value, len(characters) + 2, bits)


def _group_entries(state: Ints, value: Floats, characters: int, bits: int) -> Entries:
    key = code = np.zeros(len(state), np.int64)
    for column in state.T:
        key, code = key * characters + (column >> 2), code * 4 + (column & 3)
    order = np.lexsort((code, key))
    keys, offset, count = np.unique(key[order], return_index=True, return_counts=True)
    if len(state) > LARGEST_OFFSET or int(keys[-1]) >= LARGEST_KEY:
        raise _make_size_error()
    unsigned, at, number = (a.astype(np.uint64) for a in (keys, offset, count))
    held = unsigned << META_BITS | at << COUNT_BITS | number
    slots, shift = place_keys(unsigned, held, bits)
    return Entries(slots, shift, code[order].astype(np.uint8), value[order])


def _make_size_error() -> ShequnError:
    return ShequnError(
        "this SnowNLP's segmentation model is larger than the tables can hold",
        where=str(Path(seg.data_path)),
        remedy="install the snownlp of requirements/run.txt",
    )


def _load_classes() -> tuple[Model, Model]:
    counts = sentiment.classifier.classifier.d
    return counts["neg"], counts["pos"]


def _load_vocabulary() -> tuple[int, list[str]]:
    """Return SnowNLP's words, stop words first, and the number of stop words."""
    stop_words = normal.stop - {""}
    negative, positive = _load_classes()
    rest = (negative.d.keys() | positive.d.keys()) - stop_words
    return len(stop_words), [*sorted(stop_words), *sorted(rest)]


def _place_words(word_bytes: Bytes, start: Ints) -> tuple[Slots, int]:
    spans = pairwise(start)
    keys = np.array([hash_word(word_bytes, *span) for span in spans], np.uint64)
    if len(keys) >> int(ORDINAL_BITS):
        raise _make_size_error()
    ordinals = np.arange(1, len(keys) + 1, dtype=np.uint64)
    return place_keys(keys, keys << ORDINAL_BITS | ordinals, WORD_BITS)


def _compute_word_logs(word: str) -> list[float]:
    return [log(counts.freq(word)) for counts in _load_classes()]


def draw_golden_texts(count: int = GOLDEN) -> list[str]:
    """Draw reproducible random texts to compare the scorer with SnowNLP.

    Words, characters seen and unseen, white space, Latin, digits and emoji in turn.

    >>> draw_golden_texts() == draw_golden_texts()
    True
    """
    draw = random.Random(20130726)  # noqa: S311 - a fixed sample, nothing secret
    words = _load_vocabulary()[1]
    han = [chr(point) for point in range(FIRST_HAN, LAST_HAN + 1)]
    other = [*" \t\u3000\x1c\x85\u200b，。！？", "ok", "666", "😂", "〇", "\u9fa6"]
    return [
        "".join(
            draw.choice(draw.choices((words, han, other), (6, 2, 2))[0])
            for _ in range(draw.randrange(1, 30))
        )
        for _ in range(count)
    ]


def classify_text(text: str) -> float:
    """Compute `SnowNLP(text).sentiments`, also for empty texts."""
    return float(sentiment.classify(text))


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


def write_tables(arguments: list[str]) -> None:
    """Write lookup tables and test scores of SnowNLP to the given file."""
    texts = draw_golden_texts()
    golden = Golden(texts, [classify_text(text) for text in texts])
    write_file(Path(arguments[0]), build_tables(), golden)


if __name__ == "__main__":
    write_tables(sys.argv[1:])
