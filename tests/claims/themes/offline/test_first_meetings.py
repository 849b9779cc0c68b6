"""Chapters told from their meetings: planted beginnings, lives and silences."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.records import DAY_US
from tests.claims.registers import as_of, registry

N = 1000
START, END = (
    int(pd.Timestamp(day).value // 1000) for day in ("2014-01-01", "2026-01-01")
)


def _study(meetings, born=None):
    born = np.full(N, START) if born is None else born
    last = meetings.groupby("group")["time_us"].max().reindex(range(N)).to_numpy(float)
    return as_of(
        "rladies_meetup",
        named=False,
        registry=registry(
            N, 0, origin_us=born, entry_us=born, end_us=END, last_us=last
        ),
        meetings=meetings,
        snapshots=pd.DataFrame({"group": [0], "day": [20_000], "members": [9]}),
    )


def _lives(hazard):
    """Plant chapters that first met online in half of the cases, and then monthly."""
    rng = np.random.default_rng(7)
    first = START + rng.uniform(0, 10, N) * 365 * DAY_US
    offline = np.arange(N) % 2 == 0
    many = rng.exponential(1000 / np.where(offline, hazard, 1.0)) // 30 + 1
    group = np.repeat(np.arange(N), many.astype(int))
    nth = np.arange(len(group)) - np.repeat(np.cumsum(many) - many, many.astype(int))
    time = (first[group] + 30 * nth * DAY_US).astype("int64")
    online = pd.Series(~offline[group], dtype=object).mask(nth > 0, True)  # noqa: FBT003
    rows = pd.DataFrame(
        {"group": group, "time_us": time, "held": True, "online": online, "answers": 5}
    )
    return _study(rows[rows["time_us"] < END])


@pytest.mark.parametrize("hazard", [0.4, 1.0])
def test_hazard_by_offline_first_meeting_is_recovered(hazard):
    """The first component is the simulated one; without belonging nothing holds."""
    found = evaluate("s3-offline-first-better", _lives(hazard))

    assert found.low < hazard < found.high
    assert found.components[1] is None
    assert found.word == ("INCONCLUSIVE" if hazard < 1 else "CONTRADICTED")


def test_only_the_very_first_meeting_counts():
    """A first meeting without a place noted is offline, whatever the next one was."""
    study = _lives(1.0)
    rows = study.tables["meetings"]
    first = ~rows["group"].duplicated()
    blank = rows.assign(
        online=rows["online"].mask(first & ~rows["online"].astype(bool))
    )
    study.tables["meetings"] = blank

    assert evaluate("s3-offline-first-better", study).estimate == pytest.approx(
        evaluate("s3-offline-first-better", _lives(1.0)).estimate
    )


@pytest.mark.parametrize(
    ("dead", "word"), [(0.6, "INCONCLUSIVE"), (0.15, "CONTRADICTED")]
)
def test_share_dead_after_half_a_year_is_recovered(dead, word):
    """A share planted is found; few dead rule the whole out, many support nothing."""
    rng = np.random.default_rng(9)
    late = rng.random(N) >= dead
    found = _complaints(np.where(late, 200, 100))

    assert found.low < dead < found.high
    assert found.word == word


def test_a_pause_of_half_a_year_is_no_death():
    """All met again on day 500: none had died, though none met on days 180 to 359."""
    found = _complaints(np.full(N, 100), np.full(N, 500))

    assert found.estimate == 0.0
    assert found.word == "CONTRADICTED"


def _complaints(*ages):
    """Return the verdict on chapters founded over ten years that met at some ages."""
    born = START + np.arange(N) * 10 * 365 // N * DAY_US
    met = [
        pd.DataFrame(
            {"group": np.arange(N), "time_us": born + age * DAY_US, "held": True,
             "online": False, "answers": 3}
        )
        for age in ages
    ]  # fmt: skip
    return evaluate("s2-three-complaints", _study(pd.concat(met), born))
