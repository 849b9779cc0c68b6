"""Combine the verdicts of several sources on one claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from helpers.claims.evaluation.standing import DISAGREE, ONE_SIDED, limit_by_frame
from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.fixed.register import RegisterEntry, get_rule
from helpers.claims.fixed.source_names import Place
from helpers.claims.rules.interval_rules import All, Decision, Rule, Word
from helpers.claims.rules.multi_estimate_rules import Whole
from helpers.inference import Combination, Interval, combine_estimates
from helpers.prose import format_share
from helpers.survival.interval import ScaleName
from helpers.wording import join_messages, say

FEWEST_POOLED = 5
HALF = 0.5
IN_WORDS = (All, Whole)  # several components make no one number to pool
COMMON = "ever started"
FRAMED = frozenset({"lifetime", "failure"})  # themes of failure by an age
CONTRASTS = ("HR", "RR", "OR", "TR", "Δ")  # in which a frame is on both sides
_OPEN = {Word.INCONCLUSIVE, Word.FRAGILE}
_NOBODY = Decision(
    Word.UNTESTABLE, reason="no corpus of Chinese group chats is at hand"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """The verdict on a claim after combining several sources.

    Attributes
    ----------
    word, qualifiers, reason
        The verdict on the corpora at hand; no word, which is no verdict, where of
        several corpora none may speak for what it found, or their frames differ and
        they share no definition.
    population
        The same for the groups that the article means.
    entering, apart, listed
        Studies that decide; those that stand beside them: stand-ins, another frame, a
        biased frame that cannot speak for this side; those that passed no gate.
    spread
        The smallest and the largest estimate of those that decide.
    mean, prediction
        The pooled estimate and where the next corpus may lie; None unless pooled.
    general
        Whether the prediction interval is beyond the threshold too.
    """

    claim: str
    word: Word | None
    qualifiers: tuple[str, ...]
    reason: str
    population: Decision | None
    entering: tuple[str, ...]
    apart: tuple[str, ...]
    listed: tuple[str, ...]
    spread: tuple[float, float] | None = None
    mean: Interval | None = None
    prediction: Interval | None = None
    general: bool = False


def combine_verdicts(
    entry: RegisterEntry,
    verdicts: Sequence[Verdict],
    *,
    strata: Verdict | None = None,
    chinese_chats: Collection[str] = (),
) -> Combined:
    """Combine the verdicts of several sources on one claim.

    Stand-ins decide only where no corpus shows what the claim asks for. Failure by an
    age is combined within one frame, or under the one definition that all share;
    contrasts are combined whatever the frame.

    Parameters
    ----------
    entry
        The claim.
    verdicts
        One a corpus, all of it.
    strata
        What the corpora say as strata of one estimate, where the claim asks for that.
    chinese_chats
        Names of studies of Chinese group chats; without one the line for the
        population that the articles mean is UNTESTABLE.
    """
    rule = get_rule(entry)
    framed = entry.theme in FRAMED and not rule.code.startswith(CONTRASTS)
    testable = [v for v in verdicts if v.word not in {None, Word.UNTESTABLE}]
    candidates = [v for v in testable if not v.stand_in] or testable
    entering = _select_comparable_verdicts(rule, candidates, framed=framed)
    decision = pool_verdicts(rule, entering) if entering or not testable else None
    if strata is not None and strata.word is not Word.UNTESTABLE:
        decision = _decide_by_strata(strata)
    mean, prediction = _pool_estimates(rule, entering)
    chinese = [v for v in testable if v.study in chinese_chats]
    return Combined(
        claim=entry.id,
        word=decision.word if decision else None,
        qualifiers=(*decision.qualifiers, *_describe_common_definition(entering))
        if decision
        else (),
        reason=decision.reason if decision else _describe_difference(candidates),
        population=_combine_population(rule, chinese, framed=framed),
        entering=tuple(v.study for v in entering),
        apart=tuple(v.study for v in testable if v not in entering),
        listed=tuple(v.study for v in verdicts if v not in testable),
        spread=_compute_spread(entering),
        mean=mean,
        prediction=prediction,
        general=decision is not None
        and prediction is not None
        and rule.decide(prediction).word is decision.word,
    )


def _decide_by_strata(strata: Verdict) -> Decision:
    word = strata.word or Word.UNTESTABLE
    return Decision(word, strata.qualifiers, strata.reason)


def _combine_population(
    rule: Rule, chinese: Sequence[Verdict], *, framed: bool
) -> Decision | None:
    if not chinese:
        return _NOBODY
    entering = _select_comparable_verdicts(rule, chinese, framed=framed)
    return pool_verdicts(rule, entering) if entering else None


def _select_comparable_verdicts(
    rule: Rule, able: Sequence[Verdict], *, framed: bool
) -> list[Verdict]:
    """Select verdicts that may decide and are on similarly sampled groups.

    Of several frames the one that most share enters; of equally many none, unless all
    have an estimate under the common definition.
    """
    speaking = [v for v in able if _may_speak(rule, v)]
    frames = Counter(v.frame for v in speaking).most_common(2)
    if not framed or len(frames) <= 1 or all(v.shared for v in speaking):
        return speaking
    (most, n_most), (_, n_second) = frames
    return [] if n_most == n_second else [v for v in speaking if v.frame == most]


def _describe_common_definition(entering: Sequence[Verdict]) -> tuple[str, ...]:
    """Return a qualifier if sources were combined under their common definition."""
    other = any(v.shared is not None and v.shared != v.interval for v in entering)
    return (COMMON,) if other else ()


def _compute_spread(entering: Sequence[Verdict]) -> tuple[float, float] | None:
    estimates = [
        component.estimate for v in entering if (component := v.shared or v.interval)
    ]
    return (min(estimates), max(estimates)) if estimates else None


def _describe_difference(able: Sequence[Verdict]) -> str:
    listing = "; ".join(f"{v.study} {v.word} ({v.frame}{_find_side(v)})" for v in able)
    differ = len({v.frame for v in able}) > 1
    reason = "frames differ" if differ else "none may speak for what it found"
    return f"not combined: {reason}: {listing}"


def _find_side(verdict: Verdict) -> str:
    can = {"both": "", "neither": "; can do neither"}
    return can.get(verdict.speaks_for, f"; can only {verdict.speaks_for}")


def _may_speak(rule: Rule, verdict: Verdict) -> bool:
    """Return whether a verdict is one that sampling bias could not produce."""
    return _decide_common(rule, verdict) in limit_by_frame(verdict.speaks_for)


def _decide_common(rule: Rule, verdict: Verdict) -> Word | None:
    """Return a source's verdict by the definition that all sources share, if any."""
    if verdict.shared is None or verdict.word is Word.FRAGILE:
        return verdict.word
    return rule.decide(verdict.shared).word


