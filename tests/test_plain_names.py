"""Names, docstring summaries and documents stay in the field's plain words."""

import ast
import re
import tomllib
from functools import cache

from helpers.paths import ROOT

WORDS = tomllib.loads((ROOT / "tests" / "plain_words.toml").read_text("utf-8"))
VERBS, PRIVATE = (frozenset(WORDS[kind].split()) for kind in ("verbs", "private"))
NAMED_BY_OTHERS = {"property", "cached_property", "overload", "quantity"}
LEAST_VERBS, MOST_ONE_WORD, MOST_PRIVATE = 0.825, 0.185, 0.0005
MOST_PRIVATE_IN_DOCUMENTS = 0.0034
CHAPTER = ROOT / "src/helpers/own_groups/report/chapter.md"  # a notebook, not a note
CODE = re.compile(
    r"```.*?```|`[^`\n]*`|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>"
    r"|(?m:^\| s\d-.*$)",  # answers' sentences, quoted in notes, are for readers
    re.DOTALL,
)


@cache
def _trees():
    """Return the syntax tree of every module."""
    return [ast.parse(file.read_text("utf-8")) for file in (ROOT / "src").rglob("*.py")]


def _function_words():
    """Yield the words of each function's name that the project chose itself."""
    for tree in _trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            marks = {ast.unparse(one).split("(")[0] for one in node.decorator_list}
            if not marks & NAMED_BY_OTHERS and not node.name.startswith("__"):
                yield node.name.strip("_").split("_")


def _summary_words():
    """Yield the words of every docstring's first paragraph."""
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    for tree in _trees():
        for node in ast.walk(tree):
            text = ast.get_docstring(node) if isinstance(node, documented) else None
            if text:
                yield from re.findall(r"[a-z]+", text.split("\n\n")[0].lower())


def test_most_functions_begin_with_a_verb_and_have_two_words():
    """A name says what the function does: `estimate_share`, not `share`."""
    names = list(_function_words())
    verbs = sum(words[0] in VERBS for words in names) / len(names)
    single = sum(len(words) == 1 for words in names) / len(names)

    assert verbs >= LEAST_VERBS
    assert single <= MOST_ONE_WORD


def test_docstring_summaries_avoid_private_words():
    """Summaries are understood without the body: "excluded", not "set aside"."""
    words = list(_summary_words())

    assert sum(word in PRIVATE for word in words) / len(words) <= MOST_PRIVATE


def _document_words():
    """Yield the words of the Markdown documents; code and names of columns are none."""
    folders = ("docs", "src", "data/raw", "data/processed")
    for place in (ROOT / name for name in folders):
        for document in sorted(set(place.rglob("*.md")) - {CHAPTER}):
            text = CODE.sub("", document.read_text("utf-8"))
            yield from re.findall(r"[a-z]+", text.lower())


def test_documents_avoid_private_words():
    """Notes and references say "recorded" and "excluded", as the field does."""
    words = list(_document_words())

    assert sum(word in PRIVATE for word in words) / len(words) <= (
        MOST_PRIVATE_IN_DOCUMENTS
    )
