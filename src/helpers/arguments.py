"""Arguments of each ``shequn`` command, with help and examples.

Nothing heavy is imported: ``--help`` and mistakes answer at once.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn, TypeAlias
from unicodedata import east_asian_width

from helpers import __version__, paths
from helpers.errors import Verbatim, quote_values, suggest_nearest
from helpers.wording import join_messages, say
from helpers.wording.terminal import is_chinese_locale, to_system_language

Arguments: TypeAlias = argparse.Namespace
Command: TypeAlias = "Callable[[Arguments], int | None]"

EXAMPLES = MappingProxyType(
    {
        "run": "shequn run exports/ --zone Asia/Shanghai -o my-study",
        "app": "shequn app",
        "groups-template": "shequn groups-template exports/ -o groups.csv",
        "data": "shequn data ../shared/corpora --study fcc_gitter",
        "claims": "shequn claims s0-three-month-death",
        "site": "shequn site",
        "inspect": 'shequn inspect "WhatsApp Chat with X.txt" --date-order dmy',
        "convert": "shequn convert exports/ --to chatlab -o converted/",
        "score": "shequn score messages.txt > scores.csv",
        "label": "shequn label my-study --kind advertisement --size 300",
        "notebooks": "shequn notebooks --only 02",
        "lab": "shequn lab --no-browser --port 8890",
    }
)
ASKED = ["tone", "advertisement", "content", "question"]
QUESTION = "; "  # before the choice that was probably meant
# what argparse says of wrong arguments, as messages that have a translation
MISTAKES = (
    (
        r"the following arguments are required: (?P<names>.+)",
        say("these arguments are missing: {names}"),
    ),
    (r"unrecognized arguments: (?P<names>.+)", say("unknown arguments: {names}")),
    (
        r"ambiguous option: (?P<given>.+) could match (?P<names>.+)",
        say("{given} is ambiguous: {names}"),
    ),
    (
        r"argument (?P<name>.+?): .+: (?P<given>'.*') \(choose from (?P<names>.+)\)",
        say("{name} cannot be {given}; choose one of {names}"),
    ),
    (
        r"argument (?P<name>.+?): expected (?:at least )?one argument",
        say("{name} needs a value"),
    ),
    (
        r"argument (?P<name>.+?): invalid int value: (?P<given>.+)",
        say("{name} must be a whole number, not {given}"),
    ),
    (r"argument (?P<name>.+?): (?P<why>.+)", say("{name}: {why}")),
)


class _Parser(argparse.ArgumentParser):
    """A parser that suggests the nearest choice for a mistyped one."""

    def error(self, message: str) -> NoReturn:
        wrong, _, choices = message.partition("(choose from ")
        given = re.search(r"invalid choice: '(.+)' $", wrong)
        if given and choices:
            names = re.findall(r"[\w-]+", choices)
            nearest = to_system_language(suggest_nearest(given[1], names))
            message = f"{message}{QUESTION}{nearest}".rstrip(QUESTION)
        if is_chinese_locale():
            self.print_usage(sys.stderr)
            told = say("error: {what}", what=Verbatim(_translate_mistake(message)))
            self.exit(2, f"{self.prog}: {to_system_language(told)}\n")
        super().error(message)


def _translate_mistake(message: str) -> str:
    """Translate argparse's message on wrong arguments to the system's language."""
    what, _, question = message.partition(QUESTION)
    for pattern, template in MISTAKES:
        if found := re.fullmatch(pattern, what):
            values = {name: Verbatim(text) for name, text in found.groupdict().items()}
            told = to_system_language(say(template, **values))
            return f"{told}；{question}" if question else told
    return message


class _HelpFormatter(argparse.HelpFormatter):
    """Format help in the language of the user's system."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        before = to_system_language(say("usage: ")) if prefix is None else prefix
        super().add_usage(usage, actions, groups, before)

    def start_section(self, heading: str | None) -> None:
        super().start_section(heading and to_system_language(heading))

    def add_text(self, text: str | None) -> None:
        super().add_text(text and to_system_language(text))

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return action.help and to_system_language(action.help)

    def _split_lines(self, text: str, width: int) -> list[str]:
        return (
            wrap_by_width(text, width)
            if is_chinese_locale()
            else (super()._split_lines(text, width))
        )

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if not is_chinese_locale():
            return super()._fill_text(text, width, indent)
        return "\n".join(indent + line for line in wrap_by_width(text, width))


