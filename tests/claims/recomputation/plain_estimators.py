"""Simple estimators for recomputation: Cox, cluster bootstrap, t limits."""

from itertools import pairwise

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from scipy.linalg import fractional_matrix_power

from helpers.claims.quantity import get_quantity
from helpers.group_lives.evidence import Evidence
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


def without_holes(silences, daily, groups):
    """Take weeks in which three groups that go on owe 100 messages out of the gaps."""
    networks = groups.set_index("group").network
    holes = []
    for name, rows in daily.groupby(daily.group.map(networks)):
        days = sorted(set(rows.day))
        for last, following in pairwise(days):
            gone = following - last - 1
            if gone < 28:
                continue
            before = rows[(rows.day > last - 28) & (rows.day <= last)]
            again = before[before.group.isin(rows[rows.day >= following].group)]
            if again.group.nunique() >= 3 and again.messages.sum() * gone / 28 >= 100:
                holes.append((name, (last + 1) * DAY_US, following * DAY_US))
    gaps = silences.copy()
    for name, start, stop in holes:
        inside = np.minimum(silences.end_us, stop) - np.maximum(
            silences.start_us, start
        )
        gaps.end_us -= np.where(
            silences.group.map(networks) == name, inside.clip(lower=0), 0
        )
    return gaps


def first_gaps(groups, silences, w=None):
    """Return time and death of each group by its first gap of W days."""
    origin, w = groups.origin_us, waiting(groups) if w is None else w
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


def estimate(quantity, study, **params):
    """Return a quantity's estimate in a public study."""
    return get_quantity(quantity).estimate(Evidence.of(open_study(study)), **params)


def student(estimate, error, count):
    """Return 95 % limits of an estimate by Student's t."""
    reach = stats.t.ppf(0.975, count - 1) * error
    return estimate - reach, estimate + reach


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


def failure(time, died, at):
    """Return Kaplan and Meier's share of ends up to an age."""
    alive = 1.0
    for moment in np.unique(time[died & (time <= at)]):
        alive *= 1 - (died & (time == moment)).sum() / (time >= moment).sum()
    return 1 - alive


def share_at(lives, horizon, holds):
    """Return the share with a state at a horizon, weighted for censoring."""
    order = np.lexsort((~lives.died, lives.time))  # deaths before censorings
    time, died = (lives[name].to_numpy()[order] for name in ("time", "died"))
    at_risk = np.arange(len(lives), 0, -1)
    watched = np.cumprod(np.where(died, 1.0, 1 - 1 / at_risk))
    before = np.searchsorted(time, np.minimum(time, horizon))
    still = np.r_[1.0, watched][before]
    counted = np.asarray(holds)[order] & (time >= horizon)
    return (counted[counted] / still[counted]).sum() / len(lives)
