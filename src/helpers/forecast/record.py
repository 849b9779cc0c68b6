"""Results of the forecast as committed tables: coefficients, scores, calibration.

``python -m helpers.forecast.record`` writes ``data/processed/forecast/``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers import paths
from helpers.files import replace_folder
from helpers.forecast.alike import tabulate_alike, tabulate_standing
from helpers.forecast.first_days import (
    COUNTS_ALONE,
    FEATURES,
    FIRST_DAY,
    HORIZONS,
    KINDS,
    SIZE_ALONE,
    collect_first_days,
    select_counted,
)
from helpers.forecast.held_out import BY_GROUP, BY_KIND, BY_SOURCE, predict_held_out
from helpers.forecast.model import fit_forecast
from helpers.forecast.scores import (
    bootstrap_scores,
    compute_net_benefit,
    has_enough_groups,
    is_calibrated,
    score_predictions,
    tabulate_calibration,
)
from helpers.study import Study, open_studies

FOLDER = paths.PROCESSED / "forecast"
POOLED = "pooled"
BASE_RATE = "base rate"
MODELS: Mapping[str, tuple[str, ...]] = {
    BASE_RATE: (),
    "size alone": SIZE_ALONE,
    "counts alone": COUNTS_ALONE,
    "all features": FEATURES,
}
OUTCOMES = ("alive_ever", "alive_90", "alive_unless_closed")
THRESHOLDS = np.arange(1, 10) / 10
DIGITS = 6
README = """# The forecast

Made by `python -m helpers.forecast.record` from the tables of the sources named in
each row; definitions in `docs/decisions/2026-11-22-what-a-forecast-of-groups-is.md`.

| file | one row per |
|---|---|
| `coefficients.csv` | model, kind, horizon and feature; trained on all sources named |
| `scores.csv` | model, kind, horizon, split and source: AUC, Brier score, calibration |
| `use.csv` | kind and horizon: whether the model may be used as a probability |
| `calibration.csv` | fifth of the held-out predictions of a source |
| `benefit.csv` | risk threshold: net benefit of the model and of helping everyone |
| `excluded.csv` | source, horizon and reason: groups that do not count |
| `alike.csv` | source and state of groups: how many wrote again |
| `standing.csv` | source, age and measure: deciles of how busy living groups are |
| `sources.csv` | source: kind and plain names |

Licences are those of the sources: each cell is a count or share of groups (of ten or
more in `alike.csv`); no row is about a person.
"""


def average_within_sources(scores: pd.DataFrame) -> float:
    """Average the sources' AUCs, weighted by numbers of (living, dead) group pairs.

    A pair is of one source, so that sources with other shares of living groups add
    nothing to how well groups are ranked.

    Parameters
    ----------
    scores
        Rows of ``scores.csv`` of one model, horizon and split: ``source``, ``groups``,
        ``alive`` and ``auc``; the row over all sources is left out.

    Examples
    --------
    >>> rows = {"source": ["a", "b"], "groups": [4, 3], "alive": [2, 1]}
    >>> average_within_sources(pd.DataFrame({**rows, "auc": [1.0, 0.5]}))
    0.833...
    """
    rows = scores[(scores["source"] != POOLED) & scores["auc"].notna()]
    pairs = rows["alive"] * (rows["groups"] - rows["alive"])
    return float(np.average(rows["auc"], weights=pairs))


class Tables(NamedTuple):
    """The forecast's committed result tables, such as coefficients and scores."""

    coefficients: pd.DataFrame
    scores: pd.DataFrame
    use: pd.DataFrame
    calibration: pd.DataFrame
    benefit: pd.DataFrame
    excluded: pd.DataFrame
    alike: pd.DataFrame
    standing: pd.DataFrame
    sources: pd.DataFrame


