r"""Normalise message texts before their sentiment is scored.

Every step runs over the whole column: OpenCC on one newline-joined string, Arrow's
RE2 (linear in the length of the text by construction) for patterns, and code points
for runs, which regular expressions of that kind can't count.
"""

from functools import cache

import numpy as np
import opencc
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import Bools
from helpers.text.columns import (
    CodePoints,
    Texts,
    build_class_table,
    change_some,
    code_points,
    from_code_points,
    to_list_array,
    to_text_array,
)

LONGEST_RUN = 3  # as in NLTK's reduce_lengthening: soooooo → sooo, 哈哈哈哈哈 → 哈哈哈

INVISIBLE = (
    r"[\x00-\x08\x0e-\x1f\x7f\x{ad}\x{200b}-\x{200f}\x{202a}-\x{202e}"
    r"\x{2060}-\x{206f}\x{fe00}-\x{fe0f}\x{feff}\x{fff9}-\x{fffd}\x{e0000}-\x{e01ef}]"
)
URL = (
    r"(?i)(?:https?|ftp|weixin|tg)://[^\s\x{3000}-\x{303f}\x{4e00}-\x{9fff}\x{ff00}-\x{ffef}]+"
    r"|\b(?:www\.|t\.me/|t\.cn/)[a-z0-9][^\s\x{3000}-\x{303f}\x{4e00}-\x{9fff}\x{ff00}-\x{ffef}]*"
)
E_MAIL = r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+"
BLANK = (
    r"\s\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
)
SPACE = rf"[{BLANK}]+"
_STOP = r",.;!?，。；！？、()（）"
_NAME = rf"[^{BLANK}{_STOP}@＠:：]"
# a name ends at a blank (WeChat writes U+2005) or a colon; before other punctuation or
# the text's end only a short one does, lest "@name" written without a blank take the
# sentence with it; else a Latin handle is what can be told from what follows
MENTION = (
    rf"[@＠](?:{_NAME}{{1,32}}([{BLANK}:：])|{_NAME}{{1,8}}([{_STOP}]|$)"
    r"|[A-Za-z0-9_\-]{1,40})"
)
STICKER = (
    r"[\[［][^\[\]［］\n，。.;!?]{1,24}[\]］]"  # [微笑], [doge], [CQ:face,id=14]
    r"|\B:[a-z][a-z0-9_+\-]{1,31}:\B"  # :smile: of Slack, Zulip and Gitter
)
EMOJI = (
    r"[\x{1f000}-\x{1faff}\x{2600}-\x{27bf}\x{2b00}-\x{2bff}\x{2300}-\x{23ff}"
    r"\x{20e3}\x{e000}-\x{f8ff}]"
)

# blanks, invisible characters, emoji; characters without which there is no URL
_MARKS = build_class_table(
    {
        1: [
            (0x0, 0x20), (0x7F, 0xAD), (0x1680, 0x1680), (0x180E, 0x180E),
            (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F), (0x20E3, 0x20E3),
            (0x2300, 0x23FF), (0x2600, 0x27BF), (0x2B00, 0x2BFF), (0x3000, 0x3000),
            (0xE000, 0xF8FF), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFD),
            (0x1F000, 0x1FAFF), (0xE0000, 0xE01EF),
            *((ord(mark), ord(mark)) for mark in "@＠[［:."),
        ]
    }
)  # fmt: skip


def normalise_texts(texts: Texts) -> pa.Array:
    r"""Normalise texts for scoring: words only, simplified Chinese, runs shortened.

    Traditional characters become simplified; URLs, e-mail addresses, mentions,
    stickers in brackets, emoji and invisible characters go; runs of one character
    keep three; white space becomes single blanks.

    Linear in the number of characters. One call takes up to 2 GiB of text: pass
    larger columns chunk by chunk.

    >>> message = "@阿明\u2005後來https://a.cn/x 哈哈哈哈哈[微笑]😂"
    >>> normalise_texts([message, None, "[doge]"]).to_pylist()
    ['后来 哈哈哈', None, '']
    """
    return normalise_words(strip_to_words(to_text_array(texts)))


