"""A claim's specification curves by corpus: what other choices would have given."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from helpers.claims.contract.card import card
from helpers.claims.evaluation.answers import answered
from helpers.claims.evaluation.claimed import claimed
from helpers.claims.evaluation.fragility import agrees
from helpers.claims.fixed.register import claim
from helpers.claims.fixed.rule_of_claim import rule_of
from helpers.claims.rules.interval_rules import Word
from helpers.figures import Drawn, save_both, specification_curve
from helpers.notebooks.claim_forests import named
from helpers.prose import Prose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from helpers.claims import Verdict
    from helpers.claims.contract.specification import Outcome
    from helpers.figures import SavedFigure
    from helpers.figures.wording import Wording
    from helpers.study import Study

__all__ = ["curve_figure", "curve_rows"]

FEWEST, MOST_PANELS, MOST_VALUES = 3, 6, 12


def curve_figure(
    verdicts: Sequence[Verdict], studies: Sequence[Study]
) -> SavedFigure | Prose:
    """Draw the specification curves of a claim, a panel a corpus, and save them.

    Drawn are the sources that measure the same, those with the most specifications,
    six at most; the data beside the picture hold them all.

    Returns
    -------
    SavedFigure or Prose
        A sentence instead, where no corpus has three specifications to draw.
    """
    claim_id, whole = verdicts[0].claim, [v for v in verdicts if "/" not in v.study]
    deciding = answered(claim_id, whole, None).deciding
    rows = curve_rows(deciding)
    many = rows.groupby("study").size() if len(rows) else pd.Series(dtype=int)
    drawn = many[many > FEWEST].nlargest(MOST_PANELS).index
    if drawn.empty:
        return Prose("No corpus at hand has specifications to draw.")
    shown = rows[rows["study"].isin(drawn)]
    return save_both(
        partial(_drawn, shown, claim_id, deciding[0].variant),
        f"{claim_id}-specifications",
        data=rows,
        claims=[claim_id],
        studies=[study.folder for study in studies],
    )


def curve_rows(verdicts: Sequence[Verdict]) -> pd.DataFrame:
    """Return a row a specification: study, name, numbers, and a column a choice."""
    return pd.DataFrame([row for verdict in verdicts for row in _rows(verdict)])


def _rows(verdict: Verdict) -> Iterator[dict[str, object]]:
    """Yield the deciding one and those that gave an estimate."""
    curve, leg = verdict.curve, verdict.interval
    if curve is None or leg is None:
        return
    rule = rule_of(claim(verdict.claim))
    primary, side = rule.decide(*verdict.legs).word, rule.beyond(*verdict.legs)
    usual = _usual(curve.outcomes)
    yield {
        "study": verdict.study, "name": "deciding", "estimate": leg.estimate,
        "low": leg.low, "high": leg.high, "agrees": True, "counts": True,
        "primary": True, "verdict": str(primary), **usual,
    }  # fmt: skip
    for one in curve.outcomes:
        found = next((leg for leg in one.legs if leg is not None), None)
        if found is None or one.word is Word.UNTESTABLE:
            continue
        yield {
            "study": verdict.study, "name": one.name, **found._asdict(),
            "agrees": agrees(one, primary, side), "counts": one.counts,
            "primary": False, "verdict": str(one.word),
            **{_named(of): value for of, value in one.choices},
        }  # fmt: skip


def _usual(outcomes: Sequence[Outcome]) -> dict[str, str]:
    """Return the deciding choice of each set: the one that names leave out."""
    found = {}
    for one in outcomes:
        said = one.name.split(", ")
        for of, value in one.choices:
            if value not in said and value not in one.name:
                found[_named(of)] = value
    return found


def _named(of: str) -> str:
    return SETS.get(of, of.replace("_", " "))


SETS = {
    "w_days": "silence", "at_us": "date", "days": "silence", "late_entry": "entry",
    "low": "least", "high": "most",  # a curve has columns of these names
}  # fmt: skip


def _drawn(rows: pd.DataFrame, claim_id: str, variant: str, t: Wording) -> Drawn:
    choices = [name for name in rows.columns if name not in _NUMBERS]
    shown = [name for name in choices if 1 < rows[name].nunique() <= MOST_VALUES]
    found = claimed(claim_id)
    measure = card(claim_id).measures(variant)[0]
    rows = rows.assign(study=named(rows["study"], t))
    counted = rows[rows["counts"] & ~rows["primary"]]
    question = card(claim_id).question(t.language)
    title = t("specifications.title", question=question)
    subtitle, foot = t("specifications.subtitle"), t("specifications.foot")
    bar = None if found is None else found.bar
    if found and bar is not None:
        said = t("specifications.bar", value=found.says(t.language))
        foot += t.either(" ", "") + said
    figure = specification_curve(
        rows,
        shown,
        title=title,
        subtitle=subtitle,
        foot=foot,
        measure=measure.measure(t.language),
        threshold=bar,
        log=measure.of == "ratio" and bool((rows["estimate"] > 0).all()),
        t=t,
    )
    caption = f"{subtitle}{t.either('. ', '。')}{foot}"
    return Drawn(figure, title, caption, alt=_alt(counted, t))


def _alt(counted: pd.DataFrame, t: Wording) -> str:
    by = counted.groupby("study", sort=True)["agrees"].agg(["sum", "size"])
    parts = [
        t("specifications.row", study=study, agree=int(agree), all=int(all_))
        for study, agree, all_ in by.itertuples()
    ]
    return t("specifications.alt", numbers="; ".join(parts))


_NUMBERS = {
    "study", "name", "estimate", "low", "high", "agrees", "counts", "primary",
    "verdict", "otherwise",
}  # fmt: skip
