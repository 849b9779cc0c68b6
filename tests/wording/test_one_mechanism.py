"""A text for readers is said in English once; its Chinese stands in zh.po alone."""

import ast
import re
from pathlib import Path

import pytest

import helpers
from helpers.own_groups.sentences import hide_small
from helpers.wording import render, say, say_in

SOURCE = Path(helpers.__file__).parent
HAN = re.compile("[\u4e00-\u9fff]")
# what people write, which is read: words of exports, tables, texts and arguments
READ = (
    "formats",
    "corpora",
    "validation",
    "text",
    "sentiment",
    "time_zones.py",
    "arguments.py",
)
HEADERS = {
    "own_groups/group_list.py", "own_groups/group_facts.py", "library/frames.py",
    "derive/inspect.py", "wording/messages.py",
}  # fmt: skip
NAMES = {  # of the project, of a language, and of a study in both of its titles
    "citation.py", "own_groups/app.py", "site/cards.py", "site/search.py",
    "site/build.py", "site/articles.py", "site/sources.py", "own_groups/user_study.py",
}  # fmt: skip


def list_chinese(code):
    """Yield the strings of code with Chinese signs that are no docstring."""
    tree = ast.parse(code)
    docs = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in docs:
            continue
        if isinstance(node.value, str) and HAN.search(node.value):
            yield node.value


def test_no_code_says_a_text_in_chinese():
    """`Text(en, zh)`, "English|Chinese" and "…" if chinese were three more ways."""
    known = HEADERS | NAMES
    found = {
        place: [*list_chinese(file.read_text("utf-8"))]
        for house in (SOURCE, SOURCE.parent / "pipeline")
        for file in sorted(house.rglob("*.py"))
        if (place := file.relative_to(house).as_posix()).split("/")[0] not in READ
    }
    assert {place for place, texts in found.items() if texts} <= known
    assert not any("。" in text for place in NAMES for text in found[place])


@pytest.mark.parametrize("file", [*SOURCE.rglob("own_groups/**/*.j2")], ids=str)
def test_no_template_of_own_groups_holds_chinese(file):
    """A page in two languages had its own pairs of texts."""
    text = file.read_text("utf-8")
    assert set(HAN.findall(text)) <= set("中文社群实证")


def test_a_text_by_its_place_has_its_own_chinese():
    """Files, as a kind of message, were called a number of files."""
    files = say_in("kind of message", "files")
    assert (files, render(files, "zh")) == ("files", "文件")
    assert render(say("files"), "zh") == "文件数"


def test_chinese_values_stand_without_blanks_and_numbers_with_them():
    """A masked count stood with a blank between two Chinese signs."""
    line = "{never} of {listed} listed members never wrote."
    few, many = hide_small(3, 5), hide_small(12, 5)
    told = render(say(line, never=few, listed=many), "zh")
    assert told == "名单上 12 人，不到 5 人从没说过话。"
    assert "名单上不到 5 人" in render(say(line, never=many, listed=few), "zh")
