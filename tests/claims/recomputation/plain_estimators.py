"""Simple estimators for recomputation: Cox, cluster bootstrap, t limits."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from scipy.linalg import fractional_matrix_power

from helpers.study import open_study

DAY_US = 86_400_000_000


def waiting(groups):
    """Return W of each group: 60 days, up to 180 if traffic is low."""
    per_day = (groups.early_messages / 28).clip(lower=1e-9)
    return np.maximum(60.0, np.minimum(180.0, 6 / per_day))


def lifetimes(groups):
    """Return time and death of each group by its last message."""
    follow_up = (groups.end_us - groups.origin_us) / DAY_US - waiting(groups)
    last = ((groups.last_us - groups.origin_us) / DAY_US).fillna(0.0)
    return _lives(groups, last, follow_up)


def first_gaps(groups, silences):
    """Return time and death of each group by its first gap of W days."""
    origin, w = groups.origin_us, waiting(groups)
    gaps = silences.merge(groups.assign(w=w)[["group", "origin_us", "w"]], on="group")
    long = gaps[gaps.end_us - gaps.start_us >= gaps.w * DAY_US]
    start = ((long.start_us - long.origin_us) / DAY_US).groupby(long.group).min()
    start = groups.group.map(start).fillna(np.inf)
    start[(groups.first_us - origin) / DAY_US >= w] = 0.0
    last = ((groups.last_us - origin) / DAY_US).fillna(0.0)
    follow_up = (groups.end_us - origin) / DAY_US - w
    return _lives(groups, np.minimum(start, last), follow_up)


def _lives(groups, gone, follow_up):
    lives = groups[["group", "network", "batch"]].assign(
        time=np.minimum(gone, follow_up), died=gone < follow_up
    )
    return lives[follow_up >= 0].reset_index(drop=True)


def alive_at_28(study):
    """Return groups with messages before, and alive at, day 28."""
    tables = open_study(study)
    windows = tables.table("windows")
    lives = lifetimes(tables.table("groups"))
    rows = lives.merge(windows[windows.window == "0-27"], on="group")
    return rows[(rows.time > 28) & (rows.messages > 0)]


def from_birth(study):
    """Return groups recorded from their origin."""
    rows = study.table("groups")
    born = rows.entry_us <= rows.origin_us
    if "facts" in study.manifest.tables:
        facts = study.table("facts").query("value == 1")
        whole = facts[facts.fact == "recorded_from_origin"].group
        older = facts[facts.fact == "there_at_first"].group
        born = (born | rows.group.isin(whole)) & ~rows.group.isin(older)
    return rows[born]


def clusters(rows):
    """Return the cluster of each row: its network, or batch or group."""
    codes = [pd.factorize(rows[name])[0] for name in ("network", "batch", "group")]
    network, batch, group = codes
    if network.max() > 0:
        return network
    return batch if batch.max() >= 19 else group


def resampled(codes, draws=4000):
    """Return how often each row occurs in each cluster bootstrap sample."""
    count = codes.max() + 1
    rng = np.random.default_rng(20161120)
    return rng.multinomial(count, np.full(count, 1 / count), size=draws)[:, codes]


def student(estimate, error, count):
    """Return 95 % limits of an estimate by Student's t."""
    reach = stats.t.ppf(0.975, count - 1) * error
    return estimate - reach, estimate + reach


def cloglog_limits(estimate, draws, count):
    """Return 95 % limits of a probability on the cloglog scale."""
    inner = draws[(draws > 0) & (draws < 1)]
    error = np.log(-np.log1p(-inner)).std(ddof=1)
    limits = student(np.log(-np.log1p(-estimate)), error, count)
    return tuple(-np.expm1(-np.exp(limit)) for limit in limits)


def share_at(lives, horizon, holds, weights=None):
    """Return the share with a state at a horizon, weighted for censoring.

    One row of ``weights`` a draw; by default every group once.
    """
    order = np.lexsort((~lives.died, lives.time))  # deaths before censorings
    time, died = (lives[name].to_numpy()[order] for name in ("time", "died"))
    ones = np.ones((1, len(lives)))
    weights = (ones if weights is None else weights)[:, order]
    at_risk = weights[:, ::-1].cumsum(axis=1)[:, ::-1].astype(float)
    after = at_risk - weights
    kept = np.divide(after, at_risk, out=np.ones_like(after), where=at_risk > 0)
    watched = np.cumprod(np.where(died, 1.0, kept), axis=1)
    before = np.searchsorted(time, np.minimum(time, horizon))
    still = np.hstack([np.ones((len(weights), 1)), watched])[:, before]
    counted = weights * (np.asarray(holds)[order] & (time >= horizon))
    parts = np.divide(counted, still, out=np.zeros_like(still), where=still > 0)
    return parts.sum(axis=1) / weights.sum(axis=1)


def cox(start, stop, died, design, codes):
    """Return the first hazard ratio of a Cox model, with robust limits.

    Statsmodels fits; ties are Efron's; scores are corrected for leverage (CR2).
    """
    start, stop, died = (np.asarray(part) for part in (start, stop, died))
    design = np.column_stack(design).astype(float)
    # PHReg counts entries at an event as at risk, the register's rows do not
    model = sm.PHReg(stop, design, status=died, entry=start + 1e-9, ties="efron")
    slopes = model.fit(disp=0).params
    scores, spreads = _scores(start, stop, died, design, slopes)
    count = codes.max() + 1
    inverse = np.linalg.inv(spreads.sum(axis=0))
    summed = np.array(
        [_corrected(scores[own], spreads[own], inverse) for own in members(codes)]
    )
    variance = inverse @ summed.T @ summed @ inverse
    limits = student(slopes[0], np.sqrt(variance[0, 0]), count)
    return np.exp((slopes[0], *limits))


def same_hazards(found, rows, start, *design):
    """Assert that the product's hazard ratio equals the recomputed one."""
    entry = np.full(len(rows), float(start))
    expected = cox(entry, rows.time, rows.died, design, clusters(rows))
    assert found.n == len(rows)
    assert (found.estimate, found.low, found.high) == pytest.approx(expected, rel=1e-6)


def _scores(start, stop, died, design, slopes):
    """Return score residuals and information of a Cox model (Efron)."""
    risk = np.exp(design @ slopes)
    scores = np.zeros_like(design)
    spreads = np.zeros((*design.shape, design.shape[1]))
    for time in np.unique(stop[died]):
        inside = np.flatnonzero((start < time) & (stop >= time))
        dies = died[inside] & (stop[inside] == time)
        for part in np.arange(dies.sum()) / dies.sum():
            kept = np.where(dies, 1 - part, 1.0)
            share = risk[inside] * kept / (risk[inside] @ kept)
            centred = design[inside] - share @ design[inside]
            spreads[inside] += np.einsum("i,ij,ik->ijk", share, centred, centred)
            scores[inside] += (dies / dies.sum() - share)[:, None] * centred
    return scores, spreads


def members(codes):
    """Yield the rows of each cluster."""
    order = np.argsort(codes, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)


def _corrected(scores, spreads, inverse):
    left = np.eye(len(inverse)) - spreads.sum(axis=0) @ inverse
    return fractional_matrix_power(left, -0.5) @ scores.sum(axis=0)
