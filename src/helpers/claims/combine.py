"""What several corpora say together: never a count of votes (register, §7)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.claims.compound import Whole
from helpers.claims.rules import All, Decision, Word
from helpers.inference import combine
from helpers.prose import share

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from helpers.claims.rules import Rule
    from helpers.claims.verdict import Verdict
    from helpers.inference import Combination, Interval
    from helpers.survival.interval import ScaleName

__all__ = ["Combined", "combine_verdicts", "combined_words", "together"]

FEWEST_POOLED = 5
HALF = 0.5
IN_WORDS = (All, Whole)  # several legs make no one number to pool
DISAGREE = "corpora disagree"
_OPEN = {Word.INCONCLUSIVE, Word.FRAGILE}
_NOBODY = Decision(
    Word.UNTESTABLE, reason="no corpus of Chinese group chats is at hand"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """A claim's verdict over corpora.

    Attributes
    ----------
    word, qualifiers, reason
        The verdict on the corpora at hand; no word, which is no verdict, where of
        several corpora no two share a frame and may speak for what they found.
    population
        The same for the groups that the article means.
    entering, apart, listed
        Studies that decide; those of another frame, or whose biased frame cannot
        speak for this side; those that passed no gate.
    mean, prediction
        The pooled estimate and where the next corpus may lie; None unless pooled.
    general
        Whether the prediction interval is beyond the threshold too.
    unseen
        The verdict without corpora looked at beforehand, where the threshold is ours.
    """

    claim: str
    word: Word | None
    qualifiers: tuple[str, ...]
    reason: str
    population: Decision | None
    entering: tuple[str, ...]
    apart: tuple[str, ...]
    listed: tuple[str, ...]
    mean: Interval | None = None
    prediction: Interval | None = None
    general: bool = False
    unseen: Word | None = None


def combine_verdicts(
    rule: Rule,
    verdicts: Sequence[Verdict],
    *,
    threshold_is_ours: bool,
    chinese_chats: Collection[str] = (),
) -> Combined:
    """Combine one claim's verdicts from different corpora.

    Stand-ins decide only where no corpus shows what the claim asks for.

    Parameters
    ----------
    rule
        The claim's, as parsed from its template.
    verdicts
        One a corpus, all of one claim.
    threshold_is_ours
        Whether the deciding number was set by this project.
    chinese_chats
        Names of studies of Chinese group chats; without one the line for the
        population that the articles mean is UNTESTABLE.
    """
    able = [v for v in verdicts if v.word not in {None, Word.UNTESTABLE}]
    asked = [v for v in able if not v.stand_in] or able
    entering = _entering(rule, asked)
    found = _on(rule, asked)
    unseen = [v for v in entering if not v.looked_at]
    mean, prediction = _pooled(rule, entering)
    chinese = [v for v in able if v.study in chinese_chats]
    return Combined(
        claim=verdicts[0].claim,
        word=found.word if found else None,
        qualifiers=found.qualifiers if found else (),
        reason=found.reason if found else _not_alike(asked),
        population=_on(rule, chinese) if chinese else _NOBODY,
        entering=tuple(v.study for v in entering),
        apart=tuple(v.study for v in able if v not in entering),
        listed=tuple(v.study for v in verdicts if v not in able),
        mean=mean,
        prediction=prediction,
        general=found is not None
        and prediction is not None
        and rule.decide(prediction).word is found.word,
        unseen=together(rule, unseen).word if threshold_is_ours and found else None,
    )


def _entering(rule: Rule, able: Sequence[Verdict]) -> list[Verdict]:
    """Keep those that may speak, of the frame that most of them share.

    None is kept where no two share one, or two frames are shared by equally many;
    a corpus that is the only one past its gates stands for itself.
    """
    speaking = [v for v in able if _may_speak(rule, v)]
    frames = Counter(v.frame for v in speaking).most_common(2)
    if len(able) == 1 or not frames:
        return speaking
    most, many = frames[0]
    tie = len(frames) > 1 and frames[1][1] == many
    return [] if tie or many == 1 else [v for v in speaking if v.frame == most]


def _on(rule: Rule, able: Sequence[Verdict]) -> Decision | None:
    """Return the verdict of those that enter, nothing where none of them does."""
    entering = _entering(rule, able)
    return together(rule, entering) if entering or not able else None


def _not_alike(able: Sequence[Verdict]) -> str:
    told = "; ".join(f"{v.study} {v.word} ({v.frame}{_side(v)})" for v in able)
    differ = len({v.frame for v in able}) > 1
    why = "frames differ" if differ else "no two may speak for what they found"
    return f"not combined: {why}: {told}"


def _side(verdict: Verdict) -> str:
    can = {"both": "", "neither": "; can do neither"}
    return can.get(verdict.speaks_for, f"; can only {verdict.speaks_for}")


def _may_speak(rule: Rule, verdict: Verdict) -> bool:
    """Say whether a frame of known bias can speak for the side it found."""
    sides = {"support": Word.SUPPORTED, "contradict": Word.CONTRADICTED}
    if verdict.speaks_for == "both":
        return True
    return _word(rule, verdict) is sides.get(verdict.speaks_for)


def _word(rule: Rule, verdict: Verdict) -> Word | None:
    """Return a verdict under the definition that all corpora share."""
    if verdict.shared is None or verdict.word is Word.FRAGILE:
        return verdict.word
    return rule.decide(verdict.shared).word


def _pool(rule: Rule, verdicts: Sequence[Verdict]) -> Combination:
    found = (v.shared or v.interval for v in verdicts)
    return combine([interval for interval in found if interval], _scale(rule))


def _scale(rule: Rule) -> ScaleName:
    """Return where a rule's estimates are nearly normal.

    What is named literally may be below 0 (an elasticity, a quotient of effects), so
    it stays as it is.
    """
    if rule.code.startswith("P") or rule.code == "D":
        return "cloglog"
    return "identity" if rule.code.startswith(("Δ", "DOM", "LIT")) else "log"


def _pooled(
    rule: Rule, verdicts: Sequence[Verdict]
) -> tuple[Interval | None, Interval | None]:
    if len(verdicts) < FEWEST_POOLED or isinstance(rule, IN_WORDS):
        return None, None
    pooled = _pool(rule, verdicts)
    return pooled.mean, pooled.prediction


def together(rule: Rule, verdicts: Sequence[Verdict]) -> Decision:
    """Return the verdict of corpora past their gates, FRAGILE where it hangs on one.

    Under five of them, or several legs: in words, without a pooled number.
    """
    decision = _judged(rule, verdicts)
    if len(verdicts) < FEWEST_POOLED or isinstance(rule, IN_WORDS):
        return decision
    weights = _pool(rule, verdicts).weights
    pairs = zip(weights, verdicts, strict=True)
    fragile = sum(weight for weight, v in pairs if v.word is Word.FRAGILE)
    if fragile >= HALF:
        return Decision(
            Word.FRAGILE, reason=f"fragile in {share(fragile)} of the weight"
        )
    for alone in verdicts:
        rest = [v for v in verdicts if v is not alone]
        if _judged(rule, rest).word.opposes(decision.word):
            return Decision(Word.FRAGILE, reason=f"opposite without {alone.study}")
    return decision


def _judged(rule: Rule, verdicts: Sequence[Verdict]) -> Decision:
    if len(verdicts) < FEWEST_POOLED or isinstance(rule, IN_WORDS):
        return combined_words([(v.study, _word(rule, v)) for v in verdicts])
    pooled = _pool(rule, verdicts)
    decision = rule.decide(pooled.mean)
    if any(rule.decide(part).word.opposes(decision.word) for part in pooled.widened):
        return Decision(Word.INCONCLUSIVE, (DISAGREE,))
    return decision


def combined_words(words: Sequence[tuple[str, Word | None]]) -> Decision:
    """Combine the verdicts of fewer than five corpora or networks.

    Those that passed no gate do not count. Alike: that verdict in all; one verdict
    beside INCONCLUSIVE ones: in so many; both sides: INCONCLUSIVE. A single one
    speaks of itself only.

    Examples
    --------
    >>> both = combined_words([("a", Word.SUPPORTED), ("b", Word.INCONCLUSIVE)])
    >>> both.word.value, both.qualifiers
    ('SUPPORTED', ('in 1 of 2',))
    """
    told = [(name, word) for name, word in words if word and word != Word.UNTESTABLE]
    if not told:
        return Decision(
            Word.UNTESTABLE, reason="no corpus past its gates can speak here"
        )
    names, k = "; ".join(f"{name} {word}" for name, word in told), len(told)
    if k == 1:
        return Decision(told[0][1], (f"within {told[0][0]}",), names)
    found = Counter(word for _, word in told)
    if found[Word.FRAGILE] >= HALF * k:
        return Decision(Word.FRAGILE, (), names)
    decided = [word for word in found if word not in _OPEN]
    if len(decided) > 1:
        return Decision(Word.INCONCLUSIVE, (DISAGREE,), names)
    word = decided[0] if decided else Word.INCONCLUSIVE
    many = f"in all {k}" if found[word] == k else f"in {found[word]} of {k}"
    return Decision(word, (many,), names)
