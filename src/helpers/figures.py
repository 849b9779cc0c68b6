"""Figures in the house style: saved as PNG, SVG and CSV, with alt text and citation.

A notebook draws on axes and ends a cell with ``sq.save_figure(ax, name, title, data)``.
The title is the finding as a computed English sentence; Chinese pages translate it, and
the words in the figure, by the catalogue (`helpers.wording`).
"""

from __future__ import annotations

import html
import io
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from cycler import cycler
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from helpers import fonts, paths, small_counts
from helpers.citation import read_project
from helpers.drawing import (
    BODY,
    COLOURS,
    DPI,
    GREY,
    INK,
    LEADING,
    MARGIN,
    MM,
    PAPER,
    SMALL,
    TITLE,
    WIDE,
    measure_width,
    name_colours,
    wrap_text,
)
from helpers.errors import NotIdentifiableError, ShequnError
from helpers.files import replace_file, to_csv_text, write_text
from helpers.outputs import show_output

if TYPE_CHECKING:
    from PIL.PngImagePlugin import PngInfo

CHAPTER = 152.0  # mm: seaborn's letters are eight pixels high on a phone
STEP_SECONDS = 1.2  # all steps together stay below five seconds
STAMP = 14.0  # points: the line with the project's name below a picture
SCREEN_WIDTH = 660  # pixels, of a chart on a desk
MIME = "application/vnd.shequn.figure+json"
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
STYLE: MappingProxyType[str, Any] = MappingProxyType(
    {
        "axes.axisbelow": True,
        "axes.edgecolor": GREY,
        "axes.facecolor": "none",
        "axes.grid": False,
        "axes.labelcolor": INK,
        "axes.labelsize": SMALL,
        "axes.linewidth": 0.6,
        "axes.prop_cycle": cycler(color=COLOURS),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlelocation": "left",
        "axes.titlesize": BODY,
        "axes.unicode_minus": True,
        "figure.dpi": 100,
        "figure.figsize": (WIDE * MM, 80 * MM),
        "font.family": [fonts.FAMILY],
        "font.size": SMALL,
        "legend.fontsize": SMALL,
        "legend.frameon": False,
        "lines.linewidth": 1.4,
        "lines.markersize": 5,
        "svg.fonttype": "none",  # text that can be searched, edited and translated
        "svg.hashsalt": "shequn",
        "text.color": INK,
        "text.hinting": "none",
        "text.parse_math": False,
        "xtick.color": GREY,
        "xtick.labelcolor": INK,
        "xtick.labelsize": SMALL,
        "ytick.color": GREY,
        "ytick.labelcolor": INK,
        "ytick.labelsize": SMALL,
    }
)
UNREAD = re.compile(
    r"<\?xml[^>]*>\s*|<!DOCTYPE[^>]*>\s*|<metadata>.*?</metadata>\s*|<!--.*?-->\s*",
    re.DOTALL,
)
FINE = re.compile(r"(\d\.\d\d)\d+")
IDS = re.compile(r'(id="|href="#|url\(#)(?=[A-Za-z])')
TEXT = re.compile(r"(<text[^>]*>)([^<]+)(</text>)")
STEP = re.compile(r'<g id="step-(\d+)-\d+"')
LINKS = re.compile(r"</?a\b[^>]*>")  # to pages beside which a file does not lie
VIEW = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
SIZED = re.compile(r"<text ([^>]*?([\d.]+)px[^>]*)>([^<]+)</text>")
BACKGROUND = re.compile(r'<g id="patch_1">.*?</g>\s*', re.DOTALL)
HEADING = re.compile(r'<g id="(?:title|foot)-\d+">.*?</g>\s*', re.DOTALL)


@dataclass(frozen=True, slots=True)
class SavedFigure:
    """A saved figure, which a notebook displays with its files and citation.

    Attributes
    ----------
    name, title, note, alt
        Its permanent name, the finding, what it rests on, and the picture in words.
    svg, csv
        The picture without a face, and the data.
    png
        The picture as displayed; empty where only its other forms are wanted.
    places
        Names of the sources that it rests on.
    is_stamped
        Whether the project's name is in the picture.
    at
        The place above a chapter in which a notebook shows it, if not below its cell.
    """

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


def use_style() -> None:
    """Use the house style in this session; before drawing, and after `sns.set_theme`.

    `sns.set_theme()` sets everything anew, so that this must be called last.

    Examples
    --------
    >>> with mpl.rc_context():
    ...     use_style()
    ...     bool(mpl.rcParams["axes.spines.top"])
    False
    """
    fonts.register_font()
    mpl.rcParams.update(dict[Any, Any](STYLE))


