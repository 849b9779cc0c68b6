"""A figure as SVG: drawn, as a file of its own, within a page, in Chinese."""

import html
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.artist import Artist
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from helpers import fonts, paths
from helpers.citation import read_project
from helpers.errors import ShequnError
from helpers.figures.drawing import GREY, MARGIN, SMALL, TITLE, measure_width, wrap_text
from helpers.figures.outputs import show_output

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


STEP_SECONDS = 1.2  # all steps together stay below five seconds
STAMP = 14.0  # points: the line with the project's name below a picture
UNREAD = re.compile(
    r"<\?xml[^>]*>\s*|<!DOCTYPE[^>]*>\s*|<metadata>.*?</metadata>\s*|<!--.*?-->\s*",
    re.DOTALL,
)
FINE = re.compile(r"(\d\.\d\d)\d+")
# matplotlib hashes what it names, to the last bit, which is the processor's
HASHED = re.compile(r'(?<=["#])([hmp]|image|C[0-9a-f]+_[0-9a-f]+_)[0-9a-f]{10}\b')
TEXT = re.compile(r"(<text[^>]*>)([^<]+)(</text>)")
STEP = re.compile(r'<g id="step-(\d+)-\d+"')
LINKS = re.compile(r"</?a\b[^>]*>")  # to pages beside which a file does not lie
VIEW = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
SIZED = re.compile(r"<text ([^>]*?([\d.]+)px[^>]*)>([^<]+)</text>")


def draw_svg(figure: Figure, steps: Sequence[Sequence[Artist]] = ()) -> str:
    """Return a figure as SVG, the same bytes for the same picture."""
    for nth, artists in enumerate(steps):
        for at, artist in enumerate(artists):
            artist.set_gid(f"step-{nth}-{at}")
    held = io.StringIO()
    canvas = FigureCanvasSVG(figure)
    about = {"Date": None, "Creator": None}
    canvas.print_svg(held, metadata=about)  # type: ignore[no-untyped-call]
    svg = _number_ids(UNREAD.sub("", held.getvalue()))
    svg = re.sub(r"(?<=>)\n +(?=<)", "\n", FINE.sub(r"\1", svg))
    svg = svg.replace(f"'{fonts.FAMILY}'", f"'{fonts.FAMILY}', sans-serif")
    return _add_motion(svg, len(steps)) if steps else svg


def _number_ids(svg: str) -> str:
    """Name clips, markers and the like by their order in the picture.

    >>> _number_ids('<use href="#mb312ba4c32" clip-path="url(#p0123456789)"/>')
    '<use href="#m0" clip-path="url(#p1)"/>'
    """
    numbers: dict[str, int] = {}
    return HASHED.sub(
        lambda at: f"{at[1]}{numbers.setdefault(at[0], len(numbers))}", svg
    )


def _add_motion(svg: str, steps: int) -> str:
    """Let the parts of an SVG appear one step after the other."""
    svg = STEP.sub(r'<g class="step step-\1"', svg)
    rules = [
        "@keyframes step{from{opacity:0}}",
        f".step{{animation:step {STEP_SECONDS / 2:g}s both}}",
        *(f".step-{n}{{animation-delay:{n * STEP_SECONDS:g}s}}" for n in range(steps)),
        "@media (prefers-reduced-motion:reduce){.step{animation:none}}",
    ]
    head, _, rest = svg.partition(">")
    return f"{head}>\n<style>{''.join(rules)}</style>{rest}"


def finish_svg(saved: SavedFigure, page: str = "") -> str:
    """Return a figure's SVG as a file of its own, with description and project.

    Each text gets the length that it has in our face: no other makes it overlap.
    """
    project = read_project()
    cited = project.format_line(saved.title, page)
    sources = "; ".join(saved.places)
    about = " ".join(filter(None, [saved.alt, sources, cited]))
    head, _, rest = saved.svg.partition(">")
    width, height = measure_view(head)
    tall = height if saved.is_stamped else round(height + STAMP, 2)
    head = head.replace(f'height="{height:g}pt"', f'height="{tall:g}pt"')
    head = VIEW.sub(f'viewBox="0 0 {width:g} {tall:g}"', head)
    line = (
        f"<text style=\"font: {SMALL:g}px '{fonts.FAMILY}', sans-serif; "
        f'text-anchor: end" x="{width - MARGIN:g}" y="{tall - MARGIN:g}" '
        f'fill="{GREY}">{html.escape(project.stamp)}</text>'
    )
    body, _, end = LINKS.sub("", rest).rpartition("</svg>")
    body = SIZED.sub(_fix_length, body if saved.is_stamped else f"{body}{line}")
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n{head} role="img">\n'
        f"<title>{html.escape(saved.title)}</title>\n"
        f"<desc>{html.escape(about)}</desc>{body}\n</svg>{end}"
    )


def measure_view(head: str) -> tuple[float, float]:
    """Return width and height of an SVG from its head."""
    found = VIEW.search(head)
    if found is None:  # not one of ours
        raise ShequnError(
            "an SVG has no viewBox", where=head[:60], remedy="draw it with save_figure"
        )
    return float(found[1]), float(found[2])


def _fix_length(text: re.Match[str]) -> str:
    length = measure_width(html.unescape(text[3]), float(text[2]))
    return f'<text textLength="{length:.1f}" {text[1]}>{text[3]}</text>'


def translate_svg(svg: str, title: tuple[str, str], note: tuple[str, str]) -> str:
    """Return an SVG with Chinese words: title and note given, the rest by catalogue."""
    from helpers.wording.markdown import translate_text  # noqa: PLC0415 - pages only

    def translate(text: re.Match[str]) -> str:
        told = translate_text(html.unescape(text[2]), "zh")
        return f"{text[1]}{html.escape(told, quote=False)}{text[3]}"

    svg = TEXT.sub(translate, svg)
    width = re.search(r'viewBox="0 0 ([\d.]+)', svg)
    across = float(width[1]) - 2 * MARGIN if width else 500.0
    for kind, size, (_, chinese) in (("title", TITLE, title), ("foot", SMALL, note)):
        svg = _replace_lines(svg, kind, wrap_text(chinese, across, size))
    return svg


def _replace_lines(svg: str, kind: str, lines: Sequence[str]) -> str:
    """Replace lines of a title or note by new ones; the last place takes the rest."""
    places = re.findall(rf'<g id="{kind}-\d+">.*?</g>', svg, re.DOTALL)
    for at, place in enumerate(places):
        own = lines[at:] if at + 1 == len(places) else lines[at : at + 1]
        found = TEXT.search(place)
        if found:
            line = html.escape(" ".join(own), quote=False)
            svg = svg.replace(
                place, place.replace(found[0], f"{found[1]}{line}{found[3]}")
            )
    return svg
