"""Find advertisements by stated rules; every decision names the rules that fired.

The rules stand in ``lexicon.toml``. They are an instrument to be measured
(`helpers.text.quality`), not a label: no message becomes a hand label by them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import Bools
from helpers.text.columns import (
    UNICODE_END,
    Texts,
    as_texts,
    code_points,
    from_code_points,
)
from helpers.text.normalising import INVISIBLE, simplify

CLASSES = ("none", "ad")
EVIDENCE = ("reach", "offer", "trade")
DECIDES = "decides"


class Rule(NamedTuple):
    """One rule of the lexicon."""

    name: str
    # what it is evidence of: ``reach``, ``offer``, ``trade``; ``decides`` for words
    # that are enough alone
    kind: str
    view: str  # where it looks
    pattern: str  # the RE2 pattern it looks for


@dataclass(frozen=True, slots=True)
class Advertisements:
    """What each of n messages was taken for, and why."""

    kind: pa.Array  # ``ad`` or ``none``; null where the message is null
    # names of the rules that fired, in the lexicon's order; fired rules stand beside
    # ``none`` too, where they were not enough
    rules: pa.Array


def advertisements(texts: Texts) -> Advertisements:
    """Decide which of n messages advertise.

    >>> found = advertisements(["加 V 信：abc_12345 兼职日结300元", "早上好"])
    >>> found.kind.to_pylist(), found.rules[1].as_py()
    (['ad', 'none'], [])
    """
    texts = as_texts(texts)
    seen = views(texts)
    fired = np.column_stack([_found(seen[r.view], r.pattern) for r in rules()])
    chosen = pa.array(_decide(fired).astype(int))
    kind = pa.array(CLASSES).take(chosen)
    kind = pc.if_else(texts.is_valid(), kind, pa.scalar(None, pa.string()))
    return Advertisements(kind, _names(fired))


def _found(texts: pa.Array, pattern: str) -> Bools:
    return np.asarray(
        pc.fill_null(pc.match_substring_regex(texts, pattern), fill_value=False), bool
    )


def _decide(fired: Bools) -> Bools:
    columns = {
        kind: fired[:, [rule.kind == kind for rule in rules()]].any(axis=1)
        for kind in (*EVIDENCE, DECIDES)
    }
    seen = sum(columns[kind].astype(int) for kind in EVIDENCE)
    return np.asarray(columns[DECIDES] | (seen > 1), bool)


def _names(fired: Bools) -> pa.Array:
    names = [rule.name for rule in rules()]
    ends = np.concatenate([[0], np.cumsum(fired.sum(axis=1))])
    flat = pa.array(names, pa.string()).take(pa.array(np.nonzero(fired)[1]))
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), flat)


def views(texts: pa.Array) -> Mapping[str, pa.Array]:
    """Return the messages as the rules look at them (see ``lexicon.toml``).

    >>> seen = views(pa.array(["Ｖ 信：①②３"]))
    >>> seen["folded"][0].as_py(), seen["tight"][0].as_py()
    ('v 信:123', 'v信123')
    """
    visible = pc.replace_substring_regex(texts, INVISIBLE + r"|\x{20e3}", "")
    column = code_points(simplify(pc.utf8_normalize(visible, form="NFKC")))
    plain = column._replace(points=_lookalikes()[column.points])
    folded = pc.utf8_lower(from_code_points(plain, texts.is_valid()))
    tight = pc.replace_substring_regex(folded, r"[^\p{Han}a-z0-9+@]", "")
    return {"folded": folded, "tight": tight}


@cache
def _lookalikes() -> npt.NDArray[np.uint32]:
    table = np.arange(UNICODE_END, dtype=np.uint32)
    for disguised, plain in _lexicon()["lookalikes"].values():
        for one, other in zip(disguised, plain, strict=True):
            table[ord(one)] = ord(other)
    return table


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules of the lexicon in its order."""
    lexicon = _lexicon()
    words = {
        name: f"(?:{'|'.join(any_of)})" for name, any_of in lexicon["words"].items()
    }
    return tuple(_rule(entry, words) for entry in lexicon["rule"])


def _rule(entry: dict[str, Any], words: dict[str, str]) -> Rule:
    pattern = "|".join(f"(?:{part})" for part in entry["any"])
    for name, any_of in words.items():
        pattern = pattern.replace("{" + name + "}", any_of)
    return Rule(entry["name"], entry["kind"], entry["view"], pattern)


@cache
def _lexicon() -> dict[str, Any]:
    return tomllib.loads(
        resources.files(__package__).joinpath("lexicon.toml").read_text("utf-8")
    )
