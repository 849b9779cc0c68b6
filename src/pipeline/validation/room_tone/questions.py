"""What tone has to do with the end of rooms, as fixed before it was computed.

docs/decisions/2026-11-28-what-is-asked-of-tone.md defines each estimate. Of each array
of draws the first is the estimate itself; limits are percentiles of the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.arrays import Bools, Floats, Ints
from helpers.errors import NotIdentifiableError
from helpers.machine import Walk
from helpers.sentiment.error_draws import Errors, count_lengths, draw_errors
from pipeline.validation.room_tone.rooms import (
    KEYS,
    LENGTHS,
    MONTH_DAYS,
    SILENT_DAYS,
    Talk,
    correct_months,
)

SEED, DRAWS, ORDERS = 72, 999, 99
LEAST_SCORED, LEAST_ENDS, LAST_MONTHS = 10, 30, 3
AHEAD_DAYS = LAST_MONTHS * MONTH_DAYS
AGE_BANDS = (3, 6, 12)  # first month of each but the first
BEFORE = 6  # months before the end that are shown one by one
EARLIER = 10  # messages by others before one
TEN_POINTS = 10
SIGNS = {"negative": -1, "positive": 1}
LIMITS = (2.5, 97.5)
RIDGE, STEPS, FLAT = 1e-6, 50, 1e-8
LEAST_KEPT = 1e-6  # of a variance, in draws beyond the limits
LOUDEST = 50.0  # log ratio
HALF = 0.5  # of the draws at least must be possible
CORRECTED = ("negative_share", "negative_low", "negative_high")


@dataclass(frozen=True, slots=True)
class Estimate:
    """An association with its 95 % limits, as the instrument reads and corrected."""

    source: str
    measure: str
    rooms: int
    n: int
    ends: int
    read: float
    read_low: float
    read_high: float
    estimate: float
    low: float
    high: float

    @classmethod
    def of(
        cls, what: tuple[str, str], counted: tuple[int, int, int], read: Floats,
        true: Floats,
    ) -> Estimate:  # fmt: skip
        """Summarise draws as read and as corrected."""
        limits = (
            float(value)
            for draws in (read, true)
            for value in (draws[0], *np.percentile(draws[1:], LIMITS))
        )
        return cls(*what, *counted, *limits)


def add_corrected(
    by_month: pd.DataFrame, names: tuple[str, ...], instrument: str = "vader"
) -> pd.DataFrame:
    """Add the share of negative messages and its limits, errors of reading taken out.

    Months without a message that is scored have none.
    """
    scored = by_month["scored"].gt(0).to_numpy()
    rng, rows = np.random.default_rng(SEED), by_month[scored]
    read, lengths = rows["negative"].to_numpy(), rows[[*LENGTHS]].to_numpy(np.float64)
    found = np.full((len(by_month), len(names)), np.nan)
    found[scored] = correct_months(read, lengths, rng, DRAWS, instrument)
    return by_month.assign(**dict(zip(names, found.T, strict=True)))


def select_months(by_month: pd.DataFrame, ends: pd.DataFrame) -> pd.DataFrame:
    """Select months of rooms that still talk, with what became of them."""
    rows = by_month[by_month["scored"] >= LEAST_SCORED].merge(ends, on=KEYS[:2])
    first, after = rows["month"] * MONTH_DAYS, (rows["month"] + 1) * MONTH_DAYS
    silent = rows["silent"].astype("float64").fillna(np.inf)
    rows = rows.assign(
        negative=rows["negative"] / rows["scored"],
        positive=rows["positive"] / rows["scored"],
        before=silent // MONTH_DAYS - rows["month"],
        last=silent < first + AHEAD_DAYS,
        ahead=(silent >= after) & (silent < after + AHEAD_DAYS),
        going=silent >= after,
        room=pd.factorize(rows["source"] + " " + rows["group"].astype(str))[0],
    )
    followed = after + AHEAD_DAYS + SILENT_DAYS <= rows["seen"]
    return rows[followed & (silent >= first)].reset_index(drop=True)


def estimate_last_months(
    months: pd.DataFrame, instrument: str = "vader"
) -> list[Estimate]:
    """Estimate how shares of tone differ in a room's last three months.

    Rooms have effects of their own, and so has each month of age: rooms of the same
    age that go on are the comparison. The last six months follow one by one, against
    earlier ones.
    """
    _require_ends(months, "last")
    single = [(months["before"] == k).to_numpy(float) for k in range(BEFORE)]
    ways = {"in the last three months": [months["last"].to_numpy(float)]}
    ways |= {"by months before the end": single}
    return [
        estimate
        for name, columns in ways.items()
        for reading in _list_readings(instrument)
        for estimate in _compare_months(
            months, np.column_stack(columns), (reading, instrument), name
        )
    ]


def _list_readings(instrument: str) -> list[str]:
    """Return the readings of an instrument; the learner has one."""
    return [*SIGNS] if instrument == "vader" else ["negative"]


def _require_ends(months: pd.DataFrame, which: str) -> None:
    ends = months.loc[months[which], "room"].nunique()
    if ends < LEAST_ENDS:
        raise NotIdentifiableError(
            f"{ends} rooms fell silent; at least {LEAST_ENDS} are needed",
            where="tone before the end",
            remedy="use a source with more rooms",
        )


def _compare_months(
    months: pd.DataFrame, columns: Floats, read_by: tuple[str, str], name: str
) -> list[Estimate]:
    reading, instrument = read_by
    rng = np.random.default_rng(SEED)
    weights, _ = _draw_clusters(months["room"], rng)
    lengths = _sum_lengths(months)
    power = draw_errors(reading, lengths, rng, DRAWS, instrument).power
    ages = pd.get_dummies(months["month"], dtype=float).iloc[:, 1:]
    read = _fit_within(months, np.column_stack([columns, ages]), reading, weights)
    source, width = str(months["source"].iloc[0]), columns.shape[1]
    names = [name] if width == 1 else [f"{k} months before" for k in range(width)]
    return [
        Estimate.of(
            (source, f"share {reading} {names[k]}"),
            (months["room"].nunique(), len(months), int(columns[:, k].sum())),
            read[:, k], read[:, k] / power,
        )
        for k in range(width)
    ]  # fmt: skip


def _sum_lengths(months: pd.DataFrame) -> Floats:
    return months[list(LENGTHS)].sum().to_numpy(np.float64)


def _draw_clusters(
    clusters: pd.Series[int], rng: np.random.Generator
) -> tuple[Floats, Ints]:
    """Return how often each cluster is drawn, first once, and each row's cluster."""
    code, names = pd.factorize(clusters, sort=True)
    n = len(names)
    drawn = rng.multinomial(n, np.full(n, 1 / n), size=DRAWS)
    return np.vstack([np.ones(n), drawn]), np.asarray(code, np.int64)


