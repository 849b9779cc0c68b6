"""Recompute retention of unanswered newcomers and of payers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from helpers.study import open_study
from tests.recomputation.plain_estimators import clusters, cox, first_gaps, student

BOTH = ("fcc_gitter", "zulip_archives")


def _score(slope, cell):
    """Return Efron's score and information of one stratum."""
    ended = cell.ended_0 + cell.ended_1
    part = np.arange(ended) / max(ended, 1)
    exposed = (cell.at_risk_1 - part * cell.ended_1) * np.exp(slope)
    share = exposed / (exposed + cell.at_risk_0 - part * cell.ended_0)
    return cell.ended_1 - share.sum(), (share * (1 - share)).sum()


@pytest.mark.parametrize("study", BOTH)
def test_hazard_of_unanswered_newcomers_is_recomputed_by_life_tables(product, study):
    """Compute the hazard ratio of newcomers without a reply."""
    tables = open_study(study)
    rows = tables.table("newcomers")
    rows = rows[(rows.replies == "explicit") & (rows.within_hours == 24)]
    rows = rows.assign(exposed=(~rows.answered).astype(int))
    cells = rows.pivot_table(
        index=["group", "from_day"], columns="exposed", values=["at_risk", "ended"]
    ).fillna(0)
    cells.columns = [f"{what}_{arm}" for what, arm in cells.columns]
    listed = list(cells.itertuples())
    slope = brentq(lambda at: sum(_score(at, cell)[0] for cell in listed), -2, 2)
    scores = cells.assign(
        score=[_score(slope, cell)[0] for cell in listed],
        information=[_score(slope, cell)[1] for cell in listed],
    ).reset_index()
    codes = clusters(scores.merge(tables.table("groups"), on="group"))
    count = codes.max() + 1
    spread = (scores.score.groupby(codes).sum() ** 2).sum() * count / (count - 1)
    error = np.sqrt(spread) / scores.information.sum()
    component = product("s4-aloofness-hurts", study).components[0]
    expected = np.exp((slope, *student(slope, error, count)))
    assert (component.estimate, component.low, component.high) == pytest.approx(
        expected, rel=1e-6
    )


@pytest.mark.parametrize("study", BOTH)
def test_hazard_after_unanswered_newcomers_is_recomputed(product, study):
    """Compute the hazard ratio by share of unanswered newcomers."""
    tables = open_study(study)
    lives = first_gaps(tables.table("groups"), tables.table("silences"))
    months = tables.table("months")
    rows = months[months.newcomers > 0].merge(lives, on="group")
    start = 28.0 * (rows.month + 1)
    rows, start = rows[rows.time > start], start[rows.time > start]
    stop = np.minimum(start + 28, rows.time)
    share = 10 * rows.unanswered / rows.newcomers
    design = (share, np.log1p(rows.posters), np.log1p(rows.messages))
    component = product("s4-aloofness-hurts", study).components[1]
    expected = cox(start, stop, rows.died & (stop == rows.time), design, clusters(rows))
    assert component.n == len(rows)
    assert (component.estimate, component.low, component.high) == pytest.approx(
        expected, rel=1e-6
    )


def test_payers_write_again_more_often_than_others_as_often_there_before(product):
    """Compare the return of payers with that of weighted others."""
    lives = open_study("twitch_paid_free").table("lives")
    lives = lives[lives.measure == "first 60 days"]
    lives[["arm", "before"]] = lives.cohort.str.split(": ", expand=True)
    people = lives.pivot_table(
        index="before", columns="arm", values="people", aggfunc="sum"
    )
    active = lives[lives.days > 0].pivot_table(
        index="before", columns="arm", values="people", aggfunc="sum"
    )
    cells = np.stack(
        [active.paid, (people - active).paid, active.free, (people - active).free]
    )
    draws = np.random.default_rng(7).multinomial(
        int(cells.sum()), cells.ravel() / cells.sum(), size=2000
    )
    found = np.log([_ratio(*draw.reshape(4, -1)) for draw in [cells.ravel(), *draws]])
    limits = student(found[0], found[1:].std(ddof=1), int(cells.sum()))
    component = product("s3-paid-belonging", "twitch_paid_free").components[1]
    assert component.estimate == pytest.approx(np.exp(found[0]), rel=1e-9)
    assert (component.low, component.high) == pytest.approx(np.exp(limits), abs=0.005)


def _ratio(paid_active, paid_not, free_active, free_not):
    expected = free_active / (free_active + free_not) * (paid_active + paid_not)
    return paid_active.sum() / expected.sum()
