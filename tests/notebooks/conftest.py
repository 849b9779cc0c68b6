"""Chapters run in this process, cell by cell; figures are drawn and not saved."""

import json
import os

import pytest

from helpers import figures, paths
from helpers.claims.evaluation.verdict_store import kept_in


@pytest.fixture
def run_chapter(tmp_path, monkeypatch):
    """Return a function that runs a chapter's cells on studies, and returns titles."""
    shown = []

    def show(*_, title, **__):
        shown.append(title)

    monkeypatch.setattr(figures, "show", show)
    monkeypatch.setattr("helpers.notebooks.forests.show", show)

    def run(name, folders, *, change=str, failed=None):
        monkeypatch.setenv("SHEQUN_STUDIES", os.pathsep.join(map(str, folders)))
        book = json.loads((paths.NOTEBOOKS / f"{name}.ipynb").read_text("utf-8"))
        code = ["".join(c["source"]) for c in book["cells"] if c["cell_type"] == "code"]
        room = {}
        with kept_in(tmp_path / "verdicts"):
            for cell in change("\n\0\n".join(code)).split("\n\0\n"):
                try:
                    exec(compile(cell, name, "exec"), room)  # noqa: S102 - our own
                except Exception as error:
                    if failed is None:
                        raise
                    failed.append(error)
        return shown

    return run
