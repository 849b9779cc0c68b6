"""Write the answer to a claim, over all sources, in one sentence.

`write_sentence` puts the verdicts and their numbers into the words of the claim's card.
Its
forms are in ``sentences.toml``. A rule of several components says which hold and
which cannot be tested. The word of an answer comes from `get_answer_word`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import inf, isinf
from typing import Any

from helpers.claims.claim import Claim
from helpers.claims.contract.card import Measure, capitalise, format_number
from helpers.claims.evaluation.answers import (
    DECIDED,
    Answered,
    ComponentAnswer,
    combine_answers,
    is_stand_in,
)
from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.fixed.source_names import TOGETHER, get_plain_name
from helpers.claims.rules.interval_rules import Word
from helpers.survival import Interval
from helpers.wording.messages import Language

LONGEST = {"en": 40, "zh": 100}  # words, characters
ZH_COUNTED = re.compile(r"[!-~–−]+|\S")  # a run of figures or Latin, or one mark
ORDER = (*DECIDED, Word.FRAGILE, Word.INCONCLUSIVE)


def write_sentence(
    claim_id: str,
    verdicts: Sequence[Verdict],
    language: Language,
    *,
    strata: Verdict | None = None,
    translate: Callable[[str], str] = str,
) -> str:
    """Write the answer to a claim in one sentence, with its estimates.

    Parameters
    ----------
    claim_id
        Of the register.
    verdicts
        One a source; parts within networks stand inside of them.
    language
        ``en`` or ``zh``.
    strata
        What the sources say as strata of one estimate, where the claim asks for that.
    translate
        Puts what gates and estimators write into the language; empty if it cannot.

    Examples
    --------
    >>> write_sentence("s3-headache-ranking", [], "en")
    'Cannot be tested: it asks a question and asserts nothing.'
    """
    teller = _AnswerSentences(
        combine_answers(Claim.of(claim_id), verdicts, strata), language, translate
    )
    wording = next(
        (
            form
            for form in teller.forms()
            if measure_length(form, language) <= LONGEST[language]
        ),
        teller.shortest,
    )
    return capitalise(wording)


def get_answer_word(
    claim_id: str,
    verdicts: Sequence[Verdict],
    language: Language,
    *,
    strata: Verdict | None = None,
) -> str:
    """Get the verdict on a claim in words, such as "not supported".

    Examples
    --------
    >>> get_answer_word("s3-headache-ranking", [], "zh")
    '无从检验'
    """
    return get_word_label(
        combine_answers(Claim.of(claim_id), verdicts, strata).word, language
    )


def get_word_label(word: str, language: Language) -> str:
    """Get a verdict's name as written in running text, such as "not supported".

    >>> get_word_label(Word.TOO_SMALL, "en"), get_word_label("FRAGILE", "zh")
    ('true but smaller', '不稳')
    """
    return get_form(f"word.{word}", language)


def format_unit(unit: str, language: Language) -> str:
    """Get the name of the units that ``n`` counts, such as groups.

    >>> format_unit("groups", "en"), format_unit("people", "zh")
    ('groups', '人')
    """
    return get_form(f"unit.{unit}", language)


def measure_length(text: str, language: Language) -> int:
    """Measure a sentence's length: words, or Chinese characters and marks.

    In Chinese a run of figures or Latin letters counts as one, as word processors
    count 字数.

    >>> measure_length("a word or two.", "en"), measure_length("有 2 个字", "zh")
    (4, 4)
    >>> measure_length("占 26%–60%。", "zh")
    3
    """
    words = text.split() if language == "en" else ZH_COUNTED.findall(text)
    return len(words)


@dataclass(frozen=True, slots=True)
class _AnswerSentences:
    """The answer to a claim in one language, as longer and shorter sentences."""

    of: Answered
    language: Language
    translate: Callable[[str], str] = str

    @property
    def shortest(self) -> str:
        """The shortest sentence that states the answer."""
        *_, last = self.forms()
        return last

    def forms(self) -> Iterator[str]:
        """Yield the answer as ever shorter sentences."""
        of = self.of
        if of.word in {Word.UNFALSIFIABLE, Word.UNTESTABLE}:
            yield self._ended(self._silent())
            return
        for limits, where, in_full in (
            (True, True, True), (False, True, True), (False, False, True),
            (False, False, False),
        ):  # fmt: skip
            tell = self._describe_by_components if of.by_components else self._whole
            yield self._ended(
                tell(limits=limits, named=where, in_full=in_full), mark=True
            )

    def _silent(self) -> str:
        card = self.of.card
        if card.why.en:
            return self._say("sentence.unfalsifiable", why=card.why(self.language))
        if self.of.refused:
            return self._refused(self.of.refused)
        return self._say(
            "sentence.missing_yours" if self.of.yours else "sentence.missing",
            missing=card.missing(self.language),
            who=card.who(self.language),
        )

    def _refused(self, verdicts: Sequence[Verdict]) -> str:
        """Explain why sources with the needed data still give no estimate."""
        failed = next((v for v in verdicts if v.has_failed), None)
        if failed is not None:
            return self._say("sentence.failed", why=self._written(failed.reason))
        first, k = verdicts[0], len(verdicts)
        return self._say(
            "sentence.few" if k > 1 else "sentence.few_one",
            why=self._written(first.refusal),
            where=get_plain_name(first.study, self.language),
            k=k,
        )

    def _written(self, text: str) -> str:
        return self.translate(text) or text

    def _whole(self, *, limits: bool, named: bool, **_: bool) -> str:
        """Summarise the main estimate over all sources in a sentence."""
        of, words = self.of, self.of.words
        lead = of.card.lead(of.variant)
        measure = of.measures[lead]
        numbers = self._numbers(measure, tuple(of.intervals(lead)), limits=limits)
        k, alone = len(of.deciding), "_one" if len(of.deciding) == 1 else ""
        fields: dict[str, object] = {
            "found": numbers, "k": k, "where": self._where(named=named),
            "yes": measure.yes(self.language), "m": words[Word.FRAGILE],
        }  # fmt: skip
        if of.only_shown:
            return self._say("sentence.shown", **fields)
        if of.is_fragile:
            return self._say(f"sentence.fragile{alone}", **fields)
        if not of.decided:
            return self._say(f"sentence.open{alone}", **fields)
        if len(of.decided) > 1:
            return self._say("sentence.mixed", **fields, rest=self._counts(words))
        (word,) = of.decided
        other_words = words.copy()
        fields |= {"m": other_words.pop(word), "said": self._yes_or_no(measure, word)}
        if not other_words:
            return self._say(f"sentence.{'all' if k > 1 else 'one'}", **fields)
        form = "some" if of.word == word else "less"
        return self._say(f"sentence.{form}", **fields, rest=self._counts(other_words))

    def _describe_by_components(
        self, *, limits: bool, named: bool, in_full: bool
    ) -> str:
        """Describe each component of a composite claim with its verdict."""
        parts = [
            self._describe_component(component, limits=limits, in_full=in_full)
            for component in self.of.components
        ]
        return self._say(
            "sentence.components",
            word=get_word_label(self.of.word, self.language),
            where=self._where(named=named),
            parts=self._say("part.semicolon").join(parts),
        )

    def _describe_component(
        self, component: ComponentAnswer, *, limits: bool, in_full: bool
    ) -> str:
        yes, k = component.measure.yes(self.language), len(component.known)
        if not component.known:
            return self._say("part.component_missing", yes=yes)
        numbers = self._numbers(component.measure, component.known, limits=limits)
        if not in_full:
            numbers = self._bare(component.measure, component.known)
        if component.word is Word.INCONCLUSIVE:
            return self._say("part.component_open", yes=yes, found=numbers)
        form = "part.component" if component.many == k else "part.component_of"
        clause = self._yes_or_no(component.measure, component.word)
        return self._say(form, said=clause, found=numbers, m=component.many, k=k)

    def _yes_or_no(self, measure: Measure, word: Word) -> str:
        if word is Word.CONTRADICTED:
            return measure.no(self.language)
        yes = measure.yes(self.language)
        return self._say("part.smaller", yes=yes) if word is Word.TOO_SMALL else yes

    def _counts(self, words: Mapping[Word, int]) -> str:
        counts = [
            self._say("part.count", word=get_word_label(word, self.language), n=n)
            for word, n in sorted(words.items(), key=lambda item: ORDER.index(item[0]))
        ]
        return self._say("part.list").join(counts)

    def _where(self, *, named: bool) -> str:
        of = self.of
        if of.pooled:
            return get_plain_name(TOGETHER, self.language)
        if len(of.deciding) == 1 and named:
            return get_plain_name(of.deciding[0].study, self.language)
        n_deciding, m = len(of.deciding), of.many
        if of.by_components and 0 < m < n_deciding:
            return self._say("part.of_sources", m=m, k=n_deciding)
        return self._say(
            "part.source" if n_deciding == 1 else "part.sources", k=n_deciding
        )

    def _numbers(
        self, measure: Measure, intervals: Sequence[Interval], *, limits: bool
    ) -> str:
        if not intervals:  # a fit that the data do not determine
            reasons = (v.reason for v in self.of.deciding if v.reason)
            return self._written(next(reasons, self._say("part.unbounded")))
        if measure.of == "days" and all(
            isinf(interval.estimate) for interval in intervals
        ):
            return format_number(measure.of, inf, self.language)
        if all(isinf(interval.low) and isinf(interval.high) for interval in intervals):
            return self._say("part.unbounded")
        spread = self._spread(measure, intervals, limits=limits)
        return measure.found(self.language).replace("{}", spread)

    def _bare(self, measure: Measure, intervals: Sequence[Interval]) -> str:
        """Describe the estimates on a claim that has no decision rule."""
        spread = self._spread(measure, intervals, limits=False)
        form_of = {"ratio": "part.bare_ratio", "points": "part.bare_points"}
        if measure.of not in form_of:
            return spread
        return self._say(form_of[measure.of], value=spread)

    def _spread(
        self, measure: Measure, intervals: Sequence[Interval], *, limits: bool
    ) -> str:
        def write(value: float) -> str:
            return format_number(measure.of, value, self.language)

        ends = sorted({interval.estimate for interval in intervals})
        low, high = write(ends[0]), write(ends[-1])
        if low == high:
            (interval, *more) = intervals
            exact = interval.low == interval.high
            if more or exact or not limits:
                return low
            bounds = {"low": write(interval.low), "high": write(interval.high)}
            return self._say("part.alone", value=low, **bounds)
        if measure.of == "days" and isinf(ends[-1]):
            return self._say("part.never", low=low)
        form = "part.two" if len(ends) == len("ab") else "part.range"
        return self._say(form, low=low, high=high)

    def _ended(self, text: str, *, mark: bool = False) -> str:
        return text + (self._marked() if mark else "") + self._say("part.end")

    def _marked(self) -> str:
        """Return the note that some sources use an indirect measure, else ""."""
        proxy = any(is_stand_in(v) for v in self.of.deciding)
        return self._say("part.stand_in") if proxy else ""

    def _say(self, key: str, **values: object) -> str:
        return get_form(key, self.language).format(**values)


def get_form(key: str, language: Language) -> str:
    """Get a sentence template of the file ``sentences.toml`` by key."""
    table, _, name = key.partition(".")
    return str(_read_forms()[table][name][language == "zh"])


@cache
def _read_forms() -> Mapping[str, Any]:
    text = files(__package__).joinpath("sentences.toml").read_text("utf-8")
    return tomllib.loads(text)
