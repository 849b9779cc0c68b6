"""Worlds of what people read in messages, and of what is known beside."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.validation.coverage.cells import Subject
from helpers.validation.worlds.claims.owners import halved
from helpers.validation.worlds.claims.subject import subject
from helpers.validation.worlds.claims.tabled import Planted, planted

MESSAGES, WRITERS = 100, 10
LIFE, BORN = 250.0, 100.0
PULL = 0.2


def echoed(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Plant tones that follow those before them (1.0), or do not (0.0)."""
    many = groups * MESSAGES
    before, own = rng.standard_normal((2, many))
    group = np.arange(many) // MESSAGES
    rows = {
        "group": group,
        "member": np.arange(many) % WRITERS,
        "echo": np.arange(many),
    }
    tone = PULL * value * before + own
    echoes = pd.DataFrame({**rows, "tone": tone, "before": before})
    return planted(rng, groups).with_tables(echoes=echoes)


def spread(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Plant useful items that are passed on `value` times as often."""
    many = groups * 12
    useful = np.arange(many) % 3 == 0
    passed = rng.poisson(2 * np.where(useful, value, 1.0) * rng.gamma(4, 1 / 4, many))
    rows = {"group": np.arange(many) % groups, "item": np.arange(many)}
    counts = {"useful": useful, "reshared": passed, "reached": passed}
    return planted(rng, groups).with_tables(items=pd.DataFrame({**rows, **counts}))


def taught(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Plant another hazard where many ask and some answer."""
    study, half = halved(value, groups, rng)
    study.coded("askers", 1 + 8 * half).coded("answerers", 3)
    return study.typed(np.full(groups, "learning"))


def caused(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Plant lives that hang on four factors alike (1.0), or on one far most (0.0).

    Without that one the next would be far the most: the claim is as false then.
    """
    content, ads, core, size = level = rng.standard_normal((4, groups))
    effect = np.where(value, [1.0, 1.0, 1.0, 1.0], [2.0, 0.7, 0, 0])
    study = planted(
        rng, groups, life=LIFE * np.exp(effect @ level), origin=BORN,
        posters=np.exp(size + 3).round(),
    )  # fmt: skip
    core = np.exp(core + 2).round()
    months = {"group": np.arange(groups), "month": 0, "core_8": core}
    study.coded("content_items", np.exp(content + 2)).coded("ad_items", np.exp(ads + 2))
    study.typed(np.full(groups, "interest"))
    return study.with_tables(months=pd.DataFrame(months))


SUBJECTS: tuple[Subject, ...] = (
    subject(
        "s0-mutual-influence",
        echoed,
        "a fifth of a deviation of tone per deviation of the tone before, or none",
        groups=50,
    ),
    subject(
        "s4-useful-content-travels",
        spread,
        "times that a useful item is passed on over another",
        groups=50,
    ),
    subject(
        "s4-teachers-and-learners",
        taught,
        "hazard ratio of training groups in which five ask and two answer",
        groups=1000,
    ),
    subject(
        "s1-many-factors-no-single",
        caused,
        "four factors alike, or one far before the others",
        groups=1000,
        switch=True,
    ),
)
