"""The project's own documents as pages: README, architecture, decisions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from helpers import paths
from helpers.site.links import relink

DOCUMENTS = {
    "README.md": "about",
    "docs/architecture.md": "architecture",
    "docs/your-own-groups.md": "your-own-groups",
}
DECISIONS = "docs/decisions"


def document_addresses() -> dict[Path, str]:
    """Return which page each document has."""
    pages = {paths.ROOT / name: f"{page}.md" for name, page in DOCUMENTS.items()}
    notes = paths.ROOT / DECISIONS
    return pages | dict.fromkeys([notes, *notes.glob("*.md")], "decisions.md")


def documents(pages: Mapping[Path, str]) -> Iterator[tuple[str, str]]:
    """Yield page and source of each document, its links leading to pages."""
    for name, page in DOCUMENTS.items():
        file = paths.ROOT / name
        text = relink(file.read_text(encoding="utf-8"), file.parent, pages)
        if page == "about":  # the first page has the project's title
            text = re.sub(r"^# .*", "# About", text, count=1)
        yield f"{page}.md", text
    yield "decisions.md", _decisions(pages)


def _decisions(pages: Mapping[Path, str]) -> str:
    folder = paths.ROOT / DECISIONS
    first = folder / "README.md"
    notes = [first, *sorted(set(folder.glob("*.md")) - {first})]
    texts = [relink(n.read_text(encoding="utf-8"), folder, pages) for n in notes]
    lower = [re.sub(r"^#", "##", text, flags=re.MULTILINE) for text in texts[1:]]
    return "\n\n".join(text.strip() for text in (texts[0], *lower)) + "\n"
