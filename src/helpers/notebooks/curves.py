"""Survival curves of several studies, in the frames that figures are drawn from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.claims.definitions.death_definitions import SEED
from helpers.claims.definitions.deaths import by_silence
from helpers.claims.themes.lifetime.lifetimes import THREE_MONTHS
from helpers.errors import NotIdentifiableError
from helpers.prose import days, share
from helpers.survival import Lifetimes, naive, survival_band

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.claims.definitions.deaths import Ends
    from helpers.study import Study
    from helpers.survival.curves.band import SurvivalBand

__all__ = ["NAIVE", "Curves", "curves_of", "ends_of", "lives_of"]

HORIZON = 365.0
FEWEST = 20  # at risk, as figures draw curves
MARKED = (THREE_MONTHS, HORIZON)
NAIVE = "naive: each last message a death"
COUNTED = (0.0, 30.0, 90.0, THREE_MONTHS, 180.0, 270.0, HORIZON)


@dataclass(frozen=True, eq=False)
class Curves:
    """What `helpers.figures.survival_panels` draws: steps, marks and counts.

    `refused` holds a sentence for each study that has no curve.
    """

    steps: pd.DataFrame
    points: pd.DataFrame
    counts: pd.DataFrame
    refused: tuple[str, ...]

    @property
    def data(self) -> pd.DataFrame:
        """All of it in one frame, for the figure's CSV."""
        return pd.concat([self.steps, self.points, self.counts], ignore_index=True)


def ends_of(study: Study) -> Ends:
    """Return a study's ends under the silence rule, as verdicts read them."""
    return by_silence(study.table("groups"), study.table("silences"))


def lives_of(study: Study) -> Lifetimes:
    """Return its lifetimes; a purpose fulfilled ends being watched, not a life."""
    ends = ends_of(study)
    return replace(ends.lives, ended=ends.lives.ended & ~ends.competing)


def curves_of(studies: Iterable[Study]) -> Curves:
    """Return each study's curve under the silence rule, the naive one beside it.

    Raises
    ------
    NotIdentifiableError
        If no study has a curve.
    """
    parts, refused = [], []
    for study in studies:
        try:
            parts.append(_curve(study))
        except NotIdentifiableError as error:
            refused.append(f"{study.manifest.title_en}: {error.what}")
    if not parts:
        raise NotIdentifiableError("; ".join(refused) or "no study", where="curves")
    steps, points, counts = (
        pd.concat(frames, ignore_index=True) for frames in zip(*parts, strict=True)
    )
    return Curves(steps, points, counts, tuple(refused))


def _curve(study: Study) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    lives, title = lives_of(study), study.manifest.title_en
    if len(lives) < FEWEST:
        raise NotIdentifiableError(
            f"{len(lives)} groups could be watched long enough, {FEWEST} are needed",
            where=study.name,
        )
    wrong = naive.every_last_message_a_death(study.table("groups"))
    ends = ends_of(study)
    band = survival_band(ends.lives, seed=SEED, competing=ends.competing)
    low, high = band.limits()
    right = _to_horizon(pd.DataFrame({
        "study": title, "label": "silence rule", "kind": "estimate",
        "day": band.times, "survival": band.survival, "low": low, "high": high,
    }), lives)  # fmt: skip
    marks = pd.DataFrame(_marks(title, band, lives))
    return pd.concat([right, _naive(title, wrong)]), marks, _counts(title, lives)


def _naive(title: str, lives: Lifetimes) -> pd.DataFrame:
    curve = lives.curve()
    return _to_horizon(pd.DataFrame({
        "study": title, "label": NAIVE, "kind": "naive",
        "day": curve.times, "survival": curve.survival,
    }), lives)  # fmt: skip


def _to_horizon(steps: pd.DataFrame, lives: Lifetimes) -> pd.DataFrame:
    """Hold the last step before the horizon up to it, and count who is at risk."""
    before = steps[steps["day"] <= HORIZON]
    held = before.tail(1).assign(day=HORIZON)
    after = steps[steps["day"] > HORIZON]
    drawn = pd.concat([before, held, after], ignore_index=True)
    curve = lives.curve()
    at = np.minimum(np.searchsorted(curve.times, drawn["day"]), len(curve.times) - 1)
    return drawn.assign(at_risk=curve.at_risk[at])


def _marks(title: str, band: SurvivalBand, lives: Lifetimes) -> list[dict[str, object]]:
    marks: list[dict[str, object]] = []
    median = band.median
    if np.isfinite(median):
        label, place = f"median {days(median)}", {"day": median, "survival": 0.5}
        marks.append({"study": title, **place, "mark": "median", "label": label})
    for day in MARKED:
        try:
            lives.curve().from_at_risk().at(day)
        except NotIdentifiableError:
            continue  # not watched for so long: nothing to mark
        alive = band.survival[np.searchsorted(band.times, day, side="right") - 1]
        label = f"F({day:.0f}) = {share(1 - alive)}"
        place = {"day": day, "survival": alive}
        marks.append({"study": title, **place, "mark": "failed", "label": label})
    return marks


def _counts(title: str, lives: Lifetimes) -> pd.DataFrame:
    numbers = lives.curve().numbers(COUNTED)
    return pd.DataFrame({
        "study": title, "day": numbers.ages, "at_risk": numbers.at_risk,
        "dead": numbers.ended, "censored": numbers.censored,
    })  # fmt: skip
