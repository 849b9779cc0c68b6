"""Fit the forecast of silence and its rivals, and try them on places left out.

``python -m pipeline.validation.forecast`` makes the stored tables again.
Definitions: ``docs/decisions/2026-11-30-one-forecast-and-follow-up-windows.md``,
written down before fitting.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from helpers.arrays import Floats
from helpers.errors import NotIdentifiableError
from helpers.files import write_csv
from helpers.forecast.moments import list_moments
from helpers.forecast.silence import FOLDER, NAMES, build_columns
from helpers.records import MONTH_DAYS, WEEK_DAYS
from helpers.study import Study, open_studies

FEWEST_GROUPS = 8  # of a place that counts
PRIOR, TAUS = 1.0, np.arange(0.02, 2.01, 0.02)
STEPS, FLAT = 60, 1e-9
REACH = 0.8  # of the range of one more place, on the logit
BANDS = (0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1)
HALF = 0.5


def collect_moments(studies: Sequence[Study]) -> pd.DataFrame:
    """List the moments of chats that record writers, of places with enough groups."""
    parts = []
    for study in studies:
        if study.manifest.kind == "chat":
            with suppress(NotIdentifiableError):  # neither days nor people
                parts.append(list_moments(study))
    every = pd.concat(parts, ignore_index=True)
    groups = every.groupby("place")["group"].transform("nunique")
    return every[groups >= FEWEST_GROUPS].reset_index(drop=True)


def build_own(rows: pd.DataFrame) -> Floats:
    """Return the columns of the forecast that is shipped."""
    return build_columns(rows["age"], rows["days_since"], rows["writers"])


def build_table(rows: pd.DataFrame) -> Floats:
    """Return indicators of eleven cells: days since the last message, by writers."""
    since, writers = rows["days_since"].to_numpy(), rows["writers"].to_numpy()
    spoke = 4 * (since >= WEEK_DAYS) + np.digitize(writers, [2, 4, 10])
    quiet = 8 + np.digitize(since, [2 * MONTH_DAYS, 4 * MONTH_DAYS])
    return np.asarray(np.eye(11)[np.where(since < MONTH_DAYS, spoke, quiet)])


OWN, NONE = "days since, writers, age", "none"
MODELS: Mapping[str, Callable[[pd.DataFrame], Floats]] = MappingProxyType(
    {
        NONE: lambda rows: np.ones((len(rows), 1)),
        "writers, age": lambda rows: build_own(rows)[
            :, [NAMES.index(n) for n in ("intercept", "log_writers", "log_age")]
        ],
        "table": build_table,
        OWN: build_own,
    }
)


class Fit(NamedTuple):
    """Slopes, and the spread between places, on the logit scale."""

    slopes: Floats
    spread: float


def fit_places(columns: Floats, rows: pd.DataFrame) -> Fit:
    """Fit a logistic model with places at random, their spread at its mode.

    The marginal posterior of the spread is Laplace's, the prior half-normal.

    Breslow and Clayton (1993), J. Am. Stat. Assoc. 88:9 (penalised quasi-likelihood).
    """
    silent = rows["silent"].to_numpy(float)
    codes, names = pd.factorize(rows["place"], sort=True)
    design = np.hstack([columns, np.eye(len(names))[codes]])
    width, best = columns.shape[1], (-np.inf, np.zeros(0), 0.0)
    beta = np.zeros(design.shape[1])
    for spread in TAUS:
        penalty = np.r_[np.full(width, 1e-6), np.full(len(names), spread**-2)]
        beta, information = _climb(design, silent, penalty, beta)
        odds = design @ beta
        fit = silent @ odds - np.logaddexp(0, odds).sum() - penalty @ beta**2 / 2
        fit -= len(names) * np.log(spread) + np.linalg.slogdet(information)[1] / 2
        fit -= (spread / PRIOR) ** 2 / 2
        if fit > best[0]:
            best = fit, beta[:width], float(spread)
    return Fit(best[1], best[2])


def _climb(
    design: Floats, silent: Floats, penalty: Floats, beta: Floats
) -> tuple[Floats, Floats]:
    """Maximise the penalised likelihood by Newton's method; return its curvature."""
    for _ in range(STEPS):
        share = expit(design @ beta)
        information = (design.T * (share * (1 - share))) @ design + np.diag(penalty)
        slope = design.T @ (silent - share) - penalty * beta
        step = np.linalg.solve(information, slope)
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < FLAT:
            break
    return beta, information


def predict_left_out(rows: pd.DataFrame) -> pd.DataFrame:
    """Predict each place from the rest, by each model."""
    parts = []
    for model, build in MODELS.items():
        for place, there in rows.groupby("place", sort=True):
            rest = rows[rows["place"].ne(str(place))]
            fit = fit_places(build(rest), rest)
            told = expit(build(there) @ fit.slopes)
            parts.append(there.assign(model=model, told=told, spread=fit.spread))
    return pd.concat(parts, ignore_index=True)


