"""Count what was kept and cut of each article; the text itself is not published."""

from __future__ import annotations

from pathlib import Path

from helpers.articles.pages import REASONS, Article, read_article
from helpers.errors import MissingSourceError
from helpers.files import write_text

COLUMNS = (
    "article",
    "source_paragraphs",
    "kept_paragraphs",
    "hanzi_kept",
    *(f"cut_{reason}" for reason in REASONS),
    "unrecovered",
    "truncated",
)


def write_counts(articles_folder: Path, out: Path) -> None:
    """Write one line of counts for each page in `articles_folder`, sorted by name.

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
            remedy="name the folder that holds the articles' .txt files",
        )
    lines = [COLUMNS, *(_line(page.stem, read_article(page)) for page in pages)]
    write_text(out, "".join(",".join(line) + "\n" for line in lines))


def _line(name: str, article: Article) -> tuple[str, ...]:
    numbers = (
        article.source_paragraphs,
        len(article.paragraphs),
        article.hanzi,
        *(article.cut[reason] for reason in REASONS),
        article.unrecovered,
    )
    return (name, *map(str, numbers), str(article.truncated).lower())
