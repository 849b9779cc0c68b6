"""Find the document within a JSON envelope, such as the answer of a server.

What a program's own service answers, and what people save of it, is the export within
an object that also has a code, a count or a page: ``{"code": 0, "data": [...]}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

KEYS = frozenset(
    {
        b"items", b"data", b"messages", b"message_list", b"messageList", b"list",
        b"result", b"results", b"records", b"rows", b"payload", b"response",
        b"history", b"log", b"logs", b"export",
    }
)  # fmt: skip
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\]:]', re.DOTALL)


def find_documents(start: bytes) -> Iterator[int]:
    r"""Yield where documents within an envelope begin, the outermost first.

    >>> text = b'{"code": 0, "data": {"total": 1, "items": [{"data": []}]}}'
    >>> [text[at : at + 6] for at in find_documents(text)]
    [b'{"tota', b'[{"dat']
    """
    around: list[bool] = []  # whether each open bracket is that of an envelope
    key = last = b""
    for match in _TOKEN.finditer(start):
        sign = match[0]
        if sign == b":":
            key = last
            continue
        if sign in {b"{", b"["}:
            is_within = bool(around) and around[-1] and key in KEYS
            if is_within:
                yield match.start()
            around.append(sign == b"{" and (is_within or not around))
        elif sign in {b"}", b"]"} and around:
            around.pop()
        last, key = sign[1:-1], b""
