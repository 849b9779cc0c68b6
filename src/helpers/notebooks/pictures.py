"""Figures that notebooks draw of verdicts and lifetimes, with words computed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from helpers.claims import claim, parse
from helpers.claims.rules import All, Beyond, Effect
from helpers.figures import Threshold, save
from helpers.figures.forest import forest_plot
from helpers.figures.shares import share_bars
from helpers.figures.survival import survival_panels
from helpers.notebooks.board import nested_rows
from helpers.notebooks.curves import curves_of
from helpers.notebooks.verdicts import forest_rows
from helpers.prose import WRITERS, Prose, days, share

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from helpers.claims import Verdict
    from helpers.figures import SavedFigure
    from helpers.study import Study

__all__ = ["forest_figure", "medians", "nested_figure", "survival_figure"]

LEVEL = "Bars: 95 % intervals."


def survival_figure(studies: Sequence[Study]) -> SavedFigure:
    """Draw each study's survival curve with the naive one beside it, and save it."""
    curves = curves_of(studies)
    title = "How long groups keep speaking"
    subtitle = "Share of groups not yet dead, by age; band: 95 %"
    figure = survival_panels(
        curves.steps,
        curves.points,
        curves.counts,
        title=title,
        subtitle=subtitle,
        foot="Dead: silent for 60 days or more inside the data. "
        "F: share that has died by an age.",
        threshold=Threshold(0.5, "half of all groups"),
    )
    marks = "; ".join(
        f"{row['study']}: {row['label']}" for row in curves.points.to_dict("records")
    )
    return save(
        figure,
        "survival-by-corpus",
        data=curves.data,
        title=title,
        caption=f"{subtitle}. Dead: silent for 60 days or more inside the data. The "
        "band resamples batches or networks of groups; the thin line calls every last "
        "message a death. Curves end where fewer than 20 groups are at risk. "
        f"{_refused(curves.refused)}",
        alt="Step curves of the share of groups alive against age in days, one panel "
        f"for each corpus, with a line at one half. {marks}.",
        claims=["s0-three-month-death", "s1-over-90-fail"],
        studies=[study.folder for study in studies],
    )


def _refused(reasons: Sequence[str]) -> str:
    return f"No curve: {'; '.join(reasons)}." if reasons else ""


def forest_figure(
    verdicts: Sequence[Verdict],
    studies: Sequence[Study],
    *,
    measure: str,
    says: str,
    of: str = "share",
) -> SavedFigure | Prose:
    """Draw a claim's estimates with the threshold that decides, and save it.

    Parameters
    ----------
    measure
        What is estimated, in words.
    says
        What the claim says of it; stands at the threshold.
    of
        ``share``, ``ratio`` or ``difference``; ratios stand on a logarithmic axis.

    Returns
    -------
    SavedFigure or Prose
        A sentence instead, where no study has an estimate.
    """
    rows, claim_id = forest_rows(verdicts), verdicts[0].claim
    if rows.empty:
        return Prose("No corpus at hand has an estimate, so there is nothing to draw.")
    title = _finding(measure, verdicts)
    threshold, null = _lines(claim_id, says)
    silent = sum(verdict.estimate is None for verdict in verdicts)
    foot = f"{LEVEL} Line: the rule fixed beforehand. Without an estimate: {silent}."
    figure = forest_plot(
        rows,
        title=title,
        measure=measure,
        foot=foot,
        threshold=threshold,
        null=null,
        log=of == "ratio",
    )
    return save(
        figure,
        claim_id,
        data=rows,
        title=title,
        caption=f"{measure}, by corpus. {foot}",
        alt=f"Points with intervals on an axis of {measure}; the claim says {says}. "
        f"{_numbers(rows, WRITERS[of])}",
        claims=[claim_id],
        studies=[study.folder for study in studies],
    )


def _lines(claim_id: str, says: str) -> tuple[Threshold | None, Threshold | None]:
    """Return the deciding line of a claim's first leg, and that of no effect."""
    if not (template := claim(claim_id).template):
        return None, None
    rule = parse(template)
    leg = rule.rules[0] if isinstance(rule, All) else rule
    if isinstance(leg, Effect):
        return Threshold(leg.margin, says), Threshold(leg.null, "no effect")
    if isinstance(leg, Beyond):
        return Threshold(leg.threshold, says), None
    return None, None


def _finding(measure: str, verdicts: Sequence[Verdict]) -> str:
    """Say how the claim fares, in the words of its verdicts."""
    words = Counter(v.word for v in verdicts if v.word and "/" not in v.study)
    told = ", ".join(f"{word.lower()} in {n}" for word, n in words.items())
    return f"{measure}: {told} of {words.total()} corpora"


def _numbers(rows: pd.DataFrame, write: Callable[[float], str]) -> str:
    shown = rows[rows["estimate"].notna()].to_dict("records")
    return " ".join(
        f"{row['label']}: {write(row['estimate'])}, {write(row['low'])} to "
        f"{write(row['high'])}, {row['verdict'].lower()}."
        for row in shown
    )


def nested_figure(studies: Sequence[Study]) -> SavedFigure | Prose:
    """Draw shell, failed and not successful as bars by corpus, and save it.

    Returns
    -------
    SavedFigure or Prose
        The reasons instead, where no study shows any of the three.
    """
    rows = nested_rows(studies)
    if rows["share"].isna().all():
        why = "; ".join(dict.fromkeys(rows["why not"].dropna()))
        return Prose(f"None of the three shares can be shown: {why}.")
    title = "In name only, failed, not successful"
    subtitle = (
        "Share of groups at the age of one year, 95 % intervals; thick tick: what the"
        " articles say"
    )
    foot = "Hatched: this source cannot show it."
    shown = rows[rows["share"].notna()].to_dict("records")
    numbers = "; ".join(
        f"{r['study']}, {r['reading']}: {share(r['share'])}" for r in shown
    )
    return save(
        share_bars(rows, title=title, subtitle=subtitle, foot=foot),
        "nested-shares",
        data=rows,
        title=title,
        caption=f"{subtitle}. {foot}",
        alt=f"Bars of three shares for each corpus. {numbers}.",
        claims=["s0-200-of-343-shells", "s1-over-90-fail", "s0-success-below-5pct"],
        studies=[study.folder for study in studies],
    )


def medians(verdicts: Sequence[Verdict]) -> str:
    """Return each study's median lifetime with its interval, in words."""
    found = [(v.study, b.interval) for v in verdicts for b in v.beside]
    return "; ".join(
        f"`{name}` {days(one.estimate)} ({days(one.low)} to {days(one.high)})"
        for name, one in found
    )
