"""Citations of figures: providers of the data first, then this project."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Self

import pandas as pd

from helpers import paths
from helpers.errors import MissingSourceError
from helpers.files import compute_checksum

OURS = "Shequn Evidence (社群实证)"
NAMED = 3  # sources that a sentence names
PUBLICATION = re.compile(
    r"(?P<author>(?:(?:van )?[A-Z][\w-]+(?:, | et al\.)?)+) "
    r"\((?P<year>\d{4})\)\. (?P<title>.+?)"
    r"(?:(?:\.|(?<=\?)) (?P<howpublished>[^.?]+))?"  # in which journal or meeting
)
MEETING = re.compile(
    r"(?P<booktitle>(?:ASONAM|CHI|CSCW|ICWSM|WSDM|WWW)\b[^,]*)(?:, (?P<pages>[\d–]+))?"
)
JOURNAL = re.compile(
    r"(?P<journal>[A-Z][A-Za-z -]+[A-Za-z])"
    r"(?: (?P<volume>\d+)\((?P<number>\w+)\)(?:, |:)(?P<pages>[\w–]+))?"
)


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
    author: str = ""
    title_zh: str = ""
    version: str = ""  # of the raw data

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
            author=read_author(facts["study"]),
            title_zh=facts.get("title_zh", ""),
            version=facts.get("commit", ""),
        )

    @property
    def bibtex(self) -> str:
        """BibTeX entry of the data source: author, address, year observed, licence."""
        return self.format_bibtex()

    def format_bibtex(
        self,
        until: str = "observed until {}",
        version: str = "raw data: version {}",
        licence: str = "licence: {}",
        titled: str = "title by Shequn Evidence",
    ) -> str:
        """Return the BibTeX entry of the data source, its note in given words."""
        place, address = _split_source(self.source)
        fields = {
            "author": _brace_organisations(self.author),
            "title": self.title,
            "howpublished": place,
            "year": self.year,
            "url": address,
        }
        notes = {until: self.year, version: self.version, licence: self.licence}
        told = (words.format(text) for words, text in notes.items() if text)
        fields["note"] = "; ".join([titled, *told])
        return _format_entry(
            self.study, **{k: text for k, text in fields.items() if text}
        )


@cache
def read_author(study: str) -> str:
    """Return who published a public source, from its description; else nothing.

    >>> read_author("fcc_gitter"), read_author("own")
    ('freeCodeCamp.org', '')
    """
    sources = resources.files("helpers").joinpath("corpora", "sources")
    file = sources.joinpath(f"{study}.toml")
    if not file.is_file():
        return ""
    return str(tomllib.loads(file.read_text("utf-8"))["author"])


def name_authors(
    author: str, both: str = "{} and {}", others: str = "{} and others"
) -> str:
    """Return authors as a sentence names them: two at most, else the first.

    >>> name_authors("Silva, Jane and Meyer, Tom")
    'Jane Silva and Tom Meyer'
    >>> name_authors("Silva, Jane and Harvard and Yale")
    'Jane Silva and others'
    """
    names = [" ".join(name.split(", ")[::-1]) for name in author.split(" and ")]
    pattern = ("{}", both, others)[min(len(names), 3) - 1]
    return pattern.format(*names)


def _brace_organisations(author: str) -> str:
    """Put each author that is no ``Family, Given`` in braces, so that it stays whole.

    >>> _brace_organisations("Silva, Jane and Harvard and Yale (alumni)")
    'Silva, Jane and {Harvard} and {Yale (alumni)}'
    """
    names = author.split(" and ") if author else []
    return " and ".join(name if ", " in name else f"{{{name}}}" for name in names)


def _split_source(source: str) -> tuple[str, str]:
    """Return where data are published, in words, and the first web address there.

    >>> _split_source("https://example.org/a (b.csv)")
    ('b.csv', 'https://example.org/a')
    """
    if alone := re.fullmatch(r"(https?://\S+)(?: \(([^()]*)\))?", source):
        return alone[2] or "", alone[1]
    address = re.search(r"https?://[^\s,;]+", source)
    return source, address[0] if address else ""


def _find_last_year(facts: dict[str, Any]) -> str:
    """Return the last year in which a data source was observed.

    A window that ends as a year begins saw nothing of that year.
    """
    window = facts.get("observability", {}).get("window_us")
    return f"{pd.Timestamp(0) + pd.Timedelta(window[1] - 1, 'us'):%Y}" if window else ""


def format_citation(
    figure_id: str, title: str, sources: Sequence[Source], version: str, note: str = ""
) -> str:
    """Format a figure's citation: its data sources first, then this project.

    A note, such as who labelled the data, follows the title. Where there are
    many it names the first (see `count_named`); BibTeX names each.
    """
    names = _name_sources(sources)
    ours = f"Figure: {OURS} ({read_project().year}), version {version}."
    ours += f" {_end_sentence(title)}"
    ours += f" {note}" if note else ""
    at = read_project().locate_figure(figure_id)
    lines = [f"Data: {names}."] if names else []
    terms = f"Licence of the figure: {read_project().licence}"
    terms += "; the data are under those of their providers." if names else "."
    return "\n".join([*lines, f"{ours} Figure {at}. {terms}"]) + "\n"


def _add_author(source: Source) -> str:
    """Return the title of a data source after its author, if there is one."""
    author = name_authors(source.author)
    return f"{author}, {source.title}" if author else source.title


def _name_sources(sources: Sequence[Source]) -> str:
    """Return the authors and titles of the first few data sources."""
    named = count_named(len(sources))
    names = "; ".join(map(_add_author, sources[:named]))
    if more := len(sources) - named:
        names += f"; and {more} more public sources, named in BibTeX"
    return names


def count_named(sources: int) -> int:
    """Return how many of a figure's sources a sentence names; a last one is not left.

    >>> count_named(3), count_named(4), count_named(8)
    (3, 4, 3)
    """
    return sources if sources <= NAMED + 1 else NAMED


def _end_sentence(text: str) -> str:
    return text if text[-1:] in ".?!。？！" else f"{text}."


def format_bibtex(
    figure_id: str, title: str, sources: Sequence[Source], version: str, note: str = ""
) -> str:
    """Format the BibTeX entries of a figure: data sources first, then this project."""
    ours = read_project().fields | {"title": title, "version": version}
    data = "Data: the sources above. " if sources else ""
    added = {"note": f"{data}Figure {figure_id}"} | ({"annote": note} if note else {})
    figure = _format_entry(f"shequn-{figure_id}", **ours, **added)
    return "\n".join([*(source.bibtex for source in sources), figure])


def format_page_bibtex(name: str, title: str, sources: Sequence[str], note: str) -> str:
    """Format the BibTeX entries of a page: those of its data first, then its own."""
    ours = _format_entry(name, **read_project().fields, title=title, note=note)
    return "\n".join([*sources, ours])


@cache
def read_commit() -> str:
    """Return the commit of the code; empty outside of a repository or without git."""
    return _ask_git("%H")


@cache
def read_commit_date() -> str:
    """Return the day of the code's commit, as YYYY-MM-DD; empty like the commit."""
    return _ask_git("%cs")


