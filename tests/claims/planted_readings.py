"""Planted truth in what people read of messages."""

import numpy as np
import pandas as pd

N = 800
HALF = (np.arange(N) % 2 == 0).astype(float)


def rng(seed=7):
    """Return the same random numbers each time."""
    return np.random.default_rng(seed)


def echoed(plant, pull):
    """Plant tones that follow those before them."""
    before = rng().normal(size=6000)
    tone = pull * before + rng(8).normal(size=6000)
    study = plant(n=60)
    group, member = np.arange(6000) % 60, np.arange(6000) % 600
    study.tables["echoes"] = pd.DataFrame(
        {"group": group, "member": member, "echo": np.arange(6000), "tone": tone,
         "before": before}
    )  # fmt: skip
    return study


def spread(plant, ratio):
    """Plant useful items that are passed on more often."""
    study = plant(n=60)
    useful = np.arange(1800) % 3 == 0
    passed = rng().poisson(2 * np.where(useful, ratio, 1.0))
    study.tables["items"] = pd.DataFrame(
        {"group": np.arange(1800) % 60, "item": np.arange(1800), "useful": useful,
         "reshared": passed, "reached": passed}
    )  # fmt: skip
    return study


def taught(plant, effect):
    """Plant longer lives where people ask and answer."""
    study = plant(n=N, life=150 * np.exp(effect * HALF)).typed(["learning"] * N)
    return study.coded("askers", 1 + 8 * HALF).coded("answerers", 3)


def caused(plant, single):
    """Plant lives that hang on four factors, or on content alone."""
    level = rng().normal(size=(4, N))
    effect = np.array([2.0, 0, 0, 0] if single else [0.6, 0.6, 0.6, 0.6])
    content, ads, core, kind = level
    life = 250 * np.exp(effect @ level)
    study = plant(n=N, life=life).typed(np.where(kind > 0, "friends", "interest"))
    study.tables["months"] = pd.DataFrame(
        {"group": np.arange(N), "month": 0, "core_8": np.exp(core + 2).round()}
    )
    study.coded("content_items", np.exp(content + 2))
    return study.coded("ad_items", np.exp(ads + 2))


WORLDS = {
    "s0-mutual-influence": (echoed, 0.2, 0.0),
    "s4-useful-content-travels": (spread, 2.0, 1.0),
    "s4-teachers-and-learners": (taught, 0.7, 0.0),
    "s1-many-factors-no-single": (caused, False, True),
}