def wrap_by_width(text: str, width: int) -> list[str]:
    """Break a text into lines of at most a number of terminal columns.

    Chinese characters take two columns each and may be parted anywhere, but no line
    begins with a closing punctuation mark.

    >>> wrap_by_width("包含导出文件的文件夹，或 ZIP 文件", 16)
    ['包含导出文件的文', '件夹，或 ZIP 文', '件']
    """
    lines, line = list[str](), ""
    for piece in re.findall(r"[!-~]+[，。；：、）”]*|\s+|.[，。；：、）”]*", text):
        if line.strip() and _count_columns(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line = (line + piece).lstrip()
    return [*lines, line.rstrip()]


def _count_columns(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def build_parser(commands: Mapping[str, Command]) -> argparse.ArgumentParser:
    """Build the command-line parser with one subcommand per command.

    The first line of a command's docstring is its help.
    """
    whole = _Parser(
        prog="shequn",
        description=say("Test claims about online groups on message data."),
        formatter_class=_HelpFormatter,
    )
    version = f"shequn {__version__}"
    whole.add_argument("--version", action="version", version=version)
    added = whole.add_subparsers(required=True, metavar="COMMAND")
    for name, command in commands.items():
        text = (command.__doc__ or "").rstrip(".")
        example = say("Example: {command}", command=Verbatim(EXAMPLES[name]))
        sub = added.add_parser(
            name,
            help=text,
            description=text,
            epilog=example,
            formatter_class=_HelpFormatter,
        )
        sub.set_defaults(command=command)
        _TAKES.get(name, _add_nothing)(sub)
    return whole


def _add_nothing(_: argparse.ArgumentParser) -> None:
    """Add no arguments, for a command-line command that takes none."""


def _add_run(sub: argparse.ArgumentParser) -> None:
    listed = say(
        "CSV with first and last date per group, instead of exports: --list g.csv"
    )
    sub.add_argument("--list", dest="listed", type=Path, metavar="CSV", help=listed)
    _add_exports(sub, needed=False)
    out = say("output folder for data, tables and site: -o my-study (default)")
    sub.add_argument("-o", dest="out", type=Path, default=Path("my-study"), help=out)
    groups = say("facts about your groups, from groups-template: --groups groups.csv")
    sub.add_argument("--groups", type=Path, help=groups)
    members = say("list of members, with join days if known: --members members.csv")
    sub.add_argument("--members", type=Path, metavar="FILE", help=members)
    people = say("ids that are one person, a line each: --people people.csv")
    sub.add_argument("--people", type=Path, metavar="FILE", help=people)
    first = say("first day to count: --from 2024-01-01")
    sub.add_argument(
        "--from", dest="from_day", type=_parse_day, metavar="DAY", help=first
    )
    last = say("last day to count: --to 2024-06-30")
    sub.add_argument("--to", dest="to_day", type=_parse_day, metavar="DAY", help=last)
    mine = say("also write a page with names, for your eyes only")
    sub.add_argument("--mine", action="store_true", help=mine)
    compare = say("put the answers of public sources beside yours")
    sub.add_argument("--compare", action="store_true", help=compare)
    chapters = say("write notebooks on your groups, or none (default: with 5 groups)")
    sub.add_argument(
        "--chapters", action=argparse.BooleanOptionalAction, default=None, help=chapters
    )
    k = say("hide counts below K people (default: 5); 1 hides none: --k 1")
    sub.add_argument("--k", type=_parse_positive, default=5, help=k)
    _add_engine(sub)


def _add_app(sub: argparse.ArgumentParser) -> None:
    port = say("port of this computer to use (default: any free one): --port 8765")
    sub.add_argument("--port", type=int, default=0, help=port)
    browser = say("print the address instead of opening a browser")
    sub.add_argument("--no-browser", action="store_true", help=browser)


def _add_groups_template(sub: argparse.ArgumentParser) -> None:
    _add_exports(sub)
    out = say("CSV file to write: -o groups.csv (default)")
    sub.add_argument("-o", dest="out", type=Path, default=Path("groups.csv"), help=out)


def _add_data(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("raw", type=Path, help=say("folder with the raw corpora"))
    out = say("output folder (default: data/processed): --out tables/")
    sub.add_argument("--out", type=Path, default=paths.PROCESSED, help=out)
    sub.add_argument(
        "--study",
        action="append",
        help=say("rebuild this study only (repeatable): --study fcc_gitter"),
    )
    _add_engine(sub)


def _add_claims(sub: argparse.ArgumentParser) -> None:
    claim = say("one claim, such as s0-three-month-death (default: all of them)")
    sub.add_argument("claim", nargs="?", default="", metavar="CLAIM", help=claim)
    json_help = say("print answers by kind of group as JSON")
    sub.add_argument("--json", action="store_true", help=json_help)
    sub.add_argument("--csv", action="store_true", help=say("print them as CSV"))
    again = say("compute all answers again from the tables; say what differs")
    sub.add_argument("--recompute", action="store_true", help=again)
    write = say("with --recompute: store what was computed")
    sub.add_argument("--write", action="store_true", help=write)


def _add_site(sub: argparse.ArgumentParser) -> None:
    out = say("output folder: -o build (default)")
    sub.add_argument("-o", dest="out", type=Path, default=paths.BUILD, help=out)
    notebooks = say("folder of executed notebooks: --notebooks notebooks (default)")
    sub.add_argument("--notebooks", type=Path, help=notebooks)


def _add_inspect(sub: argparse.ArgumentParser) -> None:
    _add_paths(sub)
    sub.add_argument(
        "--json", action="store_true", help=say("print the summary as JSON")
    )
    long = say("print all there is about each export, not one line")
    sub.add_argument("--long", action="store_true", help=long)
    names = say("also print which file each number is")
    sub.add_argument("--names", action="store_true", help=names)


def _add_convert(sub: argparse.ArgumentParser) -> None:
    _add_paths(sub)
    _add_key(sub)
    forms = ["chatlab", "convokit"]
    sub.add_argument(
        "--to", required=True, choices=forms, help=say("format to write: --to chatlab")
    )
    out = say("output folder: -o converted/")
    sub.add_argument(
        "-o", dest="out", required=True, type=Path, metavar="OUT", help=out
    )


def _add_score(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "file", type=Path, help=say("text file in UTF-8, one message per line")
    )
    sub.add_argument(
        "--raw",
        action="store_true",
        help=say("SnowNLP's score of every line, without language check"),
    )


def _add_label(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("source", type=Path, help=say("folder made by shequn run"))
    out = say("file of labels, saved after each answer: -o labels.csv (default)")
    sub.add_argument("-o", dest="out", type=Path, default=Path("labels.csv"), help=out)
    sub.add_argument(
        "--kind",
        choices=ASKED,
        default="tone",
        help=say("question to ask of each message (default: tone): --kind question"),
    )
    drawn = say("number of messages to sample (default: 400): --size 300")
    sub.add_argument("--size", type=_parse_positive, default=400, help=drawn)
    sub.add_argument(
        "--seed",
        type=int,
        default=1,
        help=say("random seed of the sample (default: 1): --seed 2"),
    )
    compare = say("show how well the classifiers agree with your labels; ask nothing")
    sub.add_argument("--compare", action="store_true", help=compare)


def _add_notebooks(sub: argparse.ArgumentParser) -> None:
    only = say("only the chapters whose file name begins so: --only 02")
    sub.add_argument("--only", help=only)
    out = say("folder for the executed notebooks, instead of notebooks/: -o executed")
    sub.add_argument("-o", dest="out", type=Path, help=out)
    figures = say("also save pictures and data of the figures: --figures figures")
    sub.add_argument("--figures", type=Path, help=figures)


def _add_lab(sub: argparse.ArgumentParser) -> None:
    options = to_system_language(say("JupyterLab's options…"))
    sub.usage = f"{sub.prog} [{options}]"


_TAKES = MappingProxyType(
    {
        "run": _add_run,
        "app": _add_app,
        "groups-template": _add_groups_template,
        "data": _add_data,
        "claims": _add_claims,
        "site": _add_site,
        "inspect": _add_inspect,
        "convert": _add_convert,
        "score": _add_score,
        "label": _add_label,
        "notebooks": _add_notebooks,
        "lab": _add_lab,
    }
)


def _add_exports(sub: argparse.ArgumentParser, *, needed: bool = True) -> None:
    help_text = say(
        "chat exports (files, ZIPs or folders), unchanged, or folders of exports"
    )
    some = "+" if needed else "*"
    sub.add_argument("exports", nargs=some, type=Path, metavar="EXPORT", help=help_text)
    _add_key(sub)
    _add_reading(sub)
    made = say("day on which the exports were made: --exported 2024-05-31")
    sub.add_argument("--exported", type=_parse_day, metavar="DAY", help=made)


def _add_paths(sub: argparse.ArgumentParser) -> None:
    help_text = say(
        "chat exports (files, ZIPs or folders), unchanged, or folders of exports"
    )
    sub.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=help_text)
    _add_reading(sub)


def _add_key(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--key",
        type=Path,
        help=say("file with your secret key for pseudonyms: --key my.key"),
    )


def _add_reading(sub: argparse.ArgumentParser) -> None:
    order = say("order of day, month, year, if dates are ambiguous: --date-order dmy")
    sub.add_argument("--date-order", choices=["dmy", "mdy", "ymd"], help=order)
    zone = say(
        "time zone of the messages (default: Asia/Shanghai): --zone Europe/Berlin"
    )
    sub.add_argument("--zone", type=_parse_zone, help=zone)
    columns = say("column names of a message table: --columns time=when,sender=who")
    names = "OURS=THEIRS,…"
    sub.add_argument("--columns", type=_parse_columns, metavar=names, help=columns)
    form = say("format of the exports, if ambiguous (repeatable): --format qq")
    sub.add_argument(
        "--format", action="append", type=_parse_form, metavar="NAME", help=form
    )
    chats = say("also read these chats: --include private,saved,bots,channels,direct")
    sub.add_argument("--include", type=_parse_chats, metavar="WHAT,…", help=chats)


def _add_engine(sub: argparse.ArgumentParser) -> None:
    engine = say("query engine (default: duckdb); spark needs Java: --engine spark")
    engines = ["duckdb", "spark"]
    sub.add_argument("--engine", choices=engines, default="duckdb", help=engine)


def _refuse(what: str) -> NoReturn:
    """Raise argparse's error for an option value, in the user's system language."""
    raise argparse.ArgumentTypeError(to_system_language(quote_values(what))) from None


def _parse_columns(words: str) -> dict[str, str]:
    from helpers.formats.table import COLUMNS as OURS

    columns = dict(pair.split("=", 1) for pair in words.split(",") if "=" in pair)
    if columns.keys() - set(OURS) or len(columns) != words.count(",") + 1:
        choices = ", ".join(OURS)
        _refuse(
            say(
                "{words!r}: write OURS=THEIRS, with OURS one of {names}",
                words=words,
                names=choices,
            )
        )
    return columns


def _parse_form(word: str) -> str:
    from helpers.formats import FORMATS

    if word not in FORMATS:
        _refuse(
            say("{word!r}: choose one of {names}", word=word, names=", ".join(FORMATS))
        )
    return word


def _parse_chats(words: str) -> list[str]:
    from helpers.formats.rows.frame import OTHER_CHATS

    if unknown := set(chats := words.split(",")) - OTHER_CHATS.keys():
        choices = ", ".join(OTHER_CHATS)
        _refuse(
            say(
                "{word!r}: choose one of {names}",
                word=", ".join(unknown),
                names=choices,
            )
        )
    return chats


def _parse_day(word: str) -> date:
    from helpers.own_groups.group_facts import parse_past_day

    try:
        return parse_past_day(word)
    except ValueError as error:
        _refuse(say("what is needed: {error}", error=error.args[0]))


def _parse_positive(word: str) -> int:
    if not (word.isdecimal() and int(word)):
        _refuse(say("what is needed: {error}", error=say("a whole number from 1 on")))
    return int(word)


def _parse_zone(word: str) -> str:
    """Return the time zone of a name, a city or, as 北京, another name of a zone."""
    from helpers.time_zones import find_zone

    zone, nearest = find_zone(word)
    if zone is None:
        needed = say(
            "what is needed: {error}", error=say("a zone such as Asia/Shanghai")
        )
        _refuse(join_messages("; ", [needed, nearest]))
    if zone != word:
        taken = say("--zone {word} was taken as {zone}", word=Verbatim(word), zone=zone)
        print(to_system_language(taken), file=sys.stderr)
    return zone
