"""Register of claims: each statement of the articles and what decides it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from helpers.claims.rules.interval_rules import Rule
from helpers.claims.rules.templates import find_rule
from helpers.errors import BrokenFileError, ShequnError
from helpers.files import read_verified

REGISTER = Path(__file__).with_name("register.toml")

Article = Literal["S0", "S1", "S2", "S3", "S4"]
Status = Literal["testable", "untestable_default", "unfalsifiable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterEntry:
    """A claim restated so that data can decide it, with its rule.

    Attributes
    ----------
    id
        Article and subject, such as ``s0-three-month-death``.
    article, theme, status, level, priority
        Where it stands, what it is about, whether data could count against it, the
        least data that decide it (L1 messages … L5 surveys), and when it is due.
    threshold_source
        ``article`` where the deciding number is the article's own, else ``ours``.
    template
        The code of the rule, as `helpers.claims.rules.templates.parse_rule` reads it;
        empty where the rule has conditions of its own.
    en, zh
        The statement in our words.
    h0, h1, estimand, data, method, rule, robustness, untestable_if
        What was fixed beforehand.
    """

    id: str
    article: Article
    theme: str
    status: Status
    level: str
    priority: int
    threshold_source: Literal["article", "ours"]
    template: str
    en: str
    zh: str
    h0: str
    h1: str
    estimand: str
    data: str
    method: str
    rule: str
    robustness: str
    untestable_if: str


@cache
def read_register(path: Path = REGISTER) -> Mapping[str, RegisterEntry]:
    """Read the register of claims, in file order, keyed by claim id.

    Raises
    ------
    BrokenFileError
        If it is not the register that was fixed, or an entry lacks a field or has one
        that a claim does not.

    Examples
    --------
    >>> register = read_register()
    >>> register["s0-three-month-death"].template
    'P>(0.50)'
    """
    entries = tomllib.loads(read_verified(path))
    try:
        claims = {id_: RegisterEntry(id=id_, **entry) for id_, entry in entries.items()}
    except TypeError as error:
        raise BrokenFileError(str(error), where=path.name) from error
    return MappingProxyType(claims)


def get_claim(claim_id: str) -> RegisterEntry:
    """Get the register entry of a claim by its id.

    Raises
    ------
    ShequnError
        If the register has no such claim; the error names the nearest ids.
    """
    register = read_register()
    if claim_id not in register:
        words = set(claim_id.split("-"))
        near = sorted(register, key=lambda id_: -len(words & set(id_.split("-"))))
        raise ShequnError(
            f"no claim {claim_id!r} in the register",
            where=REGISTER.name,
            remedy=f"did you mean {', '.join(near[:3])}",
        )
    return register[claim_id]


def get_rule(entry: RegisterEntry) -> Rule:
    """Get the decision rule of a register entry.

    Raises
    ------
    ShequnError
        If the claim has neither a rule of its own nor a code that can be read.

    Examples
    --------
    >>> get_rule(get_claim("s0-three-month-death")).code
    'P>(0.50)'
    """
    return find_rule(entry.id, entry.template)
