"""The command line ``shequn``: one function per subcommand.

Heavy libraries are imported by the command that needs them, so that ``--help`` and
mistakes answer at once. Whatever a user can meet ends in one sentence, never in a
traceback.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from helpers import paths
from helpers.arguments import Arguments, Command, build_parser
from helpers.errors import (
    BrokenFileError,
    PartlyReadError,
    ShequnError,
    ShiftedClockError,
    describe_unforeseen_error,
    report_system_errors,
)
from helpers.machine import require_extra, spare_processors, use_cores
from helpers.time_zones import DEFAULT_ZONE
from helpers.wording import join_messages, say, say_counts, say_plural
from helpers.wording.terminal import is_chinese_locale, to_system_language

if TYPE_CHECKING:
    from pathlib import Path

    from helpers.formats.reading.source import Options
    from helpers.own_groups.record import Window
    from helpers.store.ingest import Terms
    from helpers.study import Study
    from helpers.wording.messages import Language

INTERRUPTED = 130
MOST_NAMED = 10  # files that were not read; of further ones only the number is printed


def _tell(message: str) -> None:
    print(to_system_language(message))


def _warn(message: str) -> None:
    print(to_system_language(message), file=sys.stderr)


def run_study(arguments: Arguments) -> None:
    """Make a study and a page of the user's own groups from chat exports."""
    from helpers.own_groups.plan import Plan
    from helpers.own_groups.run import run_study as carry_out

    use_cores(arguments.cores)
    if not (arguments.exports or arguments.listed):
        raise ShequnError(
            say("there is nothing to read"),
            where="shequn run",
            remedy=say("name exports, or a list of groups with --list groups.csv"),
        )
    plan = Plan(
        exports=arguments.exports,
        listed=arguments.listed,
        out=arguments.out.resolve(),  # Arrow takes "C: x" for an address
        groups=arguments.groups,
        members=arguments.members,
        people=arguments.people,
        window=_build_window(arguments),
        mine=arguments.mine,
        named=arguments.names,
        counts=arguments.counts,
        picture=arguments.picture,
        compare=arguments.compare,
        chapters=arguments.chapters,
        terms=_build_terms(arguments),
        k=arguments.k,
        engine=arguments.engine,
        report=print,
        describe=partial(_print_study, arguments),
    )
    carry_out(plan)


def _build_window(arguments: Arguments) -> Window:
    """Return the days between --from and --to, both whole days of the zone."""
    from datetime import timedelta

    from helpers.own_groups.record import Window
    from helpers.records import to_day_us

    first, last = arguments.from_day, arguments.to_day
    if first and last and last < first:
        raise ShequnError(
            say("--to is before --from"),
            where=f"{first} – {last}",
            remedy=say("give the first day with --from, the last with --to"),
        )
    zone = ZoneInfo(arguments.zone or DEFAULT_ZONE)
    return Window(
        first and to_day_us(first, zone),
        last and to_day_us(last + timedelta(days=1), zone),
    )


def start_app(arguments: Arguments) -> None:
    """Open a page in your browser to choose exports and see the report."""
    from helpers.own_groups.app import serve_app

    serve_app(port=arguments.port, browser=not arguments.no_browser, report=print)


