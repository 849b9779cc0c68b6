"""Invented groups that turn sour: as committed, and found again by other code."""

import io
import zipfile

import numpy as np
import pandas as pd
import pytest
from snownlp import SnowNLP

from pipeline.validation import souring


@pytest.fixture(scope="module")
def world():
    """Return the committed messages, with how SnowNLP reads each, and the truth."""
    with zipfile.ZipFile(souring.FOLDER / "groups.zip") as archive:
        messages = pd.read_csv(io.BytesIO(archive.read("groups.csv")))
    lines = pd.read_csv(souring.FOLDER / "lines.csv")
    lines["sour"] = [SnowNLP(text).sentiments <= 0.5 for text in lines["text"]]
    planted = pd.read_csv(souring.FOLDER / "planted.csv")
    return messages.merge(lines, on="text").merge(planted, on="group"), lines


def test_committed_world_is_that_of_the_code(world):
    """A changed line or rate without a new file would be measured as the old one."""
    fresh, _ = souring.build_world()
    both = [
        frame.value_counts(["time", "sender", "text"]) for frame in (fresh, world[0])
    ]
    pd.testing.assert_series_equal(*(each.sort_index() for each in both))


def test_snownlp_errs_on_these_lines_but_not_by_chance(world):
    """Lines that it reads right, or as a coin would, would teach nothing."""
    read = world[1].groupby(world[1]["kind"].eq("complaint"))["sour"].mean()
    assert 0.3 <= read[True] - read[False] <= 0.7


def test_planted_souring_is_recovered(world):
    """By the whole set of labels and plain counts of messages."""
    messages, lines = world
    at = pd.to_datetime(messages["time"])
    left = at.groupby(messages["group"]).transform("max") - at
    late = messages[messages["falls_silent"] & left.lt(pd.Timedelta(days=56))]
    share = late.groupby("turns_sour")["sour"].mean()
    weights = messages["text"].map(lines.set_index("text")["kind"]).eq("complaint")
    hit, false = (messages["sour"][mask].mean() for mask in (weights, ~weights))
    gap = (share[True] - share[False]) / (hit - false)
    truth = late["kind"].eq("complaint").groupby(late["turns_sour"]).mean()
    assert np.isclose(gap, truth[True] - truth[False], atol=0.06)
    assert np.isclose(truth[True] - truth[False], 0.35, atol=0.03)
