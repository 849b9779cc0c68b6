"""What comes nearest to the groups that the articles mean, as pages tell it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from helpers.claims.fixed.target_population import nearest
from helpers.site.answers.board import Answer
from helpers.site.answers.quotable import Numbers
from helpers.site.languages import Words
from helpers.site.rendering import study_page


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A source, its page, what it is and is not; its answer where one is asked for."""

    name: str
    href: str
    is_: str
    is_not: str
    word: str = ""
    number: str = ""


def near(sources: Collection[str], t: Words) -> list[Near]:
    """Return those of some sources that come near, with what they are and are not.

    >>> from helpers.site.languages import Words
    >>> [one.name for one in near(["fcc_gitter", "zh_s1_lounges"], Words("zh"))]
    ['一个中文论坛的专楼']
    """
    return [
        Near(
            name=t.source(name),
            href=study_page(name, t.language),
            is_=t.either(list(group.is_)),
            is_not=t.either(list(group.is_not)),
        )
        for name, group in nearest().items()
        if name in sources
    ]


def near_speaking(answer: Answer, numbers: Numbers, t: Words) -> list[Near]:
    """Return those that have an answer to a claim, with its word and its number."""
    sources = []
    for cell in answer.speaking:
        for one in near([cell.study], t):
            headline = f"{answer.claim}.{cell.study}"
            number = numbers.interval(headline) if cell.headline else ""
            sources.append(replace(one, word=str(cell.word), number=number))
    return sources
