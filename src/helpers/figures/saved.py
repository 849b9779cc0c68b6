"""A saved figure, which a notebook shows with its files and citation."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

from helpers import paths
from helpers.citation import read_project
from helpers.outputs import show_output

MIME = "application/vnd.shequn.figure+json"


@dataclass(frozen=True, slots=True)
class SavedFigure:
    """A saved figure, which a notebook displays with its files and citation."""

    name: str
    title: str
    note: str
    alt: str
    svg: str
    csv: str
    png: bytes
    places: tuple[str, ...] = ()
    is_stamped: bool = False
    at: str = ""

    @property
    def citation(self) -> str:
        """The figure's citation in one line."""
        return read_project().format_line(self.title)

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        import base64  # noqa: PLC0415 - notebooks only

        kept = ("name", "title", "note", "alt", "svg", "csv")
        data = {
            "image/png": base64.b64encode(self.png).decode("ascii"),
            "text/plain": self.alt,
            MIME: {key: getattr(self, key) for key in kept},
        }
        return data, {"image/png": {"alt": self.alt, "width": 640}}

    def _ipython_display_(self) -> None:
        import os  # noqa: PLC0415 - notebooks only

        from IPython.display import HTML  # noqa: PLC0415

        data, metadata = self._repr_mimebundle_()
        show_output(data, at=self.at, metadata=metadata, raw=True)
        # committed chapters are executed elsewhere, and read from their own folder
        own = paths.BUILD / "figures"
        committed = paths.find_figures_folder() != own
        folder = "figures" if committed else os.path.relpath(own).replace(os.sep, "/")
        endings = ("svg", "csv") if committed else ("png", "svg", "csv")
        links = " · ".join(
            f'<a href="{folder}/{self.name}.{ending}">{ending.upper()}</a>'
            for ending in endings
        )
        line = f"<small>{html.escape(self.citation)} · {links}</small>"
        links_below = HTML(line)  # type: ignore[no-untyped-call]
        about = {"shequn": "links"}
        show_output(links_below, at="links" if self.at else "", metadata=about)
