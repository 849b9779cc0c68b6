"""The chance that a group stays active, from one number: the people who write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from helpers.arrays import Floats
from helpers.errors import NotIdentifiableError, ShequnError
from helpers.files import write_text
from helpers.paths import PROCESSED
from helpers.records import DAY_US
from helpers.study import Study, open_studies
from helpers.wording import say

FOLDER = PROCESSED / "forecast"
EVERY, TRAILING, AHEAD, WITHIN = 28, 28, 90, 60  # days
YEAR = 365.25
FEWEST_GROUPS = 10  # of a source that counts
OUTERMOST = 0.99  # part of the rows within the range that is answered
NAMES = ("intercept", "log_writers", "log_years")
OWN, OF_KIND = "own", "kind"  # whose base rate is used
PARTS = 5  # of the predictions of a source, compared with what was
SEED, DRAWS = 90, 499
EDGE, STEPS, FLAT = 0.005, 50, 1e-10
Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Chance:
    """The chance that a group still talks three to five months from now.

    Attributes
    ----------
    chance, low, high
        And how far it was off on 19 of 20 occasions in sources that were left out.
    population
        Groups that it was learnt from, in words.
    """

    chance: float
    low: float
    high: float
    population: str


def list_moments(
    study: Study, ahead: tuple[int, int] = (AHEAD, AHEAD + WITHIN - 1)
) -> pd.DataFrame:
    """List a study's groups every 28 days: their writers, and if active later.

    Parameters
    ----------
    study
        With the tables ``groups``, ``rates`` and ``daily``, and people in ``rates``.
    ahead
        First and last of the days after the moment that are looked at.

    Returns
    -------
    ``source, kind, group, age`` (days), ``writers`` (of the last 28 days, at least
    one) and ``alive``: whether there was a message on those days.
    """
    start, stop = ahead[0], ahead[1] + 1
    groups = study.table("groups").astype({"group": "int64"}).set_index("group")
    age = {
        name: (groups[name] - groups["origin_us"]) / DAY_US
        for name in ("entry_us", "end_us")
    }
    last = (age["end_us"] - stop).clip(lower=0)
    counts = (last // EVERY).astype("int64")
    rows = pd.DataFrame({"group": counts.index.repeat(counts)})
    rows["age"] = EVERY * (rows.groupby("group").cumcount() + 1)
    rows = rows[rows["group"].map(age["entry_us"]) <= rows["age"]]
    rates = study.table("rates")[["group", "age_day", "posters_28"]]
    rows = pd.merge_asof(
        rows.assign(at=rows["age"] - 1).sort_values("at"),
        rates.astype({"group": "int64", "age_day": "int64"}).sort_values("age_day"),
        left_on="at", right_on="age_day", by="group",
    )  # fmt: skip
    rows = rows[rows["posters_28"] > 0].sort_values(["group", "age"])
    daily = study.table("daily").astype({"group": "int64", "day": "int64"})
    origin = groups["origin_us"] // DAY_US
    most = 10**6  # days: numbers of a group and day never meet
    spoken = np.sort(daily["group"] * most + daily["day"] - daily["group"].map(origin))
    now = rows["group"] * most + rows["age"]
    found = [np.searchsorted(spoken, now + days) for days in (start, stop)]
    return pd.DataFrame(
        {
            "source": study.name,
            "kind": study.manifest.kind,
            "group": rows["group"],
            "age": rows["age"],
            "writers": rows["posters_28"].astype("int64"),
            "alive": found[1] > found[0],
        }
    ).reset_index(drop=True)


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

    Returns
    -------
    By source: ``kind, groups, rows, base_rate`` (share of rows that go on) and
    ``typical_writers`` (geometric mean).

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
    offset, design = _build_design(rows, bases.loc[rows["source"]])
    weights = 1 / bases.loc[rows["source"], "rows"].to_numpy(np.float64)
    return _fit_logistic(design, rows["alive"].to_numpy(np.float64), offset, weights)


def _build_design(rows: pd.DataFrame, bases: pd.DataFrame) -> tuple[Floats, Floats]:
    rate = bases["base_rate"].to_numpy(np.float64).clip(EDGE, 1 - EDGE)
    typical = bases["typical_writers"].to_numpy(np.float64)
    columns = [
        np.ones(len(rows)),
        np.log(rows["writers"].to_numpy(np.float64) / typical),
        np.log(rows["age"].to_numpy(np.float64) / YEAR),
    ]
    return np.asarray(logit(rate)), np.column_stack(columns)


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
    """Predict each source by a model of all other sources, from either base rate.

    Returns
    -------
    The rows once for each ``base``: the source's own base rate and typical writers,
    or the means of the other sources of its kind (of all others if there is none);
    with ``predicted`` and ``reference``, that base rate.
    """
    bases, parts = find_bases(rows), []
    for source, there in rows.groupby("source", sort=True):
        others = bases.drop(index=str(source))
        beta = fit_chances(rows[rows["source"] != source])
        alike = others[others["kind"] == there["kind"].iloc[0]]
        means = _average_bases(alike if len(alike) else others)
        own = bases.loc[[str(source)]]
        for base, used in {OWN: own, OF_KIND: means}.items():
            repeated = used.loc[used.index.repeat(len(there))]
            offset, design = _build_design(there, repeated)
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
    """Score the predictions of sources left out, and of kinds.

    Returns
    -------
    ``base, kind, source`` (empty: all of the kind, each weighing the same), ``groups,
    rows, base_rate, brier, skill`` (1 − Brier score / that of the base rate alone),
    ``skill_low, skill_high`` (groups drawn anew; for a kind of several sources, these
    too), ``slope`` (calibration, 1 is right) and ``gap`` (mean predicted − observed).
    """
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
    """Tabulate mean predicted and observed shares by fifths of a source's predictions.

    Returns
    -------
    ``base, kind, source, part, groups, rows, predicted, observed``.
    """
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


@cache
def _read_record() -> tuple[Mapping[tuple[str, str], float], pd.DataFrame]:
    table = pd.read_csv(FOLDER / "coefficients.csv", keep_default_na=False)
    keys = zip(table["name"], table["kind"], strict=True)
    values = dict(zip(keys, table["value"].astype(float), strict=True))
    return values, pd.read_csv(FOLDER / "left_out.csv", keep_default_na=False)


def chance_of_going_on(
    writers: int,
    age: float,
    kind: str,
    base_rate: float | None = None,
    typical_writers: float | None = None,
) -> Chance:
    """Estimate the chance that a group still talks three to five months from now.

    Parameters
    ----------
    writers
        People who wrote in the last 28 days.
    age
        Of the group, in days.
    kind
        ``chat`` or ``forum``; others were not measured.
    base_rate
        Share of comparable groups, such as your own others, that still talked 90–149
        days later; left out, that of the public sources of this kind.
    typical_writers
        Writers of 28 days in these groups, as a geometric mean; left out, that of the
        public sources of this kind.

    Raises
    ------
    NotIdentifiableError
        Outside the range that was measured, or where predictions of sources left out
        were no better than the base rate alone.

    Examples
    --------
    >>> few, many = (chance_of_going_on(n, 365, "chat", 0.8) for n in (2, 20))
    >>> bool(few.low < few.chance < many.chance < many.high)
    True
    """
    values, scores = _read_record()
    base = OF_KIND if base_rate is None else OWN
    _check_state(writers, age, kind, base_rate, typical_writers)
    _check_skill(scores, kind, base)
    used = pd.DataFrame(
        {
            "base_rate": [
                values["base_rate", kind] if base_rate is None else base_rate
            ],
            "typical_writers": [typical_writers or values["typical_writers", kind]],
        }
    )
    offset, design = _build_design(
        pd.DataFrame({"writers": [writers], "age": [age]}), used
    )
    centre = float((offset + design @ [values[name, ""] for name in NAMES])[0])
    spread = Z * values[f"spread_{base}", ""]
    chance, low, high = expit([centre, centre - spread, centre + spread]).tolist()
    population = say(
        "{groups} public groups of {sources} sources",
        groups=round(values["groups", kind]), sources=round(values["sources", kind]),
    )  # fmt: skip
    return Chance(chance, low, high, population)


def _check_state(
    writers: int, age: float, kind: str, rate: float | None, typical: float | None
) -> None:
    values, _ = _read_record()
    where = "chance of going on"
    if ("sources", kind) not in values:
        known = sorted({of for name, of in values if name == "sources"})
        raise NotIdentifiableError(
            f"no public source of kind {kind!r} counts the people who write",
            where=where, remedy=f"measured are {', '.join(known)}",
        )  # fmt: skip
    if rate is not None and not 0 < rate < 1:
        raise ShequnError(
            f"{rate!r} is no share between 0 and 1", where="base_rate",
            remedy="give the share of comparable groups that went on",
        )  # fmt: skip
    if typical is not None and not typical >= 1:
        raise ShequnError(
            f"{typical!r} is less than one person", where="typical_writers",
            remedy="give the geometric mean of writers of groups that talk",
        )  # fmt: skip
    if not writers >= 1:
        raise NotIdentifiableError(
            "nobody wrote in the last 28 days: silent groups are not forecast",
            where=where, remedy="see how often silent groups speak again instead",
        )  # fmt: skip
    for value, least, most, what in (
        (writers, 1, values["most_writers", kind], "writers"),
        (age, EVERY, values["most_days", kind], "days of age"),
    ):
        if not least <= value <= most:
            raise NotIdentifiableError(
                f"{value:g} {what} are outside what was measured, {least} to {most:g}",
                where=where, remedy="no forecast is made there",
            )  # fmt: skip


def _check_skill(scores: pd.DataFrame, kind: str, base: str) -> None:
    row = scores[
        (scores["kind"] == kind) & (scores["base"] == base) & (scores["source"] == "")
    ]
    skill, low = float(row["skill"].iloc[0]), float(row["skill_low"].iloc[0])
    if low <= 0:
        raise NotIdentifiableError(
            f"in sources of kind {kind!r} that were left out, counting writers was no"
            f" better than the base rate for sure (Brier skill {skill:.2f})",
            where="chance of going on",
            remedy="use the share of such groups that went on",
        )  # fmt: skip


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


if __name__ == "__main__":
    write_forecast(collect_moments(open_studies()))
