"""Limits on verdicts: which verdicts biases, controls and plans rule out.

Plan, amendments, kind of measure, instrument, measurement error, companion estimates,
strata, alternative specifications, negative controls and the frame each allow some
verdicts.
A verdict stands if all allow it; the first that does not gives the reason. It is
fragile if alternative specifications disagree (`Agreement`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from helpers.claims.contract.finding import Finding, Outcome
from helpers.claims.contract.study_view import SpeaksFor
from helpers.claims.evaluation.controls import FAILS, LACKS, Checked
from helpers.claims.fixed.evidence_plan import Amendment, EvidencePlan, May
from helpers.claims.rules.interval_rules import DECIDING, Decision, Rule, Word
from helpers.survival.interval import Interval
from helpers.wording import join_messages, say

AT_LEAST_AGREE = 0.80
AT_MOST_OPPOSITE = 0.05


@dataclass(frozen=True, slots=True)
class Agreement:
    """Number of alternative specifications that agree with a verdict or contradict it.

    Attributes
    ----------
    counted, agreeing, opposite
        Of the specifications that count.
    decisive
        Decisive ones with the opposite verdict: FRAGILE.
    not_strong
        Decisive ones with an estimate on the other side of the threshold, whatever
        their interval: never STRONG.
    """

    counted: int
    agreeing: int
    opposite: int
    decisive: tuple[str, ...]
    not_strong: tuple[str, ...] = ()

    @property
    def fragile(self) -> bool:
        """Whether too few alternative analyses agree, or too many disagree."""
        few = self.agreeing < AT_LEAST_AGREE * self.counted
        return (
            few
            or self.opposite > AT_MOST_OPPOSITE * self.counted
            or bool(self.decisive)
        )


def count_agreement(
    rule: Rule, components: Sequence[Interval | None], outcomes: Sequence[Outcome]
) -> Agreement:
    """Count the alternative specifications that agree with a verdict.

    One agrees if it gives the same verdict, or INCONCLUSIVE with its estimate on the
    same side of the threshold: less data is not disagreement. So is a component that
    it lacks: sides are compared on the components that both have. One that comes out
    UNTESTABLE leaves the count.
    """
    primary, side = rule.decide(*components).word, rule.beyond(*components)
    decisive = [outcome for outcome in outcomes if outcome.decisive]
    counted = [
        outcome
        for outcome in outcomes
        if outcome.counts and outcome.word is not Word.UNTESTABLE
    ]
    return Agreement(
        counted=len(counted),
        agreeing=sum(is_agreeing(outcome, primary, side) for outcome in counted),
        opposite=sum(outcome.word.opposes(primary) for outcome in counted),
        decisive=tuple(
            outcome.name for outcome in decisive if outcome.word.opposes(primary)
        ),
        not_strong=tuple(
            outcome.name
            for outcome in decisive
            if not is_same_side(outcome.beyond, side)
        ),
    )


def is_agreeing(outcome: Outcome, primary: Word, side: tuple[bool | None, ...]) -> bool:
    """Return whether an alternative specification agrees with the verdict."""
    if outcome.word is primary:
        return True
    return outcome.word is Word.INCONCLUSIVE and is_same_side(outcome.beyond, side)


def is_same_side(
    first: tuple[bool | None, ...], other: tuple[bool | None, ...]
) -> bool:
    """Return whether two sets of estimates are on the same sides of the thresholds.

    >>> (
    ...     is_same_side((True, None), (True, True)),
    ...     is_same_side((None, False), (True, True)),
    ... )
    (True, False)
    """
    pairs = zip(first, other, strict=False)  # kinds that are compared may be fewer
    return all(a is b for a, b in pairs if a is not None and b is not None)


ONE_SIDED = "one-sided"
DISAGREE = "corpora disagree"
RELIABILITY = 0.5  # assumed of an exposure that was read with error
FIRMER = frozenset({"STRONG", "REVERSED"})
STRONG = "STRONG"
# tone classifiers with a sensitivity and a specificity on labelled chat lines, which
# data/processed/instruments/tone.csv holds
MEASURED_INSTRUMENTS = frozenset({"snownlp", "chat_lines", "pysenti"})
UNMEASURED = "instrument not measured"
SIDES: Mapping[May, frozenset[Word]] = {
    "both": DECIDING,
    "support": frozenset({Word.SUPPORTED}),
    "contradict": frozenset({Word.CONTRADICTED, Word.TOO_SMALL}),
    "nothing": frozenset[Word](),
}
BEHIND_FRAME: Mapping[SpeaksFor, frozenset[Word]] = {
    "both": frozenset(Word),
    "support": frozenset({Word.SUPPORTED}),
    "contradict": frozenset({Word.CONTRADICTED}),
    "neither": frozenset[Word](),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A limitation of the evidence: which verdicts it rules out, and why.

    Attributes
    ----------
    by
        The circumstance.
    refused
        Verdicts that it does not allow, and why.
    instead
        The verdict in place of a refused one.
    qualifiers
        What is printed after that.
    """

    by: str
    refused: tuple[tuple[Word, str], ...] = ()
    instead: Word = Word.INCONCLUSIVE
    qualifiers: tuple[str, ...] = ()

    @property
    def allowed(self) -> frozenset[Word]:
        """The supporting or contradicting verdicts that the limitation allows."""
        return DECIDING - dict(self.refused).keys()

    def __str__(self) -> str:
        words = ", ".join(sorted(word for word, _ in self.refused))
        return f"{self.by}: not {words}" if words else self.by


