"""The five articles as clean paragraphs, with counts of removed text."""

from helpers.articles.pages import Article, read_article, write_counts

__all__ = ["Article", "read_article", "write_counts"]
