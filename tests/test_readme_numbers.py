"""The front page of the repository prints what is stored (`tests/data/printed.csv`)."""

import pandas as pd
import pytest

from helpers.paths import PROCESSED, ROOT


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_readme_prints_the_stored_change_of_tone(name):
    """A number that moves leaves no old one behind."""
    tone = pd.read_csv(PROCESSED / "tone" / "negatives_event_study.csv")
    moved = tone.set_index("measure").loc["share negative in the last three months"]
    points = (f"{100 * moved[end]:.1f}" for end in ("estimate", "low", "high"))
    text = (ROOT / name).read_text("utf-8")
    assert all(point.replace("-", "−") in text for point in points)
