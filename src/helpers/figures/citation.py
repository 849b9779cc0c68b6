"""How to cite a figure: who made its data first, we second."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from helpers.errors import MissingSourceError
from helpers.files import checksum

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["Source", "bibtex", "plain"]

OURS = "Shequn Evidence (社群实证)"


@dataclass(frozen=True, slots=True)
class Source:
    """A study that a figure draws on, as its manifest describes it."""

    study: str
    title: str
    source: str
    licence: str
    checksum: str

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the manifest of a processed study.

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
            checksum=checksum(manifest),
        )


def plain(figure_id: str, title: str, sources: Sequence[Source], version: str) -> str:
    """Return the citation as sentences, the providers of the data first."""
    lines = [f"Data: {s.title}. {s.source}. Licence: {s.licence}." for s in sources]
    ours = f"Figure: {OURS}, version {version}. {_sentence(title)} Figure {figure_id}."
    return "\n".join([*lines, ours]) + "\n"


def _sentence(text: str) -> str:
    return text if text[-1:] in ".?!。？！" else f"{text}."


def bibtex(figure_id: str, title: str, sources: Sequence[Source], version: str) -> str:
    """Return BibTeX entries, the providers of the data first."""
    entries = [
        _entry(s.study, title=s.title, howpublished=s.source, note=s.licence)
        for s in sources
    ]
    ours = {"author": f"{{{OURS}}}", "title": title, "version": version}
    entries.append(_entry(f"shequn-{figure_id}", **ours, note=f"Figure {figure_id}"))
    return "\n".join(entries)


def _entry(key: str, **fields: str) -> str:
    lines = [f"  {name} = {{{_escaped(text)}}}," for name, text in fields.items()]
    return "\n".join([f"@misc{{{key},", *lines, "}", ""])


def _escaped(text: str) -> str:
    return re.sub(r"([&%$#_])", r"\\\1", text)
