"""Display of a saved figure in Jupyter and on the site."""

from __future__ import annotations

import base64
import json
from typing import Any

from helpers.figures.saving import SavedFigure

MIME = "application/vnd.shequn.figure"


def build_mime_bundle(saved: SavedFigure) -> tuple[dict[str, Any], dict[str, Any]]:
    """Build the Jupyter MIME bundle of a saved figure, with metadata.

    Jupyter and GitHub show the picture; the site reads the rest under `MIME` and
    sets a numbered figure with caption, alternative text and downloads from it.
    """
    picture = base64.b64encode(saved.file("png").read_bytes()).decode("ascii")
    words = {
        "id": saved.figure_id,
        "title": saved.title,
        "caption": saved.caption,
        "alt": saved.alt,
        "claims": list(saved.claims),
        "citation": saved.citation,
    }
    data = {
        "image/png": picture,
        "text/plain": saved.alt,
        MIME: json.dumps(words, ensure_ascii=False),
    }
    return data, {"image/png": {"alt": saved.alt, "width": 860}}
