"""A decision rule in a sentence, in either language."""

from __future__ import annotations

from helpers.claims.fixed.register import Claim
from helpers.claims.rules.interval_rules import (
    All,
    Band,
    Beyond,
    CounterExamples,
    Effect,
    NoEffect,
    Rule,
)
from helpers.claims.rules.templates import parse
from helpers.prose import share
from helpers.site.languages import Words

LEVEL = share(0.95)  # of every interval, unless a rule says otherwise
INNER = share(0.90)  # two one-sided tests


def told(entry: Claim, words: Words) -> list[str]:
    """Return what decides a claim, one sentence a leg.

    >>> from helpers.claims.fixed.register import claim
    >>> from helpers.site.languages import Words
    >>> told(claim("s0-three-month-death"), Words("en"))[0][:48].replace(chr(8239), " ")
    '“Fits” if the whole 95 % interval lies above 0.5'
    """
    if not entry.template:
        return [words("rule.own")] if entry.status == "testable" else []
    rule = parse(entry.template)
    if isinstance(rule, All):
        return [words("rule.every"), *(_leg(leg, words) for leg in rule.rules)]
    return [_leg(rule, words)]


def _leg(rule: Rule, words: Words) -> str:
    about: dict[str, object] = {"level": LEVEL, "inner": INNER}
    match rule:
        case Beyond(sign=sign, threshold=bar):
            way = "above" if sign > 0 else "below"
            return words(f"rule.{way}", threshold=f"{bar:g}", **about)
        case Effect(sign=sign, null=null, margin=margin):
            ends = {"null": f"{null:g}", "margin": f"{margin:g}"}
            return words(f"rule.{'rise' if sign > 0 else 'fall'}", **ends, **about)
        case NoEffect(margin=margin):
            return words("rule.no_effect", margin=f"{margin:g}")
        case Band(bottom=bottom, top=top):
            ends = {"bottom": f"{bottom:g}", "top": f"{top:g}"}
            return words("rule.band", **ends, **about)
        case CounterExamples(tolerated=tolerated):
            return words("rule.counter", tolerated=f"{tolerated:g}")
    return words("rule.own")
