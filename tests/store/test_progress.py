"""Progress where there is no terminal: a line now and then, not one per file."""

import time

import pytest

from helpers.store import progress
from helpers.store.progress import show_stage, show_steps
from helpers.wording import say


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Make a log's line due after a twentieth of a second."""
    monkeypatch.setattr(progress, "EVERY_SECONDS_IN_LOGS", 0.05)


def test_log_has_a_line_for_a_long_stage_only(capsys):
    """A minute of silence looked like a hang; short steps need no line."""
    with show_stage("short"):
        pass
    with show_stage("computing tables"):
        time.sleep(0.2)

    assert capsys.readouterr().err == "computing tables …\n"


def test_log_has_few_lines_for_many_files(capsys):
    """A thousand files are no thousand lines, and none holds a control character."""
    with show_steps("reading", 1000) as show:
        for _ in range(1000):
            show.next()
        time.sleep(0.1)
        show.rows(7)
    lines = capsys.readouterr().err.splitlines()

    assert 1 <= len(lines) <= 5
    assert lines[-1].startswith("reading: file 1000 of 1000, 7 messages")
    assert "\r" not in "".join(lines)


def test_slow_cell_of_a_notebook_writes_no_progress(monkeypatch, capsys):
    """What a cell writes to stderr fails the site."""
    monkeypatch.setenv(progress.QUIET, "1")
    monkeypatch.setattr(progress, "EVERY_SECONDS_IN_LOGS", 0.0)
    with progress.show_steps("reading", 2) as show:
        show.next()
    assert capsys.readouterr().err == ""


def test_progress_is_chinese_on_a_chinese_system(monkeypatch, capsys):
    """`reading: file 1 of 15` stood between Chinese lines."""
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    with show_steps(say("reading"), 15, say("file")) as show:
        time.sleep(0.1)
        show.next()
    assert capsys.readouterr().err.startswith("读取：第 1 个文件，共 15 个")
