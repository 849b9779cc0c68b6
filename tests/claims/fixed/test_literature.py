"""The literature is cited only where it was read, and for claims that exist."""

from __future__ import annotations

import pytest

from helpers.claims.fixed.literature import _all
from helpers.claims.fixed.register import read_register

FINDINGS = _all()
CLAIMS = set(read_register())


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda one: one.key)
def test_every_finding_names_existing_claims_and_how_it_was_read(finding):
    """No finding hangs in the air or rests on memory."""
    assert set(finding.claims) <= CLAIMS
    assert finding.claims
    assert finding.read in {"source", "digest"}
    assert finding.sample
    assert finding.finding
