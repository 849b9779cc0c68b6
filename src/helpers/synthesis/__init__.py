"""Evidence synthesis over sources: pooled estimate, prediction, certainty.

For estimates of one's own: ``pool_effects([Effect(0.1, 0.1), …], "log")`` takes values
and standard errors on a scale and returns a `Pool` with mean and prediction interval.
For claims: `helpers.synthesis.synthesis.run_synthesis` takes the verdicts on one
claim and returns one frozen `Synthesis`: what entered, pooled estimate and prediction
interval, answer, certainty and its reasons.
Definitions: docs/decisions/2026-11-22-answers-come-from-pooled-estimates.md.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.synthesis.pooling import Pool, pool_effects
    from helpers.synthesis.scales import Effect

__all__ = ["Effect", "Pool", "pool_effects"]

_PLACES = {"Effect": "scales", "Pool": "pooling", "pool_effects": "pooling"}


def __getattr__(name: str) -> object:
    """Import a public name of this package on first use (lazy import)."""
    if name not in _PLACES:
        raise AttributeError(f"module 'helpers.synthesis' has no attribute {name!r}")
    attribute = getattr(import_module(f"helpers.synthesis.{_PLACES[name]}"), name)
    globals()[name] = attribute
    return attribute


def __dir__() -> list[str]:
    """List the public names, including those imported on first use."""
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
