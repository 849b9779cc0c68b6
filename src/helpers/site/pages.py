"""Write the sources of the site: one page a notebook, a study, a document."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from helpers import paths
from helpers.errors import ShequnError
from helpers.files import write_text
from helpers.site import blocks, stable
from helpers.site.links import relink

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from nbformat import NotebookNode

    from helpers.site.execution import Run

__all__ = ["write_pages"]

DOCUMENTS = {"README.md": "about", "docs/architecture.md": "architecture"}
DECISIONS = "docs/decisions"


@dataclass(frozen=True, slots=True, eq=False)
class _Notebook:
    source: Path
    content: NotebookNode

    @property
    def page(self) -> str:
        return self.source.stem


def write_pages(run: Run, executed: Sequence[Path], target: Path) -> None:
    """Write everything that Sphinx reads into an empty folder `target`.

    Raises
    ------
    ShequnError
        If two figures or two computed numbers have one id.
    """
    notebooks = [_Notebook(run.notebooks / e.name, stable.read(e)) for e in executed]
    pages = _addresses(run, notebooks)
    _check_ids(notebooks)
    for notebook in notebooks:
        _write_notebook(notebook, pages, target)
        for figure in blocks.figure_ids(notebook.content):
            _copy_figure(run, figure, target / "figures")
    for name, page in DOCUMENTS.items():
        file = paths.ROOT / name
        text = relink(file.read_text(encoding="utf-8"), file.parent, pages)
        if page == "about":  # the first page has the README's title
            text = re.sub(r"^# .*", "# About", text, count=1)
        write_text(target / f"{page}.md", text)
    for study in run.studies:
        write_text(target / f"{_study_page(study)}.md", _study(study, pages))
    write_text(target / "decisions.md", _decisions(pages))
    write_text(target / "numbers.md", _numbers(notebooks))
    write_text(target / "index.md", _index(run, notebooks, pages))


def _addresses(run: Run, notebooks: Iterable[_Notebook]) -> dict[Path, str]:
    """Return which page each file of the project has."""
    pages = {n.source: f"{n.page}.ipynb" for n in notebooks}
    pages |= {paths.NOTEBOOKS / file.name: page for file, page in pages.items()}
    pages |= {paths.ROOT / name: f"{page}.md" for name, page in DOCUMENTS.items()}
    notes = paths.ROOT / DECISIONS
    pages |= dict.fromkeys([notes, *notes.glob("*.md")], "decisions.md")
    for study in run.studies:
        page = f"{_study_page(study)}.md"
        pages |= {study: page, study / "README.md": page}
    return pages


def _check_ids(notebooks: Iterable[_Notebook]) -> None:
    seen: dict[str, str] = {}
    for notebook in notebooks:
        numbers = [name for name, _, _ in blocks.number_spans(notebook.content)]
        for name in (*blocks.figure_ids(notebook.content), *numbers):
            if name in seen:
                raise ShequnError(
                    f"the id {name} is taken by {seen[name]}",
                    where=notebook.source.name,
                    remedy="give one of the two another id",
                )
            seen[name] = notebook.source.name


def _write_notebook(notebook: _Notebook, pages: dict[Path, str], target: Path) -> None:
    page = blocks.page_notebook(notebook.content)
    for cell in page.cells:
        if cell.cell_type == "markdown":
            cell.source = relink(cell.source, notebook.source.parent, pages)
    stable.write(page, target / f"{notebook.page}.ipynb")


def _copy_figure(run: Run, figure: str, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for file in run.figures.glob(f"{figure}.*"):
        shutil.copyfile(file, target / file.name)


def _study_page(study: Path) -> str:
    return f"data-{study.name.replace('_', '-')}"


def _study(study: Path, pages: dict[Path, str]) -> str:
    manifest = json.loads((study / "manifest.json").read_text(encoding="utf-8"))
    readme = study / "README.md"
    heading = f"# {manifest['title_en']}\n"
    text = readme.read_text(encoding="utf-8") if readme.is_file() else heading
    facts = {key: manifest[key] for key in ("study", "source", "licence")}
    rows = [f"| {key} | {value or 'not stated'} |" for key, value in facts.items()]
    table = "\n".join(["| | |", "|---|---|", *rows])
    return f"{relink(text, study, pages).rstrip()}\n\n## Provenance\n\n{table}\n"


def _decisions(pages: dict[Path, str]) -> str:
    folder = paths.ROOT / DECISIONS
    first = folder / "README.md"
    notes = [first, *sorted(set(folder.glob("*.md")) - {first})]
    texts = [relink(n.read_text(encoding="utf-8"), folder, pages) for n in notes]
    lower = [re.sub(r"^#", "##", text, flags=re.MULTILINE) for text in texts[1:]]
    return "\n\n".join(text.strip() for text in (texts[0], *lower)) + "\n"


def _numbers(notebooks: Iterable[_Notebook]) -> str:
    """Return a page of all computed numbers, each with where it stands."""
    rows = [
        f'| `{name}` | <a href="{n.page}.html#number-{name}">{words}</a> | {value} |'
        for n in notebooks
        for name, value, words in blocks.number_spans(n.content)
    ]
    head = ["| id | as written | value |", "|---|---|---|"]
    intro = "Every number that a notebook computed into a sentence, by permanent id."
    return "\n".join(["# Numbers", "", intro, "", *(head + rows if rows else []), ""])


def _index(run: Run, notebooks: Sequence[_Notebook], pages: dict[Path, str]) -> str:
    readme = (paths.ROOT / "README.md").read_text(encoding="utf-8")
    intro = relink(readme.partition("\n## ")[0], paths.ROOT, pages).strip()
    verdicts_first = (*notebooks[-1:], *notebooks[:-1])
    answered = [n for n in verdicts_first if blocks.answers(n.content)]
    questions = [_question(notebook, pages) for notebook in answered]
    others = [f"- {_link(n)}" for n in notebooks if n not in answered]
    if others:
        questions.append("### Before that\n\n" + "\n".join(others))
    trees = {
        "Notebooks": [notebook.page for notebook in notebooks],
        "Data": [_study_page(study) for study in run.studies],
        "Project": ["about", "numbers", "architecture", "decisions"],
    }
    contents = [_tree(caption, entries) for caption, entries in trees.items()]
    return (
        "\n\n".join([intro, "## Questions and answers", *questions, *contents]) + "\n"
    )


def _question(notebook: _Notebook, pages: dict[Path, str]) -> str:
    folder = notebook.source.parent
    said = (relink(text, folder, pages) for text in blocks.answers(notebook.content))
    return "\n\n".join([f"### {_link(notebook)}", *said])


def _link(notebook: _Notebook) -> str:
    return f"[{escape(blocks.title(notebook.content))}]({notebook.page}.ipynb)"


def _tree(caption: str, entries: Sequence[str]) -> str:
    if not entries:
        return ""
    lines = ["```{toctree}", ":hidden:", f":caption: {caption}", "", *entries, "```"]
    return "\n".join(lines)
