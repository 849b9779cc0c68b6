"""Build the website from answers, life tables, committed notebooks and page texts."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import nbformat
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from helpers import paths
from helpers.citation import read_project
from helpers.claims.answer import Answer
from helpers.claims.own.shares import summarise_coverage
from helpers.claims.printed import list_polls
from helpers.claims.register import read_register
from helpers.claims.store import read_answers
from helpers.claims.trials import list_trials
from helpers.claims.words import KINDS, WORDS, format_number, name_kind
from helpers.errors import ShequnError, report_system_errors
from helpers.files import replace_folder, write_text
from helpers.wording import render
from helpers.wording.markdown import translate_markdown
from helpers.wording.messages import Language
from pipeline.site.answers import (
    CERTAINTIES,
    ORDER,
    build_card,
    build_claim,
    format_found,
    list_answers,
    list_unmeasured,
    locate_answers,
)
from pipeline.site.articles import list_articles
from pipeline.site.cards import CARDS, Card
from pipeline.site.chapters import Chapter, build_chapter, read_chapters
from pipeline.site.embedded import cut_font
from pipeline.site.follow_up import list_followed
from pipeline.site.home import Home
from pipeline.site.language import Reader, of_hundred
from pipeline.site.practices import count_needed, list_practices, read_practices
from pipeline.site.sources import cite_part, list_sources, name_study
from pipeline.site.wechat import describe_said

THEME = Path(__file__).with_name("theme")
LANGUAGES: tuple[Language, ...] = ("en", "zh")
PAGES = (  # in the order of the contents
    "your-group", "practices", "wechat", "answers", "chapters/index", "whose-claims",
    "data", "how", "glossary", "cite",
)  # fmt: skip
GUIDES = {"export": "getting-your-data", "run": "your-own-groups"}
# Sphinx sets the locale of the user's system, which may not be installed there
SPHINX = """
import os, sys
os.environ["LC_ALL"] = "C"
from sphinx.cmd.build import main
sys.exit(main(sys.argv[1:]))
"""
FOUND = "s0-three-month-death"  # the finding that the page on citing cites
# beside full-width punctuation; not beside the bars of tables
BLANK = re.compile(
    r"(?<=[。：；，、？！）]) +(?=[^\s|])|(?<=[^\s|]) +(?=[（。；，：）])"
)
LINK = re.compile(r"\[([^\]]+)\]\(([\w./-]+)(?:#[\w-]*)?\)")


class SiteError(ShequnError):
    """Sphinx failed or reported a warning while building the website."""


def make_site(out: Path = paths.BUILD, notebooks: Path | None = None) -> Path:
    """Build the website in both languages; return its first page."""
    stored = read_answers()
    answers = [stored.get(claim) for claim in read_register()]
    chapters = read_chapters(notebooks)
    with report_system_errors(out, writes=True):
        out.mkdir(parents=True, exist_ok=True)
        room = tempfile.TemporaryDirectory(dir=out, prefix=".pages-")
    with room as held:
        folder, running = Path(held), []
        for language in LANGUAGES:
            pages = Pages(answers, stored.estimates, chapters, Reader(language))
            pages.write(folder / language)
            running.append((language, _start_sphinx(folder, language)))
        for language, process in running:
            _finish_sphinx(process, language)
        site = folder / "site"
        shutil.move(folder / "en-html", site)
        shutil.move(folder / "zh-html", site / "zh")
        _add_files(folder, site, chapters)
        with replace_folder(out.resolve() / "site") as partial:
            shutil.copytree(site, partial, dirs_exist_ok=True)
    return out.resolve() / "site" / "index.html"


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of the site in one language, as sources for Sphinx."""

    answers: list[Answer]
    estimates: pd.DataFrame
    chapters: list[Chapter]
    reader: Reader

    def write(self, source: Path) -> None:
        """Write the sources of all pages, and the files that they link."""
        shutil.copytree(
            THEME, source, ignore=shutil.ignore_patterns("pages", "__pycache__")
        )
        figures = source / "figures"
        numbers = {chapter.number: chapter.name for chapter in self.chapters}
        places = locate_answers(self.answers)
        home = Home(self.answers, self.reader).build(figures, "figures")
        home["chapters"] = defaultdict(lambda: "index", numbers)
        self._write(source / "index.md", "index.md", home, after=list_contents(PAGES))
        counted = {id_: one.name for one in self.chapters for id_ in one.claims}
        table = self._tabulate_answers(places) | {"counted": counted}
        self._write_claims(source, counted, places)
        self._write_chapters(source, figures, places)
        self._write_guides(source)
        articles = list_articles(self.answers, self.reader)
        coverage = summarise_coverage().mul(100).round().astype(int).reset_index()
        pages: dict[str, Mapping[str, Any]] = {
            "your-group": home,
            "answers": table,
            "whose-claims": {
                "articles": articles,
                "link": lambda claim: f"claims/{places[claim]}",
            },
            "practices": self._list_practices(places),
            "wechat": describe_said(self.answers, places, self.reader, figures),
            "data": self._list_data(),
            "how": {
                **self._compare_held_out(),
                "calibration": self._tabulate_calibration(),
                "own_groups": coverage.to_dict("records"),
            },
            "glossary": {},
            "cite": self._cite(),
        }
        for name, values in pages.items():
            self._write(source / f"{name}.md", f"{name}.md", values)
        cards = msgspec.json.encode(self._list_cards(places))
        (source / CARDS).write_bytes(cards)
        _write_scorer(source, self.answers)
        _write_face(source)

    def _write(
        self, page: Path, template: str, values: Mapping[str, Any],
        *, orphan: bool = False, after: str = "",
    ) -> None:  # fmt: skip
        text = (THEME / "pages" / template).read_text("utf-8")
        shown = translate_markdown(text, self.reader.language)
        environment, shared = _load_theme(self.reader)
        rendered = environment.from_string(shown).render({**shared, **values})
        if self.reader.is_chinese:
            rendered = BLANK.sub("", rendered)
        head = "---\norphan: true\n---\n\n" if orphan else ""
        write_text(page, f"{head}{rendered}\n{after}")

    def _write_claims(
        self, source: Path, counted: Mapping[str, str], places: Mapping[str, str]
    ) -> None:
        """Write a page per claim, and one with the sections of those without."""
        figures, more = source / "figures", []
        for answer in self.answers:
            place = places.get(answer.claim.id, "")
            if not place:
                continue
            page = f"claims/{place}"
            shown = build_claim(answer, counted, self.reader, figures, page)
            if place.startswith("more"):
                more.append(shown)
            else:
                file = source / page.replace(".html", ".md")
                self._write(file, "claim.md", {"c": shown}, orphan=True)
        if more:
            self._write(
                source / "claims" / "more.md", "more.md", {"claims": more}, orphan=True
            )

    def _list_cards(self, places: Mapping[str, str]) -> dict[str, Card]:
        """Return the cards of claims' pages, and of home: that of its first finding."""
        cards = {
            f"claims/{place.removesuffix('.html')}": build_card(answer, self.reader)
            for answer in self.answers
            if (place := places.get(answer.claim.id, "")).endswith(".html")
        }
        home = cards[f"claims/{FOUND}"]
        title = self.reader("Silence is not yet the end")
        return cards | {
            "index": msgspec.structs.replace(home, above="", title="", headline=title)
        }

    def _list_practices(self, places: Mapping[str, str]) -> dict[str, Any]:
        listed = [name for each in read_practices() for name in each.trials]
        trials = list_trials().set_index("trial").loc[listed]
        counts = {
            "n": len(trials),
            "studies": trials["study"].nunique(),
            "lot": int(trials["lot"].sum()),
            "needed": f"{round(count_needed(), -2):,}",
        }
        rows = list(list_practices(self.answers, places, self.reader))
        followed = list_followed(self.reader)
        return {"practices": rows, "counts": counts, "followed": followed}

    def _tabulate_answers(self, places: Mapping[str, str]) -> dict[str, Any]:
        reader, language = self.reader, self.reader.language
        rows = list_answers(self.answers, places, reader)
        themes = sorted({(row["theme"], row["theme_name"]) for row in rows})
        words = [(word, render(WORDS[word], language)) for word in ORDER]
        certainties = [
            (4 - at, render(text, language)) for at, text in enumerate(CERTAINTIES)
        ]
        files = ("answers.csv", "estimates.csv", "datapackage.json", "README.md")
        return {
            "files": files,
            "up": "../" if reader.is_chinese else "",
            "rows": rows,
            "unmeasured": list_unmeasured(self.answers, reader),
            "certainties": certainties,
            "filters": [
                ("theme", reader("theme"), themes),
                ("word", reader("word"), words),
                ("marks", reader("certainty"), certainties),
            ],
            "heads": [
                ("claim", reader("claim")),
                ("found", reader("what we found")),
                ("likely", reader("the claim is")),
            ],
        }

    def _write_chapters(
        self, source: Path, figures: Path, places: Mapping[str, str]
    ) -> None:
        rows = [
            {
                "name": c.name,
                "number": c.number,
                "title": c.find_title(self.reader),
                "answer": c.find_answer(self.reader),
            }
            for c in self.chapters
        ]
        page, listed = source / "chapters" / "index.md", [c.name for c in self.chapters]
        after = list_contents(listed)
        self._write(page, "chapters.md", {"chapters": rows}, after=after)
        for chapter in self.chapters:
            shown = build_chapter(chapter, self.reader, figures, places)
            nbformat.write(shown, source / "chapters" / f"{chapter.name}.ipynb")

    def _list_data(self) -> dict[str, Any]:
        rows = list(list_sources(self.estimates, self.reader))
        for row in rows:
            kind = row["kind"]
            row["kind_name"] = (
                render(name_kind(kind), self.reader.language) if kind in KINDS else ""
            )
        rows.sort(key=lambda row: -row["claims"])
        folder = paths.PROCESSED / "life_tables"
        names = [file.name for file in sorted(folder.iterdir()) if file.is_file()]
        return {
            "sources": rows,
            "unlicensed": sum(row["unlicensed"] for row in rows),
            "named": sum(row["unlicensed"] and row["named"] for row in rows),
            "life_tables": names,
            "files": "../life-tables" if self.reader.is_chinese else "life-tables",
        }

    def _tabulate_calibration(self) -> dict[str, Any]:
        table = pd.read_csv(paths.PROCESSED / "calibration" / "answers.csv")
        reader, shown = self.reader, (1, 3, 5, 15)
        worlds = {
            ("prior", "from the prior"): reader("as the method assumes"),
            ("fixed", "0"): reader("not at all"),
            ("fixed", "0.6"): reader("much (τ = 0.6)"),
            ("fixed", "1"): reader("very much (τ = 1)"),
        }
        rows = []
        for (world, spread), name in worlds.items():
            own = table[table["world"].eq(world) & table["tau"].eq(spread)]
            by_sources = own.set_index("sources")
            held = by_sources["coverage"].reindex(shown)
            wrong = by_sources["word_wrong"].reindex(shown[:2])
            near = by_sources["word_wrong_near"].reindex([1, 6])
            shares = pd.concat([held, wrong, near]).dropna()
            values = [of_hundred(float(share)) for share in shares]
            rows.append({"world": name, "values": values})
        return {"sources": shown, "rows": rows}

    def _compare_held_out(self) -> dict[str, Any]:
        table = pd.read_csv(paths.PROCESSED / "held_out" / "comparison.csv")
        known = table[table["quarter"].notna()]
        apart = (known["difference_low"] > 0) | (known["difference_high"] < 0)
        held = {
            "inside": int(known["inside"].eq(other=True).sum()),
            "compared": len(known),
            "apart": int(apart.sum()),
        }
        shown = known.rename(columns={"shared_low": "low", "shared_high": "high"})
        rows = [
            {
                "source": name_study(each["study"], self.reader),
                "quantity": self.reader(each["quantity"]),
                "shared": format_found(each, of, self.reader, mean="shared"),
                "quarter": format_number(each["quarter"], of),
            }
            for _, each in shown.iterrows()
            for of in ["ratio" if each["high"] > 1 else "share"]
        ]
        return {"held_out": rows, "held": held}

    def _cite(self) -> dict[str, Any]:
        reader = self.reader
        example = next(a for a in self.answers if a.claim.id == FOUND)
        project, page = read_project(), reader.locate(f"claims/{FOUND}.html")
        finding = example.say(reader.language)
        name, tables = reader(project.title), reader("Group Life Tables")
        key = f"shequn-{FOUND}"
        parts = {
            "project": cite_part("shequn-evidence", name, reader, "", "CP/OL"),
            "tables": cite_part(
                "group-life-tables", tables, reader, "data.html", "DB/OL"
            ),
            "finding": cite_part(key, finding, reader, page),
        }
        file = paths.PROCESSED / "life_tables" / "datapackage.json"
        licences = json.loads(file.read_text("utf-8"))["licenses"]
        return {"parts": parts, "licence": licences[0]["name"]}

    def _write_guides(self, source: Path) -> None:
        for page, name in GUIDES.items():
            ending = ".zh.md" if self.reader.is_chinese else ".md"
            text = (paths.ROOT / "docs" / f"{name}{ending}").read_text("utf-8")
            write_text(
                source / f"{page}.md", f"---\norphan: true\n---\n\n{point_links(text)}"
            )


