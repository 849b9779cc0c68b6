"""Recompute how forum threads end where their host is absent.

From the raw posts, by the register and its stand-ins (E4) alone.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from tests.recomputation.forum_threads import BEIJING, DAY, lounges, posts
from tests.recomputation.plain_estimators import cox
from tests.recomputation.test_forum_threads import CORPUS, agrees_in_logs

pytestmark = [pytest.mark.shared, pytest.mark.raw]
MONTH, LONG = 28, 60
MINUTE = pd.Timedelta(minutes=1)


def _in_each(table):
    """Yield each thread with its posts, ages in days."""
    rows = posts().merge(table[["lounge", "birth"]], on="lounge")
    rows["age"] = (rows["minute"] - rows["birth"]) // DAY
    found = dict(list(rows.groupby("lounge")))
    for one in table.itertuples():
        yield one, found[one.lounge]


def _calendar(minutes):
    """Count posts by calendar day at UTC+8."""
    return np.unique((minutes + BEIJING // MINUTE) // DAY, return_counts=True)


def _risk(one, others, host):
    """Yield a thread's periods at risk, with the host absent or not.

    `others` (times and counts) and `host` (times) in days. Cut every 28 days of age
    and where the host has been silent for 28 days or writes again.
    """
    born = (one.birth + BEIJING // MINUTE) / DAY
    end = (one.end - one.birth) / DAY - LONG
    (day, many), host = others, host - born
    spoke = day - born
    gaps = np.flatnonzero(np.diff(spoke) >= LONG)
    last = spoke[gaps[0]] if len(gaps) else spoke[-1]
    stop, died = min(last, end), last <= end
    silent = [
        (at + MONTH, back)
        for at, back in zip(host, np.r_[host[1:], np.inf], strict=True)
        if back - at > MONTH
    ]
    cuts = {0.0, stop, *np.arange(0.0, stop, MONTH), *np.ravel(silent)}
    cuts = sorted(at for at in cuts if 0 <= at <= stop)
    for start, until in pairwise(cuts):
        today = np.floor(start + born)
        said = many[(day >= today - MONTH) & (day < today)].sum()
        exposed = any(since <= start < back for since, back in silent)
        yield (
            one.batch, start, until, died and until == stop, exposed, np.log1p(said)
        )  # fmt: skip


def _hosts():
    """Compute the hazard ratio of threads whose host is absent."""
    born = lounges()[lounges()["born"]]
    rows = []
    for one, own in _in_each(born):
        others = _calendar(own.loc[own["host"] == 0, "minute"].to_numpy())
        host = _calendar(own.loc[own["host"] == 1, "minute"].to_numpy())[0]
        if len(others[0]):
            rows += _risk(one, others, host)
    batch, start, stop, died, exposed, said = map(np.array, zip(*rows, strict=True))
    code = pd.factorize(batch)[0]
    return cox(start, stop, died, (exposed, said), code), len(rows)


def test_hazard_after_host_silence_is_recomputed(product):
    """Compute the hazard ratio by calendar days, as the tables have them."""
    ratios, many = _hosts()
    found = product("s4-owner-indispensable", CORPUS)
    assert found.n == many
    agrees_in_logs(found, ratios)
