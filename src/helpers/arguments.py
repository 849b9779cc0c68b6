"""Arguments of each ``shequn`` command, with help and examples.

Nothing heavy is imported: ``--help`` and mistakes answer at once.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import NoReturn, TypeAlias

from helpers import __version__
from helpers.errors import quote_values, suggest_nearest
from helpers.files import read_own_rows
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

TAKEN = read_own_rows("arguments.toml")  # by command: an example, and options
QUESTION = "; "  # before the choice that was probably meant


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
    for row in TAKEN["mistakes"]:
        if found := re.fullmatch(row["pattern"], what):
            values = {name: Verbatim(text) for name, text in found.groupdict().items()}
            told = to_system_language(say(row["told"], **values))
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
        example = say("Example: {command}", command=Verbatim(TAKEN[name]["example"]))
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
        _add_options(sub.add_argument, name)
    return whole


def _add_options(add: Add, name: str) -> None:
    """Add the options of a command, or those that several have."""
    for row in TAKEN[name]["takes"]:
        how = dict(row)
        if shared := how.get("use"):
            _add_options(add, shared)
            continue
        if (kind := how.pop("type", None)) is not None:
            how["type"] = TYPES[kind]
        if how.get("action") == "either":
            how |= {"action": argparse.BooleanOptionalAction, "default": None}
        add(*how.pop("words"), **how)


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


def _parse_day(word: str) -> date:
    from helpers.formats.rows.days import parse_past_day

    try:
        return parse_past_day(word)
    except ValueError as error:
        _refuse_needed(error.args[0])


def _parse_positive(word: str) -> int:
    if not (word.isdecimal() and int(word)):
        _refuse_needed(say("a whole number from {least} on", least=1))
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


TYPES: Mapping[str, Callable[[str], object]] = {
    "chats": _parse_chats, "columns": _parse_columns, "day": _parse_day,
    "exported": lambda word: word if word == "files" else _parse_day(word),
    "form": _parse_form, "int": int, "path": Path,
    "positive": _parse_positive, "zone": _parse_zone,
}  # fmt: skip