def apply_standings(decision: Decision, standings: Iterable[Standing]) -> Decision:
    """Return the verdict, or its replacement if a limitation rules it out."""
    for standing in standings:
        reason = dict(standing.refused).get(decision.word)
        if reason is not None:
            return Decision(standing.instead, standing.qualifiers, reason)
    return decision


def combine_sides(*allowed_by: May) -> May:
    """Return the verdicts that all of several restrictions allow.

    >>> combine_sides("both", "support"), combine_sides("support", "contradict")
    ('support', 'nothing')
    """
    sides = DECIDING.intersection(*(SIDES[may] for may in allowed_by))
    return next(may for may, words in SIDES.items() if words == sides)


def list_standings(
    rule: Rule,
    finding: Finding,
    plan: EvidencePlan | None,
    amendments: Iterable[Amendment],
    agreement: Agreement,
) -> tuple[Standing, ...]:
    """List all limitations of a verdict, except failed negative controls."""
    return (
        limit_by_instrument(finding),
        limit_by_attenuation(rule, finding),
        limit_by_side("measure", finding.may),
        *(limit_by_side("amendment", amendment.may) for amendment in amendments),
        limit_by_side("plan", plan.may if plan else "both"),
        limit_by_condition(rule, finding, plan),
        limit_by_companions(rule, finding),
        limit_by_other_side(finding),
        limit_by_places(rule, finding),
        limit_by_fragility(agreement),
    )


def limit_by_side(by: str, may: May) -> Standing:
    """Rule out the verdicts that one-sided evidence, such as a bound, cannot support.

    >>> limit_by_side("plan", "support").allowed == {Word.SUPPORTED}
    True
    """
    refused = [(word, explain_side(word)) for word in sorted(DECIDING - SIDES[may])]
    return Standing(by, tuple(refused), qualifiers=(ONE_SIDED,))


def explain_side(word: Word) -> str:
    """Return the reason why evidence that errs in one direction gives no verdict.

    >>> explain_side(Word.SUPPORTED)
    'SUPPORTED, which this evidence may not decide'
    """
    return say("{word}, which this evidence may not decide", word=word)


def has_unmeasured_instrument(finding: Finding) -> bool:
    """Return whether a finding's sentiment tool has unmeasured accuracy."""
    return bool(finding.instrument) and finding.instrument not in MEASURED_INSTRUMENTS


def choose_side(finding: Finding) -> May:
    """Return which verdicts an estimate may give; none with an untested classifier.

    >>> choose_side(Finding(components=(), definition="", gates=(), instrument="vader"))
    'nothing'
    """
    return "nothing" if has_unmeasured_instrument(finding) else finding.may


def limit_by_instrument(finding: Finding) -> Standing:
    """Rule out all verdicts based on a sentiment tool of unmeasured accuracy.

    >>> finding = Finding(components=(), definition="", gates=(), instrument="vader")
    >>> sorted(limit_by_instrument(finding).allowed)
    []
    """
    if not has_unmeasured_instrument(finding):
        return Standing("instrument")
    reason = f"but how often {finding.instrument} errs on chat was not measured"
    refused = tuple((word, f"{word}, {reason}") for word in sorted(DECIDING))
    return Standing("instrument", refused, qualifiers=(UNMEASURED,))


def limit_by_frame(speaks_for: SpeaksFor) -> frozenset[Word]:
    """Return the verdicts that biased sampling of groups could not have produced.

    >>> limit_by_frame("support") == {Word.SUPPORTED}
    True
    """
    return BEHIND_FRAME[speaks_for]