@contextmanager
def apply_style() -> Iterator[None]:
    """Apply the house style while a with block runs."""
    with mpl.rc_context():
        use_style()
        yield


def save_figure(
    ax: Axes | Figure | Any,  # noqa: ANN401 - or a grid of seaborn, which has no types
    name: str,
    title: str,
    data: pd.DataFrame,
    *,
    note: str = "",
    steps: Sequence[Sequence[Artist]] = (),
    at: str = "",
) -> SavedFigure:
    r"""Save what was drawn as PNG, SVG and CSV; a notebook's cell displays it.

    Parameters
    ----------
    ax
        Axes, a figure, or a grid of seaborn.
    name
        Permanent: it stands in links. Small letters, digits and hyphens.
    title
        The finding as an English sentence, with computed numbers.
    data
        Everything that the figure shows, one row a mark.
    note
        Sources and n, or another line below the picture.
    steps
        What appears together, one step after the other, once; who wants no motion, or
        has a programme without it, sees the whole picture.
    at
        ``"figure"`` shows it above the chapter (`helpers.show_answer_first`).

    Raises
    ------
    ShequnError
        If the name is not of that form, or title or data are empty.
    NotIdentifiableError
        If the data hold a count of people too small to be shown.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=(3, 1)).subplots()
    >>> saved = save_figure(ax, "doctest", "One is one", pd.DataFrame({"x": [1]}))
    >>> saved.alt, saved.csv
    ('One is one.', 'x\n1\n')
    """
    _check_figure(name, title, data)
    figure = ax if isinstance(ax, Figure) else cast("Figure", ax.figure)
    words = describe_figure(figure, title)
    with apply_style():
        for axes in figure.axes:
            axes.spines[["top", "right"]].set_visible(False)
        frame_figure(figure, title, note, CHAPTER)
        settle_layout(figure)
        svg, png = draw_svg(figure, steps), draw_png(figure, steps)
    csv = to_csv_text(data)
    plt.close(figure)  # or the notebook would show it a second time
    saved = SavedFigure(name, title, note, words, svg, csv, png, at=at)
    write_figure(saved)
    return saved


def write_figure(
    saved: SavedFigure, folder: Path | None = None, page: str = ""
) -> None:
    """Write a figure's picture, table and description, by default for this run.

    Each names the project, its version, the sources and, where the project has one,
    the address of `page`.
    """
    folder = folder or paths.find_figures_folder()
    folder.mkdir(parents=True, exist_ok=True)
    if saved.png:
        with replace_file(folder / f"{saved.name}.png") as partial:
            partial.write_bytes(stamp_png(saved, page))
    write_text(folder / f"{saved.name}.svg", finish_svg(saved, page))
    write_text(folder / f"{saved.name}.csv", saved.csv)
    write_text(folder / f"{saved.name}.csv-metadata.json", describe_table(saved, page))


def describe_table(saved: SavedFigure, page: str = "") -> str:
    """Describe a figure's table in the form of W3C *CSV on the Web*."""
    project = read_project()
    about = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": f"{saved.name}.csv",
        "dc:title": saved.title,
        "dc:description": saved.note,
        "dc:source": list(saved.places),
        "dc:publisher": project.stamp,
        "dc:date": project.date,
        "dc:identifier": project.locate(page),
        "dc:bibliographicCitation": project.format_line(saved.title, page),
    }
    kept = {key: value for key, value in about.items() if value}
    return json.dumps(kept, ensure_ascii=False, indent=1) + "\n"


def _check_figure(name: str, title: str, data: pd.DataFrame) -> None:
    if not NAME.fullmatch(name):
        raise ShequnError(
            "a figure's name stands in links",
            where=name,
            remedy="use small letters, digits and hyphens",
        )
    for what, given in {"title": title.strip(), "data": len(data)}.items():
        if not given:
            raise ShequnError(
                f"the figure has no {what}", where=name, remedy=f"pass its {what}"
            )
    k = small_counts.get_threshold()
    if not small_counts.mask_frame(data, k).equals(data):
        raise NotIdentifiableError(
            f"it would show counts of fewer than {k} people",
            where=name,
            remedy="for your own eyes only, run with --k 1",
        )