def _print_study(
    arguments: Arguments, study: Study, refused: Sequence[BrokenFileError]
) -> None:
    """Print which exports were read, in which time zone, and which were not."""
    from helpers.formats.rows.times import UNTIMED

    _print_refused(refused)
    kept = study.ledger.kept[""]
    if arguments.listed is None:
        from helpers.observed import describe_days
        from helpers.own_groups.user_study import read_observed

        named = arguments.zone or DEFAULT_ZONE
        _tell(describe_days(read_observed(study).values(), named))
        rows = study.manifest.tables["groups"].rows
        _tell(say_counts(groups=rows, messages=kept))
        _tell(_describe_zone(arguments.zone, study))
        for gap in study.manifest.gaps:
            _tell(gap)
        sys.stdout.flush()
        _print_unused_options(arguments, study)
    else:
        from helpers.own_groups.group_list import list_ignored_columns

        counts = say_plural(
            "{n:,} group of your table", "{n:,} groups of your table", n=kept
        )
        _tell(counts)
        if ignored := list_ignored_columns(arguments.listed):
            what = to_system_language(say("columns not used"))
            print(f"{what}: {', '.join(ignored)}", file=sys.stderr)
    for reason, rows in study.ledger.set_aside.items():
        line = say_plural(
            "not counted: {n:,} row, {reason}",
            "not counted: {n:,} rows, {reason}",
            n=rows,
            reason=reason,
        )
        _warn(line)
    if UNTIMED in study.ledger.set_aside:
        _warn(say("`shequn inspect` prints the lines without a time"))
    if arguments.listed is not None and study.ledger.set_aside:
        from helpers.own_groups.group_list import describe_unused_rows

        given = _build_terms(arguments).given
        seen = given + 1 if isinstance(given, int) else None
        _warn(describe_unused_rows(arguments.listed, seen))


def _describe_zone(zone: str | None, study: Study) -> str:
    """Return the sentence that names the time zone, and whether it was assumed."""
    named = zone or DEFAULT_ZONE
    is_known = study.observability.time_zone_known
    line = (
        say("Days and hours are those of {zone}", zone=named)
        if is_known
        else say(
            "Days and hours, and times without a zone, are those of {zone}", zone=named
        )
    )
    return line if zone is not None else _add_assumed(line)


def _add_assumed(line: str) -> str:
    """Add to a sentence on the time zone that it was assumed."""
    return join_messages("", [line, say(", assumed: --zone changes it")])


def _print_assumed_zone(zone: str | None, unzoned: Sequence[Path]) -> None:
    """Print the time zone that is assumed of exports without one, if any."""
    if zone is None and unzoned:
        line = say("Times without a zone are those of {zone}", zone=DEFAULT_ZONE)
        _warn(_add_assumed(line))


def _print_unused_options(arguments: Arguments, study: Study) -> None:
    """Print which format options were given but matched none of the exports."""
    from helpers.formats import FORMATS

    read = study.manifest.source.partition(": ")[2].split(", ")
    for name in arguments.format or ():
        if FORMATS[name].NAME not in read:
            _warn(say("--format {name} was not used: no export is that", name=name))
    if arguments.columns and FORMATS["table"].NAME not in read:
        _warn(say("--columns was not used: no export is a table"))


def _print_refused(errors: Sequence[BrokenFileError]) -> None:
    """Print one line for each chat export that could not be read, with the reason."""
    from helpers.own_groups.run import count_reasons

    for error in errors[:MOST_NAMED]:
        what = say("left aside")
        if isinstance(error, PartlyReadError):
            moved = isinstance(error, ShiftedClockError)
            what = say("moved") if moved else say("read in part")
        _warn(say("{what}: {error}", what=what, error=error.message))
    if more := errors[MOST_NAMED:]:
        aside = count_reasons(more)
        partly_read = len(more) - sum(aside.values())
        counts = [say("{n:,} {why}", n=n, why=why) for why, n in aside.items()]
        if partly_read:
            counts.append(say("{n:,} read in part", n=partly_read))
        _warn(say("and {n:,} more: ", n=len(more)) + join_messages(", ", counts))


def write_groups_template(arguments: Arguments) -> None:
    """Write a CSV template of your groups to fill in: fee, rules, purpose and more."""
    from helpers.files import keep_private, write_text
    from helpers.own_groups.group_facts import build_template
    from helpers.own_groups.listing import list_named_groups

    terms = _build_terms(arguments)
    groups, broken, unzoned = list_named_groups(arguments.exports, terms)
    _print_refused(broken)
    _print_assumed_zone(arguments.zone, unzoned)
    # the mark makes Excel read the names as UTF-8
    with keep_private():
        write_text(arguments.out, "\ufeff" + build_template(groups))
    what = say("{file}: fill in what you know; it holds your groups' names",
               file=arguments.out)  # fmt: skip
    _tell(what)
    if groups["exported"].ne("").any():
        _tell(say("its days of export are those of the files where these state none:"
                  " correct or empty them if files were copied"))  # fmt: skip


