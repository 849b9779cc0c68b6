"""Cut a release: ``python tools/release.py 0.3.0 2026-11-29``, then commit.

It asks for the site's address and the release's DOI; ``--url`` and ``--doi`` answer.

The version and the commit of the data are written wherever they are said: package,
citation, changelog, manifests and READMEs of the studies, answers, Life Tables. No
number changes, and afterwards nothing of that version does: what comes next stands
under *Unreleased*.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEADINGS = ("Added", "Changed", "Fixed", "Removed")
NUMBERS = ("data/processed/*.parquet", "data/processed/*.csv")


def find_data_commit() -> str:
    """Return the commit that last changed a number under ``data/processed``."""
    git = ["git", "-C", str(ROOT)]
    changed = subprocess.run(  # noqa: S603 - a fixed command
        [*git, "status", "--porcelain", "--", *NUMBERS],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    if changed:
        sys.exit(f"shequn: commit the numbers first:\n{changed}")
    return subprocess.run(  # noqa: S603 - a fixed command
        [*git, "log", "-1", "--format=%H", "--", *NUMBERS],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip


def edit(name: str, change: Callable[[str], str]) -> None:
    """Replace the text of a file of the project."""
    path = ROOT / name
    path.write_text(change(path.read_text("utf-8")), "utf-8", newline="\n")


def set_version(version: str, day: str, commit: str, places: dict[str, str]) -> None:
    """Write version, day, commit of the data and places where anybody looks."""

    def put(pattern: str, value: str) -> Callable[[str], str]:
        return lambda text: re.sub(pattern, value, text, count=1, flags=re.MULTILINE)

    edit("pyproject.toml", put(r"^version = .*$", f'version = "{version}"'))
    edit(
        "src/helpers/__init__.py",
        put(r"^__version__ = .*$", f'__version__ = "{version}"'),
    )
    edit("CITATION.cff", put(r"^version: .*$", f"version: {version}"))
    edit("CITATION.cff", put(r"^date-released: .*$", f'date-released: "{day}"'))
    edit("CITATION.cff", put(r"^commit: .*\n", ""))
    edit("CITATION.cff", put(r"^(date-released: .*)$", rf"\1\ncommit: {commit}"))
    for name, value in places.items():
        edit("CITATION.cff", put(rf"^{name}: .*\n", ""))
        if value:
            edit("CITATION.cff", put(r"^(license: .*)$", rf'\1\n{name}: "{value}"'))
    tables = "data/processed/life_tables/README.md"
    edit(tables, put(r", version [\d.]+\.$", f", version {version}."))
    edit(tables, put(r"^  version = .*$", f"  version = {{{version}}},"))
    edit("CHANGELOG.md", lambda text: cut_changelog(text, f"{version} ({day})"))


def cut_changelog(text: str, title: str) -> str:
    """Give what is unreleased a title, each of its headings once; begin anew above."""
    before, _, after = text.partition("## Unreleased\n")
    whole, mark, older = after.partition("\n## ")
    lines: dict[str, list[str]] = {name: [] for name in HEADINGS}
    heading = HEADINGS[0]
    for line in whole.splitlines():
        if line.startswith("### "):
            heading = line.removeprefix("### ")
        elif line.strip():
            lines.setdefault(heading, []).append(line)
    parts = [f"### {name}\n\n" + "\n".join(own) for name, own in lines.items() if own]
    body = "\n\n".join([f"## {title}", *parts])
    return f"{before}## Unreleased\n\n{body}\n{mark}{older}"


def stamp_studies(version: str) -> None:
    """Write the version into manifests and READMEs of all studies."""
    from helpers import paths  # noqa: PLC0415 - after the version is written
    from helpers.study.study import Manifest  # noqa: PLC0415

    for folder in paths.list_study_folders():
        file, readme = folder / "manifest.json", folder / "README.md"
        facts = Manifest.from_json(file.read_text("utf-8"))
        stamped = replace(facts, code_version=version)
        file.write_text(stamped.as_json(), "utf-8", newline="\n")
        text = re.sub(r"(Made by .*, version )[\w.]+\.$", rf"\g<1>{version}.",
                      readme.read_text("utf-8"), flags=re.MULTILINE)  # fmt: skip
        readme.write_text(text, "utf-8", newline="\n")


def describe_packages() -> None:
    """Write the descriptors of tables, answers and Life Tables, and of licences."""
    from helpers import paths  # noqa: PLC0415 - after the version is written
    from helpers.citation import read_project  # noqa: PLC0415
    from pipeline.publish.descriptor import NAME, build_package_text  # noqa: PLC0415

    for file in paths.PROCESSED.rglob("datapackage.json"):
        old = json.loads(file.read_text("utf-8"))
        old.pop("commit", None)
        package: dict[str, object] = {}
        for name, value in old.items():
            package |= read_project().frozen if name == "version" else {name: value}
        text = json.dumps(package, ensure_ascii=False, indent=1)
        file.write_text(f"{text}\n", "utf-8", newline="\n")
    whole = paths.PROCESSED / NAME  # with the address of the site
    whole.write_text(build_package_text(), "utf-8", newline="\n")
    for tool in ("licences", "sbom"):
        command = [sys.executable, str(ROOT / "tools" / f"{tool}.py")]
        subprocess.run(command, check=True)  # noqa: S603 - our own script


def ask(name: str, question: str) -> str:
    """Return what is answered; nothing keeps what CITATION.cff says."""
    text = (ROOT / "CITATION.cff").read_text("utf-8")
    old = re.search(rf'^{name}: "?([^"\n]*)', text, re.MULTILINE)
    known = old[1] if old else ""
    return input(f"{question} [{known or 'none'}]: ").strip() or known


def main() -> None:
    """Cut the release that is named."""
    parser = argparse.ArgumentParser(description="Cut a release.")
    parser.add_argument("version")
    parser.add_argument("day")
    parser.add_argument("--url", help="address of the site, or '' for none")
    parser.add_argument("--doi", help="DOI of the release (10.…), or '' for none")
    given = parser.parse_args()
    places = {
        "url": ask("url", "address of the site") if given.url is None else given.url,
        "doi": ask("doi", "DOI of the release") if given.doi is None else given.doi,
    }
    set_version(given.version, given.day, find_data_commit(), places)
    stamp_studies(given.version)
    describe_packages()
    print("next: `make notebooks` (figures name the version), `make test`, commit, tag")


if __name__ == "__main__":
    main()
