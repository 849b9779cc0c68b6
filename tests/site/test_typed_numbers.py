"""No sentence of ours has a number that a hand typed."""

import ast
import re

import pytest

from helpers import paths
from helpers.claims import read_register
from helpers.site.execution import stable
from helpers.site.languages import read_entries
from helpers.site.rendering import PAGES

NUMBER = re.compile(r"\d+(?:[.,\u202f]\d+)*")
YEAR = re.compile(r"(?:19|20)\d\d")
ALLOWED = re.compile(r"§\d+|\bS[0-4]\b|\bSHA-256\b|\bdoi \S+|Day 7|第 7 天")
CODE = re.compile(r"```.*?```|`[^`]*`|\]\([^)]*\)|<[^>]*>", re.DOTALL)
FILLED = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{[^}]*\}(?:`[^`]*`)?", re.DOTALL)


def claimed():
    """Return the numbers that claims and their rules name."""
    texts = ((c.en, c.rule, c.template) for c in read_register().values())
    return {number for text in texts for number in NUMBER.findall(" ".join(text))}


def typed(text):
    """Return numbers that are neither computed, claimed, years nor of sections."""
    for pattern in (FILLED, CODE, ALLOWED):
        text = pattern.sub(" ", text)
    known = claimed()
    found = NUMBER.findall(text)
    return [n for n in found if n not in known and not YEAR.fullmatch(n)]


def notebook_sentences():
    """Yield where and what notebooks say: Markdown cells and templates of `say`."""
    for path in sorted(paths.NOTEBOOKS.glob("*.ipynb")):
        for cell in stable.read_notebook(path).cells:
            if cell.cell_type == "markdown":
                yield path.name, cell.source
                continue
            calls = (n for n in ast.walk(ast.parse(cell.source)) if is_say(n))
            told = (text for call in calls for text in call.args[1:])
            yield from ((path.name, ast.unparse(text)) for text in told)


def is_say(node):
    """Tell whether a node of code is a call of `say` with a template."""
    named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return (
        named and node.func.id in {"fill_sentence", "fill_both"} and len(node.args) > 1
    )


def page_sentences():
    """Yield where and what templates and the site's own words say."""
    for path in sorted(PAGES.glob("*.*")):
        if path.suffix != ".bib":
            yield path.name, path.read_text("utf-8")
    for name in ("chrome", "terms", "glossary", "hundred", "claim_page", "advice"):
        yield name, " ".join(leaves(read_entries(name)))


def leaves(value):
    """Return every text in nested tables."""
    if isinstance(value, str):
        return [value]
    parts = value.values() if hasattr(value, "values") else value
    return [text for part in parts for text in leaves(part)]


def test_lint_finds_a_typed_number():
    """A count is seen; a year, a claim's own figure and a filled-in one are not."""
    assert typed("Of 1789.5 groups in 2016, 58 % are `v1` {n:count} {{ n9 }}") == [
        "1789.5"
    ]


@pytest.mark.parametrize("source", [notebook_sentences, page_sentences])
def test_no_number_in_a_sentence_is_typed(source):
    """Numbers are computed, or the claims' own."""
    found = [(where, numbers) for where, text in source() if (numbers := typed(text))]
    assert not found
