"""Published findings about the claims."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from helpers.claims.contract.card import Text
from helpers.claims.contract.study_view import read_card_entries


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A published estimate of a claim's quantity, with definition and sample size.

    Attributes
    ----------
    claim
        Whose quantity it is.
    share
        As it was read.
    n
        Of how many groups or people; 0 where that was not read.
    definition
        What was counted, in both languages.
    longest
        Days that a group was followed at most; 0 where that was not read.
    wechat
        Whether the groups are WeChat's.
    """

    claim: str
    share: float
    n: int = 0
    definition: Text
    longest: int = 0
    wechat: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A published finding on claims: sample, result, and if the full text was read.

    Attributes
    ----------
    key, citation, doi
        Who published it where; `doi` is empty if none was found.
    sample, finding
        What was studied and what came out, in both languages.
    read
        ``source`` if read in the text itself, ``digest`` if in a summary of it.
    measured
        Its numbers of a claim's own quantity.
    trial
        The source that holds this study's own data, if it is a randomised trial.
    """

    key: str
    citation: str
    doi: str
    sample: Text
    finding: Text
    read: Literal["source", "digest"]
    measured: tuple[Measured, ...] = ()
    trial: str = ""


@cache
def _read_all() -> dict[str, Finding]:
    text = files(__package__).joinpath("literature.toml").read_text("utf-8")
    return {
        key: msgspec.convert({"key": key, **entry}, Finding)
        for key, entry in tomllib.loads(text).items()
    }


def read_literature(claim: str) -> tuple[Finding, ...]:
    """List the published findings that the card of a claim names.

    >>> [one.key for one in read_literature("s0-lurkers-are-many")]
    ['nonnecke-2000']
    """
    names = read_card_entries().get(claim, {}).get("literature", ())
    return tuple(_read_all()[name] for name in names)
