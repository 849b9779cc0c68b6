"""The five analysed articles as clean paragraphs, and counts of removed text."""

from helpers.articles.pages import Article, read_article, write_counts

__all__ = ["Article", "read_article", "write_counts"]
