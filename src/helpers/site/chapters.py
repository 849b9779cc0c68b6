"""Build a notebook's (chapter's) web page in one language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import escape, unescape
from typing import Any

import nbformat
from nbformat import NotebookNode

from helpers.figures.citation import read_project
from helpers.figures.display import MIME
from helpers.figures.wording import CHINESE
from helpers.prose import select_language
from helpers.site.execution import stable
from helpers.site.execution.blocks import ANSWERED, MARKDOWN, NUMBER, is_chinese
from helpers.site.figure_pages import (
    DOWNLOADS,
    cite_figure,
    describe_figure,
    list_file_labels,
)
from helpers.site.languages import Language, Words, read_entries
from helpers.site.rendering import (
    FILES,
    build_relative_link,
    find_in_language,
    write_raw,
)

# a cell of a table whose text has blanks: a single word is a column in code
HEADER = re.compile(r"(<th[^>]*>)\s*([A-Za-z][\w-]*)\s*</th>")
CELL = re.compile(r"(?<=>)(\S[^<>]* [^<>]*)(?=</t[dh]>)")
WHOLE = "hide-cell"  # the tag of a cell that is folded away with its table


def build_chapter(
    notebook: NotebookNode,
    name: str,
    language: Language,
    figures: Mapping[str, Mapping[str, Any]],
) -> NotebookNode:
    """Build the web page of a notebook in one language.

    Of text that is there in both languages the other is left out. Code that only
    supplies is folded away (its cell is tagged ``hide-input``), a table to look things
    up in with its code (``hide-cell``), figures become blocks with caption and
    downloads, tables scroll inside themselves.

    Parameters
    ----------
    name
        The chapter's file, without its ending.
    figures
        What the provenance of each figure says, by its id.
    """
    page = _Page(find_in_language(f"{name}.html", language), language, figures)
    cells = [
        new
        for cell in _build_answer_text(notebook, language)
        for new in page.cells(cell)
    ]
    cells.insert(1, nbformat.v4.new_markdown_cell(page.files(name)))
    shown: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata=page.metadata)
    return shown


def _build_answer_text(
    notebook: NotebookNode, language: Language
) -> Iterator[NotebookNode]:
    """Yield a notebook's cells, of text cells only those in the given language."""
    following = [*notebook.cells[1:], None]
    for cell, after in zip(notebook.cells, following, strict=True):
        own = is_chinese(cell) == (language == "zh")
        paired = is_chinese(cell) or (after is not None and is_chinese(after))
        if own or not paired or cell.cell_type == "code":
            yield cell


def _format_fold(prompt: str) -> dict[str, str]:
    """Return one label for the button that shows and hides a code cell."""
    return {"code_prompt_show": prompt, "code_prompt_hide": prompt}


