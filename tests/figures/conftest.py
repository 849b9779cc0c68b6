"""Small frames of every kind that is drawn, and a study to say they come from."""

import json
from itertools import product

import numpy as np
import pandas as pd
import pytest

from helpers import figures

CHOICES = ("window", "death")


@pytest.fixture
def study(tmp_path):
    """Return the folder of a processed study that is nothing but its manifest."""
    folder = tmp_path / "demo"
    folder.mkdir()
    facts = {"study": "demo", "title_en": "Demo & co", "source": "a_b", "licence": "x"}
    (folder / "manifest.json").write_text(json.dumps(facts), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def curves():
    """Return steps, points and counts of two corpora with naive curves."""
    days = np.arange(0.0, 366.0)
    alive = np.exp(-days / 120)
    at_risk = np.round(300 * alive)
    steps = [
        pd.DataFrame(
            {
                "study": study,
                "label": kind,
                "kind": kind,
                "day": days,
                "survival": alive**power,
                "low": alive**power * 0.9,
                "high": alive**power,
                "at_risk": at_risk,
            }
        )
        for study, (kind, power) in product(
            ("沉默的群", "Zulip"), (("estimate", 1), ("naive", 2))
        )
    ]
    points = pd.DataFrame(
        {"study": "Zulip", "day": [83.0], "survival": [0.5], "label": ["median 83 d"]}
    )
    counts = pd.DataFrame(
        {"study": "Zulip", "day": [0, 105], "at_risk": [600, 250], "dead": [0, 340]}
    ).assign(censored=[0, 10])
    return pd.concat(steps), points, counts


@pytest.fixture(scope="session")
def forest_rows():
    """Return three corpora: one decided, one not, one refused."""
    return pd.DataFrame(
        [
            ("Gitter", 0.62, 0.59, 0.65, 1234, "SUPPORTED", None),
            ("沉默的群 😀", 0.52, 0.45, 0.58, 88, "INCONCLUSIVE", None),
            ("IRC", None, None, None, 12, None, "fewer than 50 groups"),
        ],
        columns=["label", "estimate", "low", "high", "n", "verdict", "reason"],
    )


@pytest.fixture(scope="session")
def drawn(curves, forest_rows):
    """Return one figure of each kind by its name."""
    steps, points, counts = curves
    rule = figures.Threshold(0.5, "rule: below one half")
    shares = pd.DataFrame(
        [
            ("Zulip", "shell", 0.4, 0.3, 0.5, None, 0.58),
            ("Zulip", "failed", 0.7, 0.6, 0.8, 0.1, None),
        ],
        columns=["study", "reading", "share", "low", "high", "unknown", "claimed"],
    )
    runs = pd.DataFrame(list(product((30, 60), ("last", "gap"))), columns=CHOICES)
    runs = runs.assign(estimate=[0.5, 0.6, 0.4, 0.7], low=0.3, high=0.8)
    runs = runs.assign(agrees=[True, True, False, True], primary=runs.index == 1)
    return {
        "survival": figures.survival_panels(
            steps, points, counts, title="多数沉默了。", threshold=rule
        ),
        "forest": figures.forest_plot(
            forest_rows, title="F", measure="F(105)", threshold=rule
        ),
        "shares": figures.share_bars(shares, title="Nested"),
        "specifications": figures.specification_curve(
            runs, CHOICES, title="S", measure="F(105)", threshold=0.5
        ),
    }
