"""A claim that surveys, trials, cities or purchases answer has a place in a chapter."""

from __future__ import annotations

import json
import tomllib

import pytest

from helpers import notebooks, paths
from helpers.claims.evaluation.verdict_store import report_verdict
from helpers.claims.fixed.evidence_plan import FOURTH_SHELF
from helpers.study import open_studies

SOURCES = paths.ROOT / "notebooks" / "source"


def list_chapter_claims():
    """Return the claims that chapters list for their boxes and figures."""
    listed = []
    for path in sorted(SOURCES.glob("*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            for line in cell["source"]:
                if line.startswith("claims = "):
                    listed += eval(line.removeprefix("claims = "))  # noqa: S307 - our own line
    return listed


@pytest.mark.usefixtures("kept_verdicts")
def test_claim_answered_network_by_network_is_in_a_chapter():
    """One had no answer for its source as a whole, and so no row, box or figure."""
    plans = tomllib.loads(FOURTH_SHELF.read_text("utf-8"))["plan"]
    sources = {source for plan in plans for source in plan["sources"]}
    studies = [study for study in open_studies() if study.name in sources]
    claims = sorted({plan["claim"] for plan in plans})
    verdicts = {
        name: [report_verdict(name, study) for study in studies] for name in claims
    }
    estimated = {
        name
        for name, told in verdicts.items()
        if any(part.interval for verdict in told for part in (verdict, *verdict.parts))
    }
    assert "s3-groups-start-with-friends" in estimated
    assert estimated <= set(list_chapter_claims())
    assert estimated <= set(notebooks.tabulate_answers(claims, studies)["claim"])