def _is_poolable(rule: Rule, verdicts: Sequence[Verdict]) -> bool:
    """Return whether there are enough comparable estimates to pool."""
    same_variant = len({verdict.variant for verdict in verdicts}) == 1
    numbers = all(verdict.shared or verdict.interval for verdict in verdicts)
    enough = len(verdicts) >= FEWEST_POOLED
    return enough and same_variant and numbers and not isinstance(rule, IN_WORDS)


def _pool_intervals(rule: Rule, verdicts: Sequence[Verdict]) -> Combination:
    intervals = (v.shared or v.interval for v in verdicts)
    return combine_estimates(
        [interval for interval in intervals if interval], _choose_scale(rule)
    )


def _choose_scale(rule: Rule) -> ScaleName:
    """Return the scale for pooling estimates: log, complementary log-log or identity.

    What is named literally may be below 0 (an elasticity, a quotient of effects), so
    it stays as it is.
    """
    if rule.code.startswith("P") or rule.code == "D":
        return "cloglog"
    return "identity" if rule.code.startswith(("Δ", "DOM", "LIT")) else "log"


def _pool_estimates(
    rule: Rule, verdicts: Sequence[Verdict]
) -> tuple[Interval | None, Interval | None]:
    if not _is_poolable(rule, verdicts):
        return None, None
    pooled = _pool_intervals(rule, verdicts)
    return pooled.mean, pooled.prediction


