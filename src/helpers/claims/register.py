"""The register: what each of the 125 claims states, and the rows that measure it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Self

import msgspec
from msgspec.structs import replace

from helpers.claims.quantity import (
    SCALE_OF,
    Quantity,
    Unit,
    get_quantity,
)
from helpers.claims.words import NOT_COUNTED
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
    def form(self) -> str:
        """How its numbers are printed: by their unit, a difference by its label."""
        of_points = "points" if "(points)" in self.label.en else "sd"
        return of_points if self.of == "difference" else self.of

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
        return Claim(claim_id, msgspec.convert(row, _Row))


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
