"""Work on folders planted to keep groups open, or not; and refusals by count."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.records import DAY_US
from helpers.study import open_study
from helpers.validation.worlds.claims.subject import verdict
from helpers.validation.worlds.claims.tabled import Planted

CLAIM = "s2-needs-no-operation"
N, END = 900, 4000


def _study(hazard):
    """Plant groups whose hazard of being closed changes per doubling of files."""
    rng = np.random.default_rng(12)
    files = rng.integers(0, 64, N)
    born = rng.integers(0, 1000, N)
    mean = 600 / hazard ** (np.log2(1 + files) - 3)
    life = 56 + rng.exponential(mean)
    gone = born + life < END
    end = (np.where(gone, born + life, END) * DAY_US).astype("int64")
    registry = pd.DataFrame(
        {
            "group": np.arange(N), "network": "one", "batch": np.arange(N).astype(str),
            "kind": "sig", "origin_us": born * DAY_US, "entry_us": born * DAY_US,
            "end_us": end, "closed_us": np.where(gone, end, np.nan),
            "closed_kind": np.where(gone, "administrative", None), "last_us": np.nan,
        }
    )  # fmt: skip
    facts = [
        pd.DataFrame(
            {"group": np.arange(N), "fact": fact, "value": files.astype(float)}
        )
        for fact in ("files_by_day_28", "governing_files_by_day_28")
    ]
    tables = {"registry": registry, "facts": pd.concat(facts)}
    known = open_study("sig_groups").observability
    return replace(Planted(tables, known), name="sig_groups")


@pytest.mark.parametrize(
    ("hazard", "word"), [(1.0, "SUPPORTED"), (0.7, "CONTRADICTED")]
)
def test_the_hazard_per_doubling_is_found(hazard, word):
    """No effect supports that none is needed, with both limits doubled."""
    found = verdict(CLAIM, _study(hazard))
    assert found.low < hazard < found.high
    assert found.word == word
    assert {"proxy", "association"} <= set(found.qualifiers)


def test_groups_that_were_done_compete():
    """Completed groups are censored when they were: nobody is left to die."""
    study = _study(1.0)
    study.tables["registry"]["closed_kind"] = "completed"
    found = verdict(CLAIM, study)
    assert found.word == "UNTESTABLE"
    assert "0 deaths for 1 coefficients, 10 needed" in found.reason


@pytest.mark.parametrize(
    ("claim", "source", "told"),
    [
        (CLAIM, "zh_sig_roles", "0 groups whose operators' work is told, 50 needed"),
        (CLAIM, "rust_teams", "groups whose operators' work is told, 50 needed"),
        ("s3-self-growth", "rust_teams", "60 needed for 30 in the top"),
        ("s3-self-growth", "lean_teams", "60 needed for 30 in the top"),
        ("s4-core-members-needed", "sig_groups", "0 groups ever exposed"),
    ],
)
def test_what_a_source_could_show_at_the_most_refuses(claim, source, told):
    """By the register's gate, with the count that fails it."""
    found = verdict(claim, open_study(source))
    assert found.word == "UNTESTABLE"
    assert told in found.reason
