"""Names, numbers and addresses in text, replaced by marks, a column at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from helpers.formats.name_tree import name_tree, replaced
from helpers.text.columns import code_points, from_code_points
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
        self._tree = name_tree({name.strip() for name in names} - _ROLES - {""})

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
        _, held = replaced(code_points(texts), self._tree, SOMEBODY)
        if not held.any():
            return texts
        found = texts.filter(pa.array(held))
        masked, _ = replaced(code_points(found), self._tree, SOMEBODY)
        words = from_code_points(masked, pc.is_valid(found))
        return pc.replace_with_mask(texts, pa.array(held), words)
