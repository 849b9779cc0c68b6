"""Names, numbers and addresses in text, replaced by marks, a column at a time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from helpers.text.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["SOMEBODY", "Masker"]

SOMEBODY = "[name]"  # as `redact` writes it
_SUSPECT = (  # without one of these there is nothing for `redact` to find
    r"(?i)[@＠]|[+＋][0-9０-９]|gh_|微信|薇信|威信|weixin|wechat|wx|vx|v信|qq|扣扣|企鹅|"
    r"[0-9０-９]{3}[)）]?[ \-—–.·\x{a0}\x{3000}]?[0-9０-９]{3}"
)
_ROLES = {
    "群主", "管理员", "系统消息", "所有人", "全体成员", "大家", "你", "我",
    "system", "SYSTEM",
    "unknown", "未知",
}  # fmt: skip
_NOT = pa.scalar(value=False)
_SHORTEST = 2
_AT_ONCE = 250  # names a pattern: more overflow the memory of RE2, 80 times slower


class Masker:
    """Masks the names of known people in text.

    Names of one character are masked only behind an @: as words they are too common.

    Examples
    --------
    >>> masker = Masker(["Ann", "张三", "张三丰"])
    >>> masker.names(pa.array(["张三丰 and Ann met Annie", None])).to_pylist()
    ['[name] and [name] met Annie', None]
    """

    def __init__(self, names: Iterable[str]) -> None:
        stripped = {name.strip() for name in names} - _ROLES - {""}
        ordered = sorted(stripped, key=lambda name: (-len(name), name))
        self._patterns = [
            _pattern(ordered[start : start + _AT_ONCE])
            for start in range(0, len(ordered), _AT_ONCE)
        ]

    def mask(self, texts: pa.Array) -> pa.Array:
        """Return the column without names, numbers, addresses and accounts.

        >>> Masker(["Ann"]).mask(pa.array(["Ann: 138-1234-5678", "hi"])).to_pylist()
        ['[name]: [phone]', 'hi']
        """
        texts = self.names(texts)
        suspect = pc.fill_null(pc.match_substring_regex(texts, _SUSPECT), _NOT)
        if not pc.any(suspect).as_py():
            return texts
        return pc.replace_with_mask(texts, suspect, redact(texts.filter(suspect)))

    def names(self, texts: pa.Array) -> pa.Array:
        """Return the column with every known name replaced by `SOMEBODY`."""
        for pattern in self._patterns:
            texts = pc.replace_substring_regex(
                texts, pattern=pattern, replacement=SOMEBODY
            )
        return texts


def _pattern(names: list[str]) -> str:
    return "(?i)" + "|".join(map(_one, names))


def _one(name: str) -> str:
    literal = "".join(map(_escaped, name))
    if len(name) < _SHORTEST:
        return f"[@＠]{literal}"
    # RE2's \b knows ASCII only, which is what a Latin name needs
    before = r"\b" if re.match(r"[A-Za-z0-9_]", name) else ""
    after = r"\b" if re.search(r"[A-Za-z0-9_]$", name) else ""
    return f"[@＠]?{before}{literal}{after}"


def _escaped(character: str) -> str:
    if character.isalnum() or not character.isascii():
        return character
    return rf"\x{{{ord(character):x}}}"
