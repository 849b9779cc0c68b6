"""Citations of figures: providers of the data first, then this project."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Self

import pandas as pd

from helpers import paths
from helpers.errors import MissingSourceError
from helpers.files import compute_checksum

OURS = "Shequn Evidence (社群实证)"
NAMED = 3  # sources that a sentence names


@dataclass(frozen=True, slots=True)
class Project:
    """The project's citation from ``CITATION.cff``; `url` may be empty."""

    title: str
    version: str
    year: str
    licence: str
    url: str

    @property
    def bibtex(self) -> str:
        """The project's citation as BibTeX."""
        return self.format_bibtex()

    def format_bibtex(self, **more: str) -> str:
        """Return the project's BibTeX entry with more fields, such as ``urldate``."""
        fields = {"title": self.title, **self.fields, **more}
        return _format_entry("shequn-evidence", **fields)

    @property
    def fields(self) -> dict[str, str]:
        """BibTeX fields of the project's entries besides the title."""
        fields = {"author": f"{{{OURS}}}", "year": self.year, "version": self.version}
        return fields | ({"url": self.url} if self.url else {})

    def locate_figure(self, figure_id: str) -> str:
        """Return the address of a figure's page; its name where there is none."""
        return f"{self.url}/figures/{figure_id}.html" if self.url else figure_id


@cache
def read_project() -> Project:
    """Read the project's citation from ``CITATION.cff``.

    >>> read_project().licence
    'MIT'
    """
    text = (paths.ROOT / "CITATION.cff").read_text(encoding="utf-8")
    facts = dict(re.findall(r'^([a-z-]+): "?([^"\n]+)"?$', text, flags=re.MULTILINE))
    return Project(
        title=facts["title"],
        version=facts["version"],
        year=facts["date-released"][:4],
        licence=facts["license"],
        url=facts.get("url", ""),
    )


@dataclass(frozen=True, slots=True)
class Source:
    """A data source behind a figure, as its manifest describes it."""

    study: str
    title: str
    source: str
    licence: str
    checksum: str
    year: str = ""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the citation of a data source from the manifest in its folder.

        Raises
        ------
        MissingSourceError
            If the folder holds none.
        """
        manifest = folder / "manifest.json"
        if not manifest.is_file():
            raise MissingSourceError(
                "no manifest.json",
                where=str(folder),
                remedy="make the study's tables with `make data` or `shequn run`",
            )
        facts: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
        return cls(
            study=facts["study"],
            title=facts["title_en"],
            source=facts["source"],
            licence=facts["licence"],
            checksum=compute_checksum(manifest),
            year=_find_last_year(facts),
        )

    @property
    def bibtex(self) -> str:
        """BibTeX entry of the data source: address, year observed, licence."""
        return self.format_bibtex()

    def format_bibtex(
        self, until: str = "observed until {}", licence: str = "licence: {}"
    ) -> str:
        """Return the BibTeX entry of the data source, its note in given words."""
        fields = {"title": self.title, "howpublished": self.source, "year": self.year}
        if address := re.search(r"https?://[^\s,;]+", self.source):
            fields["url"] = address[0]
        notes = {until: self.year, licence: self.licence}
        fields["note"] = "; ".join(
            words.format(text) for words, text in notes.items() if text
        )
        return _format_entry(
            self.study, **{k: text for k, text in fields.items() if text}
        )


def _find_last_year(facts: dict[str, Any]) -> str:
    """Return the last year in which a data source was observed."""
    window = facts.get("observability", {}).get("window_us")
    return f"{pd.Timestamp(0) + pd.Timedelta(window[1], 'us'):%Y}" if window else ""


def format_citation(
    figure_id: str, title: str, sources: Sequence[Source], version: str
) -> str:
    """Format a figure's citation: its data sources first, then this project.

    Beyond `NAMED` sources it says how many more; BibTeX names each.
    """
    names = _name_sources(sources)
    ours = f"Figure: {OURS} ({read_project().year}), version {version}."
    ours += f" {_end_sentence(title)}"
    at = read_project().locate_figure(figure_id)
    lines = [f"Data: {names}."] if names else []
    return (
        "\n".join([*lines, f"{ours} Figure {at}. Licence: {read_project().licence}."])
        + "\n"
    )


def _name_sources(sources: Sequence[Source]) -> str:
    """Return the titles of data sources, the first few in full."""
    names = "; ".join(source.title for source in sources[:NAMED])
    more = len(sources) - NAMED
    if more > 0:
        names += f"; and {more} more public source{'s' * (more > 1)}"
    return names


def _end_sentence(text: str) -> str:
    return text if text[-1:] in ".?!。？！" else f"{text}."


def format_bibtex(
    figure_id: str, title: str, sources: Sequence[Source], version: str
) -> str:
    """Format the BibTeX entries of a figure: data sources first, then this project."""
    named = f"{title} (data: {_name_sources(sources)})" if sources else title
    ours = read_project().fields | {"title": named, "version": version}
    figure = _format_entry(f"shequn-{figure_id}", **ours, note=f"Figure {figure_id}")
    return "\n".join([*(source.bibtex for source in sources), figure])


@cache
def read_commit() -> str:
    """Return the commit of the code; empty outside of a repository or without git."""
    git = shutil.which("git")
    if git is None or not (paths.ROOT / ".git").exists():
        return ""
    command = [git, "-C", str(paths.ROOT), "rev-parse", "--short=12", "HEAD"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed arguments
    return result.stdout.strip() if result.returncode == 0 else ""


@dataclass(frozen=True, slots=True)
class ClaimCitation:
    """The answer on a claim, formatted for citation.

    Attributes
    ----------
    claim
        Of the register.
    title
        The claim in short.
    answer
        Its answer and certainty, in words.
    line
        The sentence to quote.
    note
        That sentence with the claim's id, and the version and commit of the code.
    colon
        What separates the claim from its answer in the title.
    requests
        BibTeX fields that the one who cites fills in: ``urldate`` and, where the
        project has no address, ``url``.
    sources
        BibTeX entries of the data sources that decide.
    """

    claim: str
    title: str
    answer: str
    line: str
    note: str
    colon: str = ": "
    requests: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Web address of the claim's page; empty if the project has none."""
        url = read_project().url
        return f"{url}/claims/{self.claim}.html" if url else ""

    @property
    def bibtex(self) -> str:
        """BibTeX entries: data sources first, then the claim with answer and commit."""
        fields = {**read_project().fields, **self.requests}
        if self.address:
            fields["url"] = self.address
        ours = _format_entry(
            f"shequn-{self.claim}",
            **fields,
            title=f"{self.title}{self.colon}{self.answer}",
            note=self.note,
        )
        return "\n".join([*self.sources, ours])


def _format_entry(key: str, **fields: str) -> str:
    lines = [
        f"  {name} = {{{text if name == 'url' else _escape_latex(text)}}},"
        for name, text in fields.items()
    ]
    return "\n".join([f"@misc{{{key},", *lines, "}", ""])


def _escape_latex(text: str) -> str:
    return re.sub(r"([&%$#_])", r"\\\1", text)
