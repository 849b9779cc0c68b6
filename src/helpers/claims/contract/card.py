"""Wording of a claim: question, measures, units and answers in two languages.

The cards of a theme lie beside its estimators, in ``themes/<theme>/cards.toml``.
Thresholds are those of the claim's rule and stand in no card. A claim has a measure
for each component of its rule, and again for each stand-in (``variants``) that measures
something else; `Finding.variant` says which.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import msgspec

from helpers.claims.contract.study_view import read_card_entries
from helpers.errors import BrokenFileError, ShequnError
from helpers.prose import format_count, format_difference, format_share
from helpers.wording.messages import Language

Of = Literal["share", "ratio", "points", "difference", "number", "days"]
SMALL, TEN, MANY = 0.1, 10.0, 100.0  # where plain numbers lose a decimal
NEVER: Mapping[Language, str] = {"en": "does not double", "zh": "不翻倍"}


class Text(NamedTuple):
    """A text in two languages, English and Chinese."""

    en: str
    zh: str

    def __call__(self, language: Language) -> str:
        """Return the text in one of its two languages."""
        return self.zh if language == "zh" else self.en


NOTHING = Text("", "")
ENDS = {  # of an axis, by what more of a number is
    "often": (Text("less often", "更低"), Text("more often", "更高")),
    "many": (Text("fewer", "更少"), Text("more", "更多")),
    "long": (Text("shorter", "更短"), Text("longer", "更长")),
    "high": (Text("lower", "更低"), Text("higher", "更高")),
}
WHOM = Text("a group owner who exports the chat", "导出自己群聊记录的群主")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A quantity that a claim's rule compares, with its unit, horizon and page texts.

    Attributes
    ----------
    of
        What kind of number it is: how it is written, and on which axis it is drawn.
    measure
        What is measured: the title of an axis.
    yes, no
        What is so if the component holds, and if it is ruled out.
    found
        What was found; ``{}`` stands for the numbers.
    per
        The unit of an effect, such as "per doubling of content"; else empty.
    days
        The horizon, where there is one.
    cases
        The units that its `n` counts, where they are not those of the verdict.
    more
        What more of it is: more often, more, longer; else just a higher number.
    shown
        ``all`` where a rule's components are alike (pairs of kinds), so their range is
        told; ``lead`` for the component that speaks for a rule which takes several as a
        whole, where that is not the first.
    errs_both_ways
        Whether an estimate that may count for one verdict only has a bias to the other
        side too: no arrow is drawn.
    """

    of: Of
    measure: Text
    yes: Text
    no: Text
    found: Text
    per: Text = NOTHING
    days: int = 0
    cases: str = ""
    more: Literal["often", "many", "long", "high"] = "high"
    shown: Literal["own", "all", "lead"] = "own"
    errs_both_ways: bool = False

    @property
    def null(self) -> float | None:
        """The value of no effect (1 for ratios, 0 for differences), if there is one."""
        return {"ratio": 1.0, "points": 0.0, "difference": 0.0}.get(self.of)

    def ends(self, language: Language) -> tuple[str, str]:
        """Return the axis labels for low and high values, such as "← fewer", "more →".

        >>> get_card("s0-novelty-decay").components[0].ends("en")
        ('← fewer', 'more →')
        """
        less, more = (end(language) for end in ENDS[self.more])
        return f"\N{LEFTWARDS ARROW} {less}", f"{more} \N{RIGHTWARDS ARROW}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Wording of a claim on pages: question, measures, missing data, comment.

    Attributes
    ----------
    id
        Of the register.
    claim, question
        The claim in short, in our words; the question that it answers.
    components
        A measure for each component of the rule that can be told apart.
    variants
        Measures of stand-ins that count something else, by name.
    missing, who
        What the data lack where nobody can answer, and who could record it.
    why
        Why no data could count against it; empty for claims that can be tested.
    stronger
        Whether the form that is tested says more than the claim, so that its failure
        is not the claim's: pages print it.
    """

    id: str
    claim: Text
    question: Text
    components: tuple[Measure, ...] = ()
    variants: Mapping[str, tuple[Measure, ...]]
    missing: Text = NOTHING
    who: Text = WHOM
    why: Text = NOTHING
    stronger: bool = False

    def measures(self, variant: str = "") -> tuple[Measure, ...]:
        """Return the quantities measured for a claim, directly or by a named proxy.

        Raises
        ------
        ShequnError
            If the card has no such variant.
        """
        if not variant:
            return self.components
        if variant not in self.variants:
            raise ShequnError(
                f"no measure for the variant {variant!r}",
                where=f"card of {self.id}",
                remedy=f"write [[{self.id}.variants.{variant}]] into cards.toml",
            )
        return self.variants[variant]

    def lead(self, variant: str = "") -> int:
        """Return the index of the measure quoted as the claim's main estimate."""
        displays = [measure.shown for measure in self.measures(variant)]
        return displays.index("lead") if "lead" in displays else 0

    def tested_form(self, variant: str = "") -> Text:
        """Return in words the stronger form of the claim that is tested, or "".

        >>> get_card("s0-lurkers-are-many").tested_form().en
        'most members are silent for twelve weeks'
        """
        measure = self.leading(variant)
        return measure.yes if self.stronger and measure else NOTHING

    def leading(self, variant: str = "") -> Measure | None:
        """Return the measure shown as the claim's headline; None if untestable."""
        measures = self.measures(variant)
        return measures[self.lead(variant)] if measures else None