@cache
def _load_theme(reader: Reader) -> tuple[Environment, dict[str, Any]]:
    """Load what the templates of all pages share in a language."""
    environment = Environment(
        loader=FileSystemLoader(THEME / "pages"),
        undefined=StrictUndefined, trim_blocks=True, autoescape=False,  # noqa: S701 - Markdown; templates escape
    )  # fmt: skip
    macros = environment.get_template("macros.html").make_module({"_": reader})
    environment.globals["enclose"] = reader.enclose
    claim = environment.get_template("claim.html").make_module()
    shared = {"m": macros, "claim": claim, "project": read_project(), "_": reader}
    return environment, shared


def list_contents(pages: Iterable[str]) -> str:
    """Return a hidden table of contents, as MyST writes it."""
    return "\n".join(
        ["```{toctree}", ":hidden:", ":maxdepth: 1", "", *pages, "```", ""]
    )


def point_links(text: str) -> str:
    """Point a document's links to pages of the site; the rest become plain text.

    >>> point_links("see [exports](getting-your-data.md) and [code](../src/x.py)")
    'see [exports](export.md) and code'
    """
    pages = {
        f"{name}{end}": f"{page}.md"
        for page, name in GUIDES.items()
        for end in (".md", ".zh.md")
    }

    def point(link: re.Match[str]) -> str:
        target = pages.get(link[2])
        return f"[{link[1]}]({target})" if target else link[1]

    return LINK.sub(point, text)


