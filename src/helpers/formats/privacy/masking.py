"""Masking of names, numbers and addresses in text columns.

Most texts hold no name, no address and no long number, which one look along their bytes
tells; what must be exact is then done to the others only.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, cached_property
from urllib.parse import quote, quote_plus

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import Bools
from helpers.formats.privacy.name_tree import (
    NameTree,
    find_child,
    name_tree,
    replace_names,
)
from helpers.formats.rows.people import SOMEBODY
from helpers.text.columns import (
    UNICODE_END,
    Utf8,
    code_points,
    from_code_points,
    to_utf8,
)
from helpers.text.redaction import redact_texts

# Without one of these words or that many digits `redact` changes nothing.
WORDS = (
    "@", "＠", "+", "＋", "gh_", "微信", "薇信", "威信", "weixin", "wechat", "wx", "vx",
    "v信", "qq", "扣扣", "企鹅", "t.me", "telegram.me", "discord", "whatsapp.com",
    "slack.com",
)  # fmt: skip
_DIGITS = 7
_BETWEEN = 2  # signs at most between two digits of a number
_DIGIT, _SIGN = 1, 2
_ASCII = 0x80
_ROLES = {
    "群主", "管理员", "系统消息", "所有人", "全体成员", "大家", "你", "我",
    "system", "SYSTEM",
    "unknown", "未知",
}  # fmt: skip


def find_suspects(texts: Utf8, tree: NameTree, begins: Bools) -> Bools:
    """Return which texts may need masking: a recorded name or seven close digits.

    Only those may hold something to mask. Case counts nowhere, and words count inside
    of others too.

    >>> import pyarrow as pa
    >>> from helpers.formats.privacy.name_tree import name_tree
    >>> from helpers.text.columns import to_utf8
    >>> column = pa.array(["Annie", "an", "138-12 34", "(010) 1234"])
    >>> ann = name_tree(["ann"])
    >>> find_suspects(to_utf8(column), ann, find_beginnings(ann)).tolist()
    [True, False, True, True]
    """
    return np.asarray(
        _find_suspects(texts.data, texts.starts, tree, begins, _build_digit_table())
    )


def find_beginnings(tree: NameTree) -> Bools:
    """Return which pairs of bytes can be the start of a recorded name.

    Exact for ASCII characters, where most texts end their search; another byte may
    always begin a name, and a name of one character needs no second.
    """
    ascii_symbols = tree.symbols[:_ASCII]
    begins = np.ones((256, 256), bool)
    begins[:_ASCII] = False
    follows = np.zeros(tree.root.size, bool)
    for first in np.flatnonzero(tree.root[ascii_symbols]):
        node = tree.root[ascii_symbols[first]]
        edge_symbols = tree.along[tree.first[node] : tree.first[node + 1]]
        follows[edge_symbols] = True
        begins[first, :_ASCII] = tree.ends[node] | follows[ascii_symbols]
        follows[edge_symbols] = False
        begins[first, _ASCII:] = True
    return begins.reshape(-1)


@cache
def _build_digit_table() -> npt.NDArray[np.uint8]:
    table = np.zeros(UNICODE_END, np.uint8)
    table[[ord(digit) for digit in "0123456789０１２３４５６７８９"]] = _DIGIT
    table[[ord(sign) for sign in ")） -—–.·\xa0\u3000"]] = _SIGN
    return table


@numba.njit(cache=True, nogil=True)
def _read_code_point(data, at):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    """Decode the Unicode code point at a byte; also return its width."""
    first = np.int64(data[at])
    if first < 0x80:  # noqa: PLR2004  UTF-8's own marks, here and below
        return first, 1
    if first < 0xE0:  # noqa: PLR2004
        return (first & 0x1F) << 6 | data[at + 1] & 0x3F, 2
    low = np.int64(data[at + 1] & 0x3F) << 6 | data[at + 2] & 0x3F
    if first < 0xF0:  # noqa: PLR2004
        return (first & 0x0F) << 12 | low, 3
    return (first & 0x07) << 18 | low << 6 | data[at + 3] & 0x3F, 4


@numba.njit(cache=True, nogil=True)
def _is_spelling(data, at, stop, tree, node):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    """Return whether the next characters of a text complete a partly matched name."""
    while node and not tree.ends[node]:
        if at >= stop:
            return False
        point, width = _read_code_point(data, at)
        symbol = tree.symbols[point]
        node = find_child(tree, node, symbol) if symbol else 0
        at += width
    return node > 0


@numba.njit(cache=True, nogil=True)
def _is_suspect(data, at, stop, tree, begins, numeric):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, PLR0917  pragma: no cover
    digits, signs = 0, 0
    while at < stop:
        first = np.int64(data[at])
        second = np.int64(data[at + 1]) if at + 1 < stop else 0
        point, width = _read_code_point(data, at)
        at += width
        if begins[first << 8 | second]:
            node = tree.root[tree.symbols[point]]
            if node and _is_spelling(data, at, stop, tree, node):
                return True
        sign = numeric[point]
        if sign == 0:
            digits, signs = 0, 0
        elif sign == _DIGIT:
            digits, signs = digits + 1, 0
            if digits == _DIGITS:
                return True
        elif signs < _BETWEEN:
            signs += 1
        else:
            digits, signs = 0, 0
    return False


@numba.njit(cache=True, nogil=True)
def _find_suspects(data, starts, tree, begins, numeric):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    is_suspect = np.zeros(starts.size - 1, np.bool_)
    for text in range(is_suspect.size):
        is_suspect[text] = _is_suspect(
            data, starts[text], starts[text + 1], tree, begins, numeric
        )
    return is_suspect


@cache
def _build_sign_tree() -> tuple[NameTree, Bools]:
    """Return the trie of the words next to account names, without members' names."""
    tree = name_tree(WORDS)
    return tree, find_beginnings(tree)


