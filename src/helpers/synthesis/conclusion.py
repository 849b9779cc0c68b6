"""Conclusion on a claim: answer, certainty and a sentence to quote.

Page, card, figure, chapter, search, PDF, BibTeX and ``numbers.json`` take all three
from here. Sentences written by hand stand in ``bottom_lines.toml``, each for the
answer and certainty of its claim; a claim in another state, or a user's own study,
gets a sentence built from its card.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, get_args

from helpers.claims.claim import Claim
from helpers.claims.contract.card import (
    Card,
    Measure,
    Text,
    capitalise,
)
from helpers.claims.fixed.source_names import is_named
from helpers.claims.rules.interval_rules import Word
from helpers.synthesis.bound_numbers import (
    Bound,
    fill_template,
    list_component_numbers,
    list_named_numbers,
)
from helpers.synthesis.certainty import Certainty, Reason
from helpers.synthesis.component import Component
from helpers.synthesis.decision import Answer
from helpers.synthesis.synthesis import Synthesis
from helpers.wording.messages import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)
Pieces = tuple[str | Bound, ...]


@dataclass(frozen=True, slots=True)
class BottomLine:
    """A conclusion in English and Chinese, as pieces of text and named numbers."""

    en: Pieces
    zh: Pieces

    def __call__(
        self, language: Language, mark: Callable[[Bound], str] | None = None
    ) -> str:
        """Return the sentence in a language; `mark` formats each number in it."""
        write = mark or _get_text
        pieces = self.zh if language == "zh" else self.en
        return "".join(
            write(piece) if isinstance(piece, Bound) else piece for piece in pieces
        )


def _get_text(number: Bound) -> str:
    return number.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """The quotable conclusion on a claim: answer, certainty and bottom line.

    Attributes
    ----------
    claim
        Of the register.
    answer, certainty, wechat
        The answer, how certain it is, and how certain it is for WeChat groups; None
        where there is nothing to grade.
    reasons
        Why it is that certain.
    k
        How many sources decide.
    line
        One sentence that stays true when quoted alone.
    written
        Whether the sentence was written by hand for this state.
    note
        For maintainers: why a sentence that is there was not used; else empty.
    also
        Sources that the sentence is about without one of their numbers.
    """

    claim: str
    answer: Answer
    certainty: Certainty | None
    wechat: Certainty | None
    reasons: tuple[Reason, ...]
    k: int
    line: BottomLine
    written: bool
    note: str = ""
    also: tuple[str, ...] = ()

    @property
    def about(self) -> Claim:
        """The claim itself: its wording, rule, needs and literature."""
        return Claim.of(self.claim)

    @property
    def state(self) -> str:
        """Code of answer and certainty, which selects the hand-written conclusion."""
        return describe_state(self.answer, self.certainty)

    @property
    def word(self) -> Text:
        """The answer's name, such as "Not supported", in both languages."""
        return get_answer_name(self.answer)

    def bottom_line(
        self, language: Language, mark: Callable[[Bound], str] | None = None
    ) -> str:
        """Return the one-sentence conclusion; `mark` may wrap its numbers."""
        return self.line(language, mark)

    def certainty_name(self, language: Language) -> str:
        """Return the name of the certainty level; empty if not graded."""
        return get_certainty_name(self.certainty)(language)

    def wechat_name(self, language: Language) -> str:
        """Return the name of the certainty for WeChat groups; empty if not graded."""
        return get_certainty_name(self.wechat)(language)


def describe_state(answer: Answer, certainty: Certainty | None) -> str:
    """Return a code of an answer and its certainty, by which its sentence is looked up.

    >>> (
    ...     describe_state(Answer.SUPPORTED, Certainty.LOW),
    ...     describe_state(Answer.NO_DATA, None),
    ... )
    ('supported, low', 'no data')
    """
    return f"{answer}, {certainty.word}" if certainty else str(answer)


def get_answer_name(answer: Answer) -> Text:
    """Return the name of an answer in both languages, such as "Not supported".

    >>> get_answer_name(Answer.NOT_SUPPORTED).en
    'Not supported'
    """
    return Text(*_read_words()["answer"][answer.name.lower()])


def get_certainty_name(certainty: Certainty | None) -> Text:
    """Return the name of a certainty level in both languages; empty for None.

    >>> get_certainty_name(Certainty.VERY_LOW).en, get_certainty_name(None).en
    ('very low', '')
    """
    if certainty is None:
        return Text("", "")
    return Text(*_read_words()["certainty"][certainty.name.lower()])


