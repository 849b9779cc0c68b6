"""Worlds with planted truth: drawn once, seen as a collector sees them, as a study.

`World` says what is planted; `draw` makes its groups and every message; `plant` makes
the processed tables directly, as a study that `helpers.claims.evaluate` accepts;
`communities` hands the same messages to the writers of exports.
"""

from helpers.simulate.worlds.communities import communities
from helpers.simulate.worlds.drawing import Drawn, draw
from helpers.simulate.worlds.families import (
    QIU,
    Cured,
    Exponential,
    Family,
    Lognormal,
    TwoExponentials,
    Weibull,
    draw_lifetimes,
)
from helpers.simulate.worlds.planted import PlantedStudy, plant
from helpers.simulate.worlds.world import Exposure, Watching, World

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
