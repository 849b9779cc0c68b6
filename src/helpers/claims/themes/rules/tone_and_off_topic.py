"""Monthly shares of negative and off-topic messages, and survival of groups.

Where nobody read messages by hand, tone is that of automatic sentiment: the
instrument's errors draw to none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import (
    Finding,
    Sets,
    Supplement,
    estimates,
    multiply_sets,
)
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.regression_calibration import Talk
from helpers.claims.designs.panel import Panel
from helpers.claims.quantities.message_labels import estimate_corrected_share
from helpers.claims.quantities.spans import SILENCES
from helpers.inference.calibration import Calibration, apply_calibration, to_power
from helpers.survival import Interval, fit_discrete_hazard
from helpers.survival.lifetimes import SILENCE_DAYS
from helpers.wording import join_messages, say

Unit = Callable[[Talk, pd.DataFrame, Calibration], float]

LEAST_F1 = 0.6
TEN_POINTS = 0.1
QUARTER = 3  # months
TONES = ("negative", "positive")
LEAST_MESSAGES = 200
KEYS = ["group", "month"]
LAGGED: Sets = {
    "w_days": SILENCES,
    "lag": {"the month before": 0, say("two months before"): 1},
}
SETS: Sets = {
    **LAGGED,
    "periods": {"Cox": False, "cloglog in months": True},
    "corrected": {"corrected by labels": True, "instrument alone": False},
}
VOICE_SETS: Sets = {
    **LAGGED,
    "least": {
        say("{least} messages", least=least): least
        for least in (LEAST_MESSAGES, 100, 400)
    },
}


def compute_deviation(talk: Talk, months: pd.DataFrame, line: Calibration) -> float:
    """Return the SD over group-months of a label's calibrated share of messages."""
    return talk.spread(months, line)


def scale_to_ten_points(talk: Talk, months: pd.DataFrame, line: Calibration) -> float:  # noqa: ARG001 - as `deviation`
    """Return the exposure unit of a share of messages: ten percentage points."""
    return TEN_POINTS


@dataclass(frozen=True, eq=False)
class Monthly:
    """Study design: hazard of death by the previous month's share of labelled messages.

    Attributes
    ----------
    talk
        Which kind.
    unit
        What the hazard ratio is of, by what `Talk.at` found in the months at risk.
    """

    evidence: Evidence
    talk: Talk
    unit: Unit

    def panel(self, lag: int = 0) -> Panel:
        """Build the panel of group-months by the label's share of messages."""
        return Panel(
            evidence=self.evidence,
            exposure=self.talk.machine,
            lag=lag,
            adjust=("messages",),
        )

    def gated(self, data: pd.DataFrame) -> tuple[gates.Gate, ...]:
        """Check data requirements, and equal classifier errors by group survival."""
        passed = self.panel().gated(data)
        died = set(data.loc[data["ended"], "group"])
        return passed + gates.pass_gates(self.talk.even(died))

    def ratio(
        self,
        *,
        w_days: float = SILENCE_DAYS,
        lag: int = 0,
        periods: bool = False,
        corrected: bool = True,
    ) -> Interval:
        """Estimate the death hazard ratio per unit of a label's corrected share.

        That share is a line in the instrument's, so one fit on the latter is enough.
        """
        panel = self.panel(lag)
        data = panel.rows(w_days=w_days)
        panel.gated(data)
        ratio = _fit_in_periods(panel, data) if periods else panel.fit(data)
        months = self.talk.at(data)

        def estimate(line: Calibration) -> Interval:
            return to_power(ratio, self.unit(self.talk, months, line) / line.slope)

        line = self.talk.calibration
        return apply_calibration(line if corrected else line.ignored, estimate)


@stands_in(
    "s4-link-tone-matters", needs=("groups", "births", "senders", "months", "voices")
)
@estimates("s4-link-tone-matters")
def link_tone(evidence: Evidence) -> Finding:
    """Estimate group-silence hazard ratios per SD of negative, and positive, messages.

    Each is compared alone, a standard deviation apart, in the month after.
    """
    if not evidence.records("groups", "births", "tone"):
        return _estimate_by_score(evidence)
    talks = [Talk.of(evidence, "tone", answer) for answer in TONES]
    both = [Monthly(evidence, talk, compute_deviation) for talk in talks]
    return _build_finding(
        both,
        "first silence of 60 days, per SD of the share of negative and of positive"
        " messages in the 28 days before, as people would find them",
        least_f1=LEAST_F1,
        qualifiers=("proxy", "association"),
        beside=Supplement(
            "positive, all messages", estimate_corrected_share(evidence, "tone")
        ),
    )


