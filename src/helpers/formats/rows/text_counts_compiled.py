"""Compiled counts of text features over UTF-8 bytes."""

from __future__ import annotations

import numpy as np

from helpers.machine import compile_walk

_LINK, _SECURE = b"http://", b"https://"
_CODE = b"```"
_ASKED, _WIDE = b"?", "？".encode()


@compile_walk
def _is_at(data, at, stop, word):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    """Return whether a word occurs at a byte position of a text."""
    if at + len(word) > stop:
        return False
    for offset in range(len(word)):  # noqa: SIM110  numba compiles no generators
        if data[at + offset] != word[offset]:
            return False
    return True


@compile_walk
def count_features(data, starts):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201  pragma: no cover
    """Count characters and links of each text, and flag code and questions."""
    texts = starts.size - 1
    chars, links = np.zeros(texts, np.int32), np.zeros(texts, np.int32)
    code, question = np.zeros(texts, np.bool_), np.zeros(texts, np.bool_)
    for text in range(texts):
        stop = starts[text + 1]
        for at in range(starts[text], stop):
            byte = data[at]
            chars[text] += byte & 0xC0 != 0x80  # noqa: PLR2004  no byte within a character
            if byte == _LINK[0]:
                links[text] += _is_at(data, at, stop, _LINK) or _is_at(
                    data, at, stop, _SECURE
                )
            elif byte == _CODE[0]:
                code[text] |= _is_at(data, at, stop, _CODE)
            elif byte == _ASKED[0]:
                question[text] = True
            elif byte == _WIDE[0]:
                question[text] |= _is_at(data, at, stop, _WIDE)
    return chars, links, code, question
