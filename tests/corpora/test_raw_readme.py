"""Whoever wants to make the tables again is told how."""

from __future__ import annotations

import pytest

from helpers.corpora import CORPORA
from helpers.corpora.shared.raw_files import recorded
from helpers.paths import RAW

MANY = 100  # files; their checksums stand in the project's list alone
TEXT = (RAW / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", list(CORPORA))
def test_the_raw_readme_names_what_is_recorded(name):
    """Every extract with its checksum, every download with its commit."""
    section = TEXT.split(f"### `{name}/")[1].split("\n### ")[0]
    few = recorded(name) if len(recorded(name)) < MANY else ()
    assert CORPORA[name].commit in section or few
    assert all(file.sha256 in section for file in few)


def test_every_corpus_of_the_raw_readme_can_be_built():
    """It describes no folder that nothing reads."""
    described = {
        line[5:].split("/")[0] for line in TEXT.splitlines() if line[:5] == "### `"
    }
    assert described == set(CORPORA)
