"""``shequn``: the command line, one function a subcommand.

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
from typing import TYPE_CHECKING

from helpers import paths
from helpers.arguments import Arguments, Command, parser
from helpers.errors import BrokenFileError, PartlyReadError, ShequnError, unforeseen

if TYPE_CHECKING:
    from helpers.formats.reading.source import Options
    from helpers.study.store.ingest import Terms

INTERRUPTED = 130


def site(_: Arguments) -> None:
    """Execute the notebooks into build/ and render the site."""
    from helpers.site.build import make_site
    from helpers.site.whole import said_of

    index = make_site()
    print(f"The site is at {index}")
    print(said_of(index.parent))


def notebooks(_: Arguments) -> None:
    """Execute the notebooks and rewrite the committed ones."""
    from helpers.site.build import rewrite_notebooks

    _needs_checkout()
    for path in rewrite_notebooks():
        print(path.relative_to(paths.ROOT))


def run(arguments: Arguments) -> int:
    """Make a study and a site of your own groups from exports."""
    from helpers.study.own.run import Plan
    from helpers.study.own.run import run as carry_out

    plan = Plan(
        exports=arguments.exports,
        out=arguments.out,
        groups=arguments.groups,
        labels=arguments.labels,
        tables=arguments.tables,
        compare=bool(arguments.compare),
        terms=_terms(arguments),
        k=arguments.k,
        engine=arguments.engine,
    )
    done = carry_out(plan)
    for error in done.refused:
        partly = isinstance(error, PartlyReadError)
        print(f"{'read in part' if partly else 'left aside'}: {error}", file=sys.stderr)
    rows = done.study.manifest.tables["groups"].rows
    messages = done.study.ledger.kept[""]
    print(f"{rows:,} group{'s' * (rows != 1)}, {messages:,} messages")
    print(f"The site is at {done.site}")
    for claim, why in done.failed.items():
        print(f"shequn: {claim} {why}; please report this line", file=sys.stderr)
    return 1 if done.failed else 0


def groups_template(arguments: Arguments) -> None:
    """Write a table of your groups to fill in: fee, rules, purpose and more."""
    from helpers.files import write_text
    from helpers.study.own.group_facts import template
    from helpers.study.own.group_names import named_groups

    groups = named_groups(arguments.exports, _terms(arguments))
    write_text(arguments.out, template(groups))
    print(f"{arguments.out}: fill in what you know; it holds your groups' names")


def _terms(arguments: Arguments) -> Terms:
    from helpers.records import day_us
    from helpers.study.store.ingest import Terms

    exported = arguments.exported and day_us(arguments.exported)
    return Terms(key=arguments.key, options=_options(arguments), exported_us=exported)


def _options(arguments: Arguments) -> Options:
    from helpers.formats.reading.source import Options

    return Options(
        zone=arguments.zone,
        date_order=arguments.date_order,
        columns=arguments.columns,
        formats=tuple(arguments.format or ()),
        include=tuple(arguments.include or ()),
    )


def lab(arguments: Arguments) -> None:
    """Open JupyterLab on the notebooks, with the study of a run or the public ones."""
    folder = paths.NOTEBOOKS
    if arguments.folder is not None or paths.INSTALLED:
        from helpers.study.own.lab_copy import workshop

        folder, environment = workshop(arguments.folder)
        os.environ |= environment
    command = [sys.executable, "-m", "jupyterlab", str(folder), *arguments.passed_on]
    os.execv(sys.executable, command)  # noqa: S606 - our own interpreter, no shell


def data(arguments: Arguments) -> None:
    """Rebuild the processed tables from raw corpora."""
    from helpers.study.publish.build import rebuild

    if arguments.out == paths.PROCESSED:
        _needs_checkout()
    done = rebuild(
        arguments.raw,
        arguments.out,
        studies=arguments.study or None,
        engine=arguments.engine,
    )
    for study in done.built:
        print(f"{study.name}: rebuilt in {study.folder}")
    for missing in done.missing:
        print(f"left as it was: {missing}")


def evidence(_: Arguments) -> None:
    """Compute the specification curves of all verdicts; what is kept is not redone."""
    from helpers.claims.evaluation.curves.make import make_evidence

    _needs_checkout()
    for path in make_evidence():
        print(path)


def _needs_checkout() -> None:
    """Keep what came with an installation as it came."""
    if paths.INSTALLED:
        raise ShequnError(
            "the notebooks and tables of an installed wheel are only read",
            where="shequn",
            remedy="work in the project's own folder, after `pip install -e .` there",
        )


def claims(arguments: Arguments) -> None:
    """Print every claim and study with its verdict, or each claim's answer."""
    from helpers.study import open_studies

    if arguments.synthesis:
        _print_syntheses(as_json=bool(arguments.json))
        return
    from helpers.claims import scoreboard
    from helpers.synthesis.synthesis import pooled_numbers

    board = scoreboard(open_studies(), pooled_numbers)
    if arguments.json:
        table = board.astype({"n": "Int64"})
        print(table.to_json(orient="records", force_ascii=False, indent=1))
    else:
        print(board[["claim", "study", "verdict", "estimate"]].to_string(index=False))


