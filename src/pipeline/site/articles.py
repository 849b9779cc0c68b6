"""The five articles under test: title, description and claims of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from helpers.claims.answer import Answer
from helpers.wording import Message, render, say
from pipeline.site.charts import is_related
from pipeline.site.language import Reader

UNKNOWN = say("publisher not named")
JIANSHU = say("Jianshu (简书), an open platform")


@dataclass(frozen=True, slots=True)
class Article:
    """An article: titles, subject; author, year and publisher where it names them."""

    title: str
    english: str
    about: Message
    author: str = ""
    year: str = ""
    place: Message = UNKNOWN
    url: str = ""


ARTICLES: Mapping[str, Article] = MappingProxyType(
    {
        "S0": Article(
            "混序343个部落的裂变！社群运营的出路在哪儿？",
            "Hunxu splits into 343 tribes! Where is the way out for groups?",
            say("A former member looks at a network of groups that grew by splitting."),
            place=JIANSHU,
            url="https://www.jianshu.com/p/dd5bdc8456f7",
        ),
        "S1": Article(
            "我对社群的所有理解：这也许是我写的最后一篇关于社群的文章了！",
            "All I understand of groups: perhaps my last article about them",
            say("A writer on running groups sums up what makes them succeed or fail."),
            place=say("reprinted by Weihaotui (微号推), a site on WeChat marketing"),
        ),
        "S2": Article(
            "社群的下一个场景",
            "The next scene of groups",
            say("An essay on where groups go once WeChat is too much."),
            author="青木老贼",
            year="2016",
            place=say("Jianshu (简书), collected by 知行社老官大叔"),
        ),
        "S3": Article(
            "社群生死：拿什么来拯救你，我的社群",
            "Life and death of groups: what can save you, my group?",
            say("The founder of a circle of clubs: why groups die, what saves them."),
            author="格桑梓",
        ),
        "S4": Article(
            "社群的本质",
            "The nature of groups",
            say("A short essay on people, links and what a group is for."),
            place=JIANSHU,
        ),
    }
)


def describe_article(article: str, reader: Reader) -> dict[str, str]:
    """Return an article's key, titles and what it is, in a language."""
    found = ARTICLES[article]
    return {
        "key": article.lower(),
        "title": f"《{found.title}》",
        "english": "" if reader.is_chinese else found.english,
        "about": render(found.about, reader.language),
        "author": found.author or reader("author not named"),
        "year": found.year or reader("year not stated"),
        "place": render(found.place, reader.language),
        "url": found.url,
    }


def list_articles(answers: Sequence[Answer], reader: Reader) -> list[dict[str, Any]]:
    """Return the articles, each with its claims: measured ones first."""
    rows: list[dict[str, Any]] = []
    for key in ARTICLES:
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
