"""Project documents as web pages, with links rewritten."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from helpers import paths
from helpers.site.rendering import split_note

DOCUMENTS = {
    "README.md": "about",
    "docs/architecture.md": "architecture",
    "docs/your-own-groups.md": "your-own-groups",
    "docs/getting-your-data.md": "getting-your-data",
    "docs/helpers.md": "helpers",
}
DECISIONS = "docs/decisions"
CHINESE = {
    "docs/about.zh.md": "zh/about",
    "docs/architecture.zh.md": "zh/architecture",
    "docs/decisions.zh.md": "zh/decisions",
    "docs/getting-your-data.zh.md": "zh/getting-your-data",
    "docs/your-own-groups.zh.md": "zh/your-own-groups",
}
MADE = ("index.md", "claims.md", "chapters.md", "trust.md")  # that documents link to
ORPHAN = "---\norphan: true\n---\n\n"  # no part of the tree that Sphinx numbers
LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")


def list_document_addresses() -> dict[Path, str]:
    """Map each document file to its page, and each decision note to its label."""
    pages = {paths.ROOT / name: f"{page}.md" for name, page in DOCUMENTS.items()}
    folder = paths.ROOT / DECISIONS
    pages |= dict.fromkeys([folder, folder / "README.md"], "decisions.md")
    return pages | {note: f"#{split_note(note.name)[1]}" for note in _list_notes()}


def leave_language(pages: Mapping[Path, str]) -> dict[Path, str]:
    """Return addresses relative to a language's folder; labels are unchanged.

    >>> list(leave_language({Path("a"): "map.md", Path("b"): "#note"}).values())
    ['../map.md', '#note']
    """
    return {
        file: page if page.startswith("#") else f"../{page}"
        for file, page in pages.items()
    }


def _list_notes() -> list[Path]:
    return sorted((paths.ROOT / DECISIONS).glob("2*.md"))


def list_documents(pages: Mapping[Path, str]) -> Iterator[tuple[str, str]]:
    """Yield the web page and Markdown text of each project document."""
    for name, page in DOCUMENTS.items():
        file = paths.ROOT / name
        text = rewrite_links(file.read_text(encoding="utf-8"), file.parent, pages)
        if page == "about":  # the first page has the project's title
            text = re.sub(r"^# .*", "# About", text, count=1)
        yield f"{page}.md", text
    yield "decisions.md", _merge_decisions(pages)
    other = leave_language(pages) | {
        paths.ROOT / name: f"{page.removeprefix('zh/')}.md"
        for name, page in CHINESE.items()
    }
    other |= {paths.ROOT / "docs" / page: page for page in MADE}
    for name, page in CHINESE.items():
        file = paths.ROOT / name
        text = rewrite_links(file.read_text(encoding="utf-8"), file.parent, other)
        yield f"{page}.md", ORPHAN + text


def _merge_decisions(pages: Mapping[Path, str]) -> str:
    folder = paths.ROOT / DECISIONS
    texts = [rewrite_links((folder / "README.md").read_text("utf-8"), folder, pages)]
    for note in _list_notes():
        text = rewrite_links(note.read_text("utf-8"), folder, pages)
        lower = re.sub(r"^#", "##", text, flags=re.MULTILINE)
        texts.append(f"({split_note(note.name)[1]})=\n\n{lower}")
    return "\n\n".join(text.strip() for text in texts) + "\n"


def rewrite_links(text: str, folder: Path, pages: Mapping[Path, str]) -> str:
    """Rewrite relative Markdown links to pages of the site.

    A link to a file that has no page keeps its words and loses its target.

    >>> pages = {Path("/project/docs/map.md"): "map.md"}
    >>> rewrite_links("[the map](../docs/map.md)", Path("/project/notebooks"), pages)
    '[the map](map.md)'
    >>> rewrite_links("[licence](LICENSE)", Path("/project"), pages)
    'licence'
    """

    def replaced(link: re.Match[str]) -> str:
        target, _, anchor = link["target"].partition("#")
        if "://" in target or not target:
            return link[0]
        page = pages.get(Path(_normalise_path(folder / target)))
        if page is None:
            return link["text"]
        to = f"#{anchor}" if anchor and not page.startswith("#") else ""
        return f"[{link['text']}]({page}{to})"

    return LINK.sub(replaced, text)


def _normalise_path(path: Path) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return str(Path(*parts))