def _redact_suspects(texts: pa.Array) -> pa.Array:
    """Redact texts in which names were masked; most contain nothing else."""
    suspect = find_suspects(to_utf8(texts), *_build_sign_tree())
    if not suspect.any():
        return texts
    mask = pa.array(suspect)
    return pc.replace_with_mask(texts, mask, redact_texts(texts.filter(mask)))


class Masker:
    """Masks the names of recorded people in text.

    Names of one character are masked only behind an @: as words they are too common.

    >>> masker = Masker(["Ann", "张三", "张三丰"])
    >>> masker.names(pa.array(["张三丰 and Ann met Annie", None])).to_pylist()
    ['[name] and [name] met Annie', None]
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._masked = masked = {name.strip() for name in names} - _ROLES - {""}
        self._signs = name_tree({*WORDS, *(name for name in masked if len(name) > 1)})
        self._begins = find_beginnings(self._signs)

    def mask(self, texts: pa.Array) -> pa.Array:
        """Mask names, phone numbers and addresses in a text column.

        >>> Masker(["Ann"]).mask(pa.array(["Ann: 138-1234-5678", "hi"])).to_pylist()
        ['[name]: [phone]', 'hi']
        """
        texts = self._mask_encoded(texts)
        suspect = find_suspects(to_utf8(texts), self._signs, self._begins)
        if not suspect.any():
            return texts
        mask = pa.array(suspect)
        masked = _redact_suspects(self.names(texts.filter(mask)))
        return pc.replace_with_mask(texts, mask, masked)

    def names(self, texts: pa.Array) -> pa.Array:
        """Replace every recorded name in a text column by a placeholder."""
        masked, is_masked = replace_names(code_points(texts), self._tree, SOMEBODY)
        if not is_masked.any():
            return texts
        return from_code_points(masked, pc.is_valid(texts))

    @cached_property
    def _tree(self) -> NameTree:
        """Trie of the recorded names, needed only where a text may contain one."""
        return name_tree(self._masked)

    @cached_property
    def _encoded(self) -> NameTree:
        """Trie of the names that web addresses write differently."""
        names = {name for name in self._masked if len(name) > 1}
        spellings = {spell(name) for name in names for spell in (quote, quote_plus)}
        return name_tree(spellings - names)

    def _mask_encoded(self, texts: pa.Array) -> pa.Array:
        """Mask recorded names in the percent-encoded parts of web addresses.

        >>> texts = pa.array(["https://a.cn/%E5%BC%a0%E4%B8%89?b"])
        >>> Masker(["张三"]).mask(texts).to_pylist()
        ['https://a.cn/[name]?b']
        """
        is_encoded = pc.fill_null(pc.match_substring(texts, "%"), fill_value=False)
        if not pc.any(is_encoded).as_py():
            return texts
        held = texts.filter(is_encoded)
        masked, is_masked = replace_names(code_points(held), self._encoded, SOMEBODY)
        if not is_masked.any():
            return texts
        return pc.replace_with_mask(
            texts, is_encoded, from_code_points(masked, pc.is_valid(held))
        )
