"""Chapters: committed, executed notebooks as pages in a language."""

import base64
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from helpers import paths
from helpers.claims.register import get_claim
from helpers.figures.saving import write_figure
from helpers.figures.svg import MIME, SavedFigure, translate_svg
from helpers.wording.markdown import translate_comments, translate_markdown
from pipeline.site.charts import cite_chart, list_places, name_studies
from pipeline.site.embedded import inline_svg
from pipeline.site.language import Reader

CELL = re.compile(r"(?<=>)([^<>]*[A-Za-z]{2}[^<>]*)(?=</t[hd]>)")
SHORT = re.compile(r"^>?\s*\*\*[^*]+\*\*\s*")
SENTENCE = re.compile(r"[^。！？]+?(?:[。！？]|[.!?](?=\s|$)|$)")
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
COUNTED = re.compile(
    r'sq\.recount\(\s*"([\w-]+)"'
)  # a claim, in the code that counts it
STYLE = re.compile(r"<style[^>]*>.*?</style>\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: its file, number and notebook."""

    name: str
    number: int
    notebook: NotebookNode

    @property
    def claims(self) -> list[str]:
        """The claims that it counts."""
        return COUNTED.findall("\n".join(str(c.source) for c in self.notebook.cells))

    def find_title(self, reader: Reader) -> str:
        """Return its heading in a language."""
        text = str(self.notebook.cells[0].source)
        found = TITLE.search(translate_markdown(text, reader.language))
        return found[1] if found else self.name

    def find_answer(self, reader: Reader) -> str:
        """Return the first sentence of its short answer, in a language."""
        for cell in self.notebook.cells:
            for output in cell.get("outputs", ()):
                text = str(output.get("data", {}).get("text/markdown", ""))
                if SHORT.match(text):
                    told = SHORT.sub("", translate_markdown(text, reader.language))
                    return "".join(SENTENCE.findall(" ".join(told.split()))[:1]).strip()
        return ""


def read_chapters(folder: Path | None = None) -> list[Chapter]:
    """Read the committed notebooks, in order."""
    files = sorted((folder or paths.NOTEBOOKS).glob("[0-9][0-9]_*.ipynb"))
    files = [file for file in files if int(file.stem[:2])]  # 0 is their index
    return [
        Chapter(file.stem, int(file.stem[:2]), nbformat.read(file, as_version=4))
        for file in files
    ]


def build_chapter(
    chapter: Chapter, reader: Reader, out: Path, places: Mapping[str, str]
) -> NotebookNode:
    """Return a chapter's page in a language; write the files of its figures.

    Text is translated, and so are figures' words, tables' heads, computed sentences
    and the comments of code.
    """
    up = "../../" if reader.is_chinese else "../"
    links = (
        f'<p class="files"><a href="{up}_downloads/{chapter.name}.ipynb" download>'
        f"{reader('download this notebook')}</a></p>"
    )
    address = f"chapters/{chapter.name}.html"
    cells = join_folded(_build_cells(chapter.notebook, reader, out, address, places))
    at = next((n for n, cell in enumerate(cells) if is_folded(cell)), len(cells))
    cells.insert(at, nbformat.v4.new_markdown_cell(f"```{{raw}} html\n{links}\n```"))
    page: NotebookNode = nbformat.v4.new_notebook(
        cells=cells, metadata={"kernelspec": KERNEL}
    )
    return page


def is_folded(cell: NotebookNode) -> bool:
    """Return whether a cell's code is behind a bar."""
    return "hide-input" in cell.metadata.get("tags", ())


def join_folded(cells: Iterable[NotebookNode]) -> list[NotebookNode]:
    r"""Join folded cells that follow one another and show nothing, behind one bar.

    >>> new, folded = nbformat.v4.new_code_cell, {"tags": ["hide-input"]}
    >>> cells = [new(code, metadata=folded) for code in ("a = 1", "b = a")]
    >>> [cell.source for cell in join_folded([*cells, new("b")])]
    ['a = 1\n\nb = a', 'b']
    """
    joined: list[NotebookNode] = []
    for cell in cells:
        last = joined[-1] if joined else None
        if (
            last is not None
            and is_folded(last)
            and is_folded(cell)
            and not last.outputs
        ):
            last.source, last.outputs = f"{last.source}\n\n{cell.source}", cell.outputs
        else:
            joined.append(cell)
    return joined


def _build_cells(
    notebook: NotebookNode,
    reader: Reader,
    out: Path,
    page: str,
    places: Mapping[str, str],
) -> Iterator[NotebookNode]:
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = translate_markdown(str(cell.source), reader.language)
            yield nbformat.v4.new_markdown_cell(text, metadata=cell.metadata)
        elif cell.cell_type == "code":
            metadata = {"tags": list(cell.metadata.get("tags", ()))}
            outputs = [
                shown
                for output in cell.outputs
                if output.get("metadata", {}).get("shequn") != "links"
                for shown in _build_output(output, reader, out, page)
            ]
            texts = [o for o in outputs if isinstance(o, str)]
            others = [o for o in outputs if not isinstance(o, str)]
            code = translate_comments(str(cell.source), reader.language)
            if claims := COUNTED.findall(code):
                yield nbformat.v4.new_markdown_cell(
                    _link_claims(claims, reader, places)
                )
            yield nbformat.v4.new_code_cell(code, outputs=others, metadata=metadata)
            for text in texts:
                yield nbformat.v4.new_markdown_cell(text)


def _link_claims(
    claims: Iterable[str], reader: Reader, places: Mapping[str, str]
) -> str:
    """Return the anchors of claims that a cell counts, with links to their pages."""
    links = " · ".join(
        f'<a id="{claim}" href="../claims/{places[claim]}">'
        f"{html.escape(get_claim(claim).short[reader.language])}</a>"
        for claim in claims
    )
    return f'```{{raw}} html\n<p class="section-links">{links}</p>\n```'


def _build_output(
    output: NotebookNode, reader: Reader, out: Path, page: str
) -> Iterator[NotebookNode | str]:
    """Yield an output for the page; figures and text as Markdown."""
    data = output.get("data", {})
    if MIME in data:
        picture = base64.b64decode(data["image/png"])
        figure = build_figure(data[MIME], picture, reader, out, page)
        yield f"```{{raw}} html\n{figure}\n```"
    elif "text/markdown" in data:
        yield translate_markdown(str(data["text/markdown"]), reader.language)
    elif "text/html" in data:
        yield f"```{{raw}} html\n{_build_table(str(data['text/html']), reader)}\n```"
    elif output.output_type != "error":
        yield output


def _build_table(table: str, reader: Reader) -> str:
    """Return a table that scrolls inside itself, its words in the language."""
    plain = re.sub(r"\n\s*", "\n", STYLE.sub("", table)).replace("\n\n", "\n")
    plain = re.sub(r"<th></th>", "<td></td>", plain)
    if reader.is_chinese:
        plain = CELL.sub(
            lambda cell: html.escape(
                reader(html.unescape(cell[1].strip())), quote=False
            ),
            plain,
        )
    about = f'class="scroll" tabindex="0" role="group" aria-label="{reader("table")}"'
    return f"<div {about}>{plain}</div>"


def build_figure(
    figure: dict[str, Any], png: bytes, reader: Reader, out: Path, page: str
) -> str:
    """Write a figure's files; return it as HTML with title, note, links and anchor."""
    title, note = reader(figure["title"]), reader(figure["note"])
    svg, alt, name = figure["svg"], figure["alt"], figure["name"]
    if reader.is_chinese:  # its PNG is the English one, drawn when the chapter ran
        png = b""
        svg = translate_svg(svg, (figure["title"], title), (figure["note"], note))
        alt = f"{title}。{note}"
    table = name_studies(figure["csv"], reader)
    places = tuple(list_places(figure["csv"], reader))
    saved = SavedFigure(name, title, note, alt, svg, table, png, places)
    where = f"{page}#{name}"
    write_figure(saved, out, reader.locate(where))
    english = "../../figures" if reader.is_chinese else ""
    links = cite_chart(name, title, reader, "../figures", where, english=english)
    inner = inline_svg(svg, name, alt)
    return (
        f'<figure class="chart" id="{name}">'
        f'<p class="chart-title">{html.escape(title)}</p>'
        f'<div class="scroll" tabindex="0" role="group" '
        f'aria-label="{html.escape(title, quote=True)}">{inner}</div>'
        f'<figcaption><span class="note">{html.escape(note)}</span> {links}'
        f"</figcaption></figure>"
    )
