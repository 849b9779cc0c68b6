"""Translation of Markdown, and of texts with computed numbers, by the catalogue.

A paragraph, list item, heading or table cell is one entry of ``zh.po``, with its line
breaks as blanks. Where a text is computed, its numbers are ``{0}``, ``{1}`` … in the
entry: ``Of {0} groups {1} fell silent`` translates ``Of 100 groups 17 fell silent``.
"""

import io
import re
import tokenize
from collections.abc import Iterator
from typing import NamedTuple

from helpers.wording.messages import Language, read_catalogue

NUMBER = re.compile(r"(?<![\w{])\d+(?:[.,]\d+)*")
WORDS = re.compile(r"[A-Za-z]{2}")
MARK = re.compile(r"^((?:\s*>)*\s*(?:[-*+]|\d+\.|#{1,6})\s+|(?:\s*>)+\s+)(.*)$")
QUOTE = re.compile(r"[\s>]+$")
EMPTY = re.compile(r"[\s>]*$")
VERBATIM = re.compile(
    r"\s*(?:```|~~~|:::|\{%|<(?!a |b>|i>|em>|strong>)|\{\{|\$\$|\(.*\)=$)"
)
FENCE = re.compile(r"\s*(```+|~~~+)")
CELL = re.compile(r"(?<!\\)\|")
COMMENT = re.compile(r"#\s*(?!noqa|fmt:|type:)(\S.*)")


class Piece(NamedTuple):
    """A part of a Markdown text, what precedes it, and whether it is prose."""

    mark: str
    text: str
    is_prose: bool


def split_markdown(text: str) -> Iterator[list[Piece]]:  # noqa: C901 - kinds of lines
    r"""Yield the lines of a Markdown text as pieces, paragraphs in one line.

    >>> [[piece.text for piece in line] for line in split_markdown("# A\n\nb\nc")]
    [['A'], [''], ['b c']]
    """
    paragraph: list[str] = []
    mark, fence = "", ""

    def close() -> Iterator[list[Piece]]:
        if paragraph:
            yield [Piece(mark, " ".join(" ".join(paragraph).split()), is_prose=True)]
            paragraph.clear()

    for line in text.splitlines():
        fenced = FENCE.match(line)
        if fence or fenced or VERBATIM.match(line) or EMPTY.match(line):
            yield from close()
            mark = ""
            yield [Piece("", line, is_prose=False)]
            if fenced:
                fence = (
                    "" if fence and fenced[1].startswith(fence) else fence or fenced[1]
                )
        elif line.lstrip().startswith("|"):
            yield from close()
            yield _split_row(line)
        elif (
            (found := MARK.match(line))
            and ">" in mark
            and paragraph
            and QUOTE.match(found[1])
        ):
            paragraph.append(found[2])  # the quotation goes on
        elif found:
            yield from close()
            mark = found[1]
            paragraph.append(found[2])
            if "#" in mark:
                yield from close()
                mark = ""
        else:
            paragraph.append(line)
    yield from close()


def _split_row(line: str) -> list[Piece]:
    cells = CELL.split(line.strip())
    return [
        Piece("| " if at else "", cell.strip(), bool(WORDS.search(cell)))
        for at, cell in enumerate(cells)
    ]


def translate_markdown(text: str, language: Language) -> str:
    r"""Return a Markdown text in a language; what has no translation stays English.

    >>> translate_markdown("# Data\n\n`code`", "zh")
    '# 数据\n\n`code`'
    """
    if language == "en":
        return text
    return "\n".join(
        " ".join(
            piece.mark
            + (translate_text(piece.text, language) if piece.is_prose else piece.text)
            for piece in line
        )
        for line in split_markdown(text)
    )


def list_comments(code: str) -> list[tuple[int, int, str]]:
    r"""List the comments of Python code for readers: line, column and text.

    >>> list_comments("a = 1  # change me\nb = 2  # noqa: F821")
    [(1, 7, 'change me')]
    """
    return [
        (*token.start, found[1])
        for token in tokenize.generate_tokens(io.StringIO(code).readline)
        if token.type == tokenize.COMMENT and (found := COMMENT.fullmatch(token.string))
    ]


def translate_comments(code: str, language: Language) -> str:
    r"""Return Python code with its comments in a language.

    >>> translate_comments("day = 84  # change me", "zh")
    'day = 84  # change me：可以改'
    """
    lines = code.splitlines(keepends=True)
    for line, column, text in list_comments(code) if language != "en" else ():
        told = lines[line - 1][column:].replace(text, translate_text(text, language))
        lines[line - 1] = lines[line - 1][:column] + told
    return "".join(lines)


def number_fields(text: str) -> tuple[str, list[str]]:
    """Return a text with its numbers as fields, and the numbers.

    >>> number_fields("17 of 1,200 groups (8.5%)")
    ('{0} of {1} groups ({2}%)', ['17', '1,200', '8.5'])
    """
    numbers: list[str] = []

    def replace(match: re.Match[str]) -> str:
        numbers.append(match[0])
        return f"{{{len(numbers) - 1}}}"

    return NUMBER.sub(replace, text), numbers


def translate_text(text: str, language: Language) -> str:
    """Return a text in a language, numbers as they are; if it has none, unchanged."""
    if language == "en":
        return text
    catalogue = read_catalogue(language)
    plain = " ".join(text.split()) if WORDS.search(text) else text
    for known in (text, plain):
        if known in catalogue:
            return catalogue[known][-1]
    template, numbers = number_fields(plain)
    if template in catalogue:
        return re.sub(
            r"\{(\d+)\}", lambda at: numbers[int(at[1])], catalogue[template][-1]
        )
    place, _, told = plain.partition(": ")  # of a user's own no entry has the name
    chinese = translate_text(told, language) if told else told
    return text if chinese == told else f"{translate_text(place, language)}：{chinese}"
