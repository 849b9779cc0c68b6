"""List the key paths of a JSON document."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import suppress
from functools import lru_cache

import msgspec

DEEPEST = 7  # levels that are looked into
# a text, which is a key if a colon follows, or a bracket
_SIGN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"(?:[ \t\n\r]*:)?|[{}\[\]]', re.DOTALL)
_FIRST = 1 << 13  # characters, in which most paths stand that are asked for
_OPENED = re.compile(r"[{\[]")
_STEP = re.compile(r"[^.\[\]]+")


class KeyPaths(AbstractSet[str]):
    """The key paths of a JSON text; mostly what is asked for is nowhere in it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._is_none = '"' not in text
        self._is_spelled_out = "\\u" not in text
        opened = _OPENED.search(text)
        self._is_object = opened is not None and opened[0] == "{"

    def __contains__(self, path: object) -> bool:
        """Return whether a path is there."""
        if self._is_none or (self._is_object and str(path)[:2] == "[]"):
            return False
        for step in _STEP.findall(str(path)):
            is_plain = self._is_spelled_out or step.isascii()
            if is_plain and not any(f'{sign}{step}"' in self._text for sign in '".'):
                return False
        first = list_key_paths(self._text[:_FIRST])
        return path in first or path in list_key_paths(self._text)

    def __ge__(self, other: AbstractSet[object]) -> bool:
        """Return whether all of some paths are there."""
        return all(path in self for path in other)

    def __iter__(self) -> Iterator[str]:
        """List all paths."""
        return iter(list_key_paths(self._text))

    def __len__(self) -> int:
        """Return how many paths there are."""
        return len(list_key_paths(self._text))


@lru_cache(maxsize=128)  # as files, and in their folder or archive
def list_key_paths(text: str) -> frozenset[str]:
    """List the key paths at the start of a JSON document, truncated or not.

    >>> sorted(list_key_paths('{"meta": {"name": "x"}, "messages": [{"id": 1}, {"te'))
    ['messages', 'messages[].id', 'meta', 'meta.name']
    >>> sorted(list_key_paths('[{"seq": 1}]'))
    ['[].seq']
    """
    if '"' not in text:
        return frozenset()
    path, key, around = "", None, list[str]()  # the paths from which brackets lead
    steps = dict[tuple[str, str], str]()
    for sign in _SIGN.findall(f'{text}""'):  # which ends a text that is cut
        if sign[-1] == ":":
            if len(around) <= DEEPEST and (key := steps.get((path, sign))) is None:
                name = sign[1 : sign.rindex('"')].encode("utf-8", "surrogatepass")
                key = steps[path, sign] = f"{path}.{decode_key(name)}".lstrip(".")
        elif sign in "{[":
            around.append(path)
            path, key = path if key is None else key, None
            if sign == "[" and len(around) <= DEEPEST:
                path += "[]"
        elif sign in "}]" and around:
            path, key = around.pop(), None
    return frozenset(steps.values())


def decode_key(data: bytes) -> str:
    r"""Return a key as text, its escapes resolved.

    >>> decode_key(rb"\u7fa4")
    '群'
    """
    if b"\\" in data:
        with suppress(msgspec.MsgspecError):
            return msgspec.json.decode(b'"' + data + b'"', type=str)
    return data.decode("utf-8", "replace")
