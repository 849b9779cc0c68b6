"""The command line: what it lists, and that mistakes end in a sentence."""

from __future__ import annotations

import pytest

from helpers import cli
from helpers.errors import ShequnError


@pytest.mark.parametrize(
    "command", ["site", "data", "claims", "inspect", "score", "label"]
)
def test_help_names_every_command(capsys, command):
    """Whoever types --help finds the command."""
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    assert command in capsys.readouterr().out


def test_an_error_is_one_sentence_and_no_traceback(monkeypatch, capsys):
    """A ShequnError becomes its own wording on stderr and exit code 1."""

    def fail(_):
        raise ShequnError("no such file", where="a.json", remedy="check the name")

    monkeypatch.setattr(cli, "claims", fail)
    assert cli.main(["claims"]) == 1
    captured = capsys.readouterr()
    assert captured.err == "shequn: a.json: no such file. Hint: check the name.\n"
    assert captured.out == ""


def test_an_interrupt_says_how_to_go_on(monkeypatch, capsys):
    """Ctrl-C ends with 130 and a way to resume."""

    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "claims", interrupt)
    assert cli.main(["claims"]) == cli.INTERRUPTED
    assert "run it again" in capsys.readouterr().err
