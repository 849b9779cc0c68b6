"""A claim's specification curves by corpus: what other choices would have given."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from helpers.claims.evaluation.fragility import agrees
from helpers.claims.fixed.register import claim
from helpers.claims.fixed.rule_of_claim import BestSize, rule_of
from helpers.claims.rules.interval_rules import All, Beyond, Effect, NoEffect, Word
from helpers.figures import Drawn, save_both, specification_curve
from helpers.prose import Prose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from helpers.claims import Verdict
    from helpers.claims.contract.specification import Outcome
    from helpers.claims.rules.interval_rules import Rule
    from helpers.figures import SavedFigure
    from helpers.figures.wording import Wording
    from helpers.study import Study

__all__ = ["curve_figure", "curve_rows"]

FEWEST, MOST_PANELS, MOST_VALUES = 3, 6, 12


def curve_figure(
    verdicts: Sequence[Verdict], studies: Sequence[Study]
) -> SavedFigure | Prose:
    """Draw the specification curves of a claim, a panel a corpus, and save them.

    Drawn are the corpora with the most specifications, six at most; the data beside
    the picture hold them all.

    Returns
    -------
    SavedFigure or Prose
        A sentence instead, where no corpus has three specifications to draw.
    """
    rows = curve_rows(verdicts)
    many = rows.groupby("study").size() if len(rows) else pd.Series(dtype=int)
    drawn = many[many > FEWEST].nlargest(MOST_PANELS).index
    if drawn.empty:
        return Prose("No corpus at hand has specifications to draw.")
    claim_id = verdicts[0].claim
    return save_both(
        partial(_drawn, rows[rows["study"].isin(drawn)], claim_id),
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


SETS = {"w_days": "silence", "at_us": "date", "days": "silence", "late_entry": "entry"}


def _drawn(rows: pd.DataFrame, claim_id: str, t: Wording) -> Drawn:
    choices = [name for name in rows.columns if name not in _NUMBERS]
    shown = [name for name in choices if 1 < rows[name].nunique() <= MOST_VALUES]
    rule = rule_of(claim(claim_id))
    bar = _threshold(rule)
    counted = rows[rows["counts"] & ~rows["primary"]]
    title = t("specifications.title", corpora=rows["study"].nunique())
    subtitle, foot = t("specifications.subtitle"), t("specifications.foot")
    if bar is not None:
        foot += t.either(" ", "") + t("specifications.bar", value=f"{bar:g}")
    figure = specification_curve(
        rows,
        shown,
        title=title,
        subtitle=subtitle,
        foot=foot,
        measure=t("specifications.measure"),
        threshold=bar,
        log=_ratio(rule) and bool((rows["estimate"] > 0).all()),
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


def _leg(rule: Rule) -> Rule:
    return rule.rules[0] if isinstance(rule, All) else rule


def _ratio(rule: Rule) -> bool:
    """Say whether no effect is 1, so that twice and half are equally far from it."""
    leg = _leg(rule)
    return isinstance(leg, (NoEffect, BestSize)) or (
        isinstance(leg, Effect) and leg.null == 1
    )


def _threshold(rule: Rule) -> float | None:
    leg = _leg(rule)
    if isinstance(leg, (Effect, NoEffect)):
        return leg.margin
    return leg.threshold if isinstance(leg, Beyond) else None
