"""The front page of the repository prints the stored answers."""

import re

import pandas as pd
import pytest

from helpers.claims import get_answer
from helpers.claims.pool import pool_rows
from helpers.claims.words import format_number
from helpers.forecast import predict_silence
from helpers.library.life_tables import load_life_tables
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
    rows = load_life_tables().follow_up.query("days == 34 and groups >= 50")
    for column in ("gone", "again"):
        found = pool_rows(rows, column)
        mean, *ends = (f"{100 * n:.0f}" for n in (found.mean, found.low, found.high))
        assert mean in text
        assert f"({'–'.join(ends)})" in text
    soon, late = (predict_silence(120, days, 5, 2) for days in (3, 20))
    soon, low, high, late = (f"{100 * n:.0f}" for n in (*soon[:3], late.share))
    assert re.search(rf"\b{soon}\b.*\b{low} (to|到) {high}\b.*\b{late}\b", text)
