"""Arguments of each ``shequn`` command, with help and examples.

Nothing heavy is imported: ``--help`` and mistakes answer at once.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias
from zoneinfo import available_timezones

from helpers import __version__, paths

Arguments: TypeAlias = argparse.Namespace
Command: TypeAlias = "Callable[[Arguments], int | None]"

EXAMPLES = MappingProxyType(
    {
        "site": "shequn site",
        "notebooks": "shequn notebooks",
        "figure": "shequn figure dead-by-day --format pdf",
        "lab": "shequn lab my-study --no-browser --port 8890",
        "run": "shequn run exports/ --zone Asia/Shanghai -o my-study",
        "groups-template": "shequn groups-template exports/ -o groups.csv",
        "data": "shequn data ../shared/corpora --study fcc_gitter",
        "evidence": "shequn evidence",
        "claims": "shequn claims --json",
        "inspect": 'shequn inspect "WhatsApp Chat with X.txt" --date-order dmy',
        "convert": "shequn convert exports/ --to chatlab -o converted/",
        "score": "shequn score messages.txt > scores.csv",
        "label": "shequn label my-study --kind advertisement --size 300",
    }
)
ASKED = ["tone", "advertisement", "content", "off_topic", "question", "usefulness"]
PASSED_ON = "Whatever follows the folder goes to JupyterLab."


def build_parser(commands: Mapping[str, Command]) -> argparse.ArgumentParser:
    """Build the command-line parser with one subcommand per command.

    The first line of a command's docstring is its help.
    """
    whole = argparse.ArgumentParser(
        prog="shequn", description="Test claims about online groups on message data."
    )
    whole.add_argument("--version", action="version", version=f"shequn {__version__}")
    added = whole.add_subparsers(required=True, metavar="COMMAND")
    for name, command in commands.items():
        text = (command.__doc__ or "").rstrip(".")
        example = f"Example: {EXAMPLES[name]}"
        sub = added.add_parser(name, help=text, description=text, epilog=example)
        sub.set_defaults(command=command)
        _TAKES.get(name, _add_nothing)(sub)
    return whole


def _add_nothing(_: argparse.ArgumentParser) -> None:
    """Add no arguments to a command."""


def _add_lab(sub: argparse.ArgumentParser) -> None:
    sub.usage = f"{sub.prog} [FOLDER] [JupyterLab's options…]"
    sub.epilog = f"{PASSED_ON} {sub.epilog}"
    folder = "made by shequn run; the public studies without it"
    sub.add_argument("folder", nargs="?", type=Path, help=folder)


def _add_site(sub: argparse.ArgumentParser) -> None:
    text = "print chapters and claims as one PDF as well (needs Chromium)"
    sub.add_argument("--pdf", action="store_true", help=text)


def _add_figure(sub: argparse.ArgumentParser) -> None:
    name = "the figure's permanent id, as on its page; without it all are listed"
    sub.add_argument("name", nargs="?", metavar="NAME", help=name)
    forms = ["svg", "dark.svg", "narrow.svg", "pdf", "png", "clear.png"]
    form = "the file to write: --format pdf (so without it; repeatable)"
    sub.add_argument("--format", action="append", choices=forms, help=form)
    language = "of its words: --language zh (en)"
    sub.add_argument("--language", choices=["en", "zh"], default="en", help=language)
    out = "the folder to write into: -o slides/ (the current one)"
    sub.add_argument("-o", dest="out", type=Path, default=Path(), help=out)


def _add_run(sub: argparse.ArgumentParser) -> None:
    listed = "a list instead of exports, two dates per group: --list groups.csv"
    sub.add_argument("--list", dest="listed", type=Path, metavar="CSV", help=listed)
    _add_exports(sub, needed=False)
    out = "folder for the store, the tables and the site: -o my-study (so without it)"
    sub.add_argument("-o", dest="out", type=Path, default=Path("my-study"), help=out)
    groups = "what you know of your groups, filled in: --groups groups.csv"
    sub.add_argument("--groups", type=Path, help=groups)
    labels = "messages labelled by hand with shequn label: --labels labels.csv"
    sub.add_argument("--labels", type=Path, help=labels)
    tables = "tables you wrote, with columns as in docs/tables.md: --tables tables/"
    sub.add_argument("--tables", type=Path, help=tables)
    compare = "show these beside yours: --compare corpora"
    sub.add_argument("--compare", choices=["corpora"], help=compare)
    k = "least number of people that pages show (5); for your own eyes all: --k 1"
    sub.add_argument("--k", type=_parse_positive, default=5, help=k)
    claims = "whether chapters and claims follow the cards (from 5 groups on)"
    choice = argparse.BooleanOptionalAction
    sub.add_argument("--claims", action=choice, help=claims)
    _add_engine(sub)


def _add_groups_template(sub: argparse.ArgumentParser) -> None:
    _add_exports(sub)
    out = "the table to write: -o groups.csv (so without it)"
    sub.add_argument("-o", dest="out", type=Path, default=Path("groups.csv"), help=out)


def _add_data(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("raw", type=Path, help="folder with the raw corpora")
    out = "folder for the tables (data/processed): --out tables/"
    sub.add_argument("--out", type=Path, default=paths.PROCESSED, help=out)
    sub.add_argument(
        "--study",
        action="append",
        help="only this one: --study fcc_gitter (repeatable)",
    )
    _add_engine(sub)


def _add_claims(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--json", action="store_true", help="every field, as JSON")
    pooled = "one row a claim: pooled estimate, answer, certainty"
    sub.add_argument("--synthesis", action="store_true", help=pooled)


def _add_inspect(sub: argparse.ArgumentParser) -> None:
    _add_paths(sub)
    sub.add_argument("--json", action="store_true", help="the same as JSON")


def _add_convert(sub: argparse.ArgumentParser) -> None:
    _add_paths(sub)
    _add_key(sub)
    forms = ["chatlab", "convokit"]
    sub.add_argument(
        "--to", required=True, choices=forms, help="the format to write: --to chatlab"
    )
    out = "the folder to write into: -o converted/"
    sub.add_argument(
        "-o", dest="out", required=True, type=Path, metavar="OUT", help=out
    )


def _add_score(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("file", type=Path, help="one message a line, UTF-8")
    sub.add_argument("--raw", action="store_true", help="SnowNLP's own score, no nulls")


def _add_label(sub: argparse.ArgumentParser) -> None:
    source = "a folder made by shequn run, a CSV (group,text) or one message a line"
    sub.add_argument("source", type=Path, help=source)
    out = "the labels, kept after each answer: -o labels.csv (so without it)"
    sub.add_argument("-o", dest="out", type=Path, default=Path("labels.csv"), help=out)
    sub.add_argument(
        "--kind",
        choices=ASKED,
        default="tone",
        help="what is asked (tone): --kind question",
    )
    drawn = "messages to draw (400): --size 300"
    sub.add_argument("--size", type=_parse_positive, default=400, help=drawn)
    sub.add_argument("--seed", type=int, default=1, help="another draw (1): --seed 2")
    whole = "draw whole groups, for claims that need every message of a group"
    sub.add_argument("--whole-groups", action="store_true", help=whole)
    compare = "ask nothing: say how well instruments agree with your labels so far"
    sub.add_argument("--compare", action="store_true", help=compare)


_TAKES = MappingProxyType(
    {
        "site": _add_site,
        "figure": _add_figure,
        "lab": _add_lab,
        "run": _add_run,
        "groups-template": _add_groups_template,
        "data": _add_data,
        "claims": _add_claims,
        "inspect": _add_inspect,
        "convert": _add_convert,
        "score": _add_score,
        "label": _add_label,
    }
)


def _add_exports(sub: argparse.ArgumentParser, *, needed: bool = True) -> None:
    help_text = "exports as they came, or folders of them"
    some = "+" if needed else "*"
    sub.add_argument("exports", nargs=some, type=Path, metavar="EXPORT", help=help_text)
    _add_key(sub)
    _add_reading(sub)
    made = "when these exports were made: --exported 2024-05-31"
    sub.add_argument("--exported", type=_parse_day, metavar="DAY", help=made)


def _add_paths(sub: argparse.ArgumentParser) -> None:
    help_text = "exports as they came, or folders of them"
    sub.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=help_text)
    _add_reading(sub)


def _add_key(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--key", type=Path, help="a file of your own for pseudonyms: --key my.key"
    )


def _add_reading(sub: argparse.ArgumentParser) -> None:
    order = "which number of 03/04/24 is the day, where no row tells: --date-order dmy"
    sub.add_argument("--date-order", choices=["dmy", "mdy", "ymd"], help=order)
    zone = "time zone of days and hours (Asia/Shanghai): --zone Europe/Berlin"
    sub.add_argument("--zone", type=_parse_zone, help=zone)
    columns = "what a plain table calls its columns: --columns time=when,sender=who"
    names = "OURS=THEIRS,…"
    sub.add_argument("--columns", type=_parse_columns, metavar=names, help=columns)
    form = "what a file is that could be of several formats: --format qq (repeatable)"
    sub.add_argument(
        "--format", action="append", type=_parse_form, metavar="NAME", help=form
    )
    chats = "take these for groups too: --include private,saved,bots,channels,direct"
    sub.add_argument("--include", type=_parse_chats, metavar="WHAT,…", help=chats)


def _add_engine(sub: argparse.ArgumentParser) -> None:
    engine = "what counts (duckdb); spark needs Java: --engine spark"
    engines = ["duckdb", "spark"]
    sub.add_argument("--engine", choices=engines, default="duckdb", help=engine)


def _parse_columns(words: str) -> dict[str, str]:
    from helpers.formats.table.columns import COLUMNS as OURS

    columns = dict(pair.split("=", 1) for pair in words.split(",") if "=" in pair)
    if columns.keys() - set(OURS) or len(columns) != words.count(",") + 1:
        choices = ", ".join(OURS)
        raise argparse.ArgumentTypeError(
            f"{words!r}: write OURS=THEIRS, with OURS one of {choices}"
        )
    return columns


def _parse_form(word: str) -> str:
    from helpers.formats import FORMATS

    if word not in FORMATS:
        raise argparse.ArgumentTypeError(
            f"{word!r}: choose one of {', '.join(FORMATS)}"
        )
    return word


def _parse_chats(words: str) -> list[str]:
    from helpers.formats.rows.frame import OTHER_CHATS

    if unknown := set(chats := words.split(",")) - OTHER_CHATS.keys():
        choices = ", ".join(OTHER_CHATS)
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: choose from {choices}")
    return chats


def _parse_day(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise argparse.ArgumentTypeError("a day such as 2024-05-31 is needed") from None


def _parse_positive(word: str) -> int:
    if not (word.isdecimal() and int(word)):
        raise argparse.ArgumentTypeError("a whole number from 1 on is needed")
    return int(word)


def _parse_zone(word: str) -> str:
    if word not in available_timezones():
        raise argparse.ArgumentTypeError("a zone such as Asia/Shanghai is needed")
    return word
