"""What the code and the pages say is in the Chinese catalogue, with the same fields."""

import re

import pytest

from helpers import paths
from helpers.wording.markdown import translate_markdown, translate_text
from helpers.wording.messages import read_catalogue
from pipeline import catalogue

FIELD = re.compile(r"\{\{.*?\}\}|\{\w*[^{}]*\}")


@pytest.fixture(scope="module")
def ids():
    """Return what code, tables and pages say, without chapters."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "NOTEBOOKS", paths.ROOT / "none")
        return catalogue.list_ids()


def test_everything_said_has_a_translation_with_its_fields(ids):
    """No message falls back to English, or loses a number, on a Chinese page."""
    assert catalogue.list_missing(ids) == []
    differ = [
        template
        for template, forms in read_catalogue("zh").items()
        if any(
            sorted(FIELD.findall(form)) != sorted(FIELD.findall(template))
            for form in forms
        )
    ]
    assert differ == []


def test_chapters_are_translated():
    """No paragraph, title, table head or computed sentence of a chapter is English."""
    missing = [
        text
        for file in sorted(paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
        if '"helpers as sq' in (code := file.read_text("utf-8"))
        or "helpers as sq" in code
        for text in catalogue.list_missing(
            catalogue.list_notebook(catalogue.json.loads(code))
        )
    ]
    assert missing == []


def test_numbers_of_computed_text_stay(monkeypatch):
    """A title with other numbers is the same entry."""
    entries = {"Of {0} groups {1} grew": ("{0} 个群里 {1} 个变大",)}
    monkeypatch.setattr("helpers.wording.markdown.read_catalogue", lambda _: entries)
    assert translate_text("Of 1,200 groups 17 grew", "zh") == "1,200 个群里 17 个变大"


def test_code_in_markdown_is_not_translated():
    """A word of the catalogue inside a fence is code."""
    text = "```\nData\n```"
    assert translate_markdown(text, "zh") == text


def test_changed_text_keeps_its_old_chinese_as_fuzzy(monkeypatch, tmp_path):
    """A word more in English threw the Chinese away; it is not shown unseen."""
    monkeypatch.setattr(catalogue, "FILE", tmp_path / "zh.po")
    monkeypatch.setattr(catalogue, "list_ids", lambda: ["export {n} is at {path}"])
    assert catalogue.update_catalogue() == ["export {n} is at {path}"]
    written = catalogue.FILE.read_text("utf-8")
    assert "#, fuzzy" in written
    assert 'msgstr "导出 {n} 是 {path}"' in written
