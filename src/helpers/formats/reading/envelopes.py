"""Find the document within a JSON envelope, such as the answer of a server.

What a program's own service answers, and what people save of it, is the export within
an object that also has a code, a count or a page: ``{"code": 0, "data": [...]}``.
"""

import re
from collections.abc import Iterator

from helpers.files import read_own_rows
from helpers.formats.reading.key_paths import decode_key

_KEYS = frozenset(read_own_rows("formats", "table_columns.toml")["envelopes"]["keys"])
_FACT = re.compile(r'"((?:[^"\\]|\\.)*+)"\s*:\s*(?:"((?:[^"\\]|\\.)+)"|(\d+))')
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\]:]', re.DOTALL)


def is_envelope(key: str) -> bool:
    """Return whether the value of a key may be a document of its own.

    >>> is_envelope("messageList"), is_envelope("author")
    (True, False)
    """
    return key.replace("_", "").lower() in _KEYS


def list_facts(around: str) -> dict[str, str]:
    """Return the words and whole numbers of an envelope before its document.

    >>> list_facts('{"code": 0, "data": {"talker": "5@chatroom", "items": ')
    {'code': '0', 'talker': '5@chatroom'}
    """
    found = _FACT.findall(around)
    return {key: decode_key(words.encode()) or number for key, words, number in found}


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
            is_within = bool(around) and around[-1] and is_envelope(decode_key(key))
            if is_within:
                yield match.start()
            around.append(sign == b"{" and (is_within or not around))
        elif sign in {b"}", b"]"} and around:
            around.pop()
        last, key = sign[1:-1], b""


def find_brackets(start: bytes) -> Iterator[int]:
    r"""Yield where lists and objects begin, whatever their keys.

    >>> list(find_brackets(b'{"[": [{}]}'))
    [0, 6, 7]
    """
    signs = _TOKEN.finditer(start)
    return (match.start() for match in signs if match[0] in {b"{", b"["})
