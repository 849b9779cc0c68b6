"""An executed notebook in another language: its text, figures, tables and comments."""

from __future__ import annotations

import html
import re
from typing import Any

from helpers.figures.saved import MIME
from helpers.figures.svg import translate_svg
from helpers.wording import Language
from helpers.wording.markdown import (
    translate_comments,
    translate_markdown,
    translate_text,
)

CELL = re.compile(r"(?<=>)([^<>]*[A-Za-z]{2}[^<>]*)(?=</t[hd]>)")


def translate_notebook(notebook: Any, language: Language) -> Any:  # noqa: ANN401 - nbformat's
    """Return an executed notebook with all that it says in a language."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = translate_markdown(cell.source, language)
        else:
            cell.source = translate_comments(cell.source, language)
            for output in cell.outputs:
                if own := output.get("metadata", {}).get(language):
                    output.data = {"text/markdown": own}
                elif data := output.get("data"):
                    _translate_output(data, language)
    return notebook


def _translate_output(data: Any, language: Language) -> None:  # noqa: ANN401
    if MIME in data:
        figure = data[MIME]
        texts = [(figure[part], translate_text(figure[part], language))
                 for part in ("title", "note")]  # fmt: skip
        figure["svg"] = data["image/svg+xml"] = translate_svg(figure["svg"], *texts)
        data.pop("image/png", None)  # it was drawn in English
        figure["title"], figure["note"] = (told for _, told in texts)
    elif "text/markdown" in data:
        data["text/markdown"] = translate_markdown(data["text/markdown"], language)
    elif "text/html" in data:
        data["text/html"] = CELL.sub(
            lambda cell: html.escape(
                translate_text(html.unescape(cell[1].strip()), language), quote=False
            ),
            data["text/html"],
        )