def draw_conclusion(synthesis: Synthesis) -> Conclusion:
    """Build the quotable conclusion on a claim from its evidence synthesis.

    Examples
    --------
    >>> from helpers.synthesis.synthesis import run_synthesis
    >>> draw_conclusion(run_synthesis("s3-headache-ranking", [])).bottom_line("en")
    'No data could count against it: it asks a question and asserts nothing.'
    """
    grade = synthesis.grade
    state = describe_state(synthesis.answer, grade.level if grade else None)
    written, note = _find_written(synthesis, state)
    entry = read_bottom_lines()[synthesis.claim] if written else {}
    return Conclusion(
        claim=synthesis.claim,
        answer=synthesis.answer,
        certainty=grade.level if grade else None,
        wechat=synthesis.wechat,
        reasons=grade.reasons if grade else (),
        k=synthesis.k,
        line=written or _generate_line(synthesis),
        written=written is not None,
        note=note,
        also=tuple(entry.get("also", "").split()),
    )


def _find_written(synthesis: Synthesis, state: str) -> tuple[BottomLine | None, str]:
    """Return the hand-written conclusion for the present evidence, or why none fits."""
    entry = read_bottom_lines().get(synthesis.claim)
    if entry is None:
        return None, ""
    deciding = [reading.study for reading in synthesis.deciding.readings]
    sources = [name for r in synthesis.deciding.readings for name in r.verdict.sources]
    if not all(map(is_named, sources or deciding)):
        return None, ""  # a user's own groups
    if entry["state"] != state:
        return None, f"bottom line is for “{entry['state']}”, the state is “{state}”"
    numbers = list_named_numbers(synthesis)
    try:
        filled = [fill_template(entry[t], numbers) for t in LANGUAGES]
    except KeyError as error:
        return None, f"bottom line quotes {error}, which these sources do not give"
    return BottomLine(*filled), ""


@cache
def read_bottom_lines() -> Mapping[str, Mapping[str, str]]:
    """Read the hand-written conclusions by claim, with the answer that each fits."""
    text = files(__package__).joinpath("bottom_lines.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def _read_words() -> Mapping[str, Mapping[str, list[str]]]:
    text = files(__package__).joinpath("words.toml").read_text("utf-8")
    return tomllib.loads(text)


def _generate_line(synthesis: Synthesis) -> BottomLine:
    """Generate a plain conclusion sentence from the claim's name and estimate."""
    return BottomLine(*((_generate_sentence(synthesis, t),) for t in LANGUAGES))


def _generate_sentence(synthesis: Synthesis, language: Language) -> str:
    card, headline = synthesis.about.wording, synthesis.headline
    fields = _list_card_words(card, language)
    if synthesis.answer is Answer.NOT_TESTABLE:
        return _say("not_testable", language, fields)
    if synthesis.grade is None:
        return _say(synthesis.no_data, language, fields)
    measures = card.measures(synthesis.variant)
    measure = headline.measure if headline else measures[0]
    fields |= {"yes": measure.yes(language), "no": measure.no(language)}
    if headline is None:
        return _say("weak", language, fields)
    fields["found"] = _format_result(headline, measure, language)
    if synthesis.answer is Answer.PARTLY:
        held = [c for c in synthesis.components if c.answer is Answer.SUPPORTED]
        fields["yes"] = ", ".join(c.measure.yes(language) for c in held)
    supported = synthesis.answer is Answer.SUPPORTED
    fields["side"] = fields["yes" if supported else "no"]
    return _say(_choose_form(synthesis, headline), language, fields)


def _choose_form(synthesis: Synthesis, component: Component) -> str:
    answer, grade = synthesis.answer, synthesis.grade
    if answer in {Answer.DEPENDS, Answer.PARTLY, Answer.UNDECIDED}:
        return answer.name.lower()
    if component.side is Word.TOO_SMALL:
        return "smaller"
    return grade.level.name.lower() if grade else "weak"


def _format_result(component: Component, measure: Measure, language: Language) -> str:
    """Format a claim's result as text: the pooled interval, or the sources' range."""
    own = list_component_numbers(component)
    form = "interval" if "estimate" in own else "range"
    template = _read_words()["sentence"][form][language == "zh"]
    pieces = fill_template(template, own)
    numbers = [piece.text for piece in pieces if isinstance(piece, Bound)]
    if len(set(numbers)) == 1:  # an interval as narrow as a rounded number, or a source
        pieces = (numbers[0],)
    text = "".join(
        piece.text if isinstance(piece, Bound) else piece for piece in pieces
    )
    return measure.found(language).replace("{}", text)


def _list_card_words(card: Card, language: Language) -> dict[str, Any]:
    return {
        "missing": card.missing(language),
        "who": card.who(language),
        "why": card.why(language),
    }


def _say(form: str, language: Language, fields: Mapping[str, Any]) -> str:
    template = _read_words()["sentence"][form][language == "zh"]
    return capitalise(template.format(**fields))
