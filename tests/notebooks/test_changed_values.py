"""A hundred values that a student would try: none ends in a raw traceback."""

import re
from itertools import pairwise

import pytest

from helpers import paths
from helpers.errors import ShequnError
from tests.notebooks.conftest import PRINTED, cells, places
from tests.notebooks.test_change_me import CHANGED

older = pytest.mark.filterwarnings("ignore::DeprecationWarning")
pytestmark = [pytest.mark.notebook, older]

HOMES = ("'nope'", "''", "3", "None", "[]", "'houston_slack'", "'w3c_groups'")
LEAST = 100
TRIED = {
    "00_contents": {"SEED": ("0", "-1", "2**32", "2.5", "'a'", "None")},
    "01_the_articles": {
        "SUCCESSES": ("0", "105", "200", "-1", "2.5", "'a'", "None", "5, 105"),
        "GROUPS": ("300", "5", "1", "0", "-3", "'a'", "None", "(1, 2, 3)"),
    },
    "02_the_data": {
        "SMALLEST": ("0", "-3", "-1", "10**9", "1.5", "'a'", "None", "True"),
    },
    "03_how_long_do_groups_live": {
        "HOME": HOMES,
        "W": ("45", "90", "120", "0", "-5", "10**6", "'a'", "None"),
    },
    "04_size_and_growth": {
        "HOME": HOMES,
        "AGE": ("0", "365", "-1", "10**6", "'a'"),
        "SMALL": ("(3, 500)", "(30, 10)", "(5,)", "7", "'ab'", "('a', 'b')", "None"),
    },
    "05_lurkers": {
        "HOME": HOMES,
        "DAYS": ("28", "365", "0", "-1", "'a'"),
        "LEAST": ("1", "0", "10**6", "'a'"),
    },
    "06_seed_users_and_leaders": {
        "HOME": HOMES,
        "WINDOW": ("'0-27'", "'84-181'", "'x'", "5", "None", "[]"),
        "POSTERS": ("1", "0", "10**6", "'a'", "None", "5, 100"),
        "MESSAGES": ("1", "0", "10**6", "'a'", "None", "(5,)"),
    },
    "07_content_and_rhythm": {
        "HOME": HOMES,
        "HOURS": ("1", "72", "5", "'a'", "None"),
        "REPLIES": ("'either'", "'x'", "3"),
    },
    "08_ads_and_decay": {
        "HOME": HOMES,
        "LATE": ("'28-55'", "'84-181'", "'x'", "5", "None", "[]"),
    },
    "09_tone": {"MESSAGES": ("[]", "['']", "[None, 3]", "['好' * 300]", "None", "5")},
    "10_fission_and_overload": {
        "HOME": HOMES,
        "CROWD": ("3", "1000", "0", "-1", "'a'"),
    },
    "11_kinds_pay_and_rules": {"FREE": ("'paid'", "'??'", "3", "None")},
    "12_how_far_to_trust_this": {"KIND": ("'template'", "'x'", "3", "None")},
    "13_verdicts": {"METHOD": ("[]", "'fdr_by'", "'holm'", "'foo'", "3", "None")},
    "14_will_this_group_live": {
        "DAYS": ("7", "3", "'a'", "None", "28.0"),
        "HOME": ("'fcc_gitter'", "'nope'", "3", "None"),
    },
}
PUBLIC = {one.name for one in paths.list_study_folders()}
COUNT = sum(len(values) for knobs in TRIED.values() for values in knobs.values())


def test_every_changeable_value_is_tested_with_a_hundred_values():
    """A new place to change gets values here."""
    asked = {
        name: {one for cell in cells(name) for one in places(cell)} for name in TRIED
    }
    assert {name: set(knobs) for name, knobs in TRIED.items()} == asked
    assert COUNT >= LEAST


@pytest.mark.parametrize("chapter", TRIED)
def test_allowed_values_are_printed_before_each_changeable_one(chapter):
    """A reader had to guess what `WINDOW` or `REPLIES` may be."""
    book = cells(chapter)
    for before, cell in pairwise(book):
        for name in places(cell):
            assert PRINTED in before
            assert f"{name}=" in before or f'"{name}":' in before


@pytest.mark.long
@pytest.mark.parametrize("chapter", TRIED)
def test_printed_values_run_and_others_are_refused_in_one_sentence(try_values, chapter):
    """The first cell that fails ends the run, as it does in Jupyter."""
    code = "\n".join(cell for cell in cells(chapter) if PRINTED in cell)
    named = set(re.findall(r'"(\w+)"', code)) & PUBLIC
    studies = sorted(named | set(CHANGED[chapter][0].split()))
    folders = [paths.PROCESSED / study for study in studies]
    values = [{knob: one} for knob, some in TRIED[chapter].items() for one in some]
    tried = list(try_values(chapter, folders, values))
    errors = [(one, error) for one, error in tried if error]
    assert len(tried) > len(values)
    assert [one for one in errors if not isinstance(one[1], ShequnError)] == []
    printed = [one for one, _ in tried[: len(tried) - len(values)]]
    refused = [one for one, error in errors if "no source at hand" not in str(error)]
    assert [one for one in refused if one in printed] == []
