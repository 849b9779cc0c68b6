"""Extract the articles' text, without navigation and advertisements."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import pyarrow as pa

from helpers.articles.annotated import is_annotated, restore_text
from helpers.errors import BrokenFileError, MissingSourceError
from helpers.files import write_text
from helpers.text.normalising import simplify_characters

KEPT = "article"
REASONS = (
    "navigation", "byline", "promotion", "editorial", "author", "comments", "sharing",
    "tags", "stories",
)  # fmt: skip
COLUMNS = (
    "article",
    "source_paragraphs",
    "kept_paragraphs",
    "hanzi_kept",
    *(f"cut_{reason}" for reason in REASONS),
    "unrecovered",
    "truncated",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One of the analysed articles as clean paragraphs, in simplified characters.

    Attributes
    ----------
    paragraphs
        The title and what follows it, one string a paragraph.
    cut
        How many paragraphs of the page were cut, by each of `REASONS`.
    unrecovered
        Characters of the page that can't be read any more, marked ``□``.
    truncated
        Whether the page stops without any sign that the article is complete.
    """

    paragraphs: tuple[str, ...]
    cut: Mapping[str, int]
    unrecovered: int
    truncated: bool

    @property
    def source_paragraphs(self) -> int:
        """Number of paragraphs on the saved page, before any are removed."""
        return len(self.paragraphs) + sum(self.cut.values())

    @property
    def hanzi(self) -> int:
        """Number of Chinese characters in the retained paragraphs."""
        return sum(len(re.findall(r"[㐀-䶿一-鿿]", text)) for text in self.paragraphs)


def read_article(path: Path) -> Article:
    r"""Read an article from a saved page.

    Raises
    ------
    MissingSourceError
        If there is no such file.
    BrokenFileError
        If it is not UTF-8 or contains no article.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> page = Path(tempfile.mkdtemp()) / "page.txt"
    >>> saved = "标题\n\n正文。\n最后编辑于\n别的故事"
    >>> _ = page.write_text(saved, encoding="utf-8")
    >>> article = read_article(page)
    >>> article.paragraphs, article.cut["stories"], article.truncated
    (('标题', '正文。'), 2, False)
    """
    text, unrecovered = _read_page(path)
    parts = list(_iterate_parts(text))
    paragraphs = tuple(line for reason, line in parts if reason == KEPT)
    if not paragraphs:
        raise BrokenFileError(
            "contains no article", where=str(path), remedy="save the page again as text"
        )
    counts = Counter(reason for reason, _ in parts)
    return Article(
        paragraphs=paragraphs,
        cut={reason: counts[reason] for reason in REASONS},
        unrecovered=unrecovered,
        truncated=not any(_find_reason(line, _read_rules("ends")) for _, line in parts),
    )


def _read_page(path: Path) -> tuple[str, int]:
    if not path.is_file():
        raise MissingSourceError(
            "there is no such page", where=str(path), remedy="check the folder's name"
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BrokenFileError(
            f"is not UTF-8 at byte {error.start}",
            where=str(path),
            remedy="save the page again as UTF-8",
        ) from error
    if not is_annotated(text):
        return text, 0
    restored = restore_text(text)
    return simplify_characters(pa.array([restored.text]))[0].as_py(), restored.lost


def _iterate_parts(text: str) -> Iterator[tuple[str, str]]:
    """Yield each paragraph of a page with the page section that contains it."""
    part = KEPT
    for line in filter(None, map(str.strip, text.splitlines())):
        part = _find_reason(line, _read_rules("parts")) or part
        alone = _find_reason(line, _read_rules("lines")) if part == KEPT else ""
        yield alone or part, line


def _find_reason(line: str, rules: Mapping[str, re.Pattern[str]]) -> str:
    return next((reason for reason, rule in rules.items() if rule.search(line)), "")


@cache
def _read_rules(table: str) -> Mapping[str, re.Pattern[str]]:
    held = resources.files(__package__).joinpath("furniture.toml").read_text("utf-8")
    return {
        reason: re.compile("|".join(patterns))
        for reason, patterns in tomllib.loads(held)[table].items()
    }


def write_counts(articles_folder: Path, out: Path) -> None:
    """Write a CSV with the number of paragraphs retained and removed per article.

    Raises
    ------
    MissingSourceError
        If the folder holds no ``.txt`` file.
    """
    pages = sorted(articles_folder.glob("*.txt"))
    if not pages:
        raise MissingSourceError(
            "no article is here",
            where=str(articles_folder),
            remedy="give the folder that contains the articles' .txt files",
        )
    lines = [COLUMNS, *(_format_line(page.stem, read_article(page)) for page in pages)]
    write_text(out, "".join(",".join(line) + "\n" for line in lines))


def _format_line(name: str, article: Article) -> tuple[str, ...]:
    numbers = (
        article.source_paragraphs,
        len(article.paragraphs),
        article.hanzi,
        *(article.cut[reason] for reason in REASONS),
        article.unrecovered,
    )
    return (name, *map(str, numbers), str(article.truncated).lower())