def _write_face(source: Path) -> None:
    """Write the face with the characters of the pages, for screens without Chinese."""
    letters = {*"社群实证中文"}  # of the frame
    for page in [*source.rglob("*.md"), *source.rglob("*.ipynb")]:
        letters |= {c for c in page.read_text("utf-8") if "\u2e80" <= c <= "\uffef"}
    (source / "static" / "face.woff").write_bytes(cut_font("".join(sorted(letters))))


def _write_scorer(source: Path, answers: list[Answer]) -> None:
    """Write how a search ranks pages: for WeChat, those that know something of it."""
    about = {*list_polls()["claim"]}
    about |= {a.claim.id for a in answers if a.claim.row.on_wechat.en}
    places = locate_answers(answers)
    known = {places[claim].split(".")[0] for claim in about if claim in places}
    pages = ["wechat", *sorted(f"claims/{page}" for page in known)]
    script = (source / "static" / "scorer.js").read_text("utf-8")
    write_text(
        source / "static" / "scorer.js", script.replace('"PAGES"', json.dumps(pages))
    )


def _start_sphinx(folder: Path, language: Language) -> subprocess.Popen[str]:
    source, rendered = folder / language, folder / f"{language}-html"
    work = str(folder / f".{language}")
    command = ["-b", "html", "-q", "-W", "--keep-going", "-d", work]
    return subprocess.Popen(  # noqa: S603 - our own Python and folders
        [sys.executable, "-c", SPHINX, *command, str(source), str(rendered)],
        env={**os.environ, "SHEQUN_PAGES": language},  # read by theme/conf.py
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def _finish_sphinx(process: subprocess.Popen[str], language: Language) -> None:
    _, said = process.communicate()
    if process.returncode:
        lines = [line for line in said.splitlines() if line.strip()]
        raise SiteError(
            f"Sphinx could not render the pages ({language}): {' | '.join(lines[:5])}",
            where="python -m pipeline site",
            remedy="mend the page or notebook that it names",
        )


def _add_files(folder: Path, site: Path, chapters: list[Chapter]) -> None:
    """Add pictures, tables and notebooks to download."""
    for language, at in (("en", site), ("zh", site / "zh")):
        shutil.copytree(
            folder / language / "figures", at / "figures", dirs_exist_ok=True
        )
        for unneeded in (".buildinfo", "objects.inv"):
            (at / unneeded).unlink(missing_ok=True)
        stray = ("*.map", "*.LICENSE.txt", "webpack-macros.html", "fa-[br]*.woff2")
        for file in [one for name in stray for one in at.rglob(name)]:  # of the theme
            file.unlink()
        shutil.rmtree(at / ".doctrees", ignore_errors=True)
    # a server shows it at any address, so its links need the path of the site
    missing = (THEME / "pages" / "404.html").read_text("utf-8")
    root = urlsplit(read_project().locate("index.html")).path.removesuffix("index.html")
    write_text(site / "404.html", missing.replace("{{ root }}", root))
    shutil.copytree(paths.PROCESSED / "life_tables", site / "life-tables")
    shutil.copytree(paths.PROCESSED / "answers", site / "answers-data")
    for chapter in chapters:  # without blanks, a sixth of a megabyte
        text = json.dumps(chapter.notebook, ensure_ascii=False, separators=(",", ":"))
        write_text(site / "_downloads" / f"{chapter.name}.ipynb", text)
