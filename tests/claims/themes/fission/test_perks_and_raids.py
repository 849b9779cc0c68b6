"""Claims about what stirs a room, in planted rooms; newcomers alone or with a crowd."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.claims.contract.study_view import Evidence
from helpers.claims.evaluation.evaluate import evaluate
from helpers.claims.themes.fission.recruitment import perks_spread
from helpers.records import DAY_US, MINUTE_US
from helpers.study import open_study
from tests.claims.registers import as_of, registry
from validation.worlds.claims.subject import evaluate_in_memory

PROMOTERS = "s3-users-best-promoters"


def _room(kind, after, *, many=420, before=2.0, value=5.0, minutes=10080):
    rng = np.random.default_rng(int(value) + 1)
    return pd.DataFrame(
        {
            "group": 0, "time_us": (100 + 8 * np.arange(many)) * DAY_US, "kind": kind,
            "value": value, "minutes": minutes, "before": 20, "after": 20,
            "new_before": rng.poisson(before, many),
            "new_after": rng.poisson(after, many),
        }
    )  # fmt: skip


def _study(*rows):
    table = pd.concat(rows, ignore_index=True)
    told = table.assign(nth=range(len(table)))
    room = registry(1, 4000)
    return as_of("twitch_paid_free", named=False, registry=room, responses=told)


@pytest.mark.parametrize(
    ("after", "word"),
    [(3.2, "SUPPORTED"), (2.0, "CONTRADICTED"), (1.4, "CONTRADICTED")],
)
def test_effect_of_perks_on_newcomers_is_recovered(after, word):
    """A planted ratio, found within its limits."""
    found = evaluate("s3-perks-spread", _study(_room("red_packet", after)))
    assert found.low < after / 2 < found.high
    assert found.word == word
    assert "proxy" in found.qualifiers


def test_longest_window_after_a_perk_decides():
    """An hour's stir is another way to have done it."""
    stir = _room("red_packet", 8.0, minutes=60)
    found = evaluate("s3-perks-spread", _study(_room("red_packet", 2.0), stir))
    hour = next(o for o in found.specifications if o.name.startswith("60 minutes"))
    assert found.low < 1 < found.high
    assert hour.word == "SUPPORTED"


def test_perk_soon_after_a_raid_is_excluded():
    """The crowd's newcomers are no effect of the perk."""
    given = _room("gift to many", 2.0, minutes=10)
    crowd = given.assign(kind="raid", time_us=given["time_us"] - 5 * MINUTE_US)
    late = crowd.assign(time_us=crowd["time_us"] - 60 * MINUTE_US)
    assert "0 perks" in evaluate("s3-perks-spread", _study(given, crowd)).reason
    finding = perks_spread(Evidence.of(_study(given, late)))
    assert finding.components[0].n == len(given)


def test_fewer_than_fifty_perks_are_untestable():
    """Fifty are needed."""
    found = evaluate("s3-perks-spread", _study(_room("red_packet", 3.0, many=49)))
    assert found.word == "UNTESTABLE"


@pytest.mark.parametrize(("ratio", "word"), [(4.0, "SUPPORTED"), (1.0, "CONTRADICTED")])
def test_big_crowds_bring_more(ratio, word):
    """Top against bottom tercile of viewers, a planted ratio."""
    rows = [
        _room("raid", 1.5 * (ratio if size > 100 else 1), many=90, value=size)
        for size in (10.0, 60.0, 300.0)
    ]
    found = evaluate("s2-kol-fills-fast", _study(*rows))
    assert found.low < ratio < found.high
    assert found.word == word


def test_red_packet_effect_is_visible_after_an_hour_and_not_after_a_week():
    """An hour after, more people wrote for the first time; over a week, no more."""
    found = evaluate("s3-perks-spread", open_study("komodo_discord"))
    hour = next(o for o in found.specifications if o.name.startswith("60 minutes"))
    assert hour.components[0].low > 1
    assert found.low < 1 < found.high


def _comebacks(more, days=120, each=60):
    """Plant days on which crowds come back by 0.2, and others by so much more."""
    rng = np.random.default_rng(4)
    day, brought = (one.ravel() for one in np.indices((days, 2)))
    again = rng.binomial(each, np.where(brought == 1, 0.2, 0.2 + more))
    table = pd.DataFrame(
        {
            "group": 0, "day": 19_400 + day, "brought": brought == 1, "came": each,
            "again_28_60": again, "again_1_60": again, "came_90": each,
            "again_28_90": again,
        }
    )  # fmt: skip
    return as_of("twitch_paid_free", registry=registry(1, 21_000), comebacks=table)


@pytest.mark.parametrize(("more", "word"), [(0.1, "SUPPORTED"), (0.0, "CONTRADICTED")])
def test_simulated_difference_in_return_rates_is_recovered(more, word):
    """In points, days drawn whole; raiders were not brought by members."""
    found = evaluate_in_memory(PROMOTERS, _comebacks(more))
    assert found.low < more < found.high
    assert found.word == "INCONCLUSIVE"
    assert found.reason == f"{word}, which this evidence may not decide"
    assert {"proxy", "association"} <= set(found.qualifiers)


def test_refusal_counts_newcomers_of_the_smaller_arm():
    """The gate asks for 200 in each arm."""
    found = evaluate_in_memory(PROMOTERS, _comebacks(0.1, days=9, each=20))
    assert found.word == "UNTESTABLE"
    assert "180" in found.reason
    assert "200 needed in each" in found.reason
