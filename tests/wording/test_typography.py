"""Texts for Chinese readers are set as Chinese: 倍, （）, ，and no blank after 。."""

import re
import tomllib

import pytest

from helpers import paths
from helpers.wording.messages import read_catalogue
from tests.typography import find_slips

SOURCE = paths.ROOT / "src"
PATTERNS = "/formats/|events|lexicon"  # no prose


@pytest.mark.parametrize(
    ("text", "slip"),
    [
        ("是别人的 1.5×", "倍"),
        ("答案 (19)", "brackets"),
        ("群里,有人", "punctuation"),
        ("结论： 没有", "blank"),
        ("有人。 没人", "blank"),
    ],
)
def test_english_typography_is_found(text, slip):
    """Each slip that stood on the pages is one."""
    assert [slip in each for each in find_slips(text)] == [True]


def _list_texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _list_texts(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _list_texts(each)


def test_catalogue_is_set_as_chinese():
    """Whatever is shown in Chinese comes from the catalogue."""
    texts = [text for forms in read_catalogue("zh").values() for text in forms]
    assert [slip for text in texts for slip in find_slips(text)] == []


@pytest.mark.parametrize(
    "file",
    [
        each
        for each in SOURCE.rglob("*.toml")
        if not re.search(PATTERNS, each.as_posix())
    ],
    ids=lambda file: file.stem,
)
def test_tables_of_texts_are_set_as_chinese(file):
    """Claims, practices, sources, studies and searches, each with its Chinese."""
    rows = tomllib.loads(file.read_text("utf-8"))
    assert [slip for text in _list_texts(rows) for slip in find_slips(text)] == []


@pytest.mark.parametrize(
    "file", [*paths.ROOT.glob("*.zh.md"), *(paths.ROOT / "docs").glob("*.zh.md")],
    ids=lambda file: file.stem,
)  # fmt: skip
def test_guides_are_set_as_chinese(file):
    """Read me, guides and notes."""
    text = re.sub(r"^\s*[-*|#].*?\|$", "", file.read_text("utf-8"), flags=re.MULTILINE)
    assert find_slips(text) == []