def get_card(claim_id: str) -> Card:
    """Return the wording of a claim: its question, measures and answers.

    >>> get_card("s0-three-month-death").components[0].measure("en")
    'Groups fallen silent by day 105'
    """
    return read_cards()[claim_id]


@cache
def read_cards() -> Mapping[str, Card]:
    """Read the wording of all claims, by claim id."""
    entries = read_card_entries().items()
    return MappingProxyType(
        {name: _convert_card(name, entry) for name, entry in entries}
    )


def _convert_card(name: str, entry: Mapping[str, Any]) -> Card:
    components = entry.get("components", ())
    variants = entry.get("variants", {})
    fields = {
        **entry,
        "id": name,
        "components": [_fill_measure(component) for component in components],
        "variants": {
            key: [_fill_measure(component) for component in of]
            for key, of in variants.items()
        },
    }
    try:
        return msgspec.convert(fields, Card)
    except msgspec.ValidationError as error:
        raise BrokenFileError(str(error), where=f"card of {name}") from error


def _fill_measure(component: Mapping[str, Any]) -> dict[str, Any]:
    """Insert the unit and the horizon in days into the text templates of a measure."""
    per, days = component.get("per", ("", "")), component.get("days", 0)

    def said(text: str, unit: str) -> str:
        return text.replace("{per}", unit).replace("{days}", str(days))

    fields = ("measure", "yes", "no", "found")
    texts = {
        name: [*map(said, component[name], per)] for name in fields if name in component
    }
    return {
        **component,
        **texts,
        "measure": [capitalise(text) for text in texts["measure"]],
    }


def capitalise(text: str) -> str:
    """Capitalise the first letter of a sentence.

    >>> capitalise("one group")
    'One group'
    """
    return text[:1].upper() + text[1:]


def format_number(of: Of, value: float, language: Language = "en") -> str:
    """Format an estimate for readers by its type: share, ratio, days, difference.

    >>> format_number("points", 0.042, "en"), format_number("days", 43.2, "zh")
    ('+4.2', '43 天')

    Days are those in which something doubles; what never does has no number.

    >>> format_number("days", math.inf, "en")
    'does not double'
    """
    if of == "days" and value == math.inf:
        return NEVER[language]
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞"
    if of == "days":
        return f"{format_count(value)} {'天' if language == 'zh' else 'days'}"
    return WRITERS[of](value)


def _format_points(value: float) -> str:
    return f"{float(f'{100 * value:.2g}'):+g}".replace("-", "−")


def _format_number(value: float) -> str:
    if value >= MANY:
        return format_count(value)
    if 0 < value < SMALL:
        return f"{value:.2g}"
    return f"{value:.{1 if abs(value) >= TEN else 2}f}".replace("-", "−")


WRITERS: Mapping[Of, Callable[[float], str]] = {
    "share": format_share,
    "ratio": _format_number,
    "points": _format_points,
    "difference": format_difference,
    "number": _format_number,
}