def _ask_git(field: str) -> str:
    """Return a field of the present commit in git's format; empty if unknown."""
    git = shutil.which("git")
    if git is None or not (paths.ROOT / ".git").exists():
        return ""
    command = [git, "-C", str(paths.ROOT), "show", "--no-patch", f"--format={field}"]
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
        The estimate, the claim's id and article, and the version and commit of the
        code.
    annote
        The sentence with what its words mean and what to mind; styles do not print it.
    colon
        What separates the answer from the id in the note.
    tested
        What goes before the claim in the title: that it was tested.
    request
        A comment above the entry on the fields that remain to be added.
    sources
        BibTeX entries of the data sources that decide.
    ending
        Of the entry's key, such as ``-zh``: one key for each language.
    """

    claim: str
    title: str
    answer: str
    line: str
    note: str
    annote: str = ""
    colon: str = ": "
    request: str = ""
    tested: str = ""
    sources: tuple[str, ...] = ()
    ending: str = ""

    @property
    def address(self) -> str:
        """Web address of the claim's page; empty if the project has none."""
        url = read_project().url
        return f"{url}/claims/{self.claim}.html" if url else ""

    @property
    def bibtex(self) -> str:
        """BibTeX entries: data sources first, then the claim with answer and commit."""
        fields = dict(read_project().fields)
        if self.address:
            fields["url"] = self.address
        ours = _format_entry(
            f"shequn-{self.claim}{self.ending}",
            **fields,
            title=f"{self.tested}“{self.title}”",
            note=f"{self.answer}{self.colon}{self.note}",
            annote=self.annote,
        )
        return "\n".join([*self.sources, self.request + ours])


def format_publication(key: str, citation: str, **found: str) -> str:
    """Format a published study as BibTeX from its one-line citation.

    Parameters
    ----------
    found
        Its `doi`, `url`, an `annote`, and `author` where full names are known; empty
        where there is none.

    Examples
    --------
    >>> print(format_publication("lai-2014", "Lai, Wu (2014). Can it live? JCMC"))
    @article{lai-2014,
      author = {Lai and Wu},
      year = {2014},
      title = {Can it live?},
      journal = {JCMC},
    }
    <BLANKLINE>
    """
    kind, fields = "misc", {"title": citation}
    if match := PUBLICATION.fullmatch(citation):
        fields = match.groupdict(default="")
        authors = fields["author"].replace(" et al.", ", others")
        fields["author"] = authors.replace(", ", " and ")
        kind, place = _classify_place(fields.pop("howpublished"))
        fields |= place
    given = {name: text for name, text in found.items() if text}
    known = {name: text for name, text in (fields | given).items() if text}
    return _format_entry(key, kind, **known)


def _classify_place(place: str) -> tuple[str, dict[str, str]]:
    """Return the BibTeX type of a publication, and in which journal or meeting it is.

    >>> _classify_place("PNAS 116(20), 9785–9789")[1]["pages"]
    '9785--9789'
    >>> _classify_place("CHI'14, 281–290")[0], _classify_place("arXiv 1804.00397")[0]
    ('inproceedings', 'misc')
    """
    for kind, form in (("inproceedings", MEETING), ("article", JOURNAL)):
        if match := form.fullmatch(place):
            fields = match.groupdict(default="")
            return kind, fields | {"pages": fields["pages"].replace("–", "--")}
    return "misc", {"howpublished": place}


def _format_entry(key: str, kind: str = "misc", **fields: str) -> str:
    lines = [
        f"  {name} = {{{text if name == 'url' else _escape_latex(text)}}},"
        for name, text in fields.items()
    ]
    return "\n".join([f"@{kind}{{{key},", *lines, "}", ""])


def _escape_latex(text: str) -> str:
    return re.sub(r"([&%$#_])", r"\\\1", text)