def _build_terms(arguments: Arguments) -> Terms:
    from helpers.store.ingest import Terms

    # a list has days without a zone, and exports those of the zone that is named
    zone = (
        "UTC" if getattr(arguments, "listed", None) else arguments.zone or DEFAULT_ZONE
    )
    options = replace(_build_options(arguments), zone=zone)
    return Terms(key=arguments.key, options=options, exported=arguments.exported)


def _build_options(arguments: Arguments) -> Options:
    from helpers.formats.reading.source import Options

    return Options(
        zone=arguments.zone or DEFAULT_ZONE,
        date_order=arguments.date_order,
        columns=arguments.columns,
        formats=tuple(arguments.format or ()),
        include=tuple(arguments.include or ()),
    )


def require_checkout() -> None:
    """Raise an error unless the code runs from a repository checkout."""
    if paths.INSTALLED:
        raise ShequnError(
            say("the notebooks and tables of an installed wheel are only read"),
            where="shequn",
            remedy=say(
                "work in the project's own folder, after `pip install -e .` there"
            ),
        )


def print_claims(arguments: Arguments) -> None:
    """Print the answers to the claims, or to one of them."""
    from helpers.claims import command

    table = command.tabulate_answers(arguments.claim)
    if arguments.json:
        print(table.to_json(orient="records", force_ascii=False, indent=1))
    elif arguments.csv:
        print(table.to_csv(index=False, lineterminator="\n"), end="")
    elif arguments.claim:
        language: Language = "zh" if is_chinese_locale() else "en"
        print("\n".join(command.describe_answer(arguments.claim, language)))
    else:
        print(command.format_table(table))


def inspect_exports(arguments: Arguments) -> int:
    """Print the format of exports and what they contain, but no messages."""
    from helpers.derive.inspect import inspect_exports as look
    from helpers.store.discovery import list_candidates

    options = _build_options(arguments)
    candidates = list_candidates(arguments.paths, options)
    report = look(candidates, options)
    if arguments.json:
        print(json.dumps(report.as_dict(), ensure_ascii=False, indent=1))
    else:
        language: Language = "zh" if is_chinese_locale() else "en"
        short = len(report.exports) > 1 and not arguments.long
        print(report.as_summary(language) if short else report.as_text(language))
    if arguments.names:  # not on the report, which is made to be passed on
        for number, path in enumerate(candidates, 1):
            _warn(say("export {n} is {path}", n=number, path=path))
    return 0 if report.whole else 1


def convert_exports(arguments: Arguments) -> int:
    """Convert chat exports to the format of another tool."""
    from helpers.files import keep_private
    from helpers.formats.convert import convert_exports as write
    from helpers.store.discovery import list_exports

    options, losses = _build_options(arguments), Counter[str]()
    inputs = list_exports(arguments.paths, options)
    broken: list[BrokenFileError] = []
    unzoned: list[Path] = []
    with keep_private():
        written = write(
            inputs.exports, arguments.to, arguments.out,
            key=arguments.key, options=options, losses=losses, broken=broken,
            unzoned=unzoned,
        )  # fmt: skip
    files = say_plural(
        "{n:,} file was written in {folder}",
        "{n:,} files were written in {folder}",
        n=len(written),
        folder=arguments.out,
    )
    corpus = say("a corpus was written in {folder}", folder=arguments.out)
    _tell(corpus if arguments.to == "convokit" else files)
    _print_assumed_zone(arguments.zone, unzoned)
    for reason, rows in sorted(losses.items()):
        if rows:
            line = say_plural(
                "not in it: {n:,} row, {reason}",
                "not in it: {n:,} rows, {reason}",
                n=rows,
                reason=reason,
            )
            _warn(line)
    _print_refused([*inputs.others, *broken])
    unread = [e for e in broken if not isinstance(e, ShiftedClockError)]
    return 0 if written and not unread else 1


