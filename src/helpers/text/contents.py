"""What a message does in a group: gives content, asks, links.

The definitions are the register's (docs/claims); thresholds that it leaves open are
named here.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import Bools, Ints
from helpers.text.advertisements import advertisements
from helpers.text.columns import Texts, as_texts
from helpers.text.normalising import BLANK, EMOJI, STICKER, URL, bare

LONG_HAN, LONG_WORDS = 100, 60  # the register's
COMMENT_HAN, COMMENT_WORDS = 10, 6  # what counts as an own comment on a link: ours

HAN = r"[\x{3400}-\x{4dbf}\x{4e00}-\x{9fff}\x{20000}-\x{323af}]"
WORD = r"[A-Za-z]+(?:['’][A-Za-z]+)?"
LESSON = (  # a tag at the start that announces a lesson or a sharing session
    r"(?i)^[\s]*(?:[#【\[《「(（][^\n】\]》」)）#]{0,20}(?:分享|课程|课堂|微课|讲座|公开课|教程|干货"
    r"|直播|导读|lesson|lecture|tutorial|workshop|talk)"
    r"|第[0-9一二三四五六七八九十百]{1,4}(?:课|讲|期分享|节课))"
)
_TRAIL = rf"(?:[{BLANK}~～!！。.…”』」）)\]]|{EMOJI}|{STICKER})*$"
QUESTION = (
    r"(?:[?？]|吗|怎么样|怎么办|如何|是不是|对不对|好不好|有没有|为什么)" + _TRAIL
)


def content_item(texts: Texts) -> Bools:
    """Return which messages are content items.

    A content item has at least 100 Chinese characters (60 words in English), or is a
    link with an own comment (10 characters or 6 words), or is tagged as a lesson or
    sharing session; advertisements never are.

    >>> content_item(
    ...     ["学" * 100, "学习", "这一篇讲清楚了社群怎么开始 http://a.cn"]
    ... ).tolist()
    [True, False, True]
    """
    texts = as_texts(texts)
    advertised = _is(pc.equal(advertisements(texts).kind, "ad"))
    own = bare(texts)
    commented = link(texts) & _at_least(own, COMMENT_HAN, COMMENT_WORDS)
    long = _at_least(own, LONG_HAN, LONG_WORDS)
    return (long | commented | _found(texts, LESSON)) & ~advertised


def question(texts: Texts) -> Bools:
    """Return which messages end in a question.

    >>> question(["几点开始？", "八点。", None]).tolist()
    [True, False, False]
    """
    return _found(as_texts(texts), QUESTION)


def link(texts: Texts) -> Bools:
    """Return which messages carry a link.

    >>> link(["看 https://a.cn", "a.cn", None]).tolist()
    [True, False, False]
    """
    return _found(as_texts(texts), URL)


def _at_least(own: pa.Array, han: int, words: int) -> Bools:
    return np.asarray((_count(own, HAN) >= han) | (_count(own, WORD) >= words), bool)


def _count(texts: pa.Array, pattern: str) -> Ints:
    counts = pc.fill_null(pc.count_substring_regex(texts, pattern), 0)
    return np.asarray(counts, np.int64)


def _found(texts: pa.Array, pattern: str) -> Bools:
    return _is(pc.match_substring_regex(texts, pattern))


def _is(answers: pa.Array) -> Bools:
    return np.asarray(pc.fill_null(answers, fill_value=False), bool)
