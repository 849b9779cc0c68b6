"""Rows that contributors write, checked before they are computed.

A claim, a line under ``[carries]`` or a published number may name what does not exist.
"""

import inspect
from collections.abc import Iterable, Mapping
from math import inf
from types import MappingProxyType
from typing import get_type_hints

import msgspec

from helpers.claims.printed import read_publications
from helpers.claims.quantity import Quantity, Unit, get_quantity, list_quantities
from helpers.claims.register import (
    FIELD,
    Claim,
    Reading,
    get_claim,
    list_variants,
    read_register,
)
from helpers.claims.source_descriptions import Carried, read_declaration
from helpers.claims.words import KINDS, NOT_COUNTED, ON_WECHAT
from helpers.errors import name_broken_row, suggest_nearest
from helpers.files import read_description

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


def check_claim(claim: Claim) -> None:
    """Raise if a claim's row names a quantity, parameter or number that is none."""
    place = f"claims.toml, {claim.id}"
    with name_broken_row(place):
        if not claim.id.startswith(f"{claim.row.article.lower()}-"):
            raise ValueError("the id begins with the article, such as 's4-'")
        if len({each.key for each in claim.readings}) < len(claim.readings):
            raise ValueError("two readings have one key")
        for reading in claim.readings:
            for key, variant in list_variants(reading):
                with name_broken_row(f"{place}, {key}"):
                    _check_reading(variant)
        _check_sentences(claim)


def check_source(source: str) -> None:
    """Raise if a source's description names a kind or quantity that is none."""
    facts, carries = read_description(source), read_declaration(source).carries
    with name_broken_row(f"{source}.toml"):
        check_names("kind", [facts.get("kind", "")] if facts else [], KINDS)
        check_names("quantity", carries, list_quantities())
        for carried in carries.values():
            _check_carried(carried)


def _check_carried(carried: Carried) -> None:
    """Raise ValueError where one field needs another."""
    if (carried.role == "bound") != bool(carried.bound):
        raise ValueError("a bound, and only a bound, says 'at least' or 'at most'")
    if carried.role == "indirect" and not carried.measures.en:
        raise ValueError("what is indirect says what it `measures`")
    if bool(carried.pushes) != bool(carried.why.en):
        raise ValueError("what `pushes` an estimate says `why`, and the reverse")


def check_publications() -> None:
    """Raise if a published study names a claim or reading that is none."""
    for key, study in read_publications().items():
        with name_broken_row(f"literature.toml, {key}"):
            check_names("claim", study.about, read_register())
            for found in study.found:
                check_names("claim", [found.claim], read_register())
                readings = get_claim(found.claim).readings
                check_names("reading", [found.reading], [each.key for each in readings])


def check_names(what: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Raise ValueError at the first unrecognised name, with the nearest one."""
    known = list(known)
    for name in names:
        if name not in known:
            nearest = suggest_nearest(name, known).strip()
            raise ValueError(
                f"there is no {what} {name!r}" + (nearest and f" ({nearest})")
            )


def build_parameters(quantity: Quantity) -> type[msgspec.Struct]:
    """Build the struct to which a quantity's parameters are converted."""
    kinds = get_type_hints(quantity.estimate)
    taken = [*inspect.signature(quantity.estimate).parameters.values()][1:]
    fields = [
        (each.name, kinds[each.name])
        if each.default is each.empty
        else (each.name, kinds[each.name], None)
        for each in taken
    ]
    return msgspec.defstruct(
        quantity.name, fields, kw_only=True, forbid_unknown_fields=True
    )


def _check_reading(reading: Reading) -> None:
    """Raise ValueError unless its quantities give what it compares."""
    claimed = reading.claimed_range
    least, most = LIMITS.get(reading.of, (0, inf))
    said = [*claimed.numbers, *([] if reading.about is None else [reading.about])]
    if odd := [number for number in said if not least <= number <= most]:
        raise ValueError(f"no {reading.of} is {odd[0]}")
    if not max(claimed.low, least) < min(claimed.high, most):
        raise ValueError(f"no {reading.of} is {reading.claimed!r}")
    check_names("quantity", reading.quantities, list_quantities())
    for name in reading.quantities:
        quantity = get_quantity(name)
        if quantity.of != reading.of:
            raise ValueError(f"{name} is a {quantity.of}, and not a {reading.of}")
        msgspec.convert(reading.params, build_parameters(quantity))


def _check_sentences(claim: Claim) -> None:
    """Raise ValueError unless the row is complete, with numbers that exist."""
    row = claim.row
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
