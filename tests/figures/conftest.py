"""A study for figures to say they come from."""

import json

import pytest


@pytest.fixture
def study(tmp_path):
    """Return the folder of a processed study that is nothing but its manifest."""
    folder = tmp_path / "demo"
    folder.mkdir()
    facts = {"study": "demo", "title_en": "Demo & co", "source": "a_b", "licence": "x"}
    (folder / "manifest.json").write_text(json.dumps(facts), encoding="utf-8")
    return folder
