"""What each public source carries: its kind, quantities, biases and parts.

Declared in the source's description (``sources/<name>.toml``): ``kind``, table
``[carries]`` with one line per quantity, and ``[parts]`` where its groups are of two
origins.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

import msgspec

from helpers.claims.register import NO_TEXT, Text
from helpers.errors import name_broken_row
from helpers.files import read_description

Rows = dict[str, Any]


class Carried(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a source carries a quantity."""

    # measured as claimed (``direct``), by something else (``indirect``), as a limit
    # (``bound``), or ``said`` in a poll
    role: Literal["direct", "indirect", "bound", "said", "part"] = "direct"
    measures: Text = NO_TEXT  # what an indirect measure measures instead
    # ``at least`` or ``at most``, of a bound
    bound: Literal["", "at least", "at most"] = ""
    # where a known bias pushes the estimate (``up``, ``down``), and the reason
    pushes: Literal["", "up", "down"] = ""
    why: Text = NO_TEXT
    randomised: bool = False  # whether it is a randomised comparison


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """What a source declares: its kind, and the quantities it carries."""

    kind: str = ""  # which kind of groups it lists, of `helpers.claims.words.KINDS`
    carries: dict[str, Carried] = {}  # quantities by name


def name_study(place: str) -> str:
    """Return the study of a place, without the part or network that it is.

    >>> name_study("fcc_gitter: others"), name_study("zulip_archives/lean")
    ('fcc_gitter', 'zulip_archives')
    """
    return place.replace(": ", "/").partition("/")[0]


def read_bound(place: str, quantities: Sequence[str]) -> str:
    """Return whether a place's estimate is ``at least`` or ``at most``, or neither."""
    carried = read_declaration(name_study(place)).carries
    return next((carried[name].bound for name in quantities if name in carried), "")


def read_short_name(study: str) -> tuple[str, str]:
    """Read the name of a source for figures, and the part that has none of its own.

    >>> read_short_name("fcc_gitter: others")
    ('freeCodeCamp, other rooms', '')
    >>> read_short_name("zulip_archives/lean")
    ('ten Zulip archives', 'lean')
    """
    whole, _, part = study.replace(": ", "/").partition("/")
    facts = read_description(whole)
    with name_broken_row(f"{whole}.toml, short_parts"):
        parts = msgspec.convert(facts.get("short_parts", {}), dict[str, str])
    if own := parts.get(part):
        return own, ""
    return facts.get("short", whole.replace("_", " ")), part


@cache
def read_declaration(source: str) -> Declared:
    """Read what a public source declares; an own study declares nothing."""
    facts = read_description(source)
    carries = {}
    with name_broken_row(f"{source}.toml"):
        for name, row in msgspec.convert(facts.get("carries", {}), Rows).items():
            with name_broken_row(f"{source}.toml, {name}"):
                carries[name] = msgspec.convert(row, Carried)
    return Declared(kind=facts.get("kind", ""), carries=carries)
