"""Count features of message texts: length, links, code, questions."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from helpers.text.columns import to_utf8

FEW = 2000  # texts that are counted before the compiler has been loaded


def count_text_features(texts: pa.Array) -> Mapping[str, pa.Array]:
    """Count characters and links of n texts, and flag code and questions.

    Returns
    -------
    `chars` and `links` as int32, `has_code` and `has_question` as bool; a null has
    none of them.

    Examples
    --------
    >>> column = pa.array(["为什么？ https://x.org", None])
    >>> [found.to_pylist() for found in count_text_features(column).values()]
    [[18, 0], [1, 0], [False, False], [True, False]]
    """
    if len(texts) < FEW:
        return _count_few(pc.fill_null(texts, ""))
    from helpers.formats.rows.text_counts_compiled import count_features  # noqa: PLC0415

    chars, links, code, question = count_features(*to_utf8(texts))
    return {
        "chars": pa.array(chars),
        "links": pa.array(links),
        "has_code": pa.array(code),
        "has_question": pa.array(question),
    }


def _count_few(texts: pa.Array) -> Mapping[str, pa.Array]:
    links = [pc.count_substring(texts, scheme) for scheme in ("http://", "https://")]
    questions = [pc.match_substring(texts, mark) for mark in ("?", "？")]
    return {
        "chars": pc.utf8_length(texts),
        "links": pc.add(*links),
        "has_code": pc.match_substring(texts, "```"),
        "has_question": pc.or_(*questions),
    }