def _fit_within(
    months: pd.DataFrame, design: Floats, outcome: str, weights: Floats
) -> Floats:
    """Return least-squares slopes within rooms, for each set of weights of rooms."""
    code = pd.factorize(months["room"], sort=True)[0]
    both = pd.DataFrame(np.column_stack([design, months[outcome]]))
    centred = (both - both.groupby(code).transform("mean")).to_numpy()
    products = np.zeros((weights.shape[1], centred.shape[1], centred.shape[1]))
    np.add.at(products, code, centred[:, :, None] * centred[:, None, :])
    totals = np.tensordot(weights, products, axes=1)
    inverse = np.linalg.pinv(totals[:, :-1, :-1], hermitian=True)
    return np.asarray(np.einsum("dij,dj->di", inverse, totals[:, :-1, -1]))


def estimate_hazards(months: pd.DataFrame, instrument: str = "vader") -> list[Estimate]:
    """Estimate hazard ratios of falling silent, by tone and by number of writers.

    Ratios are per ten points of a share, and per doubling of the writers of a month. A
    share that differs between months by no more than chance is left out.
    """
    rows = months[months["going"]].reset_index(drop=True)
    _require_ends(rows, "ahead")
    rng = np.random.default_rng(SEED)
    weights, code = _draw_clusters(rows["room"], rng)
    weights = weights[:, code]
    readings = _list_readings(instrument)
    shares = rows[readings].to_numpy(np.float64)
    bands = pd.Series(np.digitize(rows["month"], AGE_BANDS))
    base = pd.get_dummies(bands, dtype=float).to_numpy()
    others = np.column_stack([np.log2(rows["writers"]), base])
    design = np.column_stack([TEN_POINTS * shares, others])
    ended = rows["ahead"].to_numpy(bool)
    slopes = np.array([fit_hazard(ended, design, weight) for weight in weights])
    about = rows["room"].nunique(), len(rows), int(ended.sum())
    source, found = str(rows["source"].iloc[0]), []
    for nth, reading in enumerate(readings):
        lengths = _sum_lengths(rows)
        power = draw_errors(reading, lengths, rng, DRAWS, instrument).power
        noise = shares[:, nth] * (1 - shares[:, nth]) / rows["scored"].to_numpy()
        kept = _find_reliability(shares[:, nth], noise, others, weights)
        if min(kept[0], np.percentile(kept[1:], LIMITS[0])) <= 0:
            continue  # rooms differ by chance alone: nothing can be corrected
        read = slopes[:, nth]
        true = np.clip(read * power / np.maximum(kept, LEAST_KEPT), -LOUDEST, LOUDEST)
        what = source, f"ten points more {reading}"
        found.append(Estimate.of(what, about, np.exp(read), np.exp(true)))
    twice = np.exp(slopes[:, len(readings)])
    return [*found, Estimate.of((source, "twice the writers"), about, twice, twice)]


def fit_hazard(ended: Bools, design: Floats, weights: Floats) -> Floats:
    """Fit a complementary log-log model by Fisher scoring; return its coefficients.

    >>> half = np.array([True, False])
    >>> fit_hazard(half, np.ones((2, 1)), np.ones(2)).round(4).tolist()
    [-0.3665]
    """
    beta = np.zeros(design.shape[1])
    for _ in range(STEPS):
        eta = np.clip(design @ beta, -30, 3)
        rate = np.exp(eta)
        chance = -np.expm1(-rate)
        slope = rate * np.exp(-rate)  # of the chance, by the linear predictor
        weight = weights * slope**2 / (chance * (1 - chance))
        score = weights * slope * (ended - chance) / (chance * (1 - chance))
        information = (design.T * weight) @ design
        information[np.diag_indices_from(information)] += RIDGE
        step = np.linalg.solve(information, design.T @ score - RIDGE * beta)
        beta += np.clip(step, -2, 2)
        if np.abs(step).max() < FLAT:
            break
    return beta


