"""What the page of a source says of the lives of groups that a screen excludes."""

import re

import numpy as np
import pandas as pd
import pytest

from helpers.site.exclusions import list_exclusions, list_warnings
from helpers.site.languages import Words
from helpers.small_counts import show_counts_from
from validation.worlds.claims.tabled import simulate_exponential

SCREENS = ["bot without a mark", "nothing written"]


def _study(*p_values):
    screens = pd.DataFrame(
        {
            "screen": SCREENS, "messages": [5000, 7], "people": [3, np.nan],
            "groups": [40, 7], "groups_excluded": [38, 0],
            "days_excluded": [300.0, np.nan], "days_kept": [40.0, 41.0],
            "p": p_values,
        }
    )  # fmt: skip
    study = simulate_exponential(
        np.random.default_rng(1), 5, lived=9.0, origin=np.zeros(5)
    )
    return study.with_tables(screens=screens)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_screen_that_removes_long_lived_groups_is_a_warning(language):
    """In both languages, with how long these groups lived and how long the others."""
    (warning,) = list_warnings(_study(0.001, np.nan), Words(language))
    assert re.findall(r"\d+", warning) == ["38", "300", "40"]
    assert ("没有标记的机器人" in warning) is (language == "zh")


def test_screen_effect_within_chance_is_no_warning():
    """Of two tested screens one in twenty would be beyond .025 by chance."""
    assert list_warnings(_study(0.03, 0.9), Words("en")) == []
    assert len(list_warnings(_study(0.02, 0.9), Words("en"))) == 1


def test_small_counts_of_excluded_accounts_are_hidden():
    """A run of one's own hides counts of people below k; what is unknown is a dash."""
    study = _study(0.5, np.nan)
    with show_counts_from(5):
        hidden, unknown = [row.numbers[1] for row in list_exclusions(study)]
    assert (hidden, unknown) == ("<5", "–")
    assert list_exclusions(study)[0].numbers[1] == "3"