class _Page:
    """The web page of a notebook under construction."""

    def __init__(
        self, address: str, language: Language, figures: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self.address, self.language, self.figures = address, language, figures
        self.t = Words(language)

    @property
    def metadata(self) -> dict[str, Any]:
        """Notebook metadata read by Sphinx and MyST-NB."""
        folding = _format_fold(self.t("chapters.code"))
        alone = {"orphan": True} if self.language == "zh" else {}
        return {**stable.METADATA, "mystnb": folding, **alone}

    def files(self, name: str) -> str:
        """Return the line of links to the notebook file and the project."""
        notebook = build_relative_link(self.address, f"{FILES}/{name}.ipynb")
        links = [(notebook, self.t("chapters.download"), " download")]
        if read_project().url:
            links.append((read_project().url, self.t("chapters.repository"), ""))
        listed = (f'<a href="{at}"{how}>{label}</a>' for at, label, how in links)
        return f'<p class="downloads">{" · ".join(listed)}</p>'

    def cells(self, cell: NotebookNode) -> Iterator[NotebookNode]:
        """Yield a notebook's code cell with its tables, then the texts below it."""
        if cell.cell_type != "code":
            yield cell
            return
        texts = [(output, self._as_text(output)) for output in cell.outputs]
        outputs = [self._as_table(output) for output, text in texts if not text]
        tags = list(cell.metadata.get("tags", ()))
        folded = (
            {"mystnb": _format_fold(self.t("chapters.table"))} if WHOLE in tags else {}
        )
        metadata = {"tags": tags, **folded}
        yield nbformat.v4.new_code_cell(cell.source, outputs=outputs, metadata=metadata)
        for _, text in texts:
            if text:
                yield nbformat.v4.new_markdown_cell(text)

    def _as_text(self, output: NotebookNode) -> str:
        data = output.get("data", {})
        if MIME in data:
            return self._figure(json.loads(data[MIME]))
        both = data.get(MARKDOWN, "")
        text = add_anchors(select_language(both, self.language))
        ids = [f"number-{name}" for name, *_ in NUMBER.findall(both)]
        unnamed = [one for one in ids if f'id="{one}"' not in text]  # in Chinese prose
        targets = "".join(f'<span id="{one}"></span>' for one in unnamed)
        return f"<div>{targets}</div>\n\n{text}" if unnamed else text

    def _as_table(self, output: NotebookNode) -> NotebookNode:
        table = output.get("data", {}).get("text/html", "")
        if "<table" not in table:
            return output
        if "tabindex" not in table:
            box = 'class="scrolling" tabindex="0" role="group" aria-label="Table"'
            table = f"<div {box}>{table}</div>"
        label = f'aria-label="{self.t("chapters.table")}"'
        named = re.sub(r"""aria-label=["']Table["']""", label, table)
        shown = select_language(named, self.language)
        if self.language == "zh":
            shown = CELL.sub(_translate_cell, shown)
            shown = HEADER.sub(_translate_header, shown)
        data = {**output.data, "text/html": shown}
        labelled: NotebookNode = nbformat.from_dict({**output, "data": data})
        return labelled

    def _figure(self, words: Mapping[str, Any]) -> str:
        """Return a figure as Markdown (English) or HTML (Chinese)."""
        name = words["id"]
        if self.language == "en" or name not in self.figures:
            return _format_numbered_figure(words, self._below(words))
        figure = describe_figure(self.figures[name], self.language)
        picture = build_relative_link(
            self.address, f"figures/{name}.{figure['files']['svg']}"
        )
        return write_raw(
            "\n".join(
                [
                    f'<figure id="{name}" lang="{figure["speaks"]}">',
                    f'<a class="image-reference" href="{picture}">',
                    f'<img src="{picture}" alt="{escape(figure["alt"])}"></a>',
                    f"<figcaption><p>{escape(figure['caption'])}</p>{self._below(words)}",
                    "</figcaption></figure>",
                ]
            )
        )

    def _below(self, words: Mapping[str, Any]) -> str:
        """Return the download links and the citation shown below a figure."""
        name, t = words["id"], self.t
        files = dict.fromkeys(DOWNLOADS)
        if name in self.figures:
            files = describe_figure(self.figures[name], self.language)["files"]
        whole = build_relative_link(
            self.address, find_in_language(f"figures/{name}.html", t.language)
        )
        links = [f'<a href="{whole}">{t("chapters.figure_page")}</a>']
        for ending, label in list_file_labels(t):
            at = build_relative_link(
                self.address, f"figures/{name}.{files[ending] or ending}"
            )
            links.append(f'<a href="{at}" download>{label}</a>')
        cite = f"<summary>{t('figure.cite')}</summary>"
        known = self.figures.get(name)
        cited = cite_figure(known, t) if known else words["citation"]
        cite += f"<pre>{escape(cited)}</pre>"
        return (
            f'<p class="downloads">{" · ".join(links)}</p>\n<details>{cite}</details>'
        )


def _translate_cell(cell: re.Match[str]) -> str:
    """Return a table cell's text in Chinese, if it is a label that has one."""
    label = CHINESE.labels.get(unescape(cell[1]))
    return cell[1] if label is None else escape(label)


def _translate_header(cell: re.Match[str]) -> str:
    """Return a one-word table header in Chinese, with a column's name in the code.

    >>> _translate_header(HEADER.search("<th>lounge</th>"))
    '<th>专楼</th>'
    >>> _translate_header(HEADER.search("<th>members</th>"))
    '<th>成员 <small lang="en">members</small></th>'
    """
    opened, name = cell.groups()
    words = read_entries("table_headers")
    if name in words["values"]:
        return f"{opened}{words['values'][name]}</th>"
    if name in words["columns"]:
        shown = f'{words["columns"][name]} <small lang="en">{name}</small>'
        return f"{opened}{shown}</th>"
    return cell[0]


def add_anchors(text: str) -> str:
    """Add link targets to the numbers and claims named in a text.

    >>> print(add_anchors('<span data-number="a.b" data-value="1.0">1</span>'))
    <span id="number-a.b" data-number="a.b" data-value="1.0">1</span>
    >>> print(add_anchors('<span data-claim="s0-x">“Most die”</span>'))
    <a id="claim-s0-x" href="claims/s0-x.html">“Most die”</a>
    """
    linked = ANSWERED.sub(r'<a id="claim-\1" href="claims/\1.html">\2</a>', text)
    return NUMBER.sub(_add_number_id, linked)


def _add_number_id(match: re.Match[str]) -> str:
    return match[0].replace("<span ", f'<span id="number-{match[1]}" ', 1)


def _format_numbered_figure(words: Mapping[str, Any], below: str) -> str:
    """Format a figure as MyST Markdown that Sphinx numbers."""
    name = words["id"]
    alt = json.dumps(_join_lines(words["alt"]), ensure_ascii=False)
    options = [f":name: {name}", f":alt: {alt}", f":target: figures/{name}.svg"]
    caption = _escape_markdown(_join_lines(words["caption"]))
    figure = f"```{{figure}} figures/{name}.svg"
    return "\n".join([figure, *options, "", caption, "", below, "```"])


def _join_lines(text: str) -> str:
    return " ".join(text.split())


def _escape_markdown(text: str) -> str:
    r"""Escape a text for Markdown.

    >>> print(_escape_markdown("F_105 < 0.5 *"))
    F\_105 \< 0.5 \*
    """
    return re.sub(r"([\\`*_{}\[\]<>#|$~&^!])", r"\\\1", text)