def score_left_out(predictions: pd.DataFrame) -> pd.DataFrame:
    """Score the places left out, and all (``place`` empty: the mean of places).

    ``model, place, groups, rows, log_score, gain`` (over none)``, rows_gain`` (of all
    rows)``, older_gain`` (from 28 days of age on)``, better_in`` places``, shift`` (of
    the logits that fits the place)``, holds`` (places whose shift is within reach)
    and ``spread`` between the other places.
    """
    silent, told = predictions["silent"].astype(float), predictions["told"]
    score = silent * np.log(told) + (1 - silent) * np.log1p(-told)
    scored = predictions.assign(log_score=score)
    keys = ["place", "group", "age"]
    none = scored[scored["model"].eq(NONE)].set_index(keys)["log_score"]
    scored["gain"] = (
        scored["log_score"]
        - none.loc[pd.MultiIndex.from_frame(scored[keys])].to_numpy()
    )
    by = scored.groupby(["model", "place"], sort=False)
    table = by.agg(
        groups=("group", "nunique"), rows=("group", "size"),
        log_score=("log_score", "mean"), gain=("gain", "mean"),
        spread=("spread", "first"),
    )  # fmt: skip
    older = (
        scored[scored["age"] >= MONTH_DAYS].groupby(["model", "place"])["gain"].mean()
    )
    table["older_gain"] = older
    table["shift"] = [_find_shift(part) for _, part in by]
    table["better_in"] = (table["gain"] > 0).astype(int)
    table["holds"] = (table["shift"].abs() <= REACH).astype(int)
    return _add_totals(table.reset_index(), scored)


def _add_totals(table: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    means, sums = (
        ["log_score", "gain", "older_gain"],
        ["groups", "rows", "better_in", "holds"],
    )
    by = table.groupby("model", sort=False)
    totals = by[means].mean().join(by[sums].sum())
    totals["rows_gain"] = scored.groupby("model")["gain"].mean()
    both = pd.concat([totals.assign(place="").reset_index(), table], ignore_index=True)
    order = [
        "model",
        "place",
        *sums[:2],
        "log_score",
        "gain",
        "rows_gain",
        "older_gain",
    ]
    return both[[*order, "better_in", "shift", "holds", "spread"]]


def _find_shift(rows: pd.DataFrame) -> float:
    """Return the intercept that fits a place, the predicted logits being given."""
    odds, shift = logit(rows["told"].to_numpy()), 0.0
    for _ in range(STEPS):
        share = expit(odds + shift)
        shift += (rows["silent"].to_numpy(float) - share).sum() / (
            share * (1 - share)
        ).sum()
    return float(shift)


def tabulate_calibration(predictions: pd.DataFrame) -> pd.DataFrame:
    """Tabulate shares predicted of places left out and observed, by band."""
    own = predictions[predictions["model"].eq(OWN)]
    own = own.assign(group=own["place"] + own["group"].astype(str))
    band = np.digitize(own["told"], BANDS[1:-1])
    by = own.assign(told_from=np.array(BANDS)[band], told_to=np.array(BANDS[1:])[band])
    return by.groupby(["told_from", "told_to"]).agg(
        places=("place", "nunique"), groups=("group", "nunique"),
        rows=("group", "size"), told=("told", "mean"), seen=("silent", "mean"),
    ).astype({"seen": float}).reset_index()  # fmt: skip


def tabulate_coefficients(rows: pd.DataFrame, left_out: pd.DataFrame) -> pd.DataFrame:
    """Tabulate what `predict_silence` needs: ``name, value``.

    ``distant``: places without which the spread between the others is halved.
    """
    fit = fit_places(build_own(rows), rows)
    without = left_out.loc[left_out["model"].eq(OWN), "spread"].dropna()
    found: dict[str, Any] = dict(zip(NAMES, fit.slopes, strict=True))
    found |= {"spread": fit.spread, "least_spread": without.min(), "reach": REACH}
    found |= {"distant": int((without <= HALF * fit.spread).sum())}
    found |= {"places": rows["place"].nunique(), "rows": len(rows)}
    found |= {"groups": rows.groupby(["place", "group"]).ngroups}
    return pd.DataFrame({"name": [*found], "value": [float(v) for v in found.values()]})


def write_forecast(rows: pd.DataFrame, folder: Path = FOLDER) -> None:
    """Fit, try on places left out, and write the stored tables."""
    predictions = predict_left_out(rows)
    left_out = score_left_out(predictions)
    tables = {
        "coefficients": tabulate_coefficients(rows, left_out),
        "left_out": left_out,
        "calibration": tabulate_calibration(predictions),
    }
    for name, table in tables.items():
        write_csv(folder / f"{name}.csv", table, digits=4)


if __name__ == "__main__":
    write_forecast(collect_moments(open_studies()))
