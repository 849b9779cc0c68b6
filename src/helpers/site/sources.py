"""What the site shows of sources: names, kinds, licences, what they carry, biases."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pandas as pd

from helpers import paths
from helpers.claims.published import read_publications
from helpers.claims.register import Text
from helpers.site.language import Reader
from helpers.wording.messages import Language

LONG, SHORT = {"en": 44, "zh": 18}, 4  # letters of a name
ADDRESS = re.compile(r"https?://[^\s,;)]+")
LINK = r'<a href="\g<0>">\g<0></a>'
PART = re.compile(": |/")  # of a source, or a network of it
NO_LICENCE = "none stated"
YEARS = re.compile(r"[,，（(]?\s*\d{4}\s*[–-]\s*\d{4}\s*[)）]?\s*年?$")


@cache
def read_manifests() -> dict[str, dict[str, Any]]:
    """Read the descriptions of all public sources, by name."""
    files = sorted(paths.PROCESSED.glob("*/manifest.json"))
    return {file.parent.name: json.loads(file.read_text("utf-8")) for file in files}


def name_source(study: str) -> Text:
    """Return the name of a source or a published study."""
    manifest = read_manifests().get(study)
    if manifest:
        return Text(manifest["title_en"], manifest["title_zh"])
    publication = read_publications().get(study)
    if publication:
        found = re.match(r"(.+?) \((\d{4})\)", publication.citation)
        first = found[1].split(",")[0] if found else study
        name = f"{first} {found[2]}" if found else study
        about = publication.found[0].definition if publication.found else Text()
        return Text(f"{name}: {about.en}", f"{name}：{about.zh}")
    plain = study.replace("_", " ")
    return Text(plain, Reader("zh")(plain))


def name_study(study: str, reader: Reader) -> str:
    """Return the whole name of a source, or of a part or network of one."""
    whole, *part = PART.split(study, maxsplit=1)
    return _add_part(name_source(whole)[reader.language], part, reader)


def _add_part(name: str, part: list[str], reader: Reader) -> str:
    return f"{name}{reader(': ')}{reader(part[0])}" if part else name


def shorten_source(study: str, language: Language) -> str:
    """Return a source's name for a chart: without years and further clauses.

    A part or network of a source keeps its own name after that of the source.

    >>> shorten_source("fcc_gitter", "en")
    "freeCodeCamp's chat rooms on Gitter"
    >>> shorten_source("fcc_gitter: others", "en")
    "freeCodeCamp's chat rooms on Gitter: others"
    """
    whole, *part = PART.split(study, maxsplit=1)
    if part:
        name = YEARS.sub("", name_source(whole)[language])
        return _add_part(name, part, Reader(language))
    if study in read_publications():
        return name_source(study)[language]
    name = YEARS.sub("", re.split("[:：]", name_source(study)[language])[0]).strip()
    first = re.split("[,，（(]", name)[0].strip()
    return first if len(name) > LONG[language] and len(first) > SHORT else name


def list_sources(estimates: pd.DataFrame, reader: Reader) -> Iterator[dict[str, Any]]:
    """Yield a row per source for the table of data."""
    wholes = estimates["study"].str.split("[:/]", regex=True).str[0]  # of parts
    for name, manifest in read_manifests().items():
        own = estimates[wholes.eq(name)]
        pushes = [note for note in manifest.get("frame_notes", []) if ": " in note]
        yield {
            "name": name_source(name)[reader.language],
            "study": name,
            "url": manifest["source"] if ADDRESS.fullmatch(manifest["source"]) else "",
            "origin": ADDRESS.sub(LINK, html.escape(manifest["source"])),
            "licence": reader(manifest["licence"]),
            "unlicensed": manifest["licence"] == NO_LICENCE,
            "kind": manifest.get("kind") or next(iter(own["kind"]), ""),
            "claims": own["claim"].nunique(),
            "estimates": len(own),
            "row": reader(manifest["row"]),
            "biases": [reader(note) for note in pushes],
            "gaps": [reader(gap) for gap in manifest.get("gaps", [])],
        }
