"""``shequn``: the command line, one function a subcommand.

Heavy libraries are imported by the command that needs them, so that ``--help`` and
mistakes answer at once. Whatever a user can meet ends in one sentence, never in a
traceback.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import __version__, paths
from helpers.errors import ShequnError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Arguments = argparse.Namespace

__all__ = ["main"]

INTERRUPTED = 130


def site(_: Arguments) -> None:
    """Execute the notebooks into build/ and render the site."""
    from helpers.site import make_site

    print(f"The site is at {make_site()}")


def notebooks(_: Arguments) -> None:
    """Execute the notebooks and rewrite the committed ones."""
    from helpers.site import rewrite_notebooks

    for path in rewrite_notebooks():
        print(path.relative_to(paths.ROOT))


def lab(_: Arguments) -> None:
    """Open JupyterLab on the notebooks."""
    command = [sys.executable, "-m", "jupyterlab", str(paths.NOTEBOOKS)]
    os.execv(sys.executable, command)  # noqa: S606 - our own interpreter, no shell


def data(arguments: Arguments) -> None:
    """Rebuild the processed tables from raw corpora."""
    from helpers.study.build import rebuild

    done = rebuild(arguments.raw, arguments.out, studies=arguments.study or None)
    for study in done.built:
        print(f"{study.name}: rebuilt in {study.folder}")
    for missing in done.missing:
        print(f"left as it was: {missing}")


def claims(arguments: Arguments) -> None:
    """Print every claim and study with its verdict."""
    from helpers.claims import scoreboard
    from helpers.study import open_studies

    board = scoreboard(open_studies())
    if arguments.json:
        print(board.to_json(orient="records", force_ascii=False, indent=1))
    else:
        print(board[["claim", "study", "verdict", "estimate"]].to_string(index=False))


def inspect(arguments: Arguments) -> None:
    """Say what exports are and what they can show, printing no message or name."""
    from helpers.formats.inspect import inspect as look

    report = look(arguments.paths)
    if arguments.json:
        print(json.dumps(report.as_dict(), ensure_ascii=False, indent=1))
    else:
        print(report.as_text())


def convert(arguments: Arguments) -> None:
    """Write exports in another format."""
    from helpers.formats.convert import convert as write

    write(arguments.paths, arguments.to, arguments.out)


def score(arguments: Arguments) -> None:
    """Score one message a line: CSV with score, kept and known tokens."""
    from helpers.sentiment.command import run

    run(arguments.file, raw=arguments.raw, out=sys.stdout)


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code.

    Examples
    --------
    >>> main(["--version"])
    Traceback (most recent call last):
    SystemExit: 0
    """
    arguments = _parser().parse_args(words)
    try:
        arguments.command(arguments)
    except ShequnError as error:
        print(f"shequn: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # the reader of our output has gone; keep Python from complaining at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("shequn: interrupted; run it again to go on.", file=sys.stderr)
        return INTERRUPTED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="shequn", description="Test claims about online groups on message data."
    )
    parser.add_argument("--version", action="version", version=f"shequn {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Callable[[Arguments], None]) -> argparse.ArgumentParser:
        text = (command.__doc__ or "").rstrip(".")
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=command)
        return sub

    add("site", site)
    add("notebooks", notebooks)
    add("lab", lab)
    sub = add("data", data)
    sub.add_argument("raw", type=Path, help="folder with the raw corpora")
    sub.add_argument("--out", type=Path, default=paths.PROCESSED)
    sub.add_argument("--study", action="append", help="only this one (repeatable)")
    sub = add("claims", claims)
    sub.add_argument("--json", action="store_true", help="every field, as JSON")
    sub = add("inspect", inspect)
    sub.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    sub.add_argument("--json", action="store_true", help="the same as JSON")
    sub = add("convert", convert)
    sub.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    sub.add_argument("--to", required=True, choices=["chatlab", "convokit"])
    sub.add_argument("-o", dest="out", required=True, type=Path, metavar="OUT")
    sub = add("score", score)
    sub.add_argument("file", type=Path, help="one message a line, UTF-8")
    sub.add_argument("--raw", action="store_true", help="SnowNLP's own score, no nulls")
    return parser


if __name__ == "__main__":
    sys.exit(main())