@dataclass(frozen=True, eq=False)
class _Voice:
    """Each group's monthly share of negative or of positive messages."""

    evidence: Evidence
    tone: str
    least: int = LEAST_MESSAGES

    def __call__(self, rows: pd.DataFrame) -> pd.Series[float]:
        """Return the share of messages in the tone, by month; past mean if silent."""
        voices = self.evidence.table("voices").sort_values(KEYS)
        n_messages = voices.groupby("group")["messages"].transform("sum")
        voices = voices[n_messages >= self.least]
        to_date = voices.groupby("group")[[self.tone, "messages"]].cumsum()
        share = voices[self.tone] / voices["messages"]
        shares = voices[KEYS].assign(share=share, past=to_date[self.tone])
        shares = shares.assign(past=shares["past"] / to_date["messages"]).astype(
            {"month": "int64", "group": "int64"}
        )
        at = rows[KEYS].astype("int64").assign(row=rows.index).sort_values("month")
        near = pd.merge_asof(
            at, shares.assign(of=shares["month"]).sort_values("month"), on="month",
            by="group",
        ).set_index("row")  # fmt: skip
        monthly = near["share"].where(near["of"].eq(near["month"]), near["past"])
        monthly = monthly.reindex(rows.index)
        return monthly / monthly.std()

    def panel(self, lag: int = 0) -> Panel:
        """Build the panel of group-months by the share of messages in that tone."""
        return Panel(
            evidence=self.evidence, exposure=self, lag=lag, adjust=("messages",)
        )


def _estimate_by_score(evidence: Evidence) -> Finding:
    """Estimate death hazard ratios per SD of messages of each tone by sentiment."""
    panels = [_Voice(evidence, tone).panel() for tone in TONES]
    data = [panel.rows() for panel in panels]
    passed = panels[0].gated(data[0])

    def estimate(
        w_days: float = SILENCE_DAYS, lag: int = 0, least: int = LEAST_MESSAGES
    ) -> tuple[Interval, ...]:
        panels_by_tone = (_Voice(evidence, tone, least).panel(lag) for tone in TONES)
        return tuple(panel.hazard_ratio(w_days=w_days) for panel in panels_by_tone)

    ratios = (
        np.corrcoef(rows["exposure"], np.log1p(rows["messages"]))[0, 1] for rows in data
    )
    correlations = join_messages(
        ", ",
        (
            say("{tone} {r:.2f}", tone=tone, r=r)
            for tone, r in zip(TONES, ratios, strict=True)
        ),
    )
    return Finding(
        cases="months",
        components=estimate(),
        definition=say(
            "first silence of 60 days, per SD of the share of negative and"
            " of positive messages (VADER) in the 28 days before; groups of"
            " 200 messages"
        ),
        gates=passed,
        specifications=multiply_sets(VOICE_SETS, estimate),
        permuted=panels[0].permutations(data[0], panels[0].fit(data[0])),
        beside=tuple(panels[0].placebo()),
        qualifiers=QUALIFIERS,
        may="support",
        attenuated=True,
        instrument="vader",
        note=say(
            "correlation with log messages of the month: {correlations}",
            correlations=correlations,
        ),
    )


@estimates("s1-off-topic-harms")
def off_topic(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of silence per 10 points of off-topic messages."""
    talk = Monthly(evidence, Talk.of(evidence, "off_topic"), scale_to_ten_points)
    return _build_finding(
        [talk],
        "first silence of 60 days, per +10 points of the share of messages off topic in"
        " the 28 days before, as people would find it",
        qualifiers=("association",),
        beside=Supplement(
            "all messages", estimate_corrected_share(evidence, "off_topic")
        ),
        note=say("; what was removed before the export is not in it"),
    )


def _build_finding(
    ways: list[Monthly],
    definition: str,
    *,
    qualifiers: tuple[str, ...],
    beside: Supplement,
    least_f1: float = 0.0,
    note: str = "",
) -> Finding:
    passed = tuple(gate for talk in ways for gate in talk.talk.gated(least_f1=least_f1))
    panel = ways[0].panel()
    data = panel.rows()
    passed += tuple(gate for talk in ways for gate in talk.gated(data))
    slopes = ", ".join(f"{talk.talk.calibration.slope:.2f}" for talk in ways)
    return Finding(
        cases="months",
        components=_estimate_components(ways),
        definition=definition,
        gates=passed,
        specifications=multiply_sets(
            SETS, partial(_estimate_components, ways), biased=["instrument alone"]
        ),
        permuted=panel.permutations(data, panel.fit(data)),
        beside=(beside, *panel.placebo()),
        qualifiers=qualifiers,
        note=say(
            "people's share for each +1 of the instrument's: {slopes}{note}",
            slopes=slopes,
            note=note,
        ),
    )


def _estimate_components(
    ways: list[Monthly],
    **how: Any,  # noqa: ANN401 - as the sets have them
) -> tuple[Interval, ...]:
    return tuple(talk.ratio(**how) for talk in ways)


def _fit_in_periods(panel: Panel, data: pd.DataFrame) -> Interval:
    """Fit the death hazard ratio with a separate baseline per quarter of group age."""
    period = data["month"].to_numpy() // QUARTER
    dead = np.unique(period[data["ended"].to_numpy(bool)])
    joined = dead[np.searchsorted(dead, period).clip(max=len(dead) - 1)]
    table, codes = panel.design(data)
    fit = fit_discrete_hazard(data["ended"], table, joined, cluster=codes)
    return fit["exposure"].ratio
