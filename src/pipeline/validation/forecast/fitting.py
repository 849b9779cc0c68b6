"""Fit the forecast of future talk, and test it on sources that were left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from helpers.arrays import Floats
from helpers.files import write_text
from helpers.forecast.going_on import (
    EDGE,
    FOLDER,
    NAMES,
    OF_KIND,
    OWN,
    build_design,
    list_moments,
)
from helpers.study import Study

FEWEST_GROUPS = 10  # of a source that counts
OUTERMOST = 0.99  # part of the rows within the range that is answered
PARTS = 5  # of the predictions of a source, compared with what was
SEED, DRAWS = 90, 499
STEPS, FLAT = 50, 1e-10


def collect_moments(studies: Sequence[Study]) -> pd.DataFrame:
    """List the moments of all studies that count people and name their kind."""
    needed = {"groups", "rates", "daily"}
    able = [
        study
        for study in studies
        if study.manifest.kind
        and needed <= set(study.manifest.tables)
        and study.table("rates")["posters_28"].notna().all()
    ]
    every = pd.concat([list_moments(study) for study in able], ignore_index=True)
    groups = every.groupby("source")["group"].transform("nunique")
    return every[groups >= FEWEST_GROUPS].reset_index(drop=True)


def find_bases(rows: pd.DataFrame) -> pd.DataFrame:
    """Find each source's base rate, and the typical writers that go with it.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {
    ...         "source": "a",
    ...         "kind": "chat",
    ...         "group": [1, 1],
    ...         "writers": [2, 8],
    ...         "alive": [True, False],
    ...     }
    ... )
    >>> find_bases(rows)[["base_rate", "typical_writers"]].round(2).loc["a"].tolist()
    [0.5, 4.0]
    """
    logs = rows.assign(log=np.log(rows["writers"]))
    by = logs.groupby("source")
    return pd.DataFrame(
        {
            "kind": by["kind"].first(),
            "groups": by["group"].nunique(),
            "rows": by.size(),
            "base_rate": by["alive"].mean(),
            "typical_writers": np.exp(by["log"].mean()),
        }
    )


def fit_chances(rows: pd.DataFrame) -> Floats:
    """Fit the coefficients of `NAMES`; every source weighs the same.

    log odds = log odds of the source's base rate + intercept + slope × log(writers /
    typical writers there) + slope × log(age in years).
    """
    bases = find_bases(rows)
    offset, design = build_design(rows, bases.loc[rows["source"]])
    weights = 1 / bases.loc[rows["source"], "rows"].to_numpy(np.float64)
    return _fit_logistic(design, rows["alive"].to_numpy(np.float64), offset, weights)


def _fit_logistic(
    design: Floats, outcome: Floats, offset: Floats, weights: Floats
) -> Floats:
    """Fit a weighted logistic regression with an offset by Newton's method."""
    beta = np.zeros(design.shape[1])
    for _ in range(STEPS):
        chance = expit(design @ beta + offset)
        information = (design.T * (weights * chance * (1 - chance))) @ design
        step = np.linalg.solve(information, design.T @ (weights * (outcome - chance)))
        beta += step
        if np.abs(step).max() < FLAT:
            break
    return beta


def predict_left_out(rows: pd.DataFrame) -> pd.DataFrame:
    """Predict each source by a model of all other sources, from either base rate."""
    bases, parts = find_bases(rows), []
    for source, there in rows.groupby("source", sort=True):
        others = bases.drop(index=str(source))
        beta = fit_chances(rows[rows["source"] != source])
        alike = others[others["kind"] == there["kind"].iloc[0]]
        means = _average_bases(alike if len(alike) else others)
        own = bases.loc[[str(source)]]
        for base, used in {OWN: own, OF_KIND: means}.items():
            repeated = used.loc[used.index.repeat(len(there))]
            offset, design = build_design(there, repeated)
            predicted = expit(offset + design @ beta)
            rate = float(used["base_rate"].iloc[0])
            parts.append(there.assign(base=base, predicted=predicted, reference=rate))
    return pd.concat(parts, ignore_index=True)


def _average_bases(bases: pd.DataFrame) -> pd.DataFrame:
    """Average base rates and typical writers over sources, each counting once."""
    rate = float(bases["base_rate"].mean())
    typical = float(np.exp(np.log(bases["typical_writers"]).mean()))
    return pd.DataFrame({"base_rate": [rate], "typical_writers": [typical]})


def score_left_out(predictions: pd.DataFrame) -> pd.DataFrame:
    """Score the predictions of sources left out, and of kinds."""
    found = []
    for (base, kind), rows in predictions.groupby(["base", "kind"], sort=True):
        for source, there in [*rows.groupby("source", sort=True), ("", rows)]:
            found.append({"base": base, "kind": kind, "source": source} | _score(there))
    return pd.DataFrame(found)


