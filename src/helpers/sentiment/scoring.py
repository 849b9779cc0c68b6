"""Score the sentiment of messages, each language by its own classifier."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import Bools, Ints
from helpers.errors import BrokenFileError, MissingSourceError
from helpers.sentiment import snow
from helpers.sentiment.tables import Measured
from helpers.text.columns import to_text_array
from helpers.text.languages import detect_language_of_words
from helpers.text.normalising import normalise_words, strip_to_words
from helpers.wording import say

Texts = Iterable[Any]  # Arrow arrays and pandas columns among them

EVEN = 0.5
CHUNK = 1 << 17  # unique messages read at once
REASONS = (
    *("scored", "missing", "wordless", "other language"),
    *("prior", "unknown", "even"),
)
_SCORED, _MISSING, _WORDLESS, _OTHER, _PRIOR, _UNKNOWN, _EVEN = range(7)


@dataclass(frozen=True, slots=True, repr=False)
class ScoredTexts:
    """Sentiment scores of messages, and why some have none."""

    score: pa.Array
    kept: pa.Array
    known: pa.Array
    instrument: pa.Array
    unscored: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.score)

    def __repr__(self) -> str:
        scored = len(self) - self.score.null_count
        return f"ScoredTexts({scored:,} of {len(self):,} scored)"

    def table(self) -> pa.Table:
        """Return the sentiment scores as a table of four columns."""
        names = ("score", "kept", "known", "instrument")
        return pa.table({name: getattr(self, name) for name in names})


def score_texts(
    texts: Texts, *, language: Iterable[Any] | None = None, threads: int | None = None
) -> ScoredTexts:
    """Score sentiment: Chinese by SnowNLP, English by VADER, null otherwise.

    SnowNLP reads what `normalise_texts` makes of a message (simplified,
    bare of links, mentions, stickers and emoji), VADER the message as it was written,
    as capitals, punctuation and emoji are part of its rules. Equal messages are scored
    once.

    >>> scored = score_texts(["今天天氣真不錯", "哈哈", "😂", "great work", None])
    >>> scored.instrument.to_pylist()
    ['snownlp', 'snownlp', None, 'vader', None]
    >>> scored.score.is_valid().to_pylist()
    [True, False, False, True, False]
    >>> {reason: n for reason, n in scored.unscored.items() if n}
    {'missing': 1, 'wordless': 1, 'prior': 1}
    """
    encoded = _to_messages(texts).dictionary_encode()
    messages, which = encoded.dictionary, encoded.indices
    words = None
    if language is None:
        words = _apply_by_chunk(strip_to_words, messages)
        labels = _apply_by_chunk(detect_language_of_words, words).take(which)
    else:
        labels = pa.array(language)
    without = [np.asarray(labels.is_null()), _is_label(labels, "none")]
    reason = np.select(without, [_MISSING, _WORDLESS], _OTHER)
    measured = Measured.blank(len(which))
    for label, instrument in _INSTRUMENTS.items():
        rows = np.flatnonzero(_is_label(labels, label))
        if not len(rows):
            continue
        again = which.take(pa.array(rows)).dictionary_encode()
        unique_texts = _Texts(
            messages.take(again.dictionary),
            None if words is None else words.take(again.dictionary),
        )
        part = instrument.measure(unique_texts, threads)
        measured.put(rows, part, np.asarray(again.indices))
        reason[rows] = _find_uninformed(measured, rows, instrument.prior())
    return _build_scores(measured, reason, labels)


def score_raw(texts: Texts) -> Measured:
    """Score the sentiment of every text by SnowNLP, without normalising the text.

    What is not a string is read as an empty one.
    """
    encoded = pc.fill_null(snow.encode_texts(texts), b"").dictionary_encode()
    part = snow.measure_encoded(encoded.dictionary)
    measured, source = Measured.blank(len(encoded)), np.asarray(encoded.indices)
    measured.put(np.arange(len(encoded)), part, source)
    return measured


def _to_messages(texts: Texts) -> pa.Array:
    try:
        return to_text_array(texts)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return to_text_array([t if isinstance(t, str) else None for t in texts])


def _apply_by_chunk(
    function: Callable[[pa.Array], pa.Array], texts: pa.Array
) -> pa.Array:
    chunks = [function(part) for part in _iterate_chunks(texts)]
    return pa.chunked_array(chunks, pa.string()).combine_chunks()


def _iterate_chunks(texts: pa.Array) -> Iterator[pa.Array]:
    for start in range(0, len(texts), CHUNK):
        yield texts.slice(start, CHUNK)


def _is_label(labels: pa.Array, label: str) -> Bools:
    return np.asarray(pc.fill_null(pc.equal(labels, label), fill_value=False))


def _find_uninformed(measured: Measured, rows: Ints, prior: float) -> Ints:
    """Return for each sentiment score whether it is informative, or a code why not."""
    scores, kept, known = (column[rows] for column in measured.columns)
    cases = [(known == 0) & (kept > 0), scores == EVEN, scores == prior]
    return np.select(cases, [_UNKNOWN, _EVEN, _PRIOR], _SCORED)


class _Texts(NamedTuple):
    messages: pa.Array
    words: pa.Array | None  # what is left of each when it is bare, where it was asked


def _score_by_snownlp(texts: _Texts, threads: int | None) -> Measured:
    words = (
        _apply_by_chunk(strip_to_words, texts.messages)
        if texts.words is None
        else texts.words
    )
    parts = (
        normalise_words(part).cast(pa.large_binary()) for part in _iterate_chunks(words)
    )
    return Measured.joined([snow.measure_encoded(part, threads) for part in parts])


def _score_by_vader(texts: _Texts, _: int | None) -> Measured:
    from helpers.sentiment import vader  # noqa: PLC0415 - imported only where used

    return vader.measure_texts(texts.messages.to_pylist())


class _Instrument(NamedTuple):
    name: str
    measure: Callable[[_Texts, int | None], Measured]
    prior: Callable[[], float]


_INSTRUMENTS = MappingProxyType(
    {
        "zh": _Instrument("snownlp", _score_by_snownlp, snow.compute_prior),
        "en": _Instrument("vader", _score_by_vader, lambda: EVEN),
    }
)


def _build_scores(measured: Measured, reason: Ints, labels: pa.Array) -> ScoredTexts:
    names = pa.array([instrument.name for instrument in _INSTRUMENTS.values()])
    which = pc.index_in(labels, pa.array(list(_INSTRUMENTS)))
    unread = np.asarray(which.is_null())
    counts = np.bincount(reason, minlength=len(REASONS)).tolist()
    return ScoredTexts(
        pa.array(measured.score, mask=reason != _SCORED),
        pa.array(measured.kept, mask=unread),
        pa.array(measured.known, mask=unread),
        names.take(which),
        MappingProxyType(dict(zip(REASONS[1:], counts[1:], strict=True))),
    )


Columns = list[list[float | str | None]]

BLOCK = 1 << 16  # lines scored at once


def score_lines_of_file(path: Path, raw: bool, out: IO[str]) -> None:  # noqa: FBT001 - a command's option
    """Score the sentiment of each line of a file and write CSV."""
    columns = _score_lines_raw if raw else _score_lines
    blocks = _read_blocks(path)
    first = list(itertools.islice(blocks, 1))  # else a file that is not there has one
    out.write("score,kept,known,instrument\n")
    for block in itertools.chain(first, blocks):
        rows = zip(*columns(block), strict=True)
        out.writelines(f"{','.join(map(_format_value, row))}\n" for row in rows)


def _format_value(value: float | str | None) -> str:
    return "" if value is None else value if isinstance(value, str) else repr(value)


def _score_lines(lines: list[str]) -> Columns:
    table = score_texts(lines).table()
    return [table[name].to_pylist() for name in table.column_names]


def _score_lines_raw(lines: list[str]) -> Columns:
    columns = [column.tolist() for column in score_raw(lines).columns]
    return [*columns, ["snownlp"] * len(lines)]


def _read_blocks(path: Path) -> Iterator[list[str]]:
    try:
        # some writers of JSON leave halves of characters, which no codec takes
        with path.open(
            encoding="utf-8-sig", errors="surrogatepass", newline="\n"
        ) as file:
            lines = (line.removesuffix("\n").removesuffix("\r") for line in file)
            while block := list(itertools.islice(lines, BLOCK)):
                yield block
    except FileNotFoundError as error:
        raise MissingSourceError(
            say("no such file"),
            where=str(path),
            remedy=say("give a file of one message a line"),
        ) from error
    except OSError as error:
        raise BrokenFileError(
            say(
                "can't be read ({error})", error=(error.strerror or str(error)).lower()
            ),
            where=str(path),
            remedy=say("give a file of one message a line"),
        ) from error
    except UnicodeDecodeError as error:
        raise BrokenFileError(
            say("not UTF-8"),
            where=str(path),
            remedy=say("save it as UTF-8 and run it again"),
        ) from error
