"""JSON that is none: what strings hold against the rules, and how errors are told."""

from __future__ import annotations

import re
from typing import Any

import msgspec

_INDEX = re.compile(r"\[[0-9.]*\]|'.*'", re.DOTALL)
_HALF = re.compile(
    rb"((?<!\\)(?:\\\\)*)(?:"
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|"
    rb"(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2})"
)
_CONTROL = re.compile("[\x00-\x1f]")


def mended(raw: bytes) -> bytes:
    r"""Replace what no string may hold: half characters and control characters.

    >>> mended(rb'"\ud83d \ud83d\ude00"')
    b'"\\ufffd \\ud83d\\ude00"'
    """
    text = _HALF.sub(rb"\1\\ufffd", raw).decode("utf-8", "replace")
    return _CONTROL.sub(" ", text).encode()


def reason(error: Any) -> str:  # noqa: ANN401  one of three unrelated errors
    """Word a decoding error without the data in it, so that reasons can be counted."""
    if isinstance(error, msgspec.ValidationError):
        return "unexpected field: " + _INDEX.sub("[]", str(error))
    return "not JSON"