def _score(rows: pd.DataFrame) -> dict[str, float]:
    alive, predicted = rows["alive"].to_numpy(float), rows["predicted"].to_numpy()
    weights = 1 / rows.groupby("source")["alive"].transform("size").to_numpy(float)
    weights /= weights.sum()
    errors = rows.assign(
        model=weights * (predicted - alive) ** 2,
        alone=weights * (rows["reference"] - alive) ** 2,
    )
    by_group = errors.groupby(["source", "group"])[["model", "alone"]].sum()
    low, high = np.percentile(list(_draw_skills(by_group)), [2.5, 97.5])
    design = np.column_stack([np.ones(len(rows)), logit(predicted)])
    slope = _fit_logistic(design, alive, np.zeros(len(rows)), weights)[1]
    model, alone = by_group.sum()
    return {
        "groups": len(by_group), "rows": len(rows),
        "base_rate": float(weights @ alive), "brier": float(model),
        "skill": float(1 - model / alone), "skill_low": float(low),
        "skill_high": float(high), "slope": float(slope),
        "gap": float(weights @ (predicted - alive)),
    }  # fmt: skip


def _draw_skills(by_group: pd.DataFrame) -> Iterator[float]:
    rng = np.random.default_rng(SEED)
    sources = [part.to_numpy() for _, part in by_group.groupby("source", sort=True)]
    for _ in range(DRAWS):
        drawn = rng.integers(len(sources), size=len(sources))
        sums = np.zeros(2)
        for part in (sources[k] for k in drawn):
            sums += part[rng.integers(len(part), size=len(part))].sum(axis=0)
        yield float(1 - sums[0] / sums[1])


def tabulate_reliability(predictions: pd.DataFrame) -> pd.DataFrame:
    """Tabulate mean predicted and observed shares by fifths of the predictions."""
    keys = ["base", "kind", "source"]
    rank = predictions.groupby(keys)["predicted"].rank(method="first") - 1
    size = predictions.groupby(keys)["predicted"].transform("size")
    rows = predictions.assign(part=(rank * PARTS // size).astype("int64"))
    by = rows.groupby([*keys, "part"])
    return by.agg(
        groups=("group", "nunique"), rows=("alive", "size"),
        predicted=("predicted", "mean"), observed=("alive", "mean"),
    ).reset_index()  # fmt: skip


def _find_spread(reliability: pd.DataFrame, base: str) -> float:
    """Return how far fifths of sources left out were off, on the logit scale."""
    cells = reliability[
        (reliability["base"] == base) & (reliability["groups"] >= FEWEST_GROUPS)
    ]
    predicted = cells["predicted"]
    off = logit(cells["observed"].clip(EDGE, 1 - EDGE)) - logit(predicted)
    noise = 1 / (cells["groups"] * predicted * (1 - predicted))
    return float(np.sqrt(max((off**2 - noise).mean(), 0)))


def tabulate_coefficients(
    rows: pd.DataFrame, reliability: pd.DataFrame
) -> pd.DataFrame:
    """Tabulate what `chance_of_going_on` needs: ``name, kind, value``."""
    found: list[tuple[str, str, float]] = [
        *(
            (name, "", float(value))
            for name, value in zip(NAMES, fit_chances(rows), strict=True)
        ),
        *(
            (f"spread_{base}", "", _find_spread(reliability, base))
            for base in (OWN, OF_KIND)
        ),
    ]
    bases = find_bases(rows)
    for kind, there in rows.groupby("kind", sort=True):
        alike = bases[bases["kind"] == kind]
        means = _average_bases(alike)
        values = {
            "base_rate": means["base_rate"].iloc[0],
            "typical_writers": means["typical_writers"].iloc[0],
            "sources": len(alike),
            "groups": alike["groups"].sum(),
            "most_writers": np.floor(there["writers"].quantile(OUTERMOST)),
            "most_days": np.floor(there["age"].quantile(OUTERMOST)),
        }
        found += [(name, str(kind), float(value)) for name, value in values.items()]
    return pd.DataFrame(found, columns=["name", "kind", "value"])


def write_forecast(rows: pd.DataFrame, folder: Path = FOLDER) -> None:
    """Fit, test on sources left out, and write the stored tables."""
    predictions = predict_left_out(rows)
    reliability = tabulate_reliability(predictions)
    tables = {
        "coefficients": tabulate_coefficients(rows, reliability),
        "left_out": score_left_out(predictions),
        "reliability": reliability,
    }
    for name, table in tables.items():
        text = table.to_csv(index=False, float_format="%.4f", lineterminator="\n")
        write_text(folder / f"{name}.csv", text)
