"""Write the source files of all web pages for Sphinx."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from helpers import paths
from helpers.cards.page import NAME as OWN_CARDS
from helpers.errors import ShequnError
from helpers.files import compute_checksum, write_text
from helpers.site import figure_pages, reference_pages, sections
from helpers.site.amendments import add_late_choices
from helpers.site.answers.board import Board
from helpers.site.answers.quotable import (
    Number,
    Numbers,
    list_headline_numbers,
    list_prose_numbers,
)
from helpers.site.answers.quoted import list_quoted_numbers
from helpers.site.answers.told import describe_answer
from helpers.site.chapters import build_chapter
from helpers.site.claim_citations import list_claim_files
from helpers.site.claim_pages import Surroundings, render_claim_page
from helpers.site.claims_page import (
    LISTED,
    list_claim_sentences,
    list_search_texts,
    list_spelled_numbers,
    rank_famous_pages,
    render_claims_page,
)
from helpers.site.contents import build_page_trees, build_side_bars
from helpers.site.documents import (
    leave_language,
    list_document_addresses,
    list_documents,
    rewrite_links,
)
from helpers.site.execution import blocks, stable
from helpers.site.execution.execute import Run
from helpers.site.frontpage import QUOTED, render_front_page
from helpers.site.hundred_groups import CSV as HUNDRED_CSV
from helpers.site.hundred_groups import PAGE as HUNDRED
from helpers.site.hundred_groups import (
    Dots,
    Story,
    build_story,
    format_hundred_csv,
    render_hundred_page,
)
from helpers.site.languages import LANGUAGES, Language, Words
from helpers.site.poster import draw_posters
from helpers.site.rendering import FILES, PAGES, find_in_language, find_study_page
from helpers.site.share_cards import draw_cards, list_topics
from helpers.study import Study, open_studies
from helpers.study.publish.study import YOURS

TEASER = 365  # days: the picture of the page on 100 groups that leads to it
VERDICTS = "13_verdicts"  # the chapter of all verdicts


@dataclass(frozen=True, slots=True, eq=False)
class _Notebook:
    source: Path
    content: NotebookNode

    @property
    def page(self) -> str:
        return self.source.stem

    def link(self, language: Language) -> tuple[str, str]:
        """Return address and title of a notebook's web page.

        A notebook without a title in Chinese has no page in Chinese.
        """
        own = blocks.read_title(self.content, language)
        page = find_in_language(self.page, language) if own else self.page
        return page, own or blocks.read_title(self.content) or "Untitled"

    @property
    def languages(self) -> list[Language]:
        return [
            language
            for language in LANGUAGES
            if self.link(language)[0] != self.page or language == "en"
        ]


@dataclass(frozen=True, eq=False)
class _Site:
    """Content of the whole website, and the folder for its page sources."""

    run: Run
    notebooks: Sequence[_Notebook]
    board: Board
    target: Path

    @cached_property
    def studies(self) -> list[Study]:
        return open_studies(self.run.studies) if self.run.studies else []

    @cached_property
    def story(self) -> Story | None:
        return build_story(self.board, self.studies)

    @cached_property
    def numbers(self) -> Numbers:
        syntheses = [a.synthesis for a in self.board.answers if a.synthesis]
        named = [
            *self._front_numbers(),
            *self._told(),
            *list_headline_numbers(self.board),
            *(self.story.numbers if self.story else ()),
        ]
        known = {number.name: number for number in named}
        quoted = (n for s in syntheses for n in list_quoted_numbers(s, known))
        return Numbers([*named, *quoted], syntheses)

    def _front_numbers(self) -> Iterator[Number]:
        if not self.studies:
            return
        texts = (list_claim_sentences(self.board, language) for language in LANGUAGES)
        for english, chinese in zip(*texts, strict=True):
            labels = {n.name: n.label for n in list_prose_numbers([chinese], LISTED)}
            for number in list_prose_numbers([english], LISTED):
                yield replace(number, chinese=labels[number.name])

    def _told(self) -> Iterator[Number]:
        for notebook in self.notebooks:
            yield from list_prose_numbers(
                blocks.list_prose(notebook.content), f"{notebook.page}.html"
            )

    @cached_property
    def figures(self) -> list[dict[str, Any]]:
        names = [
            name for n in self.notebooks for name in blocks.list_figure_ids(n.content)
        ]
        return [
            figure_pages.read_figure_facts(self.run.figures, name) for name in names
        ]

    @cached_property
    def addresses(self) -> dict[Path, str]:
        """Web address of each project file that has its own page."""
        pages = {n.source: f"{n.page}.ipynb" for n in self.notebooks}
        pages |= {paths.EDITIONS / file.name: page for file, page in pages.items()}
        pages |= list_document_addresses()
        for study in self.run.studies:
            page = f"{find_study_page(study.name).removesuffix('.html')}.md"
            pages |= {study: page, study / "README.md": page}
        return pages

    @cached_property
    def titles(self) -> dict[Language, list[tuple[str, str]]]:
        """Page and title of each notebook, by language."""
        return {
            language: [n.link(language) for n in self.notebooks]
            for language in LANGUAGES
        }

    def addresses_in(self, language: Language) -> dict[Path, str]:
        """Return web addresses of project files, relative to a language."""
        if language == "en":
            return self.addresses
        other = leave_language(self.addresses)
        own = {
            n.source: f"{n.page}.ipynb"
            for n in self.notebooks
            if language in n.languages
        }
        return other | own | {paths.EDITIONS / f.name: page for f, page in own.items()}

    @property
    def trees(self) -> list[tuple[str, list[str]]]:
        return build_page_trees([n.page for n in self.notebooks], self.studies)

    @cached_property
    def shown_in(self) -> dict[str, tuple[str, str]]:
        """The Chinese page on which each figure appears."""
        return {
            name: (f"{page}.html#{name}", title)
            for notebook, (page, title) in zip(
                self.notebooks, self.titles["zh"], strict=True
            )
            for name in blocks.list_figure_ids(notebook.content)
        }

    def around(self, language: Language) -> Surroundings:
        pages = [notebook.page for notebook in self.notebooks]
        place = pages.index(VERDICTS) if VERDICTS in pages else -1
        page, title = self.titles[language][place]
        return Surroundings(
            board=self.board,
            sections=self._sections(language),
            figures=_group_by_claim((f["claims"], f) for f in self.figures),
            verdicts=(f"{page}.html", title),
            biases={s.name: s.manifest.frame_notes for s in self.studies},
        )

    def _sections(self, language: Language) -> dict[str, list[tuple[str, str]]]:
        return _group_by_claim(
            ([name], (f"{page}.html#claim-{name}", heading))
            for notebook, (page, _) in zip(
                self.notebooks, self.titles[language], strict=True
            )
            for name, heading in blocks.list_claim_sections(notebook.content, language)
        )

    def write(self, page: str, text: str) -> None:
        write_text(self.target / page, text)


def _group_by_claim(pairs: Iterable[tuple[Iterable[str], Any]]) -> dict[str, list[Any]]:
    by_claim: dict[str, list[Any]] = {}
    for claims, what in pairs:
        for name in claims:
            by_claim.setdefault(name, []).append(what)
    return by_claim


def write_pages(
    run: Run, executed: Sequence[Path], board: Board, target: Path
) -> Numbers:
    """Write the sources of all pages; return the quotable numbers.

    Raises
    ------
    ShequnError
        If two figures or two computed numbers have one id.
    """
    notebooks = [
        _Notebook(run.notebooks / e.name, stable.read_notebook(e)) for e in executed
    ]
    _check_ids(notebooks)
    site = _Site(run, notebooks, board, target)
    _write_notebooks(site)
    for page, text in list_documents(site.addresses):
        t = Words("zh" if page.startswith("zh/") else "en")
        site.write(page, add_late_choices(text, t))
    _write_references(site)
    for language in LANGUAGES:
        _write_language(site, language)
    if site.story:
        draw_posters(site.story, site.numbers, target / "figures")
    names = [figure["id"] for figure in site.figures]
    around = {
        "about": list_topics(board, QUOTED),
        "pictures": [f"{name}.png" for name in names],
        # nobody shares the pages of one's own groups
        "cards": {} if board.is_own else draw_cards(board, QUOTED, target / "figures"),
        "bars": build_side_bars(site.titles, site.studies),
        "texts": list_search_texts(board),
        "spelled": list_spelled_numbers(board),
        "famous": rank_famous_pages(),
    }
    site.write("site.json", json.dumps(around, ensure_ascii=False))
    return site.numbers


def list_notebook_names(executed: Iterable[Path]) -> set[str]:
    """List the ids of all computed numbers in executed notebooks."""
    read = (stable.read_notebook(path) for path in executed)
    return {name for notebook in read for name, _, _ in blocks.number_spans(notebook)}


def list_board_names(board: Board) -> set[str]:
    """List the names of citable numbers on the front page and of main estimates."""
    spans = [
        span
        for text in list_claim_sentences(board, "en")
        for span in blocks.NUMBER.findall(text)
    ]
    headline = {number.name: number for number in list_headline_numbers(board)}
    syntheses = (a.synthesis for a in board.answers if a.synthesis)
    quoted = {n.name for s in syntheses for n in list_quoted_numbers(s, headline)}
    return {name for name, _, _ in spans} | set(headline) | quoted


def _check_ids(notebooks: Iterable[_Notebook]) -> None:
    seen: dict[str, str] = {}
    for notebook in notebooks:
        numbers = [name for name, _, _ in blocks.number_spans(notebook.content)]
        for name in (*blocks.list_figure_ids(notebook.content), *numbers):
            if name in seen:
                raise ShequnError(
                    f"the id {name} is taken by {seen[name]}",
                    where=notebook.source.name,
                    remedy="give one of the two another id",
                )
            seen[name] = notebook.source.name


def _write_notebooks(site: _Site) -> None:
    figures = {facts["id"]: facts for facts in site.figures}
    for notebook in site.notebooks:
        for language in notebook.languages:
            page = build_chapter(notebook.content, notebook.page, language, figures)
            addresses = site.addresses_in(language)
            for number, cell in enumerate(page.cells):
                cell.id = stable.build_cell_id(number)
                if cell.cell_type == "markdown":
                    cell.source = rewrite_links(
                        cell.source, notebook.source.parent, addresses
                    )
            name = f"{find_in_language(notebook.page, language)}.ipynb"
            write_text(site.target / name, nbformat.writes(page) + "\n")
        stable.write_notebook(
            notebook.content, site.target / FILES / f"{notebook.page}.ipynb"
        )


def _write_references(site: _Site) -> None:
    for figure in site.figures:
        for file in site.run.figures.glob(f"{figure['id']}.*"):
            shutil.copyfile(file, site.target / "figures" / file.name)
        _write_citations(site.target / "figures", figure)
    for name, text in reference_pages.code_pages():
        site.write(f"{name}.md", text)
    for name in ("methods.md", "references.bib", "api.md"):
        shutil.copyfile(PAGES / name, site.target / name)
    (site.target / "zh").mkdir(exist_ok=True)
    shutil.copyfile(PAGES / "methods.zh.md", site.target / "zh" / "methods.md")


def _write_citations(folder: Path, figure: Mapping[str, Any]) -> None:
    """Write a figure's citations, which name the commit, and their checksums."""
    provenance = folder / f"{figure['id']}.json"
    facts = json.loads(provenance.read_text("utf-8"))
    texts = {"bib": figure["bibtex"], "txt": figure["plain"]}
    if "zh" in figure:
        texts["zh.bib"] = figure_pages.format_bibtex(figure, Words("zh")) + "\n"
    for ending, cited in texts.items():
        path = folder / f"{figure['id']}.{ending}"
        write_text(path, cited)
        facts["files"][ending] = compute_checksum(path)
    text = json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True)
    write_text(provenance, text + "\n")


