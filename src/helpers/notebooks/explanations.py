"""Explain verdicts next to a quoted rule, in a few short sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.claims import Verdict
from helpers.claims.contract.card import Text, format_number
from helpers.claims.evaluation.sentences import get_word_label
from helpers.claims.evaluation.standing import AT_LEAST_AGREE, AT_MOST_OPPOSITE
from helpers.claims.rules.interval_rules import DECIDING, Word
from helpers.prose import Prose, format_share
from helpers.synthesis.decision import withhold_biased

if TYPE_CHECKING:
    from helpers.site.languages import Language, Words

FOLLOWS = Text(
    "By the rule, this source alone says *{word}*.", "照规则，单看这个来源是“{word}”。"
)
WHY = Text("This source alone says *{word}*: {why}.", "单看这个来源是“{word}”：{why}。")
WOULD_BE = Text(
    "By its interval this source would say *{bare}*; it counts as *{word}*. {why}.",
    "只看区间，这个来源是“{bare}”，但只能算“{word}”。{why}。",
)
ONE_WAY = Text(
    "This source may be biased towards exactly that answer, so it counts only when it "
    "shows the opposite",
    "这个来源的偏差可能正好把结果推向这一边，所以结果落在另一边时才算数",
)
FAVOURED = Text(
    "A known bias of this source favours exactly that answer",
    "这个来源的已知偏差正好偏向这一边",
)
NO_WAY = Text("This source may not decide the claim", "这个来源不能用来判定这条说法")
INDIRECT = Text(". It is also an indirect measure", "。而且，它只是间接测量")
WITHDRAWN = Text(
    "This source was withdrawn for this claim: {why}",
    "这个来源已不再用来判定这条说法：{why}",
)
COMPANION = Text(
    "For “supported”, *{name}* has to pass the same threshold, too; it is {found} "
    "({low} to {high})",
    "要算“支持”，“{name}”也得过同一条线，而它是 {found}（{low}–{high}）",
)
CONTROL = Text(
    "Where there can be no effect, the same computation finds one, too. The check "
    "was: {what}",
    "在不该有差别的对照里，同样的算法也得出差别。对照的做法是：{what}",
)
ALTERNATIVES = Text(
    "{n} alternative analyses were tried, {agreeing} agreeing with it and {opposite} "
    "saying the opposite",
    "试过 {n} 种其他算法，与它一致的有 {agreeing} 种，相反的有 {opposite} 种",
)

FRAGILE = Text(
    "What one source says is called *fragile* if fewer than {agree} of the "
    "alternative analyses named beforehand agree with it, or more than {opposite} of "
    "them say the opposite. Some rules name one analysis that makes it fragile as soon "
    "as it says the opposite. The answer over all sources is instead one level less "
    "certain if too few agree.",
    "一个来源的事先列出的其他算法里，结论一致的不到 {agree}，"
    "或者相反的超过 {opposite}，"
    "这个来源的结论就称为“不稳”。有的规则还点名一种算法，只要它的结论相反，"
    "也算不稳。几个来源合起来的答案不称“不稳”：一致的太少，把握就降一级。",
)


def define_fragile() -> Prose:
    """Define a fragile answer, with the shares at which a verdict becomes fragile.

    Examples
    --------
    >>> "fewer than 80\u202f% of the" in define_fragile().markdown
    True
    """
    shares = {"agree": AT_LEAST_AGREE, "opposite": AT_MOST_OPPOSITE}
    written = {name: format_share(share) for name, share in shares.items()}
    return Prose(*(FRAGILE(one).format(**written) for one in ("en", "zh")))


def explain_verdict(verdict: Verdict) -> Prose:
    """Explain a verdict in short: by its rule, or by what overrides the rule.

    An interval beyond the threshold does not decide if the source may err in that
    direction, has a bias that favours it, fails a negative control or was withdrawn;
    the reason is then given.

    Examples
    --------
    >>> from helpers.claims import report_verdict
    >>> from helpers.study import open_studies
    >>> [study] = open_studies(["w3c_chairs"])
    >>> told = explain_verdict(report_verdict("s4-owner-indispensable", study))
    >>> told.markdown.partition(" This")[0]
    'By its interval this source would say *supported*; it counts as *undecided*.'
    """
    # the site's words: loaded only where there is something to translate
    from helpers.site.languages import LANGUAGES, Words  # noqa: PLC0415

    withheld = withhold_biased(verdict)
    if withheld is not verdict:
        return Prose(*(_explain_bias(verdict, withheld, one) for one in LANGUAGES))
    if not verdict.reason:
        words = {one: get_word_label(str(verdict.word), one) for one in LANGUAGES}
        return Prose(*(FOLLOWS(one).format(word=words[one]) for one in LANGUAGES))
    bare = next((word for word in DECIDING if verdict.reason.startswith(word)), None)
    return Prose(*(_explain(verdict, bare, Words(one)) for one in LANGUAGES))


def _explain_bias(verdict: Verdict, withheld: Verdict, language: Language) -> str:
    words = (get_word_label(str(one.word), language) for one in (verdict, withheld))
    named = dict(zip(("bare", "word"), words, strict=True))
    return WOULD_BE(language).format(why=FAVOURED(language), **named)


def _explain(verdict: Verdict, bare: Word | None, words: Words) -> str:
    language = words.language
    named = {"word": get_word_label(str(verdict.word), language)}
    if bare is None:
        return FOLLOWS(language).format(**named)
    if not (why := _find_reason(verdict, words)):
        reason = words.sentence(verdict.reason)
        return (WHY if reason else FOLLOWS)(language).format(why=reason, **named)
    named["bare"] = get_word_label(bare, language)
    return WOULD_BE(language).format(why=why, **named)


def _find_reason(verdict: Verdict, words: Words) -> str:
    """Return sentences on the limitation that overrides a verdict's rule, or ""."""
    language = words.language
    by = {
        standing.by
        for standing in verdict.standings
        if verdict.reason in dict(standing.refused).values()
    }
    failed = [check.control.what for check in verdict.controls if check.failed]
    if "negative control" in by and failed:
        what = words.plain(failed[0]).rstrip(".。")
        return CONTROL(language).format(what=what)
    named = getattr(verdict.reason, "values", {})
    if "companion estimate" in by and "component" in named:
        name = words.sentence(named["name"]) or named["name"]
        return COMPANION(language).format(
            name=name, **_format_companion(verdict, named["name"], language)
        )
    if {"agreeing", "opposite"} <= set(named):
        return ALTERNATIVES(language).format(**named)
    if "amendment" in by and (withdrawn := _find_amendment(verdict, words)):
        return withdrawn
    if by & {"measure", "plan", "amendment"}:
        kind = NO_WAY if verdict.may == "nothing" else ONE_WAY
        indirect = INDIRECT(language) if "proxy" in verdict.qualifiers else ""
        return kind(language) + indirect
    return ""


def _format_companion(
    verdict: Verdict, name: str, language: Language
) -> dict[str, str]:
    """Format the estimate that must pass a claim's threshold too, and its limits."""
    found = next(span for own, span, _ in verdict.beside if own == name)
    measure, *_ = verdict.about.wording.measures(verdict.variant)
    numbers = {"found": found.estimate, "low": found.low, "high": found.high}
    return {
        key: format_number(measure.of, value, language)
        for key, value in numbers.items()
    }


def _find_amendment(verdict: Verdict, words: Words) -> str:
    """Return the reason for which a source was withdrawn, from the verdict's note."""
    notes = getattr(verdict.note, "parts", ()) or (verdict.note,)
    reasons = (getattr(note, "values", {}).get("why", "") for note in notes)
    why = next((words.sentence(reason) for reason in reasons if reason), "")
    return WITHDRAWN(words.language).format(why=why) if why else ""
