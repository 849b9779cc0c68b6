"""The register: what each of the 125 claims states, and the rows that measure it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import inf
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Self

import msgspec
from msgspec.structs import replace

from helpers.claims.quantity import (
    SCALE_OF,
    Quantity,
    Unit,
    check_names,
    get_quantity,
    list_parameters,
)
from helpers.claims.words import KINDS, NOT_COUNTED, ON_WECHAT
from helpers.errors import ShequnError, name_broken_row, suggest_nearest
from helpers.files import read_own_rows
from helpers.wording.messages import Language

if TYPE_CHECKING:
    from helpers.survival.interval import ScaleName

Theme = Literal[
    "ads/spam", "content supply", "failure", "fission/cascade", "lifetime", "lurkers",
    "offline", "overload", "paid", "purpose/type", "rules/threshold",
    "seed-users/leaders", "size",
]  # fmt: skip
FIELD = re.compile(r"\{([a-z_]+(?:(?:~\d)?\.[a-z_]+)?)(?::([a-z0-9]+))?\}")
FIELDS = (  # of answers, to be named by sentences
    "mean", "low", "high", "next_low", "next_high", "n_sources", "n_units",
    "least", "most",
)  # fmt: skip
FORM_OF: Mapping[str, Unit] = MappingProxyType(  # others are named like their unit
    {
        "of100": "share",
        "sd": "difference",
        "points": "difference",
        "less": "ratio",
        "more": "ratio",
    }
)
LIMITS: Mapping[Unit, tuple[float, float]] = MappingProxyType(
    {"share": (0, 1), "difference": (-inf, inf)}  # others are not below 0
)


Said = Annotated[str, msgspec.Meta(pattern=r"\S")]  # not empty


class Text(NamedTuple):
    """A text in both languages."""

    en: Said
    zh: Said

    def __getitem__(self, key: object) -> str:  # type: ignore[override]
        """Return the text in a language, such as ``zh``."""
        return self.zh if key in {"zh", 1} else self.en

    def __str__(self) -> str:
        return self.en

    def in_language(self, language: Language) -> str:
        """Return the text in a language, as a value of a message."""
        return self[language]


NO_TEXT = Text("", "")


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
    """One reading of a claim: what is measured, and the number it is compared with."""

    key: Annotated[str, msgspec.Meta(pattern="^[a-z_]+$")]
    label: Text
    what: Text
    among: Text
    over: Said
    quantities: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    claimed: str
    of: Unit
    params: dict[str, Any] = {}
    ours: bool = False
    about: float | None = None
    related: bool = False
    stands_in: bool = False
    meaning: Literal["", "article", "part"] = ""
    name: Text = NO_TEXT
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
    article: Literal["S0", "S1", "S2", "S3", "S4"]
    theme: Theme
    priority: Annotated[int, msgspec.Meta(ge=1, le=3)]
    en: Said
    zh: Said
    short: Text = NO_TEXT
    chapter: Annotated[int, msgspec.Meta(ge=0, le=11)] = 0  # 0 if not measured
    of_its_network: bool = False  # the article's own, so not asked of other groups
    sentence: Text = NO_TEXT
    wechat: str = NOT_COUNTED
    on_wechat: Text = NO_TEXT
    would_change: Text = NO_TEXT
    limits: Text = NO_TEXT
    owner: Text = NO_TEXT
    needs: Text = NO_TEXT
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of the articles: its wording, readings and sentences."""

    id: str  # article and subject, such as ``s0-three-month-death``
    row: _Row  # its row in ``claims.toml``

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
    rows = read_own_rows("claims", "claims.toml")
    return MappingProxyType({key: read_claim(key, row) for key, row in rows.items()})


def read_claim(claim_id: str, row: object) -> Claim:
    """Read a claim's row; raise ShequnError if something in it is missing or wrong."""
    with name_broken_row(f"claims.toml, {claim_id}"):
        claim = Claim(claim_id, msgspec.convert(row, _Row))
        if not claim_id.startswith(f"{claim.row.article.lower()}-"):
            raise ValueError("the id begins with the article, such as 's4-'")
        if len({each.key for each in claim.readings}) < len(claim.readings):
            raise ValueError("two readings have one key")
        for reading in claim.readings:
            for key, variant in list_variants(reading):
                with name_broken_row(f"claims.toml, {claim_id}, {key}"):
                    _check_reading(variant)
        _check_sentences(claim.row)
    return claim


def list_variants(reading: Reading) -> Iterator[tuple[str, Reading]]:
    """Yield a reading and its alternative definitions, each by its key."""
    yield reading.key, reading
    for number, other in enumerate(reading.also, 1):
        variant = replace(
            reading,
            key=f"{reading.key}~{number}",
            label=other.label,
            quantities=other.quantities or reading.quantities,
            params=reading.params | other.params,
            about=None,
            meaning="",
            also=(),
        )
        yield variant.key, variant


def _check_reading(reading: Reading) -> None:
    """Raise ValueError unless its quantities give what it compares."""
    claimed = reading.claimed_range
    least, most = LIMITS.get(reading.of, (0, inf))
    said = [*claimed.numbers, *([] if reading.about is None else [reading.about])]
    if odd := [number for number in said if not least <= number <= most]:
        raise ValueError(f"no {reading.of} is {odd[0]}")
    if not max(claimed.low, least) < min(claimed.high, most):
        raise ValueError(f"no {reading.of} is {reading.claimed!r}")
    check_names("quantity", reading.quantities, list_parameters())
    for name in reading.quantities:
        of, struct = list_parameters()[name]
        if of != reading.of:
            raise ValueError(f"{name} is a {of}, and not a {reading.of}")
        msgspec.convert(reading.params, struct)


def _check_sentences(row: _Row) -> None:
    """Raise ValueError unless the row is complete, with numbers that exist."""
    wanted = (row.sentence.en, row.chapter) if row.readings else (row.needs.en,)
    if not all(wanted):
        raise ValueError(
            "a measured claim has a sentence and a chapter, another says what it needs"
        )
    check_names("word on WeChat", [row.wechat], ON_WECHAT)
    if (row.wechat == NOT_COUNTED) != (not row.on_wechat.en):
        raise ValueError("what is known on WeChat has a word and a sentence")
    units = {
        key: reading.of for each in row.readings for key, reading in list_variants(each)
    }
    main = row.readings[0].of if row.readings else ""
    for name, form in FIELD.findall("".join(row.sentence)):
        key, _, column = name.rpartition(".")
        check_names("reading", [key] if key else [], [*units, *KINDS])
        check_names("number", [column], FIELDS)
        unit = units.get(key, main)
        if form and FORM_OF.get(form, form) != unit:
            raise ValueError(f"{form!r} is no form of a {unit}")
    if {"{", "}"} & {*FIELD.sub("", "".join(row.sentence))}:
        raise ValueError("a name in braces is like {mean}, {low:of100} or {key~1.high}")


def get_claim(claim_id: str) -> Claim:
    """Return a claim by its id."""
    found = read_register().get(claim_id)
    if found is None:
        nearest = suggest_nearest(claim_id, read_register())
        raise ShequnError(
            "there is no such claim",
            where=claim_id,
            remedy=f"{nearest}`shequn claims` lists all of them",
        )
    return found