def limit_by_attenuation(rule: Rule, finding: Finding) -> Standing:
    """Rule out "no effect" if an exposure measured with error could hide an effect.

    Random misclassification draws an effect towards none. A verdict that rules an
    effect out has to stand with the effect and its limits divided by a reliability of
    one half, on the scale of logarithms for ratios.

    References
    ----------
    Carroll, Ruppert, Stefanski and Crainiceanu (2006), Measurement Error in Nonlinear
    Models, 2nd ed., chapter 3.
    """
    if not finding.attenuated:
        return Standing("measurement error")
    pairs = zip(
        finding.components, rule.list_scales(len(finding.components)), strict=True
    )
    corrected = rule.decide(
        *(
            component.scaled(1 / RELIABILITY, scale)
            if component and scale
            else component
            for component, scale in pairs
        )
    ).word
    refused = [
        (
            verdict,
            say("{word} only if the exposure was read without error", word=verdict),
        )
        for verdict in sorted(rule.ruling_out - {corrected})
    ]
    return Standing("measurement error", tuple(refused))


def limit_by_companions(rule: Rule, finding: Finding) -> Standing:
    """Rule out SUPPORTED unless the finding's further estimates support it too."""
    for name, component, _ in finding.supported_with:
        if rule.decide(component, *finding.components[1:]).word is not Word.SUPPORTED:
            reason = say(
                "SUPPORTED, but not by {name}: {component}",
                name=name,
                component=f"{component}",
            )
            return Standing("companion estimate", ((Word.SUPPORTED, reason),))
    return Standing("companion estimate")


def limit_by_other_side(finding: Finding) -> Standing:
    """Make a verdict FRAGILE if a further ratio is across 1 from the main one."""
    for name, component, _ in finding.same_side:
        (own,) = finding.components
        if own is not None and (own.estimate > 1) != (component.estimate > 1):
            reason = f"but {name} lies on the other side: {component}"
            refused = tuple((word, f"{word}, {reason}") for word in sorted(DECIDING))
            return Standing("companion estimate", refused, instead=Word.FRAGILE)
    return Standing("companion estimate")


def limit_by_places(rule: Rule, finding: Finding) -> Standing:
    """Rule out a verdict if one stratum alone gives the opposite verdict.

    Each of k places is asked at level 1 − 0.05/k.
    """
    level = 1 - 0.05 / max(len(finding.places), 1)
    rest = (None,) * (len(finding.components) - 1)
    refused: dict[Word, str] = {}
    for name, component, _ in finding.places:
        word = rule.decide(component.at_level(level), *rest).word
        for decisive in DECIDING:
            if word.opposes(decisive):
                refused.setdefault(decisive, f"{decisive}, but {name} {word}")
    return Standing("strata", tuple(refused.items()), qualifiers=(DISAGREE,))


def limit_by_fragility(agreement: Agreement) -> Standing:
    """Make a verdict FRAGILE if too few alternative specifications agree."""
    if not agreement.fragile:
        return Standing("specifications")
    refused = []
    for word in sorted(DECIDING):
        agree = say(
            "{word}, but {agreeing} of {n} specifications agree and {opposite} are"
            " opposite",
            word=word,
            agreeing=agreement.agreeing,
            n=agreement.counted,
            opposite=agreement.opposite,
        )
        names = join_messages(", ", agreement.decisive)
        where = say("opposite at {names}", names=names) if names else ""
        refused.append((word, join_messages("; ", (agree, where))))
    return Standing("specifications", tuple(refused), instead=Word.FRAGILE)


def limit_by_controls(
    word: Word, checks: Sequence[Checked], *, required: bool
) -> Standing:
    """Rule out a verdict if one of its negative controls fails.

    Parameters
    ----------
    required
        Whether a verdict without any control may not stand.
    """
    failed = [check.control.name for check in checks if check.failed]
    if failed:
        reason = f"{word}, but {FAILS}: {', '.join(failed)}"
        return Standing("negative control", ((word, reason),), qualifiers=(FAILS,))
    if required and not checks and word in DECIDING:
        reason = f"{word}, but {LACKS} could be had"
        return Standing("negative control", ((word, reason),), qualifiers=(LACKS,))
    return Standing("negative control")


