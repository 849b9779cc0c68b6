"""Recompute hazard ratios by Cox's partial likelihood with Efron ties."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.study import open_study
from tests.recomputation.plain_estimators import cox
from tests.recomputation.silence_lifetimes import DAY_US, lives


def hazard_ratio(spells, *columns):
    """Compute the hazard ratio of the first covariate."""
    design = [spells[name] for name in columns]
    each = np.arange(len(spells))
    since, until = spells.start + 1, spells.exit + 1  # none may begin before 0
    return cox(since, until, spells.dead, design, each)[0]


@pytest.mark.parametrize("study", ["w3c_groups", "zulip_archives"])
def test_hazard_ratio_by_founding_year_is_recomputed(product, study):
    """Compute the first-year hazard ratio per founding year."""
    spells = lives(open_study(study).table("groups"))
    spells = spells[spells.entry < 365].reset_index(drop=True)
    spells["start"] = spells.entry.where(spells.entry > 0, -1)
    spells["dead"] &= spells.exit <= 365
    spells["exit"] = spells.exit.clip(upper=365)
    spells["year"] = spells.origin_us / DAY_US / 365
    ratio = hazard_ratio(spells, "year")
    result = product("s0-later-cohorts-harder", study)
    assert ratio == pytest.approx(result.estimate, rel=1e-6)
    assert len(spells) == result.n


def test_hazard_of_later_joiners_of_a_forum_is_recomputed(product):
    """Compute the hazard ratio of leaving with paid entry."""
    study = open_study("metafilter_paid_gate")
    groups = study.table("registry").query("kind == 'joiners of a year'")
    year = groups.set_index("group").label.str[-4:].astype(int)
    months = study.table("snapshots")
    joined = months.group.map(year)
    then = pd.to_datetime(months.day, unit="D").dt.year
    wrote = months[then == joined + 1].active.groupby(joined).sum() / 12
    steps = study.table("funnels").query("step == 'registered'")
    there = steps.set_index(steps.cohort.astype(int)).people
    share = (wrote / there).loc[2005:2024]
    slope = stats.linregress(share.index, np.log(-np.log(share))).slope
    result = product("s0-later-cohorts-harder", study.name)
    assert np.exp(slope) == pytest.approx(result.estimate, rel=1e-6)


@pytest.mark.parametrize("study", ["fcc_gitter", "zulip_archives"])
def test_hazard_when_posters_met_elsewhere_is_recomputed(product, study):
    """Compute the hazard ratio of groups whose posters met elsewhere."""
    opened = open_study(study)
    spells = lives(opened.table("groups"))
    met = opened.table("beginnings").set_index("group").met_elsewhere
    early = opened.table("windows").query("window == '0-27'").set_index("group")
    spells["met"] = spells.group.map(met)
    for name in ("messages", "posters"):
        spells[f"log_{name}"] = np.log1p(spells.group.map(early[name]))
    arms = spells[(spells.exit > 28) & ((spells.met >= 0.2) | (spells.met == 0))]
    arms = arms.assign(start=np.maximum(28, arms.entry), shared=arms.met >= 0.2)
    ratio = hazard_ratio(arms, "shared", "log_messages", "log_posters")
    result = product("s2-multi-scene-helps", study)
    assert ratio == pytest.approx(result.estimate, rel=1e-6)


def test_hazard_of_groups_with_one_lead_is_recomputed(product):
    """Compute the hazard ratio of silence with one chair.

    The last mail is that of the mailing lists' own study, by its month.
    """
    study = open_study("w3c_chairs")
    lists = open_study("w3c_groups").table("groups").set_index("key").last_us
    groups = study.table("registry")
    chairs = study.table("holders")
    born = groups.set_index("group").origin_us // DAY_US
    chairs = chairs[chairs.day <= chairs.group.map(born) + 28]
    groups["chairs"] = groups.group.map(chairs.groupby("group").holders.last())
    facts = study.table("facts").query("fact == 'participants_first'")
    people = facts.set_index("group").value
    groups["log_size"] = np.log1p(groups.group.map(people))
    mail = pd.to_datetime(groups.key.map(lists), unit="us").dt.to_period("M")
    month_end = (mail.dt.end_time.dt.normalize() - pd.Timestamp(0)).dt.days
    last = np.minimum(month_end, (groups.closed_us // DAY_US).fillna(np.inf))
    age = last - groups.origin_us / DAY_US
    seen = (groups.end_us - groups.origin_us) / DAY_US - 60
    groups["exit"] = np.minimum(age, seen)
    whole = (groups.entry_us == groups.origin_us) & (groups.exit > 28)
    spells = groups[whole & (groups.chairs >= 1)].reset_index(drop=True)
    spells["start"], spells["one"] = 28.0, spells.chairs == 1
    spells["dead"] = (age <= seen)[whole & (groups.chairs >= 1)].to_numpy()
    result = product("s0-owner-alone-fails", "w3c_chairs")
    ratio = hazard_ratio(spells, "one", "log_size")
    assert ratio == pytest.approx(result.estimate, rel=1e-6)
