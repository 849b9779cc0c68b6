"""A reader who changes a value gets a chapter that runs to its end."""

import pytest

from helpers import paths
from tests.notebooks.conftest import cells, places

# seaborn's own calls of older pandas and matplotlib
older = pytest.mark.filterwarnings("ignore::DeprecationWarning")
pytestmark = [
    pytest.mark.notebook,
    pytest.mark.usefixtures("kept_verdicts"),
    older,
]

CHANGED = {
    "00_contents": ("xiaobot_paid", {"SEED": "2"}),
    "01_the_articles": ("xiaobot_paid", {"SUCCESSES": "7", "GROUPS": "300"}),
    "02_the_data": ("houston_slack xiaobot_paid", {"SMALLEST": "20"}),
    "03_how_long_do_groups_live": (
        "fcc_gitter zh_s1_lounges",
        {"HOME": "'zh_s1_lounges'", "W": "45"},
    ),
    "04_size_and_growth": (
        "r_user_groups rladies_meetup fcc_gitter zulip_archives",
        {"HOME": "'rladies_meetup'", "AGE": "180", "SMALL": "(3, 20)"},
    ),
    "05_lurkers": (
        "chicago_rug community_reads houston_slack rcontrib_slack raku_irc",
        {"HOME": "'rcontrib_slack'", "DAYS": "28", "LEAST": "5"},
    ),
    "06_seed_users_and_leaders": (
        "fcc_gitter w3c_chairs zh_s1_lounges",
        {"HOME": "'fcc_gitter'", "WINDOW": "'28-55'", "POSTERS": "3", "MESSAGES": "30"},
    ),
    "07_content_and_rhythm": (
        "fcc_gitter zh_s1_lounges",
        {"HOME": "'zh_s1_lounges'", "HOURS": "1", "REPLIES": "'either'"},
    ),
    "08_ads_and_decay": (
        "fcc_gitter meshcore_split",
        {"HOME": "'meshcore_split'", "LATE": "'28-55'"},
    ),
    "09_tone": ("houston_slack", {"MESSAGES": "['很好', '没意思', '？']"}),
    "10_fission_and_overload": (
        "komodo_discord meshcore_split rust_teams zh_sig_roles zulip_archives",
        {"HOME": "'zh_sig_roles'", "CROWD": "5"},
    ),
    "11_kinds_pay_and_rules": (
        "metafilter_paid_gate twitch_paid_free",
        {"FREE": "'dealt a gift'"},
    ),
    "12_how_far_to_trust_this": ("houston_slack", {"KIND": "'template'"}),
    "13_verdicts": ("r_user_groups w3c_groups", {"METHOD": "'holm'"}),
    "14_will_this_group_live": (
        "fcc_gitter komodo_discord zulip_archives zh_s1_lounges",
        {"DAYS": "7", "HOME": "'fcc_gitter'"},
    ),
}


@pytest.mark.parametrize("name", CHANGED)
def test_chapter_runs_with_changed_values(run_chapter, name):
    """Every cell runs on another source and other numbers, and titles follow."""
    studies, values = CHANGED[name]
    folders = [paths.PROCESSED / study for study in studies.split()]
    said, failed = run_chapter(name, folders, values)
    # of a picture of all sources there is none where so few are at hand
    assert [str(one) for one in failed if "no source at hand" not in str(one)] == []
    assert any(said)
    assert not [text for text in said if "nan" in text.lower().split()]


def test_every_changeable_value_of_a_chapter_is_tested():
    """The table above has what the chapters ask to change, and nothing else."""
    asked = {
        path.stem: {name for cell in cells(path.stem) for name in places(cell)}
        for path in paths.NOTEBOOKS.glob("*.ipynb")
    }
    tried = {name: set(values) for name, (_, values) in CHANGED.items()}
    assert {name: found for name, found in asked.items() if found} == tried
