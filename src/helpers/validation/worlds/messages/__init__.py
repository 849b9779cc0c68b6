"""Worlds with planted truth: drawn once, seen as a collector sees them, as a study.

`World` says what is planted; `draw` makes its groups and every message; `plant` makes
the processed tables directly, as a study that `helpers.claims.evaluate` accepts;
`communities` hands the same messages to the writers of exports.
"""

from helpers.validation.worlds.messages.communities import communities
from helpers.validation.worlds.messages.drawing import Drawn, draw
from helpers.validation.worlds.messages.families import (
    QIU,
    Cured,
    Exponential,
    Family,
    Lognormal,
    TwoExponentials,
    Weibull,
    draw_lifetimes,
)
from helpers.validation.worlds.messages.planted import PlantedStudy, plant
from helpers.validation.worlds.messages.world import Exposure, Watching, World

__all__ = [
    "QIU",
    "Cured",
    "Drawn",
    "Exponential",
    "Exposure",
    "Family",
    "Lognormal",
    "PlantedStudy",
    "TwoExponentials",
    "Watching",
    "Weibull",
    "World",
    "communities",
    "draw",
    "draw_lifetimes",
    "plant",
]
