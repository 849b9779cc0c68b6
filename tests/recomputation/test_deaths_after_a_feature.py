"""Recompute deaths of streams after they took up resolved topics, from the definition.

The definition stands in the decision note on the fourth shelf, in the row of G19.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.study import open_study
from tests.recomputation.plain_estimators import DAY_US, clusters, cox, first_gaps

BAND = 28


def followed_streams(study):
    """Return life and uptake of streams with a life of more than nothing.

    Ages are elapsed days since the first message; uptake counts from the midnight
    that begins its day (UTC).
    """
    groups = study.table("groups")
    assert (groups.entry_us <= groups.origin_us).all()
    lives = first_gaps(groups, study.table("silences"))
    lives = lives.merge(groups[["group", "origin_us"]], on="group")
    lives["born"] = lives.origin_us / DAY_US
    events = study.table("events").query("kind == 'resolved_topic'")
    uptake = (events.set_index("group").time_us // DAY_US).astype(float)
    lives["uptake"] = lives.group.map(uptake) - lives.born
    return lives[lives.time > 0].reset_index(drop=True)


def split_at_bands_and_uptake(lives):
    """Return one row per stream and stretch without a band's end or the uptake."""
    rows = []
    for life in lives.itertuples():
        cuts = {float(age) for age in range(0, int(np.ceil(life.time)), BAND)}
        if 0 <= life.uptake < life.time:
            cuts.add(life.uptake)
        cuts = sorted(cuts)
        for start, stop in zip(cuts, [*cuts[1:], life.time], strict=True):
            died = life.died and stop == life.time
            rows.append((life.Index, start, stop, died, start >= life.uptake))
    return pd.DataFrame(rows, columns=["life", "start", "stop", "died", "after"])


def messages_before(study, lives, rows):
    """Return the messages of the 28 whole days of age before each stretch's start.

    Those of the first day for the stretch that begins with it.
    """
    daily = study.table("content").set_index(["group", "age_day"]).messages
    said = {group: own.droplevel("group") for group, own in daily.groupby("group")}
    counts = []
    for life, start in zip(rows.life, rows.start, strict=True):
        last = max(int(start) - 1, 0)
        own = said[lives.group[life]]
        counts.append(own[(own.index > last - BAND) & (own.index <= last)].sum())
    return np.array(counts)


def test_hazard_after_uptake_is_recomputed_from_its_definition(product):
    """Fit PHReg to stretches of 245 streams; limits are the register's sandwich."""
    study = open_study("zulip_archives")
    lives = followed_streams(study)
    users = (lives.uptake < lives.time).sum()
    up = (lives.uptake + lives.born)[lives.uptake < lives.time]
    rest = lives[lives.uptake.isna()]
    there = [
        ((up >= one.born) & (up < one.born + one.time)).any()
        for one in rest.itertuples()
    ]
    assert min(users, sum(there)) >= 30  # the gate
    rows = split_at_bands_and_uptake(lives)
    volume = np.log1p(messages_before(study, lives, rows))
    codes = clusters(lives)[rows.life]
    found = cox(rows.start, rows.stop, rows.died, [rows.after, volume], codes)
    verdict = product("s2-features-dont-help", "zulip_archives")
    assert verdict.n == len(lives)
    assert (verdict.estimate, verdict.low, verdict.high) == pytest.approx(
        found, rel=1e-6
    )
