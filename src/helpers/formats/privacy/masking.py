"""Names, numbers and addresses in text, replaced by marks, a column at a time."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from helpers.formats.privacy.name_tree import name_tree, replaced
from helpers.formats.privacy.suspects import WORDS, suspects
from helpers.formats.reading.utf8 import utf8
from helpers.formats.rows.people import SOMEBODY
from helpers.text.columns import code_points, from_code_points
from helpers.text.redaction import redact

_ROLES = {
    "群主", "管理员", "系统消息", "所有人", "全体成员", "大家", "你", "我",
    "system", "SYSTEM",
    "unknown", "未知",
}  # fmt: skip


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
        masked = {name.strip() for name in names} - _ROLES - {""}
        self._tree = name_tree(masked)
        self._signs = name_tree({*WORDS, *(name for name in masked if len(name) > 1)})

    def mask(self, texts: pa.Array) -> pa.Array:
        """Return the column without names, numbers, addresses and accounts.

        >>> Masker(["Ann"]).mask(pa.array(["Ann: 138-1234-5678", "hi"])).to_pylist()
        ['[name]: [phone]', 'hi']
        """
        suspect = suspects(utf8(texts), self._signs)
        if not suspect.any():
            return texts
        mask = pa.array(suspect)
        return pc.replace_with_mask(texts, mask, redact(self.names(texts.filter(mask))))

    def names(self, texts: pa.Array) -> pa.Array:
        """Return the column with every known name replaced by `SOMEBODY`."""
        masked, held = replaced(code_points(texts), self._tree, SOMEBODY)
        if not held.any():
            return texts
        return from_code_points(masked, pc.is_valid(texts))
