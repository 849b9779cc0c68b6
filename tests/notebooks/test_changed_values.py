"""A hundred values that a student would try: none ends in a raw traceback."""

import pytest

from helpers import paths
from helpers.errors import ShequnError
from tests.notebooks.conftest import cells, places
from tests.notebooks.test_change_me import CHANGED

older = pytest.mark.filterwarnings("ignore::DeprecationWarning")
pytestmark = [pytest.mark.notebook, older]

HOMES = ("'nope'", "''", "3", "None", "'houston_slack'", "'w3c_groups'")
LEAST = 100
TRIED = {
    "00_contents": {"SEED": ("0", "-1", "2.5", "'a'", "None")},
    "01_the_articles": {
        "SUCCESSES, GROUPS": ("0, 105", "105, 105", "200, 105", "1, 0", "'a', 5"),
    },
    "02_the_data": {"SMALLEST": ("0", "-3", "10**9", "1.5", "'a'", "None")},
    "03_how_long_do_groups_live": {
        "HOME": HOMES,
        "W": ("45", "90", "120", "0", "-5", "10**6", "'a'", "None"),
    },
    "04_size_and_growth": {
        "HOME": HOMES,
        "AGE": ("0", "365", "-1", "10**6", "'a'"),
        "SMALL": ("(3, 500)", "(30, 10)", "(5,)", "7", "'ab'"),
    },
    "05_lurkers": {
        "HOME": HOMES,
        "DAYS": ("28", "365", "0", "-1", "'a'"),
        "LEAST": ("1", "0", "10**6", "'a'"),
    },
    "06_seed_users_and_leaders": {
        "HOME": HOMES,
        "WINDOW": ("'0-27'", "'84-181'", "'x'", "5", "None"),
        "POSTERS, MESSAGES": ("1, 1", "0, 0", "10**6, 1", "'a', 1"),
    },
    "07_content_and_rhythm": {
        "HOME": HOMES,
        "HOURS": ("1", "72", "5", "'a'", "None"),
        "REPLIES": ("'either'", "'x'", "3"),
    },
    "08_ads_and_decay": {
        "HOME": HOMES,
        "LATE": ("'28-55'", "'84-181'", "'x'", "5", "None"),
    },
    "09_tone": {"MESSAGES": ("[]", "['']", "[None, 3]", "['好' * 300]", "None", "5")},
    "10_fission_and_overload": {
        "HOME": HOMES,
        "CROWD": ("3", "1000", "0", "-1", "'a'"),
    },
    "11_kinds_pay_and_rules": {"FREE": ("'paid'", "'??'", "3", "None")},
    "12_how_far_to_trust_this": {"KIND": ("'template'", "'x'", "3", "None")},
    "13_verdicts": {"METHOD": ("'fdr_by'", "'holm'", "'foo'", "3", "None")},
    "14_will_this_group_live": {
        "DAYS": ("7", "3", "'a'", "None"),
        "HOME": ("'fcc_gitter'", "'nope'", "3", "None"),
    },
}
CASES = [
    (chapter, knob, value)
    for chapter, knobs in TRIED.items()
    for knob, values in knobs.items()
    for value in values
]


def test_every_knob_is_tried_and_a_hundred_values_are():
    """A new place to change gets values here."""
    asked = {
        name: {one for cell in cells(name) for one in places(cell)} for name in TRIED
    }
    assert {name: set(knobs) for name, knobs in TRIED.items()} == asked
    assert len(CASES) >= LEAST


@pytest.mark.long
@pytest.mark.parametrize(("chapter", "knob", "value"), CASES)
def test_a_changed_value_runs_or_is_refused_in_one_sentence(
    run_chapter, chapter, knob, value
):
    """The first cell that fails ends the run, as it does in Jupyter."""
    folders = [paths.PROCESSED / study for study in CHANGED[chapter][0].split()]
    _, failed = run_chapter(chapter, folders, {knob: value})
    assert not failed or isinstance(failed[0], ShequnError), repr(failed[0])
