"""Classify messages as content, prompt, question or link.

The definitions are the register's (docs/claims); thresholds that it leaves open are
named here.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import Bools
from helpers.text.advertisements import classify_advertisements
from helpers.text.columns import Texts, count_matches, match_pattern, to_text_array
from helpers.text.normalising import BLANK, EMOJI, STICKER, URL, strip_to_words

LONG_HAN, LONG_WORDS = 100, 60  # the register's
COMMENT_HAN, COMMENT_WORDS = 10, 6  # what counts as an own comment on a link: ours
LINKED = pa.array(["link", "share", "file"])

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


def is_content_item(texts: Texts, *, kinds: pa.Array | None = None) -> Bools:
    """Return which messages count as content: long or a commented link, never an ad.

    A content item has at least 100 Chinese characters (60 words in English), or is a
    link or file with an own comment (10 characters or 6 words), or is tagged as a
    lesson or sharing session; advertisements never are.

    >>> is_content_item(
    ...     ["学" * 100, "学习", "这一篇讲清楚了社群怎么开始 http://a.cn"]
    ... ).tolist()
    [True, False, True]
    """
    texts = to_text_array(texts)
    advertised = _to_bools(pc.equal(classify_advertisements(texts).kind, "ad"))
    own = strip_to_words(texts)
    linked = has_link(texts)
    if kinds is not None:
        linked = linked | _to_bools(pc.is_in(kinds.cast(pa.string()), LINKED))
    commented = linked & _has_length(own, COMMENT_HAN, COMMENT_WORDS)
    long = _has_length(own, LONG_HAN, LONG_WORDS)
    content = long | commented | match_pattern(texts, LESSON)
    return np.asarray(content & ~advertised, bool)


def is_question(texts: Texts) -> Bools:
    """Return which messages end in a question.

    >>> is_question(["几点开始？", "八点。", None]).tolist()
    [True, False, False]
    """
    return match_pattern(to_text_array(texts), QUESTION)


def has_link(texts: Texts) -> Bools:
    """Return which messages contain a link.

    >>> has_link(["看 https://a.cn", "a.cn", None]).tolist()
    [True, False, False]
    """
    return match_pattern(to_text_array(texts), URL)


def _has_length(own: pa.Array, han: int, words: int) -> Bools:
    return (count_matches(own, HAN) >= han) | (count_matches(own, WORD) >= words)


def _to_bools(answers: pa.Array) -> Bools:
    return np.asarray(pc.fill_null(answers, fill_value=False), bool)
