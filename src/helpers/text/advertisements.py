"""Rule-based detection of advertisements, with the rules that matched.

The rules stand in ``lexicon.toml``. They are an instrument to be measured
(`pipeline.validation.text_rules`), not a label: none becomes a hand label by them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from helpers.files import read_own_rows
from helpers.text.columns import (
    UNICODE_END,
    Texts,
    code_points,
    from_code_points,
    match_pattern,
    to_text_array,
)
from helpers.text.normalising import INVISIBLE, simplify_characters

LEXICON = ("text", "lexicon.toml")
EVIDENCE = ("reach", "offer", "trade")
DECIDES = "decides"


class Rule(NamedTuple):
    """A rule that detects advertisements: name, kind, normalised text, RE2 pattern."""

    name: str
    kind: str
    view: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Advertisements:
    """The class of each of n messages, and the names of the rules that matched."""

    kind: pa.Array
    rules: pa.Array


def classify_advertisements(texts: Texts) -> Advertisements:
    """Classify messages as advertisements by the rules of the lexicon."""
    texts = to_text_array(texts)
    seen, rules = build_views(texts), load_rules()
    fired = np.column_stack(
        [match_pattern(seen[rule.view], rule.pattern) for rule in rules]
    )
    of_kind = {
        kind: fired[:, [rule.kind == kind for rule in rules]].any(axis=1)
        for kind in (*EVIDENCE, DECIDES)
    }
    evidence = sum(of_kind[kind].astype(int) for kind in EVIDENCE)
    chosen = np.where(of_kind[DECIDES] | (evidence > 1), "ad", "none")
    kinds = pc.if_else(texts.is_valid(), pa.array(chosen), pa.scalar(None, pa.string()))
    names = pa.array([rule.name for rule in rules], pa.string())
    ends = np.concatenate([[0], np.cumsum(fired.sum(axis=1))])
    flat = names.take(pa.array(np.nonzero(fired)[1]))
    named = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), flat)
    return Advertisements(kinds, named)


def build_views(texts: pa.Array) -> Mapping[str, pa.Array]:
    """Build the normalised texts that advertisement rules are matched against.

    >>> seen = build_views(pa.array(["Ｖ 信：①②３"]))
    >>> seen["folded"][0].as_py(), seen["tight"][0].as_py()
    ('v 信:123', 'v信123')
    """
    visible = pc.replace_substring_regex(texts, INVISIBLE + r"|\x{20e3}", "")
    column = code_points(simplify_characters(pc.utf8_normalize(visible, form="NFKC")))
    plain = column._replace(points=_build_lookalike_table()[column.points])
    folded = pc.utf8_lower(from_code_points(plain, texts.is_valid()))
    tight = pc.replace_substring_regex(folded, r"[^\p{Han}a-z0-9+@]", "")
    return {"folded": folded, "tight": tight}


@cache
def _build_lookalike_table() -> npt.NDArray[np.uint32]:
    table = np.arange(UNICODE_END, dtype=np.uint32)
    for disguised, plain in read_own_rows(*LEXICON)["lookalikes"].values():
        for first, other in zip(disguised, plain, strict=True):
            table[ord(first)] = ord(other)
    return table


@cache
def load_rules() -> tuple[Rule, ...]:
    """Load the advertisement rules of the lexicon, in order."""
    lexicon = read_own_rows(*LEXICON)
    words = {
        name: f"(?:{'|'.join(any_of)})" for name, any_of in lexicon["words"].items()
    }
    return tuple(_build_rule(entry, words) for entry in lexicon["rule"])


def _build_rule(entry: dict[str, Any], words: dict[str, str]) -> Rule:
    pattern = "|".join(f"(?:{part})" for part in entry["any"])
    for name, any_of in words.items():
        pattern = pattern.replace("{" + name + "}", any_of)
    return Rule(entry["name"], entry["kind"], entry["view"], pattern)
