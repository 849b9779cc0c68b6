"""Published estimates reproduced by the estimators used in verdicts."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.survival import (
    Regression,
    SurvivalCurve,
    compute_restricted_mean,
    estimate_cumulative_incidence,
    estimate_survival,
    fit_cox,
)

Numbers = Mapping[str, float]
Computed = Callable[[pd.DataFrame], Numbers]

TWO_YEARS = 730.0
DIGITS = 9
ECOG = (0, 1, 2)


def compute_anchors(folder: Path) -> pd.DataFrame:
    """Recompute published estimates and compare within their tolerance.

    Columns: anchor (its number in the reference list), data, what, quantity,
    published, ours, tolerance, status (``reproduced``, ``missed``, ``compared
    elsewhere`` or ``estimator not used here``).

    Parameters
    ----------
    folder
        Where ``lung.csv``, ``heart.csv``, ``test1.csv`` and ``fdata.csv`` lie.
    """
    listed = _read_anchors()
    rows = [
        row
        for number, anchor in listed["used"].items()
        for row in _compare_anchor(number, anchor, folder)
    ]
    for kind, status in (
        ("elsewhere", "compared elsewhere"),
        ("not_used", "estimator not used here"),
    ):
        rows += [
            {"anchor": number, "what": what, "status": status}
            for number, what in listed[kind].items()
        ]
    return pd.DataFrame(rows).sort_values("anchor", key=_extract_order, kind="stable")


def _extract_order(numbers: pd.Series[str]) -> pd.Series[int]:
    return numbers.str.extract(r"(\d+)")[0].astype(int)


def _read_anchors() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files(__package__).joinpath("anchors.toml").read_text("utf-8"))


def _compare_anchor(
    number: str, anchor: Mapping[str, Any], folder: Path
) -> list[dict[str, object]]:
    data = pd.read_csv(folder / f"{anchor['data']}.csv")
    ours = COMPUTED[number](data)
    return [
        {
            "anchor": number,
            "data": anchor["data"],
            "what": anchor["what"],
            "quantity": quantity,
            "published": float(published),
            "ours": round(ours[quantity], DIGITS),
            "tolerance": anchor["tolerance"],
            "status": "reproduced"
            if abs(ours[quantity] - published) <= anchor["tolerance"]
            else "missed",
        }
        for quantity, published in anchor["published"].items()
    ]


def _estimate_curve(lung: pd.DataFrame) -> SurvivalCurve:
    return estimate_survival(lung["time"], lung["status"] == 2)  # noqa: PLR2004 - dead


def _summarise_overall(lung: pd.DataFrame) -> Numbers:
    curve = _estimate_curve(lung)
    median = curve.median_interval(scale="log")
    return {
        "patients": float(curve.n),
        "events": float(curve.events.sum()),
        "median": median.estimate,
        "low": median.low,
        "high": median.high,
    }


def _estimate_medians_by_ecog(lung: pd.DataFrame) -> Numbers:
    return {
        f"median_{e}": _estimate_curve(lung[lung["ph.ecog"] == e]).median for e in ECOG
    }


def _summarise_means(lung: pd.DataFrame) -> Numbers:
    arms = {e: _estimate_curve(lung[lung["ph.ecog"] == e]) for e in ECOG}
    intervals = {
        e: compute_restricted_mean(curve, TWO_YEARS) for e, curve in arms.items()
    }
    means = {f"mean_{e}": interval.estimate for e, interval in intervals.items()}
    return means | {f"se_{e}": interval.se for e, interval in intervals.items()}


def _estimate_medians_by_sex(lung: pd.DataFrame) -> Numbers:
    sexes = {"male": 1, "female": 2}
    return {
        name: _estimate_curve(lung[lung["sex"] == s]).median
        for name, s in sexes.items()
    }


def _list_coefficients(fit: Regression, names: Mapping[str, str]) -> Numbers:
    coefficients = {
        name: fit[column].ratio.on_scale("log") for column, name in names.items()
    }
    return {
        key: value
        for name, (beta, error) in coefficients.items()
        for key, value in ((name, beta), (f"{name}_se", error))
    }


def _compute_lung(names: Mapping[str, str]) -> Computed:
    def computed(lung: pd.DataFrame) -> Numbers:
        complete = lung.dropna(subset=list(names))
        dead = complete["status"] == 2  # noqa: PLR2004 - dead
        return _list_coefficients(
            fit_cox(complete["time"], dead, complete[list(names)]), names
        )

    return computed


def _compute_heart(heart: pd.DataFrame) -> Numbers:
    names = ["age", "year", "surgery", "transplant"]
    fit = fit_cox(heart["stop"], heart["event"], heart[names], entry=heart["start"])
    return _list_coefficients(fit, {name: name for name in names})


def _compute_six(test1: pd.DataFrame) -> Numbers:
    x = test1[["x"]]
    fits = {
        "breslow": fit_cox(test1["time"], test1["status"], x, ties="breslow"),
        "efron": fit_cox(test1["time"], test1["status"], x, ties="efron"),
    }
    return {name: fit["x"].ratio.on_scale("log")[0] for name, fit in fits.items()}


def _compute_fourteen(fdata: pd.DataFrame) -> Numbers:
    both = estimate_cumulative_incidence(fdata["time"], fdata["cause"])
    last = float(fdata["time"].max())
    first, two = (both.at(last, cause=cause) for cause in (1, 2))
    return {"one": first, "two": two, "alive": both.overall.at(last)}


COMPUTED: Mapping[str, Computed] = {
    "1": _summarise_overall,
    "2": _estimate_medians_by_ecog,
    "2 (means)": _summarise_means,
    "2 (errors)": _summarise_means,
    "3": _estimate_medians_by_sex,
    "4": _compute_lung({"age": "age", "sex": "sex"}),
    "5": _compute_lung({"ph.ecog": "ecog", "age": "age"}),
    "10": _compute_heart,
    "13": _compute_six,
    "14": _compute_fourteen,
}