def compute_tables(studies: list[Study]) -> Tables:
    """Compute all result tables of the forecast from the public studies."""
    coefficients: list[pd.DataFrame] = []
    scores: list[pd.DataFrame] = []
    calibration: list[pd.DataFrame] = []
    benefit: list[pd.DataFrame] = []
    excluded: list[pd.DataFrame] = []
    for days in (*HORIZONS, 1):
        every = collect_first_days(studies, days)
        every["alive_unless_closed"] = every["alive"] & ~every["closed"]
        counts = every.groupby(["source", "excluded"]).size().rename("groups")
        excluded.append(counts.reset_index().assign(days=days))
        rows = select_counted(every)
        for kind, name, features in _list_models(rows, days):
            labels = {"kind": kind, "days": days, "model": name}
            here = rows[rows["kind"] == kind]
            coefficients.append(_tabulate_model(here, features, labels))
            for by in (BY_SOURCE, BY_GROUP):
                held = predict_held_out(here, features, by)
                scores.append(_tabulate_scores(held, {**labels, "held_out": by}))
                if name == "all features" or (kind, name) == _list_fallback(kind):
                    about = {**labels, "held_out": by}
                    calibration += _tabulate_curves(held, about)
                    benefit.append(_tabulate_benefit(held, about))
            if name == "all features" and days in HORIZONS:
                scores += _vary_outcome(every, kind, features, labels)
        scores += _cross_kinds(rows, days)
    record = pd.concat(scores, ignore_index=True)
    return Tables(
        coefficients=pd.concat(coefficients, ignore_index=True),
        scores=record,
        use=judge_use(record),
        calibration=pd.concat(calibration, ignore_index=True),
        benefit=pd.concat(benefit, ignore_index=True),
        excluded=pd.concat(excluded, ignore_index=True),
        alike=tabulate_alike(studies),
        standing=tabulate_standing(studies),
        sources=_list_sources(),
    )


def _list_sources() -> pd.DataFrame:
    rows = [
        {"source": name, "kind": kind} | dict.fromkeys(("en", "zh"), name)
        for name, kind in KINDS.items()
    ]
    return pd.DataFrame(rows)


def _list_fallback(kind: str) -> tuple[str, str]:
    """Return the forecasting model that needs message counts only, or "" if none."""
    return kind, "counts alone" if kind == "mailing list" else ""


