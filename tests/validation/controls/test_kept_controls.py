"""The table of kept controls, and the simulations behind it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.controls import RESULTS
from helpers.claims.quantities.registered import extend_to_record_end
from helpers.records import DAY_US
from helpers.study import open_study
from validation.controls import ends, filling, visits
from validation.controls.__main__ import list_computed_controls
from validation.controls.placebos import select_regular_days

ROWS = pd.read_csv(RESULTS, dtype=str, keep_default_na=False)


@pytest.mark.parametrize("kept", list_computed_controls(), ids=str)
def test_committed_control_rows_are_current(kept):
    """Else `python -m validation.controls --only NAME` was forgotten."""
    source = ROWS["study"].str.partition("/")[0]
    own = ROWS[
        ROWS["claim"].eq(kept.claim)
        & ROWS["control"].eq(kept.control)
        & source.eq(kept.study)
    ]
    assert set(own["code"]) <= {kept.code}
    assert set(own["data"]) <= {kept.data}


def test_drawn_ends_have_the_simulated_share_of_failures():
    """Among groups that were there from their birth on, and could be watched."""
    study = open_study("v2ex_nodes")
    scale = ends.find_scale_at_age(0.6, 105.0)
    drawn = ends.simulate_ends(study, scale, np.random.default_rng(1))
    rows = drawn.table("registry")
    age = (rows["end_us"] - rows["origin_us"]) / DAY_US
    able = rows[(age > 300) & (rows["entry_us"] <= rows["origin_us"])]
    life = (able["last_us"] - able["origin_us"]) / DAY_US
    assert len(able) > 300
    assert (life <= 105).mean() == pytest.approx(0.6, abs=0.06)


def test_drawn_ends_spare_groups_until_they_enter():
    """Who was listed late was alive then."""
    study = open_study("r_user_groups")
    drawn = ends.simulate_ends(study, 1.0, np.random.default_rng(1))
    rows = drawn.table("registry")
    late = rows[rows["entry_us"] - rows["origin_us"] > 90 * DAY_US]
    watched_long = late[
        extend_to_record_end(late)["end_us"] - late["entry_us"] > 90 * DAY_US
    ]
    gone = watched_long["last_us"] < watched_long["entry_us"] - DAY_US
    assert len(watched_long) > 30
    assert gone.mean() < 0.2


def test_projects_filling_at_one_pace_open_a_group_when_the_last_is_full():
    """Succession, as the source's lists have it."""
    study = open_study("zh_numbered_groups")
    drawn = filling.simulate_constant_filling(study, np.random.default_rng(1))
    fills = drawn.table("fills").merge(drawn.table("registry")[["group", "network"]])
    ordered = fills.sort_values(["network", "listed_us"])
    following = ordered.groupby("network")["listed_us"].shift(-1)
    full = ordered["full_us"].notna() & following.notna()
    assert full.sum() > 50
    assert (ordered["full_us"] == following)[full].all()
    assert (fills["open_us"] >= fills["listed_us"]).all()


def test_visits_at_a_constant_rate_reach_a_fifth_at_half_a_year():
    """The truth lies below the threshold of a quarter at equal follow-up."""
    study = open_study("stackexchange")
    rows = visits.simulate_visits(study, np.random.default_rng(1)).table("seen_again")
    by = rows.groupby("followed_from")[["seen_28", "lurkers"]].sum()
    share = by["seen_28"] / by["lurkers"]
    assert share[84] == pytest.approx(0.20, abs=0.03)
    assert share[366] > share[169] > share[84]


def test_regular_is_nearest_to_host_in_messages_and_never_a_host():
    """Three write: the host twice, one as often, one five times."""
    users = ["host"] * 2 + ["near"] * 2 + ["far"] * 5
    posts = pd.DataFrame({"key": "a", "user": users, "time_us": range(9)})
    posts["op"] = posts["user"] == "host"
    groups = pd.DataFrame({"key": ["a"], "group": [0], "origin_us": [0]})
    days = select_regular_days(posts, groups)
    assert days[["group", "owner", "others"]].to_numpy().tolist() == [[0, 2, 7]]
