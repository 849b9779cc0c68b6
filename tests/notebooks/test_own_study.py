"""The same chapters on somebody's own exports say which parts these can't show."""

from datetime import date, timedelta

import pytest

from helpers import paths
from helpers.claims.evaluation.verdict_store import keep_verdicts_in
from helpers.errors import NotIdentifiableError
from helpers.files import lock_folder
from helpers.study.own.run import Plan, make_study
from helpers.study.store.ingest import Terms
from helpers.wording.messages import render

older = pytest.mark.filterwarnings("ignore::DeprecationWarning")
pytestmark = [pytest.mark.notebook, older]
CHAPTERS = [path.stem for path in sorted(paths.NOTEBOOKS.glob("*.ipynb"))]
UNSEEN = "no source at hand lists "  # tables are named in English


def tiny(folder):
    """Write two groups of three people and a month."""
    days = [date(2024, 1, 1) + timedelta(day) for day in range(30)]
    rows = [
        f"{day} 1{n}:00:00,{who},hello {day.day},{group}"
        for n, (who, group) in enumerate([("ann", "a"), ("bob", "a"), ("cat", "b")])
        for day in days[:: n + 2]
    ]
    path = folder / "chat.csv"
    path.write_text("\n".join(["time,sender,text,group", *rows]), encoding="utf-8")
    return path


@pytest.fixture(scope="module", params=["demo", "tiny"])
def own(request, tmp_path_factory):
    """Return a study made of the demo's exports, and one of hardly anything."""
    room = tmp_path_factory.mktemp(request.param)
    (room / "key").write_text("07" * 32, encoding="ascii")
    exports = paths.RAW / "demo" if request.param == "demo" else tiny(room)
    plan = Plan(exports=[exports], out=room / "run", terms=Terms(key=room / "key"))
    with lock_folder(plan.out):
        study, _ = make_study(plan)
    with keep_verdicts_in(room / "verdicts"):
        yield study


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapter_names_the_steps_own_exports_cannot_show(run_chapter, own, name):
    """An answer stands first; a step is done, or says in both languages why not."""
    said, failed = run_chapter(name, [own.folder])
    refused = [one for one in failed if isinstance(one, NotIdentifiableError)]
    rest = [one for one in failed if one not in refused]
    assert {type(one) for one in rest} <= {NameError}
    assert bool(rest) <= bool(refused)
    assert not [text for text in said if "nan" in text.lower().split()]
    assert any(text.startswith(("> **", "**In short")) for text in said)
    known = [one.what for one in refused if not one.what.startswith(UNSEEN)]
    assert [why for why in known if not render(why, "zh")] == []