def _print_syntheses(*, as_json: bool) -> None:
    from helpers.study import open_studies
    from helpers.synthesis.record import record_of
    from helpers.synthesis.table import syntheses_of, table_of

    syntheses = syntheses_of(open_studies())
    if as_json:
        records = [record_of(synthesis) for synthesis in syntheses]
        print(json.dumps(records, ensure_ascii=False, indent=1))
    else:
        print(table_of(syntheses).to_string(index=False, na_rep="", justify="left"))


def inspect(arguments: Arguments) -> int:
    """Say what exports are and what they can show, printing no message or name."""
    from helpers.formats.inspect import inspect as look
    from helpers.study.store.discovery import exports_of

    options = _options(arguments)
    report = look(exports_of(arguments.paths, options), options)
    if arguments.json:
        print(json.dumps(report.as_dict(), ensure_ascii=False, indent=1))
    else:
        print(report.as_text())
    return 0 if report.whole else 1


def convert(arguments: Arguments) -> int:
    """Write exports in another format."""
    from helpers.formats.convert import convert as write
    from helpers.study.store.discovery import exports_in

    options, losses = _options(arguments), Counter[str]()
    inputs = exports_in(arguments.paths, options)
    broken: list[BrokenFileError] = []
    written = write(
        inputs.exports, arguments.to, arguments.out,
        key=arguments.key, options=options, losses=losses, broken=broken,
    )  # fmt: skip
    print(f"{len(written):,} written in {arguments.out}")
    for reason, rows in sorted(losses.items()):
        if rows:
            print(f"not in it: {rows:,} rows, {reason}", file=sys.stderr)
    for error in inputs.others:
        print(f"not read: {error}", file=sys.stderr)
    for error in broken:
        print(f"read in part: {error}", file=sys.stderr)
    return 1 if broken else 0


def score(arguments: Arguments) -> None:
    """Score one message a line: CSV with score, kept and known tokens."""
    from helpers.sentiment.command import run

    run(arguments.file, raw=arguments.raw, out=sys.stdout)


def label(arguments: Arguments) -> None:
    """Draw a sample of messages and ask you about each: labels.csv, without text."""
    from helpers.sentiment.labels import labelling
    from helpers.study.own.hand_labels import messages_of

    messages = messages_of(arguments.source)
    if arguments.compare:
        from helpers.sentiment.labels.comparing import compare
        from helpers.sentiment.labels.sample import read_labels

        labels = read_labels(arguments.out)
        print(*compare(messages, labels, arguments.kind), sep="\n")
        return
    session = labelling.Labelling(
        messages,
        arguments.out,
        kind=arguments.kind,
        size=arguments.size,
        seed=arguments.seed,
        whole=arguments.whole_groups,
    )
    labelling.run(session, sys.stdin, sys.stdout)


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code.

    >>> main(["--version"])
    Traceback (most recent call last):
    SystemExit: 0
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a code page may lack characters
            stream.reconfigure(errors="backslashreplace")
    ours, passed_on = _divided(sys.argv[1:] if words is None else words)
    arguments = parser(_commands()).parse_args(ours)
    arguments.passed_on = passed_on
    try:
        return arguments.command(arguments) or 0
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
    except Exception as error:  # noqa: BLE001  what anybody meets is a sentence
        print(f"shequn: {unforeseen(error)}", file=sys.stderr)
        return 1


def _commands() -> dict[str, Command]:
    return {
        "site": site,
        "notebooks": notebooks,
        "lab": lab,
        "run": run,
        "groups-template": groups_template,
        "data": data,
        "evidence": evidence,
        "claims": claims,
        "inspect": inspect,
        "convert": convert,
        "score": score,
        "label": label,
    }


def _divided(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return our own words and those that JupyterLab gets, behind lab's folder.

    >>> _divided(["lab", "--port", "8890"])
    (['lab'], ['--port', '8890'])
    >>> _divided(["lab", "my-study", "--no-browser"])
    (['lab', 'my-study'], ['--no-browser'])
    """
    if words[:1] != ["lab"]:
        return words, []
    first = words[1] if len(words) > 1 else "-"
    ours = 2 if first in {"-h", "--help"} or not first.startswith("-") else 1
    return words[:ours], words[ours:]


if __name__ == "__main__":
    sys.exit(main())
