"""Indirect: monthly tone by automatic sentiment, and group survival.

Nobody read messages of the corpus by hand: the instrument's errors draw to none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.claims.contract.finding import Finding, Sets, multiply_sets
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.rates.panel import Panel
from helpers.claims.quantities.spans import SILENCES
from helpers.survival import Interval
from helpers.survival.lifetimes import SILENCE_DAYS
from helpers.wording import join_messages, say

LEAST_MESSAGES = 200
TONES = ("negative", "positive")
KEYS = ["group", "month"]
SETS: Sets = {
    "w_days": SILENCES,
    "lag": {"the month before": 0, say("two months before"): 1},
    "least": {
        say("{least} messages", least=least): least
        for least in (LEAST_MESSAGES, 100, 400)
    },
}


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


@stands_in(
    "s4-link-tone-matters", needs=("groups", "births", "senders", "months", "voices")
)
def tone_by_month(evidence: Evidence) -> Finding:
    """Estimate death hazard ratios per SD of negative, and positive, message shares."""
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
        specifications=multiply_sets(SETS, estimate),
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
