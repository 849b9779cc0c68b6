"""Leads' share of a team's messages: how many teams could be told, counted."""

from __future__ import annotations

from helpers.claims.contract import gates
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.too_few import too_few

STREAM = "zulip_stream"
BOTH_ARMS = 2 * gates.LEAST_IN_ARM


@stands_in("s0-owner-alone-fails", (f"facts.fact={STREAM}",), planned=True)
@too_few("what leads wrote in each team's first four weeks")
def _with_stream(evidence: Evidence) -> gates.Gate:
    """Count the teams with a stream of messages: both arms together at the most."""
    facts = evidence.table("facts")
    many = int(facts.loc[facts["fact"] == STREAM, "group"].nunique())
    detail = (
        f"{many} groups whose leads' messages are told, {BOTH_ARMS} needed for"
        f" {gates.LEAST_IN_ARM} in each arm"
    )
    return gates.Gate("arms", many >= BOTH_ARMS, detail)
