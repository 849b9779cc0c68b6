"""The five articles as clean paragraphs, with what was cut and lost counted."""

from helpers.articles.pages import Article, read_article, write_counts

__all__ = ["Article", "read_article", "write_counts"]
