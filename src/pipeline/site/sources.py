"""What the site shows of sources: names, kinds, licences, what they carry, biases."""

import html
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pandas as pd

from helpers import paths
from helpers.citation import OURS, read_project
from helpers.claims.printed import list_polls, read_publications
from helpers.claims.register import NO_TEXT, Text
from helpers.claims.source_descriptions import name_study as name_whole
from helpers.claims.source_descriptions import read_short_name
from helpers.claims.trials import list_trials
from helpers.study import open_study
from helpers.wording.messages import Language
from pipeline.site.language import Reader

ADDRESS = re.compile(r"https?://[^\s,;)]+")
LINK = r'<a href="\g<0>">\g<0></a>'
PART = re.compile(": |/")  # of a source, or a network of it
OURS_ZH = "社群实证（Shequn Evidence）"
SPECIAL = re.compile(r"[%&#$_]")  # in BibTeX


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
    if study in read_publications():
        return name_published(study)
    plain = study.replace("_", " ")
    return Text(plain, Reader("zh")(plain))


def name_published(study: str, share: float = float("nan")) -> Text:
    """Return the name of a published study, and what its number of a size counts.

    >>> name_published("nonnecke-2000", 0.82).en
    'Nonnecke 2000: members of software e-mail lists without a post in 12 weeks'
    """
    publication = read_publications()[study]
    found = re.match(r"(.+?) \((\d{4})\)", publication.citation)
    name = f"{found[1].split(',')[0]} {found[2]}" if found else study
    numbers = sorted(publication.found, key=lambda each: abs(each.share - share))
    about = numbers[0].definition if numbers else NO_TEXT
    return Text(f"{name}: {about.en}", f"{name}：{about.zh}")


def name_study(study: str, reader: Reader) -> str:
    """Return the whole name of a source, or of a part or network of one."""
    whole, *part = PART.split(study, maxsplit=1)
    return reader(": ").join([name_source(whole)[reader.language], *map(reader, part)])


def shorten_source(study: str, language: Language) -> str:
    """Return a source's name for a chart, as chapters have it.

    >>> shorten_source("fcc_gitter", "en")
    "freeCodeCamp's chat rooms"
    >>> shorten_source("zulip_archives: lean", "en")
    'ten Zulip archives: lean'
    """
    if study in read_publications():
        return name_source(study)[language]
    name, part = map(Reader(language), read_short_name(study))
    return Reader(language)(": ").join(filter(None, [name, part]))


def _is_named(study: str, manifest: dict[str, Any]) -> bool:
    """Return whether a source's groups go by names: keys without a digit."""
    listed = next(name for name in ("groups", "registry") if name in manifest["tables"])
    keys = open_study(study).table(listed)["key"]
    return len(keys) > 1 and not keys.str.contains(r"\d").all()


def locate_source(study: str) -> str:
    """Return the entry of a source or a part of it on the data page, from a claim's.

    >>> locate_source("zulip_archives: lean"), locate_source("qiu-2016")
    ('../data.html#zulip_archives', '')
    """
    whole = name_whole(study)
    return f"../data.html#{whole}" if whole in read_manifests() else ""


def describe_reference(study: str, reader: Reader) -> dict[str, str]:
    """Return the reference of a published study, and how it was read."""
    about = read_publications()[study]
    return {
        "name": re.split("[:：]", name_source(study)[reader.language])[0],
        "citation": about.citation,
        "url": f"https://doi.org/{about.doi}" if about.doi else about.url,
        "read": reader.name("read", about.read),
        "sample": about.sample[reader.language],
        "finding": about.finding[reader.language],
    }


def list_references(claim: str, reader: Reader, *drawn: str) -> list[dict[str, str]]:
    """List the references of published studies about a claim, and of those drawn."""
    known = read_publications().items()
    wanted = [study for study, each in known if study in drawn or claim in each.about]
    return [describe_reference(study, reader) for study in wanted]


def count_claims(source: str) -> int:
    """Count the claims that a source of printed numbers is about."""
    printed = {"press_surveys": list_polls, "published_trials": list_trials}
    return int(printed[source]()["claim"].nunique()) if source in printed else 0


def list_sources(estimates: pd.DataFrame, reader: Reader) -> Iterator[dict[str, Any]]:
    """Yield a row per source for the table of data."""
    wholes = estimates["study"].map(name_whole)  # of parts
    for name, manifest in read_manifests().items():
        own = estimates[wholes.eq(name)]
        pushes = [note for note in manifest.get("frame_notes", []) if ": " in note]
        yield {
            "name": name_source(name)[reader.language],
            "study": name,
            "url": manifest["source"] if ADDRESS.fullmatch(manifest["source"]) else "",
            "origin": ADDRESS.sub(LINK, html.escape(manifest["source"])),
            "licence": reader(manifest["licence"]),
            "unlicensed": manifest["licence"] == "none stated",
            "named": _is_named(name, manifest),
            "kind": manifest.get("kind") or next(iter(own["kind"]), ""),
            "claims": own["claim"].nunique() or count_claims(name),
            "biases": [reader(note) for note in pushes],
            "gaps": [reader(gap) for gap in manifest.get("gaps", [])],
        }


def cite_part(
    key: str, title: str, reader: Reader, page: str = "", kind: str = "EB/OL"
) -> str:
    """Return a part's citations: in one line of the reader's language, and BibTeX."""
    line, chinese = (
        read_project().format_line(title, page),
        format_chinese(title, page, kind),
    )
    lines = [chinese, line] if reader.is_chinese else [line, f"GB/T 7714: {chinese}"]
    return "\n\n".join([*lines, format_bibtex(key, title.rstrip(".。"), page)])


def format_bibtex(key: str, title: str, page: str) -> str:
    r"""Return a short BibTeX entry of a part of the project by its title.

    >>> print(format_bibtex("x", "5% of 20 & more", ""))
    @misc{x,
      title = {{5\% of 20 \& more}},
      ...
    """
    project, named = read_project(), SPECIAL.sub(r"\\\g<0>", title)
    fields = {
        "title": f"{{{named}}}",
        "author": f"{{{OURS}}}",
        "year": project.date[:4],
        "version": project.version,
        "url": project.locate(page),
        "doi": project.doi,
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def format_chinese(title: str, page: str, kind: str) -> str:
    """Return the citation of a part by GB/T 7714—2015.

    The reader puts the day of the visit for 引用日期.

    >>> format_chinese("答案", "", "EB/OL").startswith("社群实证（Shequn")
    True
    """
    project = read_project()
    address = project.locate(page)
    ends = f" {address}." if address else ""
    doi = f" DOI:{project.doi}." if project.doi else ""
    return (
        f"{OURS_ZH}. {title.rstrip('.。')}[{kind}]. {project.version} 版. "
        f"({project.date})[引用日期].{ends}{doi}"
    )