def _list_models(
    rows: pd.DataFrame, days: int
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield platform type, name and predictors of each model that the data can fit."""
    for kind in rows["kind"].unique():
        here = rows[rows["kind"] == kind]
        for name, features in MODELS.items():
            chosen = features
            if days == 1:
                chosen = tuple(feature for feature in features if feature in FIRST_DAY)
            if here[list(chosen)].notna().all(axis=1).any():
                yield kind, name, chosen


def _tabulate_model(
    rows: pd.DataFrame, features: tuple[str, ...], labels: Mapping[str, Any]
) -> pd.DataFrame:
    model = fit_forecast(rows, features)
    table = model.coefficients.rename_axis("feature").reset_index()
    return table.assign(**labels, groups=model.groups, sources=" ".join(model.sources))


def _tabulate_scores(
    held: pd.DataFrame, labels: Mapping[str, Any], outcome: str = "alive"
) -> pd.DataFrame:
    """Tabulate prediction scores by source and pooled, with confidence limits."""
    parts = {POOLED: held} if len(held) else {}
    parts |= {str(source): part for source, part in held.groupby("source")}
    rows = []
    for source, part in parts.items():
        score = score_predictions(part, outcome)
        limits = bootstrap_scores(part, outcome=outcome)
        base = np.mean((part[outcome].mean() - part[outcome]) ** 2)
        ends = {
            f"{name}_{end}": limits.loc[end, name]
            for name in ("auc", "brier", "slope", "gap")
            for end in ("low", "high")
        }
        skill = 1 - score["brier"] / base if base else np.nan
        rows.append({"source": source, **score, **ends, "skill": skill})
    table = pd.DataFrame(rows).assign(**labels, outcome=outcome)
    if labels["model"] == BASE_RATE:  # one value per training set: nothing to rank
        ranking = [
            str(name) for name in table if str(name).startswith(("auc", "slope"))
        ]
        table[ranking] = np.nan
    return table


def _tabulate_curves(
    held: pd.DataFrame, labels: Mapping[str, Any]
) -> Iterator[pd.DataFrame]:
    whole = [(POOLED, held)] if len(held) else []
    for source, part in [*whole, *held.groupby("source")]:
        if has_enough_groups(score_predictions(part)):
            yield tabulate_calibration(part).assign(source=source, **labels)


def _tabulate_benefit(held: pd.DataFrame, labels: Mapping[str, Any]) -> pd.DataFrame:
    if held.empty:
        return pd.DataFrame()
    return compute_net_benefit(held, THRESHOLDS).assign(**labels)


def _vary_outcome(
    every: pd.DataFrame,
    kind: str,
    features: tuple[str, ...],
    labels: Mapping[str, Any],
) -> Iterator[pd.DataFrame]:
    """Yield prediction scores on unseen sources by definition of a living group."""
    rows = every[every["kind"] == kind]
    for outcome in OUTCOMES:
        closed_counts = outcome == "alive_unless_closed"
        counted = rows["excluded"].eq("")
        if closed_counts:  # a closing before the outcome is then itself one
            counted |= rows["excluded"].eq("closed before")
        held = predict_held_out(rows[counted], features, BY_SOURCE, outcome=outcome)
        yield _tabulate_scores(held, {**labels, "held_out": BY_SOURCE}, outcome)


def _cross_kinds(rows: pd.DataFrame, days: int) -> Iterator[pd.DataFrame]:
    """Yield scores of predicting one platform type by a model fitted to the rest."""
    for name in ("counts alone", "all features"):
        features = MODELS[name]
        if days == 1:
            features = tuple(feature for feature in features if feature in FIRST_DAY)
        held = predict_held_out(rows, features, BY_KIND)
        for kind, part in held.groupby("kind"):
            labels = {"kind": kind, "days": days, "model": name, "held_out": BY_KIND}
            yield _tabulate_scores(part, labels)


def judge_use(scores: pd.DataFrame) -> pd.DataFrame:
    """Decide for which platform types and horizons survival predictions are calibrated.

    Returns
    -------
    ``kind, days, usable`` and ``reason``: ``one source``, or the sources whose
    calibration lies outside the range.
    """
    scored = scores.query(
        "held_out == @BY_SOURCE and outcome == 'alive' and days in @HORIZONS"
    )
    kinds = scores[["kind", "days"]].drop_duplicates().query("days in @HORIZONS")
    rows = []
    for kind, days in kinds.itertuples(index=False):
        here = scored.query(
            "kind == @kind and days == @days and model == 'all features'"
        ).set_index("source")
        each = {str(name): row for name, row in here.iterrows()}
        counting = [name for name, row in each.items() if has_enough_groups(row)]
        bad = [name for name in counting if not is_calibrated(each[name])]
        alone = len([name for name in counting if name != POOLED]) < 2  # noqa: PLR2004 - to hold one out
        reason = "one source" if alone else " ".join(bad)
        rows.append(
            {"kind": kind, "days": days, "usable": not reason, "reason": reason}
        )
    return pd.DataFrame(rows)


def write_tables(folder: Path = FOLDER) -> Path:
    """Compute the forecast's result tables and write them to a folder."""
    tables = compute_tables(open_studies())
    with replace_folder(folder) as partial:
        for name, table in tables._asdict().items():
            text = table.round(DIGITS).to_csv(index=False, lineterminator="\n")
            (partial / f"{name}.csv").write_text(text, "utf-8", newline="\n")
        (partial / "README.md").write_text(README, "utf-8", newline="\n")
    return folder


@cache
def read_record(name: str) -> pd.DataFrame:
    """Return a committed result table of the forecast by name.

    >>> set(read_record("use")["kind"]) >= {"chat"}
    True
    """
    return pd.read_csv(FOLDER / f"{name}.csv", keep_default_na=True)


if __name__ == "__main__":
    write_tables()
