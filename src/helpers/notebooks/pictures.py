"""Figures that notebooks draw of lifetimes and nested shares, words computed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from helpers.figures import Drawn, Threshold, save_both
from helpers.figures.shares import share_bars
from helpers.figures.survival import survival_panels
from helpers.notebooks.board import nested_rows
from helpers.notebooks.claim_forests import forest_figure
from helpers.notebooks.curves import NAIVE, curves_of
from helpers.notebooks.specifications import curve_figure
from helpers.prose import Prose, days, share
from helpers.survival.silence import SILENCE_DAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from helpers.claims import Verdict
    from helpers.figures import SavedFigure
    from helpers.figures.wording import Wording
    from helpers.notebooks.curves import Curves
    from helpers.study import Study

__all__ = [
    "curve_figure",
    "forest_figure",
    "medians",
    "nested_figure",
    "survival_figure",
]


def survival_figure(studies: Sequence[Study]) -> SavedFigure:
    """Draw each study's survival curve with the naive one beside it, and save it."""
    curves = curves_of(studies)
    return save_both(
        partial(_survival, curves, studies),
        "survival-by-corpus",
        data=curves.data,
        claims=["s0-three-month-death", "s1-over-90-fail"],
        studies=[study.folder for study in studies],
    )


def _survival(curves: Curves, studies: Sequence[Study], t: Wording) -> Drawn:
    titles, points = _titles(studies, t), curves.points
    median = points["mark"] == "median"
    labels = [t("survival.median", days=f"{day:,.0f}") for day in points["day"]]
    points = points.assign(label=points["label"].where(~median, labels))
    steps = curves.steps.replace({"label": {NAIVE: t("survival.naive")}})
    frames = [one.replace({"study": titles}) for one in (steps, points, curves.counts)]
    title, subtitle = t("survival.title"), t("survival.subtitle")
    figure = survival_panels(
        *frames,
        title=title,
        subtitle=subtitle,
        foot=t("survival.foot", silence=f"{SILENCE_DAYS:g}"),
        threshold=Threshold(0.5, t("survival.half")),
        t=t,
    )
    marks = "; ".join(
        f"{row['study']}: {row['label']}" for row in frames[1].to_dict("records")
    )
    caption = t("survival.caption", subtitle=subtitle, silence=f"{SILENCE_DAYS:g}")
    if curves.refused:
        reasons = "; ".join(curves.refused)
        caption += t.either(" ", "") + t("survival.refused", reasons=reasons)
    return Drawn(figure, title, caption, alt=t("survival.alt", marks=marks))


def _titles(studies: Sequence[Study], t: Wording) -> dict[str, str]:
    facts = [study.manifest for study in studies]
    return {one.title_en: t.either(one.title_en, one.title_zh) for one in facts}


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
    return save_both(
        partial(_nested, rows, studies),
        "nested-shares",
        data=rows,
        claims=["s0-200-of-343-shells", "s1-over-90-fail", "s0-success-below-5pct"],
        studies=[study.folder for study in studies],
    )


def _nested(rows: pd.DataFrame, studies: Sequence[Study], t: Wording) -> Drawn:
    readings = {name: t(f"reading.{name}") for name in rows["reading"]}
    told = rows.replace({"study": _titles(studies, t), "reading": readings})
    title, subtitle = t("nested.title"), t("nested.subtitle")
    foot = t("nested.foot")
    shown = told[told["share"].notna()].to_dict("records")
    numbers = "; ".join(
        t("nested.row", study=r["study"], reading=r["reading"], share=share(r["share"]))
        for r in shown
    )
    return Drawn(
        share_bars(told, title=title, subtitle=subtitle, foot=foot, t=t),
        title,
        f"{subtitle}. {foot}",
        alt=t("nested.alt", numbers=numbers),
    )


def medians(verdicts: Sequence[Verdict]) -> str:
    """Return each study's median lifetime with its interval, in words."""
    found = [(v.study, b.interval) for v in verdicts for b in v.beside]
    return "; ".join(
        f"`{name}` {days(one.estimate)} ({days(one.low)} to {days(one.high)})"
        for name, one in found
    )
