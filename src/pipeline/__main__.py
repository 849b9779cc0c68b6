"""The door of the project's own data, answers and pages.

``python -m pipeline data RAW``, ``answers`` and ``site``, in a checkout of the project.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from helpers import paths
from helpers.cli import (
    MOST_NAMED,
    escape_unknown_characters,
    require_checkout,
    run_command,
)
from helpers.machine import require_extra, spare_processors


def rebuild_data(arguments: argparse.Namespace) -> None:
    """Rebuild the processed tables of the public corpora from raw files."""
    from pipeline.publish.build import rebuild_studies

    done = rebuild_studies(
        arguments.raw,
        arguments.out,
        studies=arguments.study or None,
        engine=arguments.engine,
    )
    for study in done.built:
        print(f"{study.name}: rebuilt in {study.folder}")
    for missing in done.missing:
        print(f"left as it was: {missing}")


def recompute_answers(arguments: argparse.Namespace) -> int:
    """Compute all answers again from the tables, or one; print what differs."""
    spare_processors()
    from pipeline import answers

    require_checkout()
    differences = answers.recompute_answers(arguments.claim, write=arguments.write)
    print(*differences[:MOST_NAMED], sep="\n")
    print(f"{len(differences)} rows differ from those that were stored")
    return int(bool(differences) and not arguments.write)


def build_site(arguments: argparse.Namespace) -> None:
    """Build the website in both languages from answers and notebooks."""
    require_extra("site")  # which brings the notebooks' as well
    require_extra("notebooks")
    from pipeline.site.build import make_site

    print(make_site(arguments.out.resolve(), arguments.notebooks))


def build_parser() -> argparse.ArgumentParser:
    """Build the parser, with a subcommand per product."""
    whole = argparse.ArgumentParser(prog="python -m pipeline", description=__doc__)
    added = whole.add_subparsers(required=True, metavar="PRODUCT")
    data, answers, site = (
        added.add_parser(name, help=command.__doc__, description=command.__doc__)
        for name, command in COMMANDS.items()
    )
    for parser, command in zip((data, answers, site), COMMANDS.values(), strict=True):
        parser.set_defaults(command=command)
    data.add_argument("raw", type=Path, help="folder with the raw corpora")
    data.add_argument("--out", type=Path, default=paths.PROCESSED)
    data.add_argument("--study", action="append", help="this study only (repeatable)")
    data.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb")
    answers.add_argument("claim", nargs="?", default="", help="one claim, by its id")
    answers.add_argument("--write", action="store_true", help="store what was computed")
    site.add_argument("-o", dest="out", type=Path, default=paths.BUILD)
    site.add_argument("--notebooks", type=Path, help="folder of executed notebooks")
    return whole


COMMANDS = {"data": rebuild_data, "answers": recompute_answers, "site": build_site}


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    escape_unknown_characters()
    return run_command(build_parser().parse_args(words))


if __name__ == "__main__":
    sys.exit(main())
