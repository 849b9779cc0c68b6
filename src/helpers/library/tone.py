"""Tone of messages as data frames, each instrument in a column of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from helpers.arrays import Floats
from helpers.derive.frame import select_texts
from helpers.errors import ShequnError
from helpers.library.frames import check_messages
from helpers.sentiment import vader
from helpers.sentiment.chat_lines import score_chat_lines
from helpers.sentiment.error_draws import MEASURED, count_lengths, draw_errors
from helpers.sentiment.scoring import EVEN, score_texts
from helpers.text.languages import detect_language
from helpers.text.normalising import normalise_texts

INSTRUMENTS = ("chat_line", "snownlp", "vader")
READINGS = ("negative", "positive")
SEED, DRAWS = 72, 999
Z = 1.959963984540054


def tone(texts: pd.Series[Any] | Iterable[Any]) -> pd.DataFrame:
    """Score the tone of messages: Chinese by two instruments, English by one.

    Scores of different instruments have different scales and errors: never average
    them, and compare a column with itself only.

    Parameters
    ----------
    texts
        The messages; other languages and messages without words get no score.

    Returns
    -------
    DataFrame
        On the same index: ``language`` (``zh``, ``en``, ``other``, ``none``; missing
        where there is no message); for Chinese ``chat_line`` (our regression for short
        chat lines) and ``snownlp`` (as shipped), from 0 (negative) to 1 (positive);
        for English ``vader`` (its compound score), from −1 to 1, 0 where it knows no
        word. ``attrs["unscored"]`` has the messages without any score by reason.

    Examples
    --------
    >>> scores = tone(pd.Series(["great work", "真开心", "😂"], index=[7, 8, 9]))
    >>> scores["language"].tolist()
    ['en', 'zh', 'none']
    >>> scores[["chat_line", "snownlp", "vader"]].notna().sum(axis=1).tolist()
    [1, 2, 0]
    """
    if isinstance(texts, str | pd.DataFrame) or not isinstance(texts, Iterable):
        raise ShequnError(
            f"tone takes a series of messages, not {type(texts).__name__}",
            remedy="pass df['text'], or a list of strings",
        )
    column = texts if isinstance(texts, pd.Series) else pd.Series(list(texts))
    said = column.map(lambda text: text if isinstance(text, str) else None)
    distinct, code = np.unique(said.dropna().to_numpy(object), return_inverse=True)
    known = said.notna().to_numpy()
    frame = pd.DataFrame(index=column.index)
    for name, values in _score_distinct(distinct.tolist()).items():
        missing = None if name == "language" else np.nan
        spread = np.full(len(column), missing, values.dtype)
        spread[known] = values[code]
        frame[name] = spread
    frame.attrs["unscored"] = _count_unscored(frame)
    return frame


def _score_distinct(texts: list[str]) -> dict[str, np.ndarray]:
    languages = np.array(detect_language(texts).to_pylist(), object)
    scores = {name: np.full(len(texts), np.nan) for name in INSTRUMENTS}
    chinese, english = (np.flatnonzero(languages == each) for each in ("zh", "en"))
    if len(chinese):
        lines = [texts[row] for row in chinese]
        read = score_texts(lines, language=["zh"] * len(lines)).score
        scores["snownlp"][chinese] = read.to_numpy(zero_copy_only=False)
        scores["chat_line"][chinese] = score_chat_lines(
            normalise_texts(lines).to_pylist()
        )
    if len(english):
        lines = [texts[row] for row in english]
        scores["vader"][english] = vader.compute_compounds(lines)
    return {"language": languages, **scores}


def _count_unscored(frame: pd.DataFrame) -> dict[str, int]:
    language = frame["language"]
    reasons = {
        "no message": language.isna(),
        "no words": language.eq("none"),
        "no instrument for the language": language.eq("other"),
        "no word known": language.isin(["zh", "en"])
        & frame[list(INSTRUMENTS)].isna().all(axis=1),
    }
    return {why: int(rows.sum()) for why, rows in reasons.items() if rows.any()}


def _read_local_times(times: pd.Series[Any]) -> pd.Series[pd.Timestamp]:
    try:
        return pd.to_datetime(times)
    except ValueError:  # a month begins when that of its zone does
        raise ShequnError(
            "the times are of several zones",
            where="column time",
            remedy="use pd.to_datetime(df['time'], utc=True).dt.tz_convert(…) first",
        ) from None


def tone_by_month(messages: pd.DataFrame) -> pd.DataFrame:
    """Estimate each group's monthly shares of negative and positive messages.

    Shares are corrected for how often the instrument errs on texts that people
    labelled (Rogan and Gladen); limits hold these errors and the number of messages.
    The errors are the same in every month, so that a change between months is surer
    than the levels are. Chinese instruments were measured on lines with a tone, and
    know no third answer.

    Parameters
    ----------
    messages
        As `read_messages` returns them; ``time``, ``group`` and ``text`` are needed.
        Rows with a ``reason`` do not count, nor what others wrote, such as forwards.

    Returns
    -------
    DataFrame
        One row per group and month (``2024-03``): ``messages``, ``no_instrument``
        (those in languages that no instrument reads), and for each instrument
        ``…_scored``, ``…_negative``, ``…_negative_low``, ``…_negative_high`` and the
        same of ``positive``; missing where it scored nothing. ``attrs["words"]`` says
        what was left out.

    Raises
    ------
    ShequnError
        If a column is missing, or a row has no time or group.

    Examples
    --------
    >>> lines = pd.DataFrame(
    ...     {
    ...         "time": ["2024-03-01T10:00:00+00:00"] * 2,
    ...         "group": "a",
    ...         "sender": "b",
    ...         "text": ["this is awful", "bonjour à tous les amis"],
    ...     }
    ... )
    >>> months = tone_by_month(lines)
    >>> months[["month", "messages", "no_instrument", "vader_scored"]].values.tolist()
    [['2024-03', 2, 1, 1]]
    """
    frame = check_messages(messages)
    if "text" not in frame:
        raise ShequnError(
            "there is no column text", where="messages",
            remedy="tone is read from texts: give them as column text",
        )  # fmt: skip
    frame = select_texts(frame)
    scores = tone(frame["text"])
    times = _read_local_times(frame["time"])
    keys = [frame["group"], times.dt.strftime("%Y-%m").rename("month")]
    chars = frame["text"].astype(str).str.len()
    there, other = scores["language"].notna(), scores["language"].eq("other")
    counted = pd.DataFrame({"messages": there, "no_instrument": other})
    table = counted.groupby(keys).sum()
    for name in INSTRUMENTS:
        scored = scores[name].notna()
        counts = pd.DataFrame({"scored": scored, **read_sides(name, scores[name])})
        sums = counts.groupby(keys).sum()
        table[f"{name}_scored"] = sums["scored"]
        if scored.any():
            lengths = count_lengths(chars[scored], MEASURED[name][0])
            for reading in READINGS:
                columns = _correct(
                    name, reading, sums[reading], sums["scored"], lengths
                )
                table = table.assign(**dict(columns))
    result = table.reset_index()
    left = int(result["no_instrument"].sum())
    result.attrs["words"] = (
        f"{left:,} messages are in languages that no instrument here reads;"
        " Chinese and English are read"
        if left
        else ""
    )
    return result


def read_sides(name: str, scores: pd.Series[float]) -> dict[str, pd.Series[bool]]:
    """Return which messages an instrument reads as negative, and as positive."""
    if name == "vader":
        return {"negative": scores <= -vader.SIDED, "positive": scores >= vader.SIDED}
    return {"negative": scores <= EVEN, "positive": scores > EVEN}


def _correct(
    name: str, reading: str, read: pd.Series[int], scored: pd.Series[int],
    lengths: Floats,
) -> Iterator[tuple[str, pd.Series[float]]]:  # fmt: skip
    """Yield columns of a corrected share with its limits (delta method)."""
    errors = draw_errors(reading, lengths, np.random.default_rng(SEED), DRAWS, name)
    passed = errors.specificity[0]
    power, spread = (
        errors.power[0],
        np.cov(errors.sensitivity[1:], errors.specificity[1:]),
    )
    n = scored.where(scored > 0).astype("float64")
    share = read / n
    true = ((share + passed - 1) / power).clip(0, 1)
    near = (read + 2) / (n + 4)  # Agresti and Coull: none of few is no certainty
    variance = (
        near * (1 - near) / n
        + true**2 * spread[0, 0]
        + (1 - true) ** 2 * spread[1, 1]
        - 2 * true * (1 - true) * spread[0, 1]
    )
    error = Z * np.sqrt(variance) / power
    yield f"{name}_{reading}", true
    # around what is possible: fewer than the instrument's errors is no certain zero
    yield f"{name}_{reading}_low", (true - error).clip(0, 1)
    yield f"{name}_{reading}_high", (true + error).clip(0, 1)
