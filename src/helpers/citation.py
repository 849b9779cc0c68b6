"""How this project, its figures and its data are cited."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from helpers import paths

OURS = "Shequn Evidence (社群实证)"


@dataclass(frozen=True, slots=True)
class Project:
    """The project's citation from ``CITATION.cff``; `url` may be empty."""

    title: str
    version: str
    date: str
    licence: str
    url: str

    @property
    def year(self) -> str:
        """The year of the release."""
        return self.date[:4]

    def format_bibtex(self, key: str = "shequn-evidence", title: str = "") -> str:
        """Return a short BibTeX entry of the project, or of a part of it by its title.

        >>> read_project().format_bibtex().splitlines()[0]
        '@misc{shequn-evidence,'
        """
        fields = {
            "title": f"{{{title or self.title}}}",
            "author": f"{{{OURS}}}",
            "year": self.year,
            "version": self.version,
        } | ({"url": self.url} if self.url else {})
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
        return "\n".join([f"@misc{{{key},", *lines, "}"])

    def format_line(self, title: str) -> str:
        """Return the citation of a part of the project in one line.

        >>> read_project().format_line("Answers").startswith("Shequn Evidence")
        True
        """
        address = f" {self.url}" if self.url else ""
        return f"{OURS}, version {self.version} ({self.date}). {title}.{address}"


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
        date=facts["date-released"],
        licence=facts["license"],
        url=facts.get("repository-code", ""),
    )


def read_author(study: str) -> str:
    """Return who published a source, from its description.

    >>> read_author("fcc_gitter")
    'freeCodeCamp.org'
    """
    file = resources.files("helpers.corpora.sources").joinpath(f"{study}.toml")
    return str(tomllib.loads(file.read_text("utf-8"))["author"])
