"""A user's pages and chapters speak of the user's groups alone."""

import re
from datetime import date

import nbformat
import numpy as np
import pandas as pd
import pytest

import helpers as sq
from helpers.figures.svg import MIME
from helpers.notebooks import list_chapters
from helpers.own_groups.hand_labels import open_labels, read_messages
from helpers.own_groups.plan import Plan
from helpers.own_groups.report.chapter import select_cells
from helpers.own_groups.run import COUNTS, run_study
from helpers.paths import RAW
from helpers.small_counts import PEOPLE
from helpers.store.ingest import Terms
from pipeline.validation.demo import GROUPS, SHORT_LIVED
from tests.printed import NOTHING, run_cells


def list_faults(folder):
    """List what fails in a run's chapters, and what stands there for nothing."""
    for path in sorted((folder / "chapters").glob("*.ipynb")):
        for number, cell in enumerate(nbformat.read(path, 4).cells):
            for output in cell.get("outputs", ()):
                if output.output_type == "error" or output.get("name") == "stderr":
                    yield path.name, number, output.get("evalue", output.get("text"))
                data = output.get("data", {})
                told = data.get("text/markdown", "") + data.get("text/html", "")
                told += data.get(MIME, {}).get("title", "")
                if NOTHING.search(told) or str(folder.parent) in told:
                    yield path.name, number, NOTHING.findall(told)


def _run(room, exports, exported=None, **how):
    (room / "key").write_text("07" * 32, encoding="ascii")
    terms = Terms(key=room / "key", exported=exported)
    plan = Plan(exports=exports, out=room / "o", terms=terms, **how)
    return run_study(plan).page.parent


def _write_plain_table(room):
    """Write six groups, of which four end, without replies or joins."""
    days = np.random.default_rng(4).exponential([90.0] * 4 + [900.0] * 2)
    begin, table = pd.date_range("2023-01-01", periods=600), room / "plain.csv"
    said = [(n, day) for n, life in enumerate(days) for day in range(int(life))]
    rows = [f"{begin[day + n]},g{n},p{day % 7},line" for n, day in said if day < 500]
    table.write_text("\n".join(["time,group,sender,text", *rows]), "utf-8")
    return [table]


def test_chapters_run_on_one_group(tmp_path, monkeypatch, capsys):
    """One group is too few for nearly all: a sentence says so, and a place steps in."""
    out = _run(tmp_path, [RAW / "demo" / "discord-05.zip"], chapters=False)
    file = out / "labels.csv"
    labels = open_labels(read_messages(out), file, "tone", size=5, seed=1)
    labels.assign(label="negative").to_csv(file, index=False)
    assert sq.open_run(out).labels()["label"].tolist() == ["negative"] * 5
    monkeypatch.chdir(out / "processed")
    for number in (2, 10):
        cells = select_cells(nbformat.read(list_chapters()[number], 4).cells)
        run_cells([cell.source for cell in cells if cell.cell_type == "code"])
    assert "So this goes on with" in (told := capsys.readouterr().out)
    assert not NOTHING.search(told)


WORLDS = {  # exports, and the day on which they were made
    "one group": ("demo/discord-05.zip", None),
    "one platform": ("demo/discord-*.zip", None),
    "the demo, no day": ("demo/*.zip", None),
    "the demo": ("demo/*.zip", "files"),
    "a plain table": ("plain.csv", date(2024, 12, 31)),
    "planted": ("souring/groups.zip", date(2024, 4, 26)),
}


@pytest.mark.long
@pytest.mark.parametrize("world", WORLDS)
def test_the_chapters_run_on_any_groups(tmp_path, world):
    """Groups of many kinds, with and without a day of export; the demo's truth."""
    some, day = WORLDS[world]
    exports = sorted(RAW.glob(some)) or _write_plain_table(tmp_path)
    out = _run(tmp_path, exports, day, chapters=True)
    assert [*list_faults(out)] == []
    if world == "the demo":
        silent = sq.recount("s0-three-month-death", str(out))["estimate"].item()
        assert silent == pytest.approx(SHORT_LIVED / GROUPS, abs=0.005)
        busy = sq.recount("s0-success-below-5pct", str(out))["estimate"].item()
        assert busy == pytest.approx(1 - SHORT_LIVED / GROUPS, abs=0.005)
        told = min((out / "chapters").glob("02*")).read_text("utf-8")
        assert f"of 100 groups that ever spoke, {100 * silent:.0f} (" in told


def test_two_people_are_counted_nowhere(tmp_path):
    """A cell that counts one or two people tells who they are."""
    rows = "".join(
        f"2024-0{1 + n // 28}-{1 + n % 28:02d}T10:00:00Z,{'ab'[n % 2]},line {n}\n"
        for n in range(140)
    )
    (tmp_path / "log.csv").write_text(f"time,sender,text\n{rows}", "utf-8")
    lines = []
    _run(tmp_path, [tmp_path / "log.csv"], chapters=False, report=lines.append)
    page = (tmp_path / "o" / "your-groups.html").read_text("utf-8")
    assert "fewer than 5" in page
    assert "不知道是哪天导出的" in page  # of whom no life is estimated
    few = r"\b[12] (people|wrote|members|人|个人)|<td>[12]</td>|\b50%"
    for text in (page, *lines):
        assert not re.search(few, text), re.search(few, text)
    for table in (tmp_path / "o" / "tables").glob("*.csv"):
        people = pd.read_csv(table).filter([*PEOPLE, *COUNTS])
        assert not people.isin([1, 2, "1", "2"]).any(axis=None), table.name
