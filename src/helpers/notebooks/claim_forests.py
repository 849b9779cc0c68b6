"""A claim's estimates by source, drawn with the threshold that decides.

Title, axis and words at the line come from the claim's card and its rule.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from helpers.claims.contract.card import card, written
from helpers.claims.evaluation.answers import answered
from helpers.claims.evaluation.claimed import claimed
from helpers.claims.evaluation.sentences import sentence, word_said
from helpers.claims.fixed.source_names import plain_name
from helpers.figures import Drawn, Threshold, save_both
from helpers.figures.forest import forest_plot
from helpers.notebooks.verdicts import forest_rows
from helpers.prose import Prose

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from helpers.claims import Verdict
    from helpers.claims.contract.card import Measure
    from helpers.figures import SavedFigure
    from helpers.figures.wording import Wording
    from helpers.study import Study

__all__ = ["forest_figure", "named"]


def forest_figure(
    verdicts: Sequence[Verdict], studies: Sequence[Study]
) -> SavedFigure | Prose:
    """Draw a claim's estimates with the threshold that decides, and save it.

    Drawn are the sources that measure the same: the claim's own measure, or that of
    its commonest stand-in.

    Returns
    -------
    SavedFigure or Prose
        A sentence instead, where no study has an estimate.
    """
    claim_id, whole = verdicts[0].claim, [v for v in verdicts if "/" not in v.study]
    told = answered(claim_id, whole, None)
    rows = forest_rows(told.deciding)
    if rows.empty:
        return Prose(sentence(claim_id, whole, "en"))
    draw = partial(_drawn, whole, rows, told.measures[0])
    studied = [study.folder for study in studies]
    return save_both(draw, claim_id, data=rows, claims=[claim_id], studies=studied)


def _drawn(
    verdicts: Sequence[Verdict], rows: pd.DataFrame, measure: Measure, t: Wording
) -> Drawn:
    claim_id, language = verdicts[0].claim, t.language
    measured, says = measure.measure(language), ""
    line = null = None
    if found := claimed(claim_id):
        says = t("forest.says", says=found.says(language))
        line = None if found.bar is None else Threshold(found.bar, says)
        null = None if found.null is None else Threshold(found.null, t("forest.null"))
    shown = set(rows["label"].str.partition("/")[0])
    silent = sum(v.study not in shown for v in verdicts)
    foot = t("forest.foot", silent=silent)
    numbers = _numbers(rows, measure, t)
    title = card(claim_id).question(language)
    figure = forest_plot(
        rows.assign(label=named(rows["label"], t)),
        title=title,
        subtitle=sentence(claim_id, verdicts, language),
        measure=measured,
        foot=foot,
        threshold=line,
        null=null,
        log=measure.of == "ratio" and bool((rows["low"] > 0).all()),
        write=lambda value: written(measure.of, value, language),
        t=t,
    )
    return Drawn(
        figure,
        title=title,
        caption=t("forest.caption", measure=measured, foot=foot),
        alt=t("forest.alt", measure=measured, says=says, numbers=numbers),
    )


def named(labels: pd.Series[str], t: Wording) -> pd.Series[str]:
    """Return plain names of sources; a network's own name stands after them."""

    def name(study: str) -> str:
        network = study.partition("/")[2].rpartition("/")[2]
        return " · ".join(filter(None, (plain_name(study, t.language), network)))

    return labels.map(name)


def _numbers(rows: pd.DataFrame, measure: Measure, t: Wording) -> str:
    shown = rows.assign(label=named(rows["label"], t))
    return t.either(" ", "").join(
        t(
            "forest.row",
            label=row["label"],
            **{
                name: written(measure.of, row[name], t.language)
                for name in ("estimate", "low", "high")
            },
            word=word_said(str(row["verdict"]), t.language),
        )
        for row in shown.to_dict("records")
    )
