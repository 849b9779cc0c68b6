"""Verdicts with planted numbers, for syntheses whose answer is known."""

from helpers.claims.evaluation.standing import Agreement
from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.fixed.register import get_claim, get_rule
from tests.claims.intervals import around

SHARE = "s0-lurkers-are-many"  # P>(0.50), counted, no frame
RATIO = "s0-bridging-breaks-silos"  # RR>(1.5)
AGE = "s0-three-month-death"  # P>(0.50) by an age, in a frame
PARTS = "s4-aloofness-hurts"  # ALL(HR>(1.25); HR>(1.10))


def verdict(study, *estimates, claim_id=SHARE, se=0.1, n=900, word=None, **fields):
    """Return one source's verdict on estimates with an error on the claim's scale."""
    rule = get_rule(get_claim(claim_id))
    scale = "logit" if rule.code.startswith("P") else "log"
    components = tuple(e if e is None else around(e, se, scale, n=n) for e in estimates)
    found = word or rule.decide(*components).word
    fields.setdefault("agreement", Agreement(10, 10, 0, ()))
    return Verdict(
        claim=claim_id,
        study=study,
        word=found,
        checksum="",
        components=components,
        **fields,
    )


def shares(*estimates, **fields):
    """Return verdicts of as many sources."""
    return [verdict(f"s{nth}", one, **fields) for nth, one in enumerate(estimates)]
