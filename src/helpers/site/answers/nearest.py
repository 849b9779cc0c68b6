"""Sources with groups most similar to those of the articles, for pages."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from helpers.claims.fixed.target_population import list_nearest
from helpers.claims.rules.interval_rules import DECIDING
from helpers.site.answers.board import Answer, Cell
from helpers.site.answers.quotable import Numbers, name_in_answer
from helpers.site.languages import Words
from helpers.site.rendering import find_study_page

ESTIMATE = re.compile(r"[:：] ?[\d.]+ \[[^]]*\]$")  # ends some reasons, unrounded
VERDICT = re.compile(rf"^({'|'.join(sorted(DECIDING))})\b")  # begins some, as a code


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A source with groups like those in the tested articles, and how they differ."""

    name: str
    href: str
    is_: str
    is_not: str
    word: str = ""
    number: str = ""
    reason: str = ""


def list_near_sources(sources: Collection[str], t: Words) -> list[Near]:
    """List data sources with groups most like those in the tested articles.

    >>> from helpers.site.languages import Words
    >>> [
    ...     one.name
    ...     for one in list_near_sources(["fcc_gitter", "zh_s1_lounges"], Words("zh"))
    ... ]
    ['一个中文论坛的专楼']
    """
    return [
        Near(
            name=t.source(name),
            href=find_study_page(name, t.language),
            is_=t.either(list(group.is_)),
            is_not=t.either(list(group.is_not)),
        )
        for name, group in list_nearest().items()
        if name in sources
    ]


def list_near_answers(answer: Answer, numbers: Numbers, t: Words) -> list[Near]:
    """List verdicts of those sources with groups most like those in the articles."""
    sources = []
    for cell in answer.speaking:
        for source in list_near_sources([cell.study], t):
            name = name_in_answer(answer.claim, cell)
            number = numbers.interval(name, t.language) if cell.in_answer else ""
            sources.append(
                replace(
                    source,
                    word=str(cell.word),
                    number=number,
                    reason=describe_reason(cell, t),
                )
            )
    return sources


def describe_reason(cell: Cell, t: Words) -> str:
    """Explain why a verdict is not definite; empty for a rule of several parts."""
    reason = "" if cell.parts or "(" in cell.reason else t.sentence(cell.reason)
    return VERDICT.sub(lambda found: t.verdict(found[0]), ESTIMATE.sub("", reason))
