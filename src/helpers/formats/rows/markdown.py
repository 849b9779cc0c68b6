"""Messages in Markdown that are an uploaded file and nothing else."""

from __future__ import annotations

import re

_ONLY_LINK = re.compile(r"\s*!?\[[^\]\n]*\]\([^)\s]+?\.(\w{2,5})\)\s*")
_IMAGES = frozenset({"png", "jpg", "jpeg", "gif", "webp", "svg"})


def kind(text: str | None) -> str:
    """Return ``image`` for a picture on its own, else ``text``.

    >>> kind("![a](a.png)"), kind("see ![a](a.png)"), kind("[x](https://x.org)")
    ('image', 'text', 'text')
    """
    if not text or "](" not in text:
        return "text"
    found = _ONLY_LINK.fullmatch(text)
    return "image" if found and found[1].lower() in _IMAGES else "text"
