"""Verdicts with planted numbers, for syntheses whose answer is known."""

from helpers.claims.contract.finding import Outcome, build_ranges
from helpers.claims.evaluation.curves import Curve
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
    if any(components):
        fields.setdefault("curve", curve_of([components] * 10, claim_id))
    return Verdict(
        claim=claim_id,
        study=study,
        word=found,
        checksum="",
        components=components,
        **fields,
    )


def curve(*estimates, claim_id=SHARE, se=0.1):
    """Return alternative analyses that count, with these estimates of a share."""
    shown = [(around(one, se, "logit", n=900),) for one in estimates]
    return curve_of(shown, claim_id=claim_id)


def curve_of(alternatives, claim_id):
    """Return alternative analyses that count, with these components each."""
    rule = get_rule(get_claim(claim_id))
    outcomes = [
        Outcome(
            name=f"way {nth}",
            choices=(),
            counts=True,
            decisive=False,
            word=rule.decide(*components).word,
            beyond=rule.beyond(*components),
            components=build_ranges(components),
        )
        for nth, components in enumerate(alternatives)
    ]
    return Curve(
        claim=claim_id,
        study="",
        components=(),
        outcomes=tuple(outcomes),
        of=len(outcomes),
    )


def shares(*estimates, **fields):
    """Return verdicts of as many sources."""
    return [verdict(f"s{nth}", one, **fields) for nth, one in enumerate(estimates)]
