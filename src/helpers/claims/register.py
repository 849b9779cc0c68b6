"""The register: what each of the 125 claims states, and the rows that measure it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Self

import msgspec

from helpers.claims.quantity import SCALE_OF, Quantity, Unit, get_quantity
from helpers.errors import ShequnError, name_broken_row, suggest_nearest
from helpers.wording.messages import Language

if TYPE_CHECKING:
    from helpers.survival.interval import ScaleName


class Text(NamedTuple):
    """A text in both languages."""

    en: str = ""
    zh: str = ""

    def __getitem__(self, key: object) -> str:  # type: ignore[override]
        """Return the text in a language, such as ``zh``."""
        return self.zh if key in {"zh", 1} else self.en

    def __str__(self) -> str:
        return self.en

    def in_language(self, language: Language) -> str:
        """Return the text in a language, as a value of a message."""
        return self[language]


class Claimed(NamedTuple):
    """The numbers between which a claim is true.

    >>> Claimed.parse("> 0.50"), Claimed.parse("0.40 to 0.60")
    (Claimed(low=0.5, high=inf), Claimed(low=0.4, high=0.6))
    """

    low: float
    high: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``> x``, ``< x`` or ``x to y``."""
        match text.split():
            case [">", number]:
                return cls(float(number), float("inf"))
            case ["<", number]:
                return cls(float("-inf"), float(number))
            case [low, "to", high]:
                return cls(float(low), float(high))
        raise ValueError(f"{text!r} is no claimed number: write '> 0.5' or '1 to 2'")

    @property
    def numbers(self) -> tuple[float, ...]:
        """The finite limits, to be drawn as lines."""
        return tuple(each for each in self if abs(each) < float("inf"))

    def holds(self, value: float) -> bool:
        """Return whether a number is where the claim is true."""
        return self.low < value < self.high


class Alternative(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """Another definition of a reading, printed next to it.

    `turned`: it is the reading with a number of ours halved or doubled.
    """

    label: Text
    params: dict[str, Any] = {}
    quantities: tuple[str, ...] = ()
    turned: bool = False


class Reading(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One reading of a claim: what is measured, and the number it is compared with.

    Attributes
    ----------
    key, label
        Its name, and what is measured in words.
    quantities
        Names of the quantities that measure it; sources carry one of them.
    params
        Parameters of the quantities.
    claimed
        Where the claim is true, such as ``> 0.50``.
    of
        What its number is.
    ours
        Whether we chose that number, and not the article.
    about
        The number that the article gives, where it gives one.
    related
        Whether it measures something close to the claim instead of it.
    stands_in
        Whether it is our stand-in for a judgement, such as success.
    meaning
        ``article`` if it is what the article means; only such readings can disagree.
    also
        Other definitions, printed beside it.
    """

    key: str
    label: Text
    quantities: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    claimed: str
    of: Unit
    params: dict[str, Any] = {}
    ours: bool = False
    about: float | None = None
    related: bool = False
    stands_in: bool = False
    meaning: Literal["", "article"] = ""
    also: tuple[Alternative, ...] = ()

    @property
    def claimed_range(self) -> Claimed:
        """The numbers between which the claim is true."""
        return Claimed.parse(self.claimed)

    @property
    def scale(self) -> ScaleName:
        """The working scale on which its estimates are pooled."""
        return SCALE_OF[self.of]

    @property
    def quantity(self) -> Quantity:
        """The first quantity; all of a reading have one unit."""
        return get_quantity(self.quantities[0])


class _Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    article: str
    theme: str
    priority: int
    en: str
    zh: str
    short: Text = Text()
    chapter: int = 0
    of_its_network: bool = False  # the article's own, so not asked of other groups
    sentence: Text = Text()
    on_wechat: Text = Text()
    would_change: Text = Text()
    limits: Text = Text()
    owner: Text = Text()
    needs: Text = Text()
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of the articles: its wording, readings and sentences.

    Attributes
    ----------
    id
        Article and subject, such as ``s0-three-month-death``.
    row
        Its row in ``claims.toml``.

    Examples
    --------
    >>> claim = get_claim("s0-three-month-death")
    >>> claim.row.priority, claim.readings[0].claimed
    (1, '> 0.50')
    """

    id: str
    row: _Row

    @property
    def statement(self) -> Text:
        """The claim, paraphrased."""
        return Text(self.row.en, self.row.zh)

    @property
    def short(self) -> Text:
        """The claim in a few plain words."""
        return self.row.short if self.row.short.en else self.statement

    @property
    def readings(self) -> tuple[Reading, ...]:
        """What is measured; the first one is the main reading."""
        return self.row.readings

    @property
    def needs(self) -> Text:
        """What it would take to measure a claim that is not measured."""
        return self.row.needs


@cache
def read_register() -> Mapping[str, Claim]:
    """Read all claims by id, in the order of the register."""
    text = files(__package__).joinpath("claims.toml").read_text("utf-8")
    with name_broken_row("claims.toml"):
        rows = tomllib.loads(text)
    return MappingProxyType({key: read_claim(key, row) for key, row in rows.items()})


def read_claim(claim_id: str, row: object) -> Claim:
    """Read a claim's row; raise ShequnError if something is missing in it."""
    with name_broken_row(f"claims.toml, {claim_id}"):
        claim = Claim(claim_id, msgspec.convert(row, _Row))
        for reading in claim.readings:
            if not reading.claimed_range.low < reading.claimed_range.high:
                raise ValueError(f"no number is {reading.claimed!r}")
        if len({each.key for each in claim.readings}) < len(claim.readings):
            raise ValueError("two readings have one key")
    wanted = ("sentence", "chapter") if claim.readings else ("needs",)
    if missing := [name for name in wanted if not any(_list_parts(claim.row, name))]:
        raise ShequnError(
            f"has no {' and no '.join(missing)}",
            where=f"claims.toml, {claim_id}",
            remedy="a measured claim has a sentence and a chapter, another says what "
            "it needs",
        )
    return claim


def _list_parts(row: _Row, name: str) -> tuple[object, ...]:
    value = getattr(row, name)
    return tuple(value) if isinstance(value, tuple) else (value,)


def get_claim(claim_id: str) -> Claim:
    """Return a claim by its id.

    Raises
    ------
    ShequnError
        If the register has no such claim.

    Examples
    --------
    >>> get_claim("s0-three-month-deaths")
    Traceback (most recent call last):
    helpers.errors.ShequnError: s0-three-month-deaths: there is no such claim. Hint: ...
    """
    found = read_register().get(claim_id)
    if found is None:
        nearest = suggest_nearest(claim_id, read_register())
        raise ShequnError(
            "there is no such claim",
            where=claim_id,
            remedy=f"{nearest}`shequn claims` lists all of them",
        )
    return found
