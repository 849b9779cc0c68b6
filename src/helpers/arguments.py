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

from helpers import __version__, paths
from helpers.errors import quote_values, suggest_nearest
from helpers.wording import join_messages, say
from helpers.wording.messages import Verbatim
from helpers.wording.terminal import (
    count_columns,
    is_chinese_locale,
    to_system_language,
)

Arguments: TypeAlias = argparse.Namespace
Add: TypeAlias = "Callable[..., argparse.Action]"
Command: TypeAlias = "Callable[[Arguments], int | None]"

EXAMPLES = MappingProxyType(
    {
        "run": "shequn run exports/ --zone Asia/Shanghai -o my-study",
        "app": "shequn app",
        "groups-template": "shequn groups-template exports/ -o groups.csv",
        "claims": "shequn claims s0-three-month-death",
        "inspect": 'shequn inspect "WhatsApp Chat with X.txt" --date-order dmy',
        "convert": "shequn convert exports/ --to chatlab -o converted/",
        "score": "shequn score messages.txt > scores.csv",
        "label": "shequn label my-study --kind advertisement --size 300",
        "fetch": "shequn fetch gzlug",
        "notebooks": "shequn notebooks --only 02",
        "lab": "shequn lab --no-browser --port 8890",
    }
)
EXPORTS = say("chat exports (files, ZIPs or folders), unchanged, or folders of exports")
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
        if line.strip() and count_columns(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line = (line + piece).lstrip()
    return [*lines, line.rstrip()]


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
        if name == "lab":
            options = to_system_language(say("JupyterLab's options…"))
            sub.usage = f"{sub.prog} [{options}]"
        else:
            _TAKES[name](sub.add_argument)
    return whole


def _add_run(add: Add) -> None:
    listed = say(
        "CSV with first and last date per group, instead of exports: --list g.csv"
    )
    add("--list", dest="listed", type=Path, metavar="CSV", help=listed)
    _add_exports(add, needed=False)
    out = say("output folder for data, tables and site: -o my-study (default)")
    add("-o", dest="out", type=Path, default=Path("my-study"), help=out)
    groups = say("facts about your groups, from groups-template: --groups groups.csv")
    add("--groups", type=Path, help=groups)
    members = say("list of members, with join days if known: --members members.csv")
    add("--members", type=Path, metavar="FILE", help=members)
    people = say("ids that are one person, a line each: --people people.csv")
    add("--people", type=Path, metavar="FILE", help=people)
    first = say("first day to count: --from 2024-01-01")
    add("--from", dest="from_day", type=_parse_day, metavar="DAY", help=first)
    last = say("last day to count: --to 2024-06-30")
    add("--to", dest="to_day", type=_parse_day, metavar="DAY", help=last)
    mine = say("also write a page with names, for your eyes only")
    add("--mine", action="store_true", help=mine)
    counts = say("also write counts that you may give away: --counts counts.csv")
    add("--counts", type=Path, metavar="FILE", help=counts)
    picture = say("also draw a picture to send, without names")
    add("--picture", action="store_true", help=picture)
    names = say("show what groups are called on the page to send, too")
    add("--names", action="store_true", help=names)
    compare = say("put the answers of public sources beside yours")
    add("--compare", action="store_true", help=compare)
    chapters = say("write notebooks on your groups, or none (default: with 5 groups)")
    add(
        "--chapters", action=argparse.BooleanOptionalAction, default=None, help=chapters
    )
    k = say("hide counts below K people (default: 5); 1 hides none: --k 1")
    add("--k", type=_parse_positive, default=5, help=k)
    cores = say("use so many cores (default: all there are): --cores 2")
    add("--cores", type=_parse_positive, help=cores)
    _add_engine(add)


def _add_app(add: Add) -> None:
    port = say("port of this computer to use (default: any free one): --port 8765")
    add("--port", type=int, default=0, help=port)
    browser = say("print the address instead of opening a browser")
    add("--no-browser", action="store_true", help=browser)


def _add_groups_template(add: Add) -> None:
    _add_exports(add)
    out = say("CSV file to write: -o groups.csv (default)")
    add("-o", dest="out", type=Path, default=Path("groups.csv"), help=out)


def _add_claims(add: Add) -> None:
    claim = say("one claim, such as s0-three-month-death (default: all of them)")
    add("claim", nargs="?", default="", metavar="CLAIM", help=claim)
    json_help = say("print answers by kind of group as JSON")
    add("--json", action="store_true", help=json_help)
    add("--csv", action="store_true", help=say("print them as CSV"))


def _add_inspect(add: Add) -> None:
    _add_paths(add)
    add("--json", action="store_true", help=say("print the summary as JSON"))
    long = say("print all there is about each export, not one line")
    add("--long", action="store_true", help=long)
    names = say("also print which file each number is")
    add("--names", action="store_true", help=names)


def _add_convert(add: Add) -> None:
    _add_paths(add)
    _add_key(add)
    forms = ["chatlab", "convokit"]
    add("--to", required=True, choices=forms, help=say("format to write: --to chatlab"))
    out = say("output folder: -o converted/")
    add("-o", dest="out", required=True, type=Path, metavar="OUT", help=out)


def _add_score(add: Add) -> None:
    add("file", type=Path, help=say("text file in UTF-8, one message per line"))
    add(
        "--raw",
        action="store_true",
        help=say("SnowNLP's score of every line, without language check"),
    )


def _add_label(add: Add) -> None:
    add("source", type=Path, help=say("folder made by shequn run"))
    out = say("file of labels, saved after each answer: -o labels.csv (default)")
    add("-o", dest="out", type=Path, default=Path("labels.csv"), help=out)
    add(
        "--kind",
        choices=ASKED,
        default="tone",
        help=say("question to ask of each message (default: tone): --kind question"),
    )
    drawn = say("number of messages to sample (default: 400): --size 300")
    add("--size", type=_parse_positive, default=400, help=drawn)
    add(
        "--seed",
        type=int,
        default=1,
        help=say("random seed of the sample (default: 1): --seed 2"),
    )
    compare = say("show how well the classifiers agree with your labels; ask nothing")
    add("--compare", action="store_true", help=compare)


def _add_fetch(add: Add) -> None:
    add("archive", metavar="NAME", help=say("fcc_gitter or gzlug"))
    source = say("its ZIP, or a folder with its files, that is there: --from a.zip")
    add("--from", dest="source", type=Path, metavar="PATH", help=source)
    out = say("folder to write to (default: data/raw): -o archives/")
    add("-o", dest="out", type=Path, default=paths.RAW, help=out)


def _add_notebooks(add: Add) -> None:
    only = say("only the chapters whose file name begins so: --only 02")
    add("--only", help=only)
    out = say("folder for the executed notebooks, instead of notebooks/: -o executed")
    add("-o", dest="out", type=Path, help=out)


_TAKES = MappingProxyType(
    {
        "run": _add_run,
        "app": _add_app,
        "groups-template": _add_groups_template,
        "claims": _add_claims,
        "inspect": _add_inspect,
        "convert": _add_convert,
        "score": _add_score,
        "label": _add_label,
        "fetch": _add_fetch,
        "notebooks": _add_notebooks,
    }
)


def _add_exports(add: Add, *, needed: bool = True) -> None:
    some = "+" if needed else "*"
    add("exports", nargs=some, type=Path, metavar="EXPORT", help=EXPORTS)
    _add_key(add)
    _add_reading(add)
    made = say(
        "day on which the exports were made, where they do not say it: --exported"
        " 2024-05-31 or, if they were made on their files' dates, --exported files"
    )
    add("--exported", type=_parse_exported, metavar="DAY", help=made)


def _add_paths(add: Add) -> None:
    add("paths", nargs="+", type=Path, metavar="PATH", help=EXPORTS)
    _add_reading(add)


def _add_key(add: Add) -> None:
    add(
        "--key",
        type=Path,
        help=say("file with your secret key for pseudonyms: --key my.key"),
    )


def _add_reading(add: Add) -> None:
    order = say("order of day, month, year, if dates are ambiguous: --date-order dmy")
    add("--date-order", choices=["dmy", "mdy", "ymd"], help=order)
    zone = say(
        "time zone of the messages (default: Asia/Shanghai): --zone Europe/Berlin"
    )
    add("--zone", type=_parse_zone, help=zone)
    columns = say("column names of a message table: --columns time=when,sender=who")
    names = "OURS=THEIRS,…"
    add("--columns", type=_parse_columns, metavar=names, help=columns)
    form = say("format of the exports, if ambiguous (repeatable): --format qq")
    add("--format", action="append", type=_parse_form, metavar="NAME", help=form)
    chats = say("also read these chats: --include private,saved,bots,channels,direct")
    add("--include", type=_parse_chats, metavar="WHAT,…", help=chats)


def _add_engine(add: Add) -> None:
    engine = say("query engine (default: duckdb); spark needs Java: --engine spark")
    engines = ["duckdb", "spark"]
    add("--engine", choices=engines, default="duckdb", help=engine)


def _refuse(what: str) -> NoReturn:
    """Raise argparse's error for an option value, in the user's system language."""
    raise argparse.ArgumentTypeError(to_system_language(quote_values(what))) from None


def _parse_columns(words: str) -> dict[str, str]:
    from helpers.formats.rules.headers import COLUMNS as OURS

    columns = dict(pair.split("=", 1) for pair in words.split(",") if "=" in pair)
    if columns.keys() - set(OURS) or len(columns) != words.count(",") + 1:
        form = say(
            "{words!r}: write OURS=THEIRS, with OURS one of {names}",
            words=words,
            names=", ".join(OURS),
        )
        _refuse(form)
    return columns


def _check_choice(word: str, choices: Iterable[str]) -> str:
    if word not in (known := list(choices)):
        names = ", ".join(known)
        _refuse(say("{word!r}: choose one of {names}", word=word, names=names))
    return word


def _parse_form(word: str) -> str:
    from helpers.formats import FORMATS

    return _check_choice(word, FORMATS)


def _parse_chats(words: str) -> list[str]:
    from helpers.formats.rows.frame import OTHER_CHATS

    return [_check_choice(word, OTHER_CHATS) for word in words.split(",")]


def _refuse_needed(what: str) -> NoReturn:
    _refuse(say("what is needed: {error}", error=what))


def _parse_exported(word: str) -> date | str:
    return word if word == "files" else _parse_day(word)


def _parse_day(word: str) -> date:
    from helpers.formats.rows.days import parse_past_day

    try:
        return parse_past_day(word)
    except ValueError as error:
        _refuse_needed(error.args[0])


def _parse_positive(word: str) -> int:
    if not (word.isdecimal() and int(word)):
        _refuse_needed(say("a whole number from 1 on"))
    return int(word)


def _parse_zone(word: str) -> str:
    """Return the time zone of a name, a city or, as 北京, another name of a zone."""
    from helpers.time_zones import find_zone

    zone, nearest = find_zone(word)
    if zone is None:
        needed = say("a zone such as Asia/Shanghai")
        _refuse_needed(join_messages("; ", [needed, nearest]))
    if zone != word:
        taken = say("--zone {word} was taken as {zone}", word=Verbatim(word), zone=zone)
        print(to_system_language(taken), file=sys.stderr)
    return zone