def _list_left_out(site: _Site, language: Language) -> list[str]:
    """List the data that a user's chat exports do not have, for their front page."""
    t = Words(language)
    own = [study for study in site.studies if study.manifest.licence == YOURS]
    return [t.sentence(gap) or gap for study in own for gap in study.manifest.gaps]


def _find_own_cards(site: _Site) -> str:
    """Return the address of the page on a user's groups, if they have messages."""
    own = [study for study in site.studies if study.manifest.licence == YOURS]
    written = any("daily" in study.manifest.tables for study in own)
    return f"../{OWN_CARDS}" if written else ""


def _write_language(site: _Site, language: Language) -> None:
    folder = "" if language == "en" else f"{language}/"
    contents = site.trees if language == "en" else ()
    board, numbers, around = site.board, site.numbers, site.around(language)
    made = {
        "index": render_front_page(
            board,
            language,
            numbers,
            contents=contents,
            aside=_list_left_out(site, language),
            story=find_in_language(HUNDRED, language) if site.story else "",
            teaser=Dots.of(site.story.pool(TEASER).mean) if site.story else None,
            own_cards=_find_own_cards(site),
        ),
        "claims": render_claims_page(board, language),
        "chapters": sections.render_chapters_page(site.titles[language], language),
        "data": sections.render_data_page(site.studies, board, language),
        "trust": sections.render_trust_page(board, language),
        "cite": sections.render_cite_page(language),
        "glossary": reference_pages.render_glossary_page(language),
        "numbers": reference_pages.render_numbers_page(numbers, language),
        "figures": figure_pages.render_figures_page(site.figures, language),
    }
    if site.story:
        text = render_hundred_page(site.story, numbers, language)
        made[HUNDRED.removesuffix(".html")] = text
        if language == "en":
            site.write(HUNDRED_CSV, format_hundred_csv(numbers))
    answers = {
        a.claim: (
            describe_answer(a, language).quote,
            a.conclusion.bottom_line(language),
        )
        for a in board.answers
    }
    for figure in site.figures:
        chapter_of = site.shown_in.get(figure["id"]) if language == "zh" else None
        text = figure_pages.render_figure_page(figure, language, chapter_of, answers)
        made[f"figures/{figure['id']}"] = text
    for answer in board.answers:
        text = render_claim_page(answer, numbers, around, language)
        made[f"claims/{answer.claim}"] = text
        for address, content in list_claim_files(answer) if language == "en" else ():
            site.write(address, content)
    for page, text in made.items():
        site.write(f"{folder}{page}.md", text)
    for study in site.studies:
        relinked = partial(rewrite_links, folder=study.folder, pages=site.addresses)
        text = reference_pages.render_study_page(
            study, board, numbers, language, relinked
        )
        site.write(
            f"{find_study_page(study.name, language).removesuffix('html')}md", text
        )