def pool_verdicts(rule: Rule, verdicts: Sequence[Verdict]) -> Decision:
    """Return the verdict on the pooled estimate; FRAGILE if it depends on one source.

    Under five of them, or several components: in words, without a pooled number.
    """
    decision = _combine_pooled(rule, verdicts)
    if not _is_poolable(rule, verdicts):
        return decision
    weights = _pool_intervals(rule, verdicts).weights
    pairs = zip(weights, verdicts, strict=True)
    fragile = sum(weight for weight, v in pairs if v.word is Word.FRAGILE)
    if fragile >= HALF:
        share = format_share(fragile)
        reason = say("fragile in {share} of the weight", share=share)
        return Decision(Word.FRAGILE, reason=reason)
    for alone in verdicts:
        remaining = [v for v in verdicts if v is not alone]
        if _combine_pooled(rule, remaining).word.opposes(decision.word):
            reason = say("opposite without {source}", source=Place(alone.study))
            return Decision(Word.FRAGILE, reason=reason)
    return decision


def pool_verdicts_within(rule: Rule, parts: Sequence[Verdict]) -> Decision:
    """Pool the verdicts on the separate networks of one source.

    A part that lies on the other side disagrees, even where it may decide only one
    side: all parts are of one source and err alike.
    """
    decision = pool_verdicts(rule, [replace(part, shared=None) for part in parts])
    barred = [part for part in parts if ONE_SIDED in part.qualifiers]
    if any(
        rule.decide(*part.components).word.opposes(decision.word) for part in barred
    ):
        return Decision(Word.INCONCLUSIVE, (DISAGREE,), decision.reason)
    return decision


def _combine_pooled(rule: Rule, verdicts: Sequence[Verdict]) -> Decision:
    if not _is_poolable(rule, verdicts):
        return combine_words([(v.study, _decide_common(rule, v)) for v in verdicts])
    pooled = _pool_intervals(rule, verdicts)
    decision = rule.decide(pooled.mean)
    if any(rule.decide(part).word.opposes(decision.word) for part in pooled.widened):
        return Decision(Word.INCONCLUSIVE, (DISAGREE,))
    return decision


def combine_words(words: Sequence[tuple[str, Word | None]]) -> Decision:
    """Combine the verdicts of several sources by name if too few to be pooled.

    Those that passed no gate do not count. Alike: that verdict in all; one verdict
    beside INCONCLUSIVE ones: in so many; both sides: INCONCLUSIVE. A single one
    speaks of itself only.

    Examples
    --------
    >>> both = combine_words([("a", Word.SUPPORTED), ("b", Word.INCONCLUSIVE)])
    >>> both.word.value, both.qualifiers
    ('SUPPORTED', ('in 1 of 2',))
    """
    entering = [
        (name, word) for name, word in words if word and word != Word.UNTESTABLE
    ]
    if not entering:
        return Decision(
            Word.UNTESTABLE, reason=say("no corpus past its gates can speak here")
        )
    k = len(entering)
    names = join_messages(
        "; ",
        (
            say("{source} {word}", source=Place(name), word=word)
            for name, word in entering
        ),
    )
    if k == 1:
        place = Place(entering[0][0])
        return Decision(entering[0][1], (say("within {place}", place=place),), names)
    counts = Counter(word for _, word in entering)
    if counts[Word.FRAGILE] >= HALF * k:
        return Decision(Word.FRAGILE, (), names)
    decided = [word for word in counts if word not in _OPEN]
    if len(decided) > 1:
        return Decision(Word.INCONCLUSIVE, (DISAGREE,), names)
    word = decided[0] if decided else Word.INCONCLUSIVE
    qualifier = f"in all {k}" if counts[word] == k else f"in {counts[word]} of {k}"
    return Decision(word, (qualifier,), names)
