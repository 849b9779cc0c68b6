"""A known trend of tone comes out on a group's card, from export to printed month."""

import re
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.own_groups.plan import PRIVATE, Plan
from helpers.own_groups.run import run_study
from helpers.sentiment.error_draws import count_lengths, draw_errors
from helpers.store.ingest import Terms

TREND = np.linspace(0.15, 0.65, 6)  # of truly negative messages, by month
EACH = 800
SAID = Path(__file__).with_name("tone_on_cards.toml").read_text("utf-8")
ROOMS = tomllib.loads(SAID)["rows"]


def _simulate_texts(instrument, language, negative, other, rng):
    """Return texts by month that the instrument misreads as often as was measured."""
    lengths = count_lengths([len(negative[0])], language)
    errors = draw_errors("negative", lengths, rng, 1, instrument)
    for share in TREND:
        truly = rng.random(EACH) < share
        chance = np.where(truly, errors.sensitivity[0], 1 - errors.specificity[0])
        for nth, read in enumerate(rng.random(EACH) < chance):
            yield (negative if read else other)[nth % 2].format(nth)


def _write_export(path, texts):
    """Write a chat in which two people talk all day for six months."""
    months = pd.date_range("2024-01-01", periods=len(TREND), freq="MS", tz="UTC")
    steps = pd.timedelta_range(0, periods=EACH, freq="48min")
    times = [month + step for month in months for step in steps]
    rows = {"time": times, "sender": ["ann", "bob"] * (len(times) // 2), "text": texts}
    pd.DataFrame(rows).to_csv(path, index=False, date_format="%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize("label", ROOMS)
def test_known_trend_of_tone_is_printed_on_the_card(tmp_path, label):
    """Uncorrected, readings flatten the rise, as instruments miss and mistake some."""
    texts = list(_simulate_texts(*ROOMS[label], np.random.default_rng(72)))
    _write_export(tmp_path / "room.csv", texts)
    (tmp_path / "key").write_text("07" * 32, encoding="ascii")
    terms = Terms(key=tmp_path / "key")
    out = tmp_path / "out"
    run_study(Plan(exports=[tmp_path / "room.csv"], out=out, terms=terms, mine=True))
    page = (out / PRIVATE).read_text("utf-8")
    rows = re.findall(r"<bdi>(2024-\d\d)</bdi></td>(.*?)</tr>", page)
    printed = {
        month: [int(share) for share in re.findall(r"(\d+)%", row)[:3]]  # in English
        for month, row in rows
        if label in row
    }
    assert len(printed) == len(TREND)
    for truth, (found, low, high) in zip(TREND, printed.values(), strict=True):
        assert low <= 100 * truth <= high
        assert found == pytest.approx(100 * truth, abs=8)
