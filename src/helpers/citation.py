"""How this project, its figures and its data are cited."""

import re
from dataclasses import dataclass
from functools import cache

from helpers import paths

OURS = "Shequn Evidence (社群实证)"


@dataclass(frozen=True, slots=True)
class Project:
    """The project's citation from ``CITATION.cff``."""

    title: str
    version: str
    date: str
    licence: str
    url: str = ""
    doi: str = ""
    commit: str = ""

    @property
    def frozen(self) -> dict[str, str]:
        """Version, and commit of the numbers, as descriptors of data name them."""
        known = {"commit": self.commit} if self.commit else {}
        return {"version": self.version} | known

    @property
    def stamp(self) -> str:
        """Name, version and address, as pictures show them."""
        address = f" · {self.locate()}" if self.locate() else ""
        return f"Shequn Evidence · 社群实证 {self.version}{address}"

    def locate(self, page: str = "") -> str:
        """Return the address of a page of the site; of the project, its DOI if no page.

        >>> Project("", "1", "2026-01-01", "MIT", "https://x.org/").locate("cite.html")
        'https://x.org/cite.html'
        """
        if not page or not self.url:
            return f"https://doi.org/{self.doi}" if self.doi and not page else self.url
        return f"{self.url.rstrip('/')}/{page}"

    def format_line(self, title: str, page: str = "") -> str:
        """Return the citation of a part of the project in one line.

        >>> read_project().format_line("Answers").startswith("Shequn Evidence")
        True
        """
        address = self.locate(page)
        ends = f" {address}" if address else ""
        doi = f" doi:{self.doi}" if self.doi and self.doi not in address else ""
        told = title.rstrip(".。")
        return f"{OURS}, version {self.version} ({self.date}). {told}.{ends}{doi}"


@cache
def read_project() -> Project:
    """Read the project's citation from ``CITATION.cff``."""
    text = (paths.ROOT / "CITATION.cff").read_text(encoding="utf-8")
    facts = dict(re.findall(r'^([a-z-]+): *"?([^"\n]*)"?$', text, flags=re.MULTILINE))
    return Project(
        title=facts["title"],
        version=facts["version"],
        date=facts["date-released"],
        licence=facts["license"],
        url=facts.get("url", ""),
        doi=facts.get("doi", ""),
        commit=facts.get("commit", ""),
    )