def _find_reliability(
    share: Floats, noise: Floats, others: Floats, weights: Floats
) -> Floats:
    """Return the part of a share's variance, given covariates, that is no noise."""
    kept = []
    for weight in weights:
        root = np.sqrt(weight)
        slope = np.linalg.lstsq(others * root[:, None], share * root, rcond=None)[0]
        rest = (weight * (share - others @ slope) ** 2).sum()
        kept.append(1 - (weight * noise).sum() / rest)
    return np.array(kept)


def estimate_contagion(talk: Talk, source: str) -> list[Estimate]:
    """Estimate how much more often messages have a tone after messages that have it.

    In standard deviations of a message's tone per standard deviation of the share
    among ten earlier messages by others, within person and room. The mean of other
    orders of a day's messages is taken off: it is what the room talks about that day.
    A tone of which no more is read than false alarms explain is left out.
    """
    rows = talk.messages[talk.messages["side"].notna()]
    rows = rows[rows["source"] == source].reset_index(drop=True)
    room = pd.factorize(rows["group"], sort=True)[0].astype(np.int64)
    block = pd.factorize(rows["group"] * 100_000 + rows["day"])[0]
    writer = rows["member"].to_numpy(np.int64)
    lengths = count_lengths(rows["chars"], "en")
    by_block, found = np.argsort(block, kind="stable"), []
    for reading, sign in SIGNS.items():
        rng = np.random.default_rng(SEED)
        own: Floats = (rows["side"] == sign).to_numpy().astype(np.float64)
        if not 0 < own.mean() < 1:
            continue
        n, sums = _sum_products(room, writer, own)
        by_chance = []
        for _ in range(ORDERS):
            order = np.empty(len(own), np.int64)
            order[by_block] = np.lexsort((rng.random(len(own)), block))
            _, drawn = _sum_products(room, writer[order], own[order])
            by_chance.append(drawn[1].sum() / drawn[0].sum())
        weights, _ = _draw_clusters(pd.Series(np.flatnonzero(sums[0])), rng)
        xx, xy, yy, count = (weights @ each[sums[0] > 0] for each in sums)
        slopes = xy / xx - np.mean(by_chance)
        errors = draw_errors(reading, lengths, rng, DRAWS)
        noise = _measure_noise(errors, np.full(1 + DRAWS, own.mean()))
        kept = 1 - noise / EARLIER / (xx / count)
        rest = yy / count - noise  # what is left of a message's own variance
        possible = (kept > 0) & (rest > 0)
        if not possible[0] or possible.mean() < HALF:
            continue  # no more are read than false alarms: nothing can be corrected
        # errors that would vary more than the readings do are none
        slopes, xx, yy, count, kept, rest = (
            draws[possible] for draws in (slopes, xx, yy, count, kept, rest)
        )
        whole = slopes * np.sqrt(xx / count / kept / rest)
        about = int((sums[0] > 0).sum()), n, 0
        what = source, f"{reading} after {reading}"
        found.append(Estimate.of(what, about, slopes * np.sqrt(xx / yy), whole))
    return found


def _measure_noise(errors: Errors, read: Floats) -> Floats:
    """Return the variance of a message's reading that is error alone."""
    true = errors.correct(read)
    missed = errors.sensitivity * (1 - errors.sensitivity)
    alarms = errors.specificity * (1 - errors.specificity)
    return np.asarray(true * missed + (1 - true) * alarms)


@Walk
def _average_earlier(room, writer, own):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  pragma: no cover
    """Return the mean of the last ten messages by other people, or NaN."""
    means = np.full(len(own), np.nan)
    for at in range(len(own)):
        total, others, back = 0.0, 0, at - 1
        while others < EARLIER and back >= 0 and room[back] == room[at]:
            if writer[back] != writer[at]:
                total += own[back]
                others += 1
            back -= 1
        if others == EARLIER:
            means[at] = total / EARLIER
    return means


def _sum_products(room: Ints, writer: Ints, own: Floats) -> tuple[int, Floats]:
    """Sum squares, products and messages by room, of tones within person."""
    before = np.asarray(_average_earlier.through(own.nbytes, room, writer, own))
    kept = ~np.isnan(before)
    person = pd.factorize(room[kept] * (writer.max() + 1) + writer[kept])[0]
    size = np.bincount(person)
    x, y = (
        value - (np.bincount(person, value) / size)[person]
        for value in (before[kept], own[kept])
    )
    width = int(room.max()) + 1
    each = (x * x, x * y, y * y, np.ones(len(x)))
    sums = [np.bincount(room[kept], z, width) for z in each]
    return int(kept.sum()), np.stack(sums)
