"""A claim's estimates by corpus, drawn with the threshold that decides."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from helpers.claims import claim, parse
from helpers.claims.rules.interval_rules import All, Beyond, Effect
from helpers.figures import Drawn, Threshold, save_both
from helpers.figures.forest import forest_plot
from helpers.notebooks.verdicts import forest_rows
from helpers.prose import WRITERS, Prose, share

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from helpers.claims import Verdict
    from helpers.figures import SavedFigure
    from helpers.figures.wording import Wording
    from helpers.study import Study

__all__ = ["forest_figure"]


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
        What is estimated, in English words; the Chinese ones are looked up by claim.
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
    draw = partial(_drawn, verdicts, rows, measure=measure, says=says, of=of)
    studied = [study.folder for study in studies]
    return save_both(draw, claim_id, data=rows, claims=[claim_id], studies=studied)


def _drawn(
    verdicts: Sequence[Verdict],
    rows: pd.DataFrame,
    t: Wording,
    *,
    measure: str,
    says: str,
    of: str,
) -> Drawn:
    claim_id = verdicts[0].claim
    measured = t.measure(claim_id, measure)
    line, null = _lines(claim_id, of)
    said = t.either(says, f"{t('forest.says')} {line.label}" if line else says)
    foot = t("forest.foot", silent=sum(v.estimate is None for v in verdicts))
    title = _finding(measured, verdicts, t)
    figure = forest_plot(
        rows,
        title=title,
        measure=measured,
        foot=foot,
        threshold=line and Threshold(line.value, said),
        null=null and Threshold(null.value, t("forest.null")),
        log=of == "ratio",
        t=t,
    )
    numbers = _numbers(rows, WRITERS[of], t)
    return Drawn(
        figure,
        title=title,
        caption=t("forest.caption", measure=measured, foot=foot),
        alt=t("forest.alt", measure=measured, says=said, numbers=numbers),
    )


def _lines(claim_id: str, of: str) -> tuple[Threshold | None, Threshold | None]:
    """Return the deciding line of a claim's first leg, and that of no effect."""
    if not (template := claim(claim_id).template):
        return None, None
    rule, write = parse(template), share if of == "share" else "{:g}".format
    leg = rule.rules[0] if isinstance(rule, All) else rule
    if isinstance(leg, Effect):
        sign = "≥" if leg.sign > 0 else "≤"
        bar = Threshold(leg.margin, f"{sign} {write(leg.margin)}")
        return bar, Threshold(leg.null, "")
    if isinstance(leg, Beyond):
        sign = ">" if leg.sign > 0 else "<"
        return Threshold(leg.threshold, f"{sign} {write(leg.threshold)}"), None
    return None, None


def _finding(measure: str, verdicts: Sequence[Verdict], t: Wording) -> str:
    """Say how the claim fares, in the words of its verdicts."""
    words = Counter(v.word for v in verdicts if v.word and "/" not in v.study)
    told = t("forest.join").join(
        t("forest.told", word=t(f"verdict.{word}"), n=n) for word, n in words.items()
    )
    return t("forest.title", measure=measure, told=told, all=words.total())


def _numbers(rows: pd.DataFrame, write: Callable[[float], str], t: Wording) -> str:
    shown = rows[rows["estimate"].notna()].to_dict("records")
    return t.either(" ", "").join(
        t(
            "forest.row",
            label=row["label"],
            **{name: write(row[name]) for name in ("estimate", "low", "high")},
            word=t(f"verdict.{row['verdict']}"),
        )
        for row in shown
    )
