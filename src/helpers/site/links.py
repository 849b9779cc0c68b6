"""Point the links of the project's files at the pages made from them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")


def relink(text: str, folder: Path, pages: Mapping[Path, str]) -> str:
    """Return Markdown whose relative links lead to pages of the site.

    A link to a file that has no page keeps its words and loses its target.

    >>> pages = {Path("/project/docs/map.md"): "map.md"}
    >>> relink("[the map](../docs/map.md)", Path("/project/notebooks"), pages)
    '[the map](map.md)'
    >>> relink("[licence](LICENSE)", Path("/project"), pages)
    'licence'
    """

    def replaced(link: re.Match[str]) -> str:
        target, _, anchor = link["target"].partition("#")
        if "://" in target or not target:
            return link[0]
        page = pages.get(Path(_normal(folder / target)))
        if page is None:
            return link["text"]
        return f"[{link['text']}]({page}{'#' if anchor else ''}{anchor})"

    return LINK.sub(replaced, text)


def _normal(path: Path) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return str(Path(*parts))
