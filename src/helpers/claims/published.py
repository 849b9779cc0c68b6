"""Estimates of published studies, with definition, size and how they were read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from helpers.claims.register import Text
from helpers.survival.curves.proportion import compute_wilson_interval


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A published number of a claim's reading."""

    claim: str
    reading: str
    share: float
    n: int = 0
    definition: Text


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """A published study: who, where, its sample and finding, and how it was read."""

    citation: str
    doi: str = ""
    url: str = ""
    read: Literal["whole", "abstract", "account"]
    sample: Text = Text()
    finding: Text = Text()
    found: tuple[Found, ...] = ()


@cache
def read_publications() -> Mapping[str, Publication]:
    """Read the published studies by key."""
    text = files(__package__).joinpath("literature.toml").read_text("utf-8")
    rows = tomllib.loads(text)
    return MappingProxyType(
        {key: msgspec.convert(row, Publication) for key, row in rows.items()}
    )


def list_published(claim: str, reading: str) -> Iterator[dict[str, Any]]:
    """Yield the published estimates of a reading, as rows without claim and reading.

    Numbers without a size that could be read are shown without an interval.
    """
    for key, publication in read_publications().items():
        for found in publication.found:
            if (found.claim, found.reading) != (claim, reading):
                continue
            low = high = float("nan")
            if found.n:
                count = round(found.share * found.n)
                interval = compute_wilson_interval(count, found.n)
                low, high = interval.low, interval.high
            yield {
                "study": key,
                "kind": "published",
                "role": "published",
                "estimate": found.share,
                "low": low,
                "high": high,
                "n": found.n,
                "unit": "groups",
            }
