"""A reader who changes a value gets a chapter that runs to its end."""

import json
import os
import re

import pytest

from helpers import figures, paths
from helpers.claims.evaluation.verdict_store import kept_in

pytestmark = pytest.mark.notebook
CHANGED = [
    ("00_contents", ["xiaobot_paid"], {"SEED": "2"}),
    ("01_the_articles", [], {"SUCCESSES, GROUPS": "7, 300"}),
    ("02_the_data", ["houston_slack", "xiaobot_paid"], {"SMALLEST": "20"}),
    ("03_how_long_do_groups_live", ["meshcore_split"], {"HOME": '"x"', "W": "45"}),
    ("04_size_and_growth", ["r_user_groups"], {"AGE": "180", "SMALL": "(3, 20)"}),
    ("05_lurkers", ["houston_slack"], {"HOME": '"houston_slack"', "DAYS": "28"}),
    ("06_seed_users_and_leaders", ["meshcore_split"], {"WINDOW": '"28-55"'}),
    ("07_content_and_rhythm", ["fcc_gitter"], {"HOURS": "1", "REPLIES": '"either"'}),
    ("08_ads_and_decay", ["meshcore_split"], {"LATE": '"28-55"'}),
    ("10_fission_and_overload", ["zh_sig_roles"], {"CROWD": "5"}),
    ("11_kinds_pay_and_rules", ["twitch_paid_free"], {"FREE": '"dealt a gift"'}),
]


def _changed(name, values):
    """Return the code of a chapter's cells with other values to start from."""
    book = json.loads((paths.NOTEBOOKS / f"{name}.ipynb").read_text("utf-8"))
    code = ["".join(c["source"]) for c in book["cells"] if c["cell_type"] == "code"]
    text = "\n\0\n".join(code)
    for variable, value in values.items():
        pattern = rf"^{re.escape(variable)} = .*# change me.*$"
        new = f"{variable} = {value}"
        text, found = re.subn(pattern, new, text, flags=re.MULTILINE)
        assert found == 1, variable
    return text.split("\n\0\n")


@pytest.mark.parametrize(("name", "studies", "values"), CHANGED)
def test_a_chapter_runs_with_other_values(name, studies, values, tmp_path, monkeypatch):
    """Every cell runs; figures are drawn and not saved."""
    folders = [str(paths.PROCESSED / study) for study in studies]
    monkeypatch.setenv("SHEQUN_STUDIES", os.pathsep.join(folders))
    shown = []

    def show(*_, title, **__):
        shown.append(title)

    monkeypatch.setattr(figures, "show", show)
    monkeypatch.setattr("helpers.notebooks.forests.show", show)
    room = {}
    with kept_in(tmp_path):
        for cell in _changed(name, values):
            exec(compile(cell, name, "exec"), room)  # noqa: S102 - our own cells
    assert shown
    assert all(shown)