def describe_figure(figure: Figure, title: str) -> str:
    """Return alternative text: the finding, and what is on the axes."""
    axes = [
        " ".join(part.split())
        for ax in figure.axes
        for part in (ax.get_title(loc="left"), ax.get_xlabel(), ax.get_ylabel())
        if part
    ]
    return ". ".join([title.rstrip("."), *dict.fromkeys(axes)]) + "."


# ---- words around the axes ---------------------------------------------------------


def frame_figure(
    figure: Figure,
    title: str,
    note: str,
    width_mm: float,
    margins: tuple[float, float, float, float] | None = None,
) -> None:
    """Set a figure's width, its title above and its note below the axes.

    The axes keep their height; a figure that is framed again loses the former words.
    `margins` of its only axes, in points (left, right, below, above), spare a layout.
    """
    for text in [*figure.texts]:
        if str(text.get_gid() or "").startswith(("title-", "foot-")):
            text.remove()
    own = getattr(figure, "shequn_height", None) or figure.get_figheight() * 72
    figure.shequn_height = own  # type: ignore[attr-defined]
    across = width_mm * MM * 72 - 2 * MARGIN
    head = wrap_text(title, across, TITLE) if title else []
    tail = wrap_text(note, across, SMALL) if note else []
    above = len(head) * TITLE * LEADING + 2 * MARGIN
    below = len(tail) * SMALL * LEADING + MARGIN
    total = own + above + below
    figure.set_size_inches(width_mm * MM, total / 72)
    room = (0.0, below / total, 1.0, 1 - (above + below) / total)
    if margins is None:
        pad = MARGIN / 72
        engine = ConstrainedLayoutEngine(rect=room, w_pad=pad, h_pad=pad)
        figure.set_layout_engine(engine)
    else:
        start, end, under, over = margins
        across_all = width_mm * MM * 72
        figure.axes[0].set_position(
            (
                start / across_all,
                (below + under) / total,
                1 - (start + end) / across_all,
                (own - under - over) / total,
            )
        )
    left = MARGIN / (width_mm * MM * 72)
    rows = [
        ("title", TITLE, INK, head, total - MARGIN),
        ("foot", SMALL, GREY, tail, below),
    ]
    for kind, size, colour, lines, top in rows:
        for at, line in enumerate(lines):
            height = (top - size - at * size * LEADING) / total
            text = figure.text(left, height, line, fontsize=size, color=colour)
            text.set_gid(f"{kind}-{at}")