def normalise_words(words: pa.Array) -> pa.Array:
    """Normalise texts already stripped of links and emoji.

    >>> normalise_words(pa.array(["哈哈哈哈哈 發財"])).to_pylist()
    ['哈哈哈 发财']
    """
    return collapse_runs(simplify_characters(words), LONGEST_RUN)


def strip_to_words(texts: pa.Array) -> pa.Array:
    """Remove links, addresses, mentions, stickers and emoji from texts.

    >>> strip_to_words(pa.array(["see www.a.org :smile: a@b.cn ok"])).to_pylist()
    ['see ok']
    """
    return change_some(texts, _has_marks(texts), _strip_marks)


def _has_marks(texts: pa.Array) -> Bools:
    """Return which texts contain a link, mention or emoji to be removed."""
    column = code_points(texts)
    return column.holds(_MARKS[column.points] > 0)


def _strip_marks(texts: pa.Array) -> pa.Array:
    steps = (
        (INVISIBLE, ""),
        (URL, " "),
        (E_MAIL, " "),
        (MENTION, r" \1\2"),
        (STICKER, " "),
        (EMOJI, " "),
        (SPACE, " "),
    )
    for pattern, replacement in steps:
        texts = pc.replace_substring_regex(texts, pattern, replacement)
    return pc.utf8_trim_whitespace(texts)


def simplify_characters(texts: pa.Array) -> pa.Array:
    r"""Convert texts to simplified Chinese characters (OpenCC `t2s`).

    >>> simplify_characters(pa.array(["恭喜\n發財", None, ""])).to_pylist()
    ['恭喜\n发财', None, '']
    """
    if not len(texts):
        return texts
    filled = pc.fill_null(texts, "")
    joined = pc.binary_join(to_list_array(filled), "\n")
    converted = pa.array([_load_converter().convert(joined[0].as_py())], pa.string())
    lines = pc.split_pattern(converted, "\n").flatten()
    if len(lines) > len(texts):  # line breaks inside a text: its lines belong together
        breaks = pc.count_substring(filled, "\n").to_numpy()
        ends = np.concatenate([[0], np.cumsum(breaks + 1, dtype=np.int32)])
        grouped = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), lines)
        lines = pc.binary_join(grouped, "\n")
    if not texts.null_count:
        return lines
    return pc.if_else(texts.is_valid(), lines, pa.scalar(None, pa.string()))


@cache
def _load_converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def collapse_runs(texts: pa.Array, longest: int) -> pa.Array:
    """Shorten runs of one character to at most `longest` repetitions.

    >>> collapse_runs(pa.array(["好好好好的", "aab"]), 2).to_pylist()
    ['好好的', 'aab']
    """
    stretched = pa.array(_has_long_runs(texts, longest))
    if not stretched.true_count:
        return texts
    long = texts.filter(stretched)
    column = code_points(long)
    position = np.arange(len(column.points))
    begins = np.ones(len(position), bool)
    begins[1:] = column.points[1:] != column.points[:-1]
    begins[column.starts[:-1][np.diff(column.starts) > 0]] = True
    run_start = np.maximum.accumulate(np.where(begins, position, 0))
    keep = position - run_start < longest
    starts = np.concatenate([[0], np.cumsum(column.totals(keep))])
    collapsed = from_code_points(
        CodePoints(column.points[keep], starts), long.is_valid()
    )
    return pc.replace_with_mask(texts, stretched, collapsed)


def _has_long_runs(texts: pa.Array, longest: int) -> Bools:
    """Return which texts repeat one character more than `longest` times."""
    column = code_points(texts)
    same = np.zeros(len(column.points), bool)
    np.equal(column.points[longest:], column.points[:-longest], out=same[longest:])
    for step in range(1, longest):
        same[longest:] &= (
            column.points[longest - step : -step] == column.points[longest:]
        )
    return column.holds(same)
