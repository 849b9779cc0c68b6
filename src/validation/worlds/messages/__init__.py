"""Simulate messages with a given true effect, as a data collector sees them.

`World` says what is planted; `draw_world` makes its groups and every message;
`simulate_published` makes
the processed tables directly, as a study that `helpers.claims.evaluate` accepts;
`build_communities` hands the same messages to the writers of exports.
"""

from validation.worlds.messages.communities import build_communities
from validation.worlds.messages.drawing import Drawn, draw_world
from validation.worlds.messages.families import (
    QIU,
    Cured,
    Exponential,
    Family,
    Lognormal,
    TwoExponentials,
    Weibull,
    draw_lifetimes,
)
from validation.worlds.messages.planted import PlantedStudy, simulate_published
from validation.worlds.messages.world import Exposure, Watching, World

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
    "build_communities",
    "draw_lifetimes",
    "draw_world",
    "simulate_published",
]