def settle_layout(figure: Figure) -> None:
    """Lay a figure out once, so that its pictures need not do so again."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")


# ---- pictures ------------------------------------------------------------------------


def draw_svg(figure: Figure, steps: Sequence[Sequence[Artist]] = ()) -> str:
    """Return a figure as SVG, the same bytes for the same picture."""
    for nth, artists in enumerate(steps):
        for at, artist in enumerate(artists):
            artist.set_gid(f"step-{nth}-{at}")
    held = io.StringIO()
    canvas = FigureCanvasSVG(figure)
    about = {"Date": None, "Creator": None}
    canvas.print_svg(held, metadata=about)  # type: ignore[no-untyped-call]
    svg = UNREAD.sub("", held.getvalue())
    svg = re.sub(r"(?<=>)\n +(?=<)", "\n", FINE.sub(r"\1", svg))
    svg = svg.replace(f"'{fonts.FAMILY}'", f"'{fonts.FAMILY}', sans-serif")
    return _add_motion(svg, len(steps)) if steps else svg


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


def draw_png(figure: Figure, steps: Sequence[Sequence[Artist]] = ()) -> bytes:
    """Return a figure as PNG on white, with few colours; in motion if it has steps."""
    whole = _draw_pixels(figure)
    packed, about = io.BytesIO(), {"dpi": (DPI, DPI), "compress_level": 7}
    if not steps:
        whole.save(packed, "png", **about)
        return packed.getvalue()
    frames = []
    for shown in range(1, len(steps) + 1):
        for nth, artists in enumerate(steps):
            for artist in artists:
                artist.set_visible(nth < shown)
        frames.append(_draw_pixels(figure))
    whole.save(  # a viewer that knows no motion shows the whole
        packed, "png", save_all=True, append_images=frames, default_image=True,
        duration=round(1000 * STEP_SECONDS), loop=1, **about,
    )  # fmt: skip
    return packed.getvalue()


def _draw_pixels(figure: Figure) -> Any:  # noqa: ANN401 - a picture of pillow
    from PIL import Image  # noqa: PLC0415 - slow to import

    before = figure.dpi
    figure.set_dpi(DPI)
    figure.set_facecolor("white")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    picture = Image.fromarray(pixels[..., :3])
    figure.set_facecolor("none")
    figure.set_dpi(before)
    return picture.quantize(
        96, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )


def stamp_png(saved: SavedFigure, page: str = "") -> bytes:
    """Return a figure's PNG with project and version below it and in its metadata.

    A picture that has the name, or that moves, gets the metadata only.
    """
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 - slow to import

    project, about = read_project(), _describe_picture(saved, page)
    at = saved.png.index(b"IDAT") - 4
    if saved.is_stamped or b"acTL" in saved.png[:at]:  # an animated PNG
        kept = b"".join(_pack_chunk(kind, data) for kind, data, *_ in about.chunks)
        return saved.png[:at] + kept + saved.png[at:]
    picture: Image.Image = Image.open(io.BytesIO(saved.png))
    if picture.mode != "P":
        picture = picture.convert("P", palette=Image.Palette.ADAPTIVE)
    scale = DPI / 72
    strip = Image.new("RGB", (picture.width, round(STAMP * scale)), PAPER)
    face = ImageFont.truetype(str(fonts.FILE), round(SMALL * scale))
    place = (picture.width - MARGIN * scale, strip.height / 2)
    ImageDraw.Draw(strip).text(place, project.stamp, GREY, face, "rm")
    whole = Image.new("P", (picture.width, picture.height + strip.height))
    whole.putpalette(picture.getpalette() or [])
    whole.paste(picture, (0, 0))
    below = strip.quantize(palette=picture, dither=Image.Dither.NONE)
    whole.paste(below, (0, picture.height))
    packed = io.BytesIO()
    whole.save(packed, "png", dpi=(DPI, DPI), compress_level=7, pnginfo=about)
    return packed.getvalue()


def _describe_picture(saved: SavedFigure, page: str) -> PngInfo:
    """Return the metadata of a picture."""
    from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415 - slow to import

    project, about = read_project(), PngInfo()
    for key, value in {
        "Title": saved.title,
        "Description": saved.note,
        "Source": "; ".join(saved.places),
        "Author": project.format_line(saved.title, page),
        "Software": f"Shequn Evidence {project.version}",
        "URL": project.locate(page),
    }.items():
        if value:
            about.add_itxt(key, value)
    return about


def _pack_chunk(kind: bytes, data: bytes) -> bytes:
    length, check = len(data), zlib.crc32(kind + data)
    return length.to_bytes(4, "big") + kind + data + check.to_bytes(4, "big")


def finish_svg(saved: SavedFigure, page: str = "") -> str:
    """Return a figure's SVG as a file of its own, with description and project.

    Each text gets the length that it has in our face: no other makes it overlap.
    """
    project = read_project()
    cited = project.format_line(saved.title, page)
    sources = "; ".join(saved.places)
    about = " ".join(filter(None, [saved.alt, sources, cited]))
    head, _, rest = saved.svg.partition(">")
    width, height = _measure_view(head)
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


def _measure_view(head: str) -> tuple[float, float]:
    found = VIEW.search(head)
    if found is None:  # not one of ours
        raise ShequnError(
            "an SVG has no viewBox", where=head[:60], remedy="draw it with save_figure"
        )
    return float(found[1]), float(found[2])


def _fix_length(text: re.Match[str]) -> str:
    length = measure_width(html.unescape(text[3]), float(text[2]))
    return f'<text textLength="{length:.1f}" {text[1]}>{text[3]}</text>'


def inline_svg(svg: str, name: str, alt: str) -> str:
    """Return an SVG as a part of a web page, without its title and note.

    Colours are those of the page, light or dark, and ids are of its own.
    """
    head, _, rest = svg.partition(">")
    width, height = _measure_view(head)
    above = len(re.findall(r'<g id="title-\d+">', rest)) * TITLE * LEADING + MARGIN
    below = len(re.findall(r'<g id="foot-\d+">', rest)) * SMALL * LEADING
    view = f'viewBox="0 {above:.1f} {width:g} {height - above - below:.1f}"'
    rest = BACKGROUND.sub("", HEADING.sub("", rest), count=1)
    rest = IDS.sub(lambda at: f"{at[1]}{name}-", rest)
    rest = name_colours(rest)
    size = round(max(width * 4 / 3, SCREEN_WIDTH))
    label = html.escape(alt, quote=True)
    role = "group" if "<a " in rest else "img"
    return (
        f'<svg {view} class="chart-svg" style="max-width:{size}px" role="{role}" '
        f'xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'aria-label="{label}">{rest}'
    )


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
