"""What documents point to is there: files, and the headings they name."""

import importlib
import re
from pathlib import Path

import pytest

from helpers import paths

DOCUMENTS = [*paths.ROOT.glob("*.md"), *paths.ROOT.glob("docs/*.md")]
LINK = re.compile(
    r"\]\((?!https?:|#)(?P<file>[^)#\s]+)[^)]*\)(?P<under> under \"[^\"]+\")?"
)
NAMED = re.compile(r"`(?P<file>[\w/]*\w+\.toml)`")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_links_lead_to_files_and_headings(document):
    """A heading that moved to another document sends readers nowhere."""
    text = re.sub("`[^`\n]*`", "", document.read_text("utf-8"))  # code has no links
    for found in LINK.finditer(text):
        if found["file"].endswith(".html"):  # a page of the site; its test follows it
            continue
        target = (document.parent / found["file"]).resolve()
        assert target.exists(), found["file"]
        if found["under"]:
            heading = found["under"].split('"')[1]
            assert f"# {heading}\n" in target.read_text("utf-8"), heading


PYTHON = re.compile(r"`((?:helpers|pipeline)\.[\w.]*\w)")
SPOKEN = [
    file
    for pattern in ("docs/*.md", "*.md", "src/**/*.py")
    for file in paths.ROOT.glob(pattern)
    if file.name != "CHANGELOG.md"
]


def _exists(name):
    words = name.split(".")
    for end in range(len(words), 0, -1):
        try:
            found = importlib.import_module(".".join(words[:end]))
        except ModuleNotFoundError as error:
            if error.name == "pyspark":  # an extra
                return True
            continue
        for word in words[end:]:
            fields = getattr(found, "__dataclass_fields__", {})
            if not hasattr(found, word) and word not in fields:
                return False
            found = getattr(found, word, None)
        return True
    return False


def test_functions_that_texts_name_exist():
    """Sixteen docstrings and pages named functions by names that had changed."""
    named = {
        name for file in SPOKEN for name in PYTHON.findall(file.read_text("utf-8"))
    }
    assert [name for name in sorted(named) if not _exists(name)] == []


def test_code_names_tables_of_settings_that_exist():
    """`needs.toml` is called `data_needs.toml` since it was renamed."""
    source = paths.ROOT / "src"
    there = {
        file.name for file in (*paths.ROOT.glob("*.toml"), *source.rglob("*.toml"))
    }
    for module in source.rglob("*.py"):
        for found in NAMED.finditer(module.read_text("utf-8")):
            name = Path(found["file"]).name
            assert name in there, f"{module.name}: {name}"
