"""Founders' ties and standing: planted both ways; counted again from raw messages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.claims.contract.gates import GateError
from helpers.claims.contract.study_view import Evidence
from helpers.claims.evaluation.evaluate import evaluate
from helpers.claims.themes.fission.recruitment import start_with_friends
from helpers.claims.themes.leaders.owners import leader_needed
from helpers.study import open_study
from tests.raw_corpora import SHARED, needs_raw


def _founders(n, **columns):
    """Return the table of founders, the same for either kind of reply."""
    one = pd.DataFrame(
        {
            "group": np.arange(n),
            "record_days": 400,
            "posters": 9,
            "met": 0,
            "received": 0,
            "as_many": 1.0,
            "later_posters": 0,
        }
    ).assign(**columns)
    return pd.concat([one.assign(replies=kind) for kind in ("explicit", "either")])


def _of_ties(plant, ratio, n=400, seed=5):
    rng = np.random.default_rng(seed)
    study = plant(seed, n=n, lived=9e3)
    met = rng.integers(0, 9, n)
    mean = 4.0 * ratio ** (met / 8 / 0.25)
    later = rng.poisson(mean * rng.gamma(2.0, 0.5, n))
    study.tables["founders"] = _founders(n, met=met, later_posters=later)
    return Evidence.of(study)


@pytest.mark.parametrize("ratio", [0.8, 1.0, 1.3])
def test_interval_of_founder_ties_covers_the_simulated_ratio(plant, ratio):
    """Per quarter of first posters whom the founder knew."""
    (component,) = start_with_friends(_of_ties(plant, ratio)).components
    assert component.low <= ratio <= component.high
    assert component.estimate == pytest.approx(ratio, rel=0.1)


def test_groups_with_a_short_prior_record_are_excluded(plant):
    """Nobody could have been met there."""
    evidence = _of_ties(plant, 1.0)
    table = evidence.study.tables["founders"]
    evidence.study.tables["founders"] = table.assign(record_days=89)
    with pytest.raises(GateError, match="0 groups, 50 needed"):
        start_with_friends(evidence)


@pytest.mark.parametrize("ratio", [0.5, 1.0])
def test_hazard_by_founder_standing_is_recovered(plant, ratio):
    """Every third founder stands in the top tenth."""
    n = 900
    standing = np.arange(n) % 3 == 0
    rng = np.random.default_rng(7)
    life = rng.exponential(np.where(standing, 150.0 / ratio, 150.0))
    study = plant(7, n=n, lived=life)
    as_many = np.where(standing, 0.02, 0.6)
    study.tables["founders"] = _founders(n, as_many=as_many)
    (component,) = leader_needed(Evidence.of(study)).components
    assert component.low <= ratio <= component.high


@needs_raw
def test_founder_ties_and_standing_are_recomputed_from_raw_messages():
    """Five channels of one archive, message by message."""
    raw = pd.read_csv(
        SHARED / "zulip_archives" / "zulip_messages.csv.gz", dtype={"mentions": str}
    )
    rows = raw[raw["org"].eq("lean") & raw["bot"].eq(0)].sort_values("ts")
    study = open_study("zulip_archives")
    groups = study.table("groups")
    table = study.table("founders")
    table = table[table["replies"].eq("explicit")].set_index("group")
    own = groups[groups["network"].eq("lean") & groups["group"].isin(table.index)]
    late = own[table.loc[own["group"], "record_days"].to_numpy() >= 400]
    chosen = late.sort_values("messages").tail(5)
    writers = set(rows["sender"])
    for group in chosen.itertuples():
        origin = group.origin_us // 1_000_000
        here = rows["stream_id"].astype(str).eq(group.key.split("/")[1])
        mine = rows[here & rows["ts"].ge(origin)]
        founder = mine["sender"].iloc[0]
        first = set(mine.loc[mine["ts"] < origin + 7 * 86_400, "sender"])
        before = rows[~here & rows["ts"].between(origin - 180 * 86_400, origin - 1)]
        met, received = set(), set()
        for row in before.dropna(subset="mentions").itertuples():
            for name in set(row.mentions.split(";")) & writers - {row.sender}:
                if name == founder:
                    received.add((row.stream_id, row.ts, row.sender, row.chars))
                recent = row.ts >= origin - 90 * 86_400
                if recent and founder in (name, row.sender):
                    met |= {name, row.sender} & first - {founder}
        assert table.loc[group.group, "posters"] == len(first)
        assert table.loc[group.group, "met"] == len(met)
        assert table.loc[group.group, "received"] == len(received)


def test_refusal_counts_those_of_the_largest_network():
    """It named the counts of the first by the alphabet, which has no group at risk."""
    study = open_study("zulip_archives")
    verdict = evaluate("s3-opinion-leader-needed", study)
    largest = study.table("groups")["network"].value_counts().idxmax()
    (part,) = (one for one in verdict.parts if one.study.endswith(f"/{largest}"))
    assert verdict.word == "UNTESTABLE"
    assert (verdict.reason, verdict.gates) == (part.reason, part.gates)
    assert verdict.parts[0].reason != part.reason
