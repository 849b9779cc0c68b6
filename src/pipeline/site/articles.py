"""The five articles under test: title, description and claims of each."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import msgspec

from helpers.claims.answer import Answer
from helpers.claims.register import NO_TEXT, Text
from helpers.files import read_own_rows
from pipeline.site.charts import is_related
from pipeline.site.language import Reader


class Article(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An article: titles, subject, publisher; author and year where it names them."""

    title: str
    english: str
    about: Text
    place: Text
    author: str = ""
    year: Text = NO_TEXT


@cache
def read_articles() -> Mapping[str, Article]:
    """Read the articles by key."""
    rows = read_own_rows("site", "articles.toml", package="pipeline")
    return msgspec.convert(rows, dict[str, Article])


def describe_article(article: str, reader: Reader) -> dict[str, str]:
    """Return an article's key, titles and what it is, in a language."""
    found = read_articles()[article]
    return {
        "key": article.lower(),
        "title": f"《{found.title}》",
        "english": "" if reader.is_chinese else found.english,
        "about": found.about[reader.language],
        "author": found.author or reader("author not named"),
        "year": found.year[reader.language] or reader("year not stated"),
        "place": found.place[reader.language],
    }


def list_articles(answers: Sequence[Answer], reader: Reader) -> list[dict[str, Any]]:
    """Return the articles, each with its claims: measured ones first."""
    rows: list[dict[str, Any]] = []
    for key in read_articles():
        own = [answer for answer in answers if answer.claim.row.article == key]
        own.sort(key=lambda answer: (not answer.is_measured, answer.claim.row.priority))
        claims = [
            {
                "id": answer.claim.id,
                "claim": answer.claim.statement[reader.language],
                "word": answer.say_word(reader.language),
                "key": answer.word,
                "measured": answer.is_measured,
            }
            for answer in own
        ]
        related = sum(is_related(answer) for answer in own)
        counts = {
            "measured": sum(answer.is_measured for answer in own) - related,
            "related": related,
        }
        rows.append(describe_article(key, reader) | counts | {"claims": claims})
    return rows