def drop_firmness(
    decision: Decision, finding: Finding, agreement: Agreement
) -> Decision:
    """Drop "strong" from a verdict that alternative analyses do not support.

    A proxy is never STRONG or REVERSED; STRONG needs every decisive specification on
    the same side.
    """
    if finding.stand_in:
        left = tuple(
            qualifier for qualifier in decision.qualifiers if qualifier not in FIRMER
        )
        return replace(decision, qualifiers=left)
    if (
        STRONG not in decision.qualifiers
        or not agreement.not_strong
        or agreement.fragile
    ):
        return decision
    left = tuple(qualifier for qualifier in decision.qualifiers if qualifier != STRONG)
    names = join_messages(", ", agreement.not_strong)
    sides = say("on the other side at {names}", names=names)
    reasons = (decision.reason, say("not STRONG"), sides)
    return replace(decision, qualifiers=left, reason=join_messages("; ", reasons))


def describe_amendments(amendments: Iterable[Amendment]) -> Iterator[str]:
    """Yield the reasons for which verdicts were withdrawn after the plan was fixed."""
    for amendment in amendments:
        yield say(
            "withdrawn on {date}: {why}", date=amendment.date, why=say(amendment.why)
        )


WITHIN = "within "  # printed where the networks are known
OF_SOME = re.compile(r"(?P<mark>.+) \((?P<but>not )?(?P<names>[a-z_0-9, ]+)\)")
CASES: Mapping[tuple[str, str], tuple[str, ...]] = {  # the plan's column `loses`
    ("s0-lurkers-are-many", "lower bound"): ("rladies", "w3c", "sig"),
    ("s0-lurkers-are-many", "under duty"): ("cn_colearning", "zh_cruel"),
}
Condition = Callable[[Rule, Finding, Word], bool]


def list_planned_qualifiers(plan: EvidencePlan, source: str) -> tuple[str, ...]:
    """List the qualifiers that the pre-registered plan adds to a source's verdict.

    >>> from helpers.claims.fixed.evidence_plan import find_plan
    >>> plan = find_plan("s0-three-month-death", "sig_groups")
    >>> (
    ...     plan.prints,
    ...     list_planned_qualifiers(plan, "sig_groups"),
    ...     list_planned_qualifiers(plan, "v2ex_nodes"),
    ... )
    (('proxy (not v2ex, meshcore)', 'within <network>'), ('proxy',), ())
    """
    marks = (mark for mark in plan.prints if not mark.startswith(WITHIN))
    named = (_select_qualifier(plan, mark, source) for mark in marks)
    return tuple(dict.fromkeys(qualifier for qualifier in named if qualifier))


def _select_qualifier(plan: EvidencePlan, text: str, source: str) -> str:
    """Return a qualifier of the plan if it applies to the source, else ""."""
    if match := OF_SOME.fullmatch(text):
        own = source.startswith(tuple(match["names"].split(", ")))
        return match["mark"] if own != bool(match["but"]) else ""
    only = CASES.get((plan.claim, text))
    return "" if only and not source.startswith(only) else text


def add_planned_qualifiers(
    finding: Finding, plan: EvidencePlan | None, source: str
) -> Finding:
    """Add the qualifiers of the pre-registered plan to the verdict on a source."""
    if plan is None:
        return finding
    both = dict.fromkeys((*finding.qualifiers, *list_planned_qualifiers(plan, source)))
    return replace(finding, qualifiers=tuple(both))


def _decide_by_first_component(rule: Rule, finding: Finding, word: Word) -> bool:
    first, *others = finding.components
    return rule.decide(first, *[None] * len(others)).word is word


def _has(qualifier: str) -> Condition:
    return lambda _rule, finding, _word: qualifier in finding.qualifiers


def _has_firm_groups(_rule: Rule, finding: Finding, word: Word) -> bool:
    return word is not Word.SUPPORTED or bool(finding.supported_with)


CONDITIONS: Mapping[str, Condition] = {  # as the plan words them
    "leg 1": _decide_by_first_component,
    "(whole); leg shown": _decide_by_first_component,
    "portable": _has("portable form"),
    "30-d windows of deadlock_de": _has("W = 30"),
    'for "lounges that reached 50 posts in 28 days"': _has(
        "groups that were busy early"
    ),
    "SUPPORT only if it holds with W = 180 and for guilds of ≥ 10 posts": (
        _has_firm_groups
    ),
}


def limit_by_condition(
    rule: Rule, finding: Finding, plan: EvidencePlan | None
) -> Standing:
    """Rule out verdicts that do not meet the condition in a source's plan."""
    if plan is None or not plan.may_only:
        return Standing("condition of the plan")
    meets = CONDITIONS[plan.may_only]
    refused = [
        (word, f"{word}, which the plan allows only for: {plan.may_only}")
        for word in sorted(DECIDING)
        if not meets(rule, finding, word)
    ]
    return Standing("condition of the plan", tuple(refused), qualifiers=(ONE_SIDED,))
