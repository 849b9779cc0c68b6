"""Claims in planted worlds: what is planted, what should be found, and what is naive.

A world is drawn as messages, seen as a collector sees it and judged by
`helpers.claims.evaluate`, gates included, and a few specifications.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from helpers.claims import claim, parse
from helpers.claims.rules.interval_rules import All, Word
from helpers.validation.coverage import naive_ways, planted_truths
from helpers.validation.coverage.cells import Judged, Subject
from helpers.validation.coverage.naive_ways import Naive
from helpers.validation.coverage.truths import Truth, truths
from helpers.validation.worlds.claims.subject import naively, verdict
from helpers.validation.worlds.messages import (
    Exponential,
    Exposure,
    Watching,
    Weibull,
    World,
    plant,
)

Planting = Callable[[float, int], World]

FOREVER = Exponential(1e6)
SHAPE = Weibull(0.8, 1.0)
DRAWN = 1500  # groups behind a truth that no formula gives
NEARLY_ALONE = Exposure(trait="owner", value=0.9, share=0.15)
SHORT = Watching(to_day=130.0)  # for what happens in the first twelve weeks


def _dying(value: float, groups: int, *, by: float) -> World:
    """Plant groups that are born until the data end, so that many are still young."""
    return World(
        groups=groups, births_days=880.0, lifetimes=SHAPE.failing(value, by), rate=0.5
    )


def _topped(value: float, groups: int) -> World:
    """Plant long lives in which one person has a share of all, in a few nearly all."""
    return World(
        groups=groups, births_days=40.0, lifetimes=FOREVER, rate=3.0, rate_sd=0.2,
        owner=value, watching=SHORT, exposures=(NEARLY_ALONE,),
    )  # fmt: skip


def _centred(value: float, groups: int, *, owners: float) -> World:
    """Plant long lives in which a hub gets part of the replies."""
    return World(
        groups=groups, births_days=40.0, lifetimes=FOREVER, rate=3.0, rate_sd=0.2,
        to_hub=value, owner_is_hub=owners, watching=SHORT,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Way:
    """Draw a world, judge it, and read it in the naive way too."""

    claim: str
    planting: Planting
    naive: Naive | None
    leg: int = 0

    def __call__(
        self, truth: Truth, groups: int, seed: np.random.SeedSequence
    ) -> Judged:
        study = plant(self.planting(truth.value, groups), seed, people=False)
        said = verdict(self.claim, study)
        legs = said.legs or (None,)
        return Judged(
            said.word or Word.UNTESTABLE, legs[self.leg], naively(self.naive, study)
        )


def _claim(
    name: str,
    planting: Planting,
    estimand: str,
    naive: tuple[str, Naive] | None = None,
    *,
    groups: int = 300,
    leg: int = 0,
    boundary: bool = True,
) -> Subject:
    template = claim(name).template
    rule = parse(template)
    on_trial = rule.rules[leg] if isinstance(rule, All) else rule
    words, way = naive or ("", None)
    return Subject(
        name=name,
        kind="claim",
        template=template,
        leg=on_trial.code,
        estimand=estimand,
        naive=words,
        truths=tuple(one for one in truths(on_trial) if boundary or one.right),
        way=_Way(name, planting, way, leg),
        groups=groups,
    )


@cache
def _hub_for(centres: float) -> float:
    def centres_at(share: float) -> float:
        return planted_truths.median_of("centres", _centred(share, DRAWN, owners=0.0))

    return planted_truths.tuned(centres_at, centres, (0.05, 0.75))


@cache
def _owner_for(top_share: float) -> float:
    def top_share_at(share: float) -> float:
        return planted_truths.median_of("top_share", _topped(share, DRAWN))

    return planted_truths.tuned(top_share_at, top_share, (0.13, 0.60))


def _topped_by(value: float, groups: int) -> World:
    return _topped(_owner_for(value), groups)


def _owned_hubs(value: float, groups: int) -> World:
    """Plant enough centres, and how often the owner is the first of them."""
    return _centred(_hub_for(planted_truths.MANY_CENTRES), groups, owners=value)


CLAIMS: tuple[Subject, ...] = (
    _claim(
        "s0-three-month-death",
        partial(_dying, by=105.0),
        "silent for good by day 105",
        ("every last message a death", naive_ways.every_last_message(105.0)),
    ),
    _claim(
        "s1-over-90-fail",
        partial(_dying, by=365.0),
        "failed within a year",
        ("every last message a death", naive_ways.every_last_message(365.0)),
    ),
    _claim(
        "s1-not-centralised",
        _topped_by,
        "median of the top poster's share",
        ("share of the first poster over all messages pooled", naive_ways.pooled_top),
        groups=100,
    ),
    _claim(
        "s4-many-centres",
        _owned_hubs,
        "groups whose owner is answered most; there are centres enough",
        leg=1,
    ),
)
