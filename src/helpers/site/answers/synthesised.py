"""Synthesis of a claim as texts for its page: answer, certainty, pooled estimate."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from helpers.site.answers.board import Answer
from helpers.site.answers.quotable import Numbers
from helpers.site.languages import Words
from helpers.synthesis.certainty import Certainty
from helpers.synthesis.record import reason_text
from helpers.synthesis.synthesis import Synthesis


@dataclass(frozen=True, slots=True)
class Synthesised:
    """A claim's synthesis as texts in one language.

    Attributes
    ----------
    answer, certainty, wechat
        What the sources say together, how certain that is, and for WeChat groups.
    reasons
        Each reason, and by how many levels it moves the certainty.
    pooled, prediction
        The pooled estimate and where a new source may lie; empty without a pool.
    k
        How many sources decide.
    """

    answer: str
    certainty: str
    wechat: str
    reasons: tuple[tuple[str, int], ...]
    pooled: str | Markup
    prediction: str | Markup
    k: int


def synthesised(answer: Answer, numbers: Numbers, t: Words) -> Synthesised | None:
    """Build the texts of a claim's synthesis; None if it is not graded."""
    synthesis = answer.synthesis
    if synthesis is None or synthesis.grade is None:
        return None
    reasons = synthesis.grade.reasons
    pooled, prediction = _get_pooled(answer, numbers)
    return Synthesised(
        t(f"synthesis.{synthesis.answer.name.lower()}"),
        _level(synthesis.grade.level, t),
        _find_wechat_study(synthesis, t),
        tuple((reason_text(one)(t.language), int(one.steps)) for one in reasons),
        pooled,
        prediction,
        synthesis.k,
    )


def _level(certainty: Certainty, t: Words) -> str:
    return t(f"synthesis.{certainty.name.lower()}")


def _find_wechat_study(synthesis: Synthesis, t: Words) -> str:
    return _level(synthesis.wechat, t) if synthesis.wechat else ""


def _get_pooled(answer: Answer, numbers: Numbers) -> tuple[str | Markup, str | Markup]:
    """Return the pooled estimate and prediction interval as HTML."""
    if not answer.pooled:
        return "", ""
    mean, prediction = (
        numbers.interval(f"{answer.claim}.pooled-{bounds.name}")
        for bounds in answer.pooled
    )
    return mean, prediction
