"""What each public source carries: its kind, quantities, biases and parts.

Declared in the source's description (``corpora/sources/<name>.toml``): ``kind``, table
``[carries]`` with one line per quantity, and ``[parts]`` where its groups are of two
origins.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import msgspec

from helpers.claims.register import Text
from helpers.errors import name_broken_row

Role = Literal["direct", "indirect", "bound", "said", "published", "part"]


class Carried(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a source carries a quantity.

    Attributes
    ----------
    role
        Measured as claimed (``direct``), by something else (``indirect``), as a limit
        (``bound``), or ``said`` in a poll.
    measures
        What an indirect measure measures instead.
    bound
        ``at least`` or ``at most``, of a bound.
    pushes, why
        Where a known bias pushes the estimate (``up``, ``down``), and the reason.
    randomised
        Whether it is a randomised comparison.
    """

    role: Role = "direct"
    measures: Text = Text()
    bound: Literal["", "at least", "at most"] = ""
    pushes: Literal["", "up", "down"] = ""
    why: Text = Text()
    randomised: bool = False


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """What a source declares: its kind, and the quantities it carries.

    Attributes
    ----------
    kind
        Which kind of groups it lists, of `helpers.claims.words.KINDS`.
    carries
        Quantities by name.
    """

    kind: str = ""
    carries: dict[str, Carried] = {}


@cache
def read_description(source: str) -> Mapping[str, Any]:
    """Read a public source's description; an own study has none.

    The package of the sources is not imported: it loads a reader for each of them.
    """
    file = files("helpers").joinpath("corpora", "sources", f"{source}.toml")
    with name_broken_row(f"{source}.toml"):
        return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}


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
    if own := facts.get("short_parts", {}).get(part):
        return own, ""
    return facts.get("short", whole.replace("_", " ")), part


@cache
def read_declaration(source: str) -> Declared:
    """Read what a public source declares."""
    with name_broken_row(f"{source}.toml"):
        return convert_declaration(read_description(source))


def convert_declaration(facts: Mapping[str, Any]) -> Declared:
    """Return the declaration in a source's description."""
    wanted = {name: facts[name] for name in ("kind", "carries") if name in facts}
    return msgspec.convert(wanted, Declared)
