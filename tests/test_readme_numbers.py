"""The front page of the repository prints the stored answers."""

import pandas as pd
import pytest

from helpers.claims import get_answer
from helpers.claims.words import format_number
from helpers.paths import PROCESSED, ROOT


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_readme_prints_the_stored_answers(name):
    """An answer that moves leaves no old number behind."""
    text = (ROOT / name).read_text("utf-8").replace("（", " (").replace("）", ")")
    dies, size, silent = (
        get_answer(claim).overall
        for claim in (
            "s0-three-month-death",
            "s0-size-10-30-best",
            "s0-lurkers-are-many",
        )
    )
    low, high = (f"{100 * dies[end]:.0f}" for end in ("low", "high"))
    assert f"({low}–{high})" in text
    assert f"{100 * silent['mean']:.0f}" in text
    numbers = [format_number(size[end], "ratio") for end in ("mean", "low", "high")]
    assert all(number in text for number in numbers)
    tone = pd.read_csv(PROCESSED / "tone" / "negatives_event_study.csv")
    moved = tone.set_index("measure").loc["share negative in the last three months"]
    points = (f"{100 * moved[end]:.1f}" for end in ("estimate", "low", "high"))
    assert all(point.replace("-", "−") in text for point in points)
    pause = pd.read_csv(PROCESSED / "life_tables" / "first_pause.csv")
    pause = pause[pause["age_days"].eq(105) & pause["place"].isna()]
    for row in pause.iloc[[0, -1]].to_dict("records"):
        mean, *ends = (
            f"{100 * row[name]:.0f}"
            for name in ("no_pause", "no_pause_low", "no_pause_high")
        )
        assert mean in text
        assert f"({'–'.join(ends)})" in text
