"""The five articles as clean paragraphs, with what was cut and lost counted."""

from helpers.articles.counts import write_counts
from helpers.articles.pages import Article, read_article

__all__ = ["Article", "read_article", "write_counts"]