def fetch_archive(arguments: Arguments) -> None:
    """Fetch a public archive of messages that chapter 8 reads, with its checksum."""
    from helpers.store.fetching import fetch_archive as fetch

    if (out := arguments.out or paths.RAW) == paths.RAW:
        require_checkout()
    fetch(arguments.archive, out, source=arguments.source, report=_tell)


def score_file(arguments: Arguments) -> None:
    """Score the sentiment of each line of a file, as CSV."""
    from helpers.sentiment.scoring import score_lines_of_file

    score_lines_of_file(arguments.file, raw=arguments.raw, out=sys.stdout)


def execute_notebooks(arguments: Arguments) -> None:
    """Execute the chapters and rewrite their outputs."""
    require_extra("notebooks")
    from helpers.notebooks import execute_chapters, list_chapters

    if arguments.out is None:  # the committed chapters are rewritten
        require_checkout()
    chosen = [c for c in list_chapters() if c.name.startswith(arguments.only or "")]
    for written in execute_chapters(arguments.out or paths.NOTEBOOKS, chapters=chosen):
        print(written)


def open_lab(arguments: Arguments) -> None:
    """Open JupyterLab on copies of the chapters."""
    require_extra("notebooks")
    from helpers.notebooks import copy_chapters

    folder = copy_chapters(paths.BUILD / "lab")
    start = str(folder / "00_contents.ipynb")
    command = [sys.executable, "-m", "jupyterlab", start, *arguments.passed_on]
    os.execv(sys.executable, command)  # noqa: S606 - our own interpreter, no shell


def label_messages(arguments: Arguments) -> None:
    """Sample messages and ask the user to label each; write labels.csv."""
    from helpers.own_groups import hand_labels

    messages, path = hand_labels.read_messages(arguments.source), arguments.out
    kind, size, seed = arguments.kind, arguments.size, arguments.seed
    if arguments.compare:
        labels = hand_labels.read_labels(path)
        found = hand_labels.compare_with_labels(messages, labels, kind)
        _tell(found.describe())
        return
    labels = hand_labels.open_labels(messages, path, kind, size=size, seed=seed)
    keys, out = sys.stdin, sys.stdout
    hand_labels.ask_labels(messages, labels, path, kind, keys=keys, out=out)


def main(words: Sequence[str] | None = None) -> int:
    """Run one ``shequn`` command and return its exit code."""
    escape_unknown_characters()
    spare_processors()
    ours, passed_on = _split_words(sys.argv[1:] if words is None else words)
    arguments = build_parser(_list_commands()).parse_args(ours)
    arguments.passed_on = passed_on
    return run_command(arguments)


def escape_unknown_characters() -> None:
    """Print characters that a terminal's code page lacks as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def run_command(arguments: Arguments) -> int:
    """Run a parsed command and return its exit code; an error ends in a sentence."""
    try:
        with report_system_errors():
            return arguments.command(arguments) or 0
    except ShequnError as error:
        print(f"shequn: {to_system_language(error.message)}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # the reader of our output has gone; keep Python from complaining at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        stopped = to_system_language(say("interrupted; run it again to go on."))
        print(f"shequn: {stopped}", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  what anybody meets is a sentence
        unforeseen = to_system_language(describe_unforeseen_error(error).message)
        print(f"shequn: {unforeseen}", file=sys.stderr)
        return 1


def _list_commands() -> dict[str, Command]:
    return {
        "run": run_study,
        "app": start_app,
        "groups-template": write_groups_template,
        "claims": print_claims,
        "inspect": inspect_exports,
        "convert": convert_exports,
        "score": score_file,
        "label": label_messages,
        "fetch": fetch_archive,
        "notebooks": execute_notebooks,
        "lab": open_lab,
    }


def _split_words(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Split command-line arguments into shequn's own and JupyterLab's.

    >>> _split_words(["lab", "--port", "8890"])
    (['lab'], ['--port', '8890'])
    """
    if words[:1] != ["lab"] or {"-h", "--help"} & set(words):
        return words, []
    return words[:1], words[1:]


if __name__ == "__main__":
    sys.exit(main())
