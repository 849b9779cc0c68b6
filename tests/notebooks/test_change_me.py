"""A reader who changes a value gets a chapter that runs to its end."""

import re
from functools import partial

import pytest

from helpers import paths

# seaborn's own calls of older pandas and matplotlib
older = pytest.mark.filterwarnings("ignore::DeprecationWarning")
pytestmark = [pytest.mark.notebook, older]
CHANGED = [
    ("00_contents", ["xiaobot_paid"], {"SEED": "2"}),
    ("01_the_articles", ["xiaobot_paid"], {"SUCCESSES, GROUPS": "7, 300"}),
    ("02_the_data", ["houston_slack", "xiaobot_paid"], {"SMALLEST": "20"}),
    ("03_how_long_do_groups_live", ["meshcore_split"], {"HOME": '"x"', "W": "45"}),
    ("04_size_and_growth", ["r_user_groups"], {"AGE": "180", "SMALL": "(3, 20)"}),
    ("06_seed_users_and_leaders", ["fcc_gitter"], {"WINDOW": '"28-55"'}),
    ("07_content_and_rhythm", ["fcc_gitter"], {"HOURS": "1", "REPLIES": '"either"'}),
    ("08_ads_and_decay", ["meshcore_split"], {"LATE": '"28-55"'}),
    ("10_fission_and_overload", ["zh_sig_roles"], {"CROWD": "5"}),
]


def _change(values, text):
    """Return the code of a chapter's cells with other values to start from."""
    for variable, value in values.items():
        pattern = rf"^{re.escape(variable)} = .*# change me.*$"
        new = f"{variable} = {value}"
        text, found = re.subn(pattern, new, text, flags=re.MULTILINE)
        assert found == 1, variable
    return text


@pytest.mark.parametrize(("name", "studies", "values"), CHANGED)
def test_a_chapter_runs_with_other_values(run_chapter, name, studies, values):
    """Every cell runs, on other sources than ours, and every figure has a title."""
    folders = [paths.PROCESSED / study for study in studies]
    shown = run_chapter(name, folders, change=partial(_change, values))
    assert shown
    assert all(shown)
