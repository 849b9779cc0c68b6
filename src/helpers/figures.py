"""Figures in the house style: saved as PNG, SVG and CSV, with alt text and citation.

A notebook draws on axes and ends a cell with ``sq.save_figure(ax, name, title, data)``.
The title is the finding as a computed English sentence; Chinese pages translate it, and
the words in the figure, by the catalogue (`helpers.wording`).
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, cast

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
from matplotlib.font_manager import get_font
from matplotlib.layout_engine import ConstrainedLayoutEngine

from helpers import fonts, paths, small_counts
from helpers.citation import read_project
from helpers.errors import NotIdentifiableError, ShequnError
from helpers.files import replace_file, to_csv_text, write_text

INK, GREY, PALE, PAPER = "#1a1a1a", "#595959", "#d9d9d9", "#ffffff"
BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9",
)  # fmt: skip
COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)  # Okabe and Ito
WIDE, NARROW = 183.0, 92.0  # mm: two columns of a journal; a phone
CHAPTER = 152.0  # mm: seaborn's letters are nine pixels high on a phone
MM = 1 / 25.4  # inches
MARGIN, SMALL, BODY, TITLE = 4.0, 8.0, 9.0, 10.5  # points
LEADING = 1.35  # of a line, in its size
DPI = 170
STEP_SECONDS = 1.2  # all steps together stay below five seconds
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
# a line may break after a blank, and beside a Chinese character
BREAK = re.compile(
    r"[（《“「]*[\u2e80-\u9fff\uff00-\uffef][，。、；：？！）》”」…]*"
    r"|[^\s\u2e80-\u9fff\uff00-\uffef]+\s*|\s+"
)
# colours that turn with the page's light and dark, by a name of the site's style sheet
SCREEN = MappingProxyType(
    {
        INK: "ink", GREY: "grey", PALE: "pale", PAPER: "paper", "#000000": "ink",
        BLUE: "blue", SKY: "sky", VERMILION: "vermilion", GREEN: "green",
        PURPLE: "purple",
        "#555555": "grey", "#4d4d4d": "grey", "#333333": "ink", "#808080": "grey",
    }
)  # fmt: skip
COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")
UNREAD = re.compile(
    r"<\?xml[^>]*>\s*|<!DOCTYPE[^>]*>\s*|<metadata>.*?</metadata>\s*|<!--.*?-->\s*",
    re.DOTALL,
)
FINE = re.compile(r"(\d\.\d\d)\d+")
IDS = re.compile(r'(id="|href="#|url\(#)(?=[A-Za-z])')
TEXT = re.compile(r"(<text[^>]*>)([^<]+)(</text>)")
STEP = re.compile(r'<g id="step-(\d+)-\d+"')
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
        The picture as displayed.
    """

    name: str
    title: str
    note: str
    alt: str
    svg: str
    csv: str
    png: bytes

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
        return data, {"image/png": {"alt": self.alt, "width": 720}}

    def _ipython_display_(self) -> None:
        import os  # noqa: PLC0415 - notebooks only

        from IPython.display import HTML, display  # noqa: PLC0415

        data, metadata = self._repr_mimebundle_()
        display(data, metadata=metadata, raw=True)  # type: ignore[no-untyped-call]
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
        display(links_below, metadata={"shequn": "links"})  # type: ignore[no-untyped-call]


def use_style() -> None:
    """Use the house style in this session; once per notebook, before drawing."""
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
    saved = SavedFigure(name, title, note, words, svg, csv, png)
    write_figure(saved)
    return saved


def write_figure(saved: SavedFigure) -> None:
    """Write a figure's three files into the folder of this run's figures."""
    folder = paths.find_figures_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with replace_file(folder / f"{saved.name}.png") as partial:
        partial.write_bytes(saved.png)
    write_text(
        folder / f"{saved.name}.svg", finish_svg(saved.svg, saved.title, saved.alt)
    )
    write_text(folder / f"{saved.name}.csv", saved.csv)


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


@cache
def measure_width(text: str, size: float) -> float:
    """Measure a line of text in the project's face, in points.

    >>> measure_width("社群", 10.0)
    20.0
    """
    return sum(_measure_letter(letter) for letter in text) * size


@cache
def _measure_letter(letter: str) -> float:
    face = get_font(fonts.FILE)
    if not face.get_char_index(ord(letter)):
        return 1.0
    face.set_size(100, 72)
    return round(face.load_char(ord(letter)).linearHoriAdvance / 65536 / 100, 3)


def wrap_text(text: str, across: float, size: float) -> list[str]:
    """Break text, Chinese included, into lines of at most `across` points.

    >>> wrap_text("多数社群沉默了。Most fell silent.", 60.0, 10.0)
    ['多数社群沉默', '了。Most fell', 'silent.']
    """
    lines = [""]
    for piece in BREAK.findall(text):
        if lines[-1] and measure_width((lines[-1] + piece).rstrip(), size) > across:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


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


def finish_svg(svg: str, title: str, alt: str) -> str:
    """Return an SVG as a file of its own: with title, description and citation."""
    cited = html.escape(read_project().format_line(title))
    about = (
        f"<title>{html.escape(title)}</title>\n<desc>{html.escape(alt)} {cited}</desc>"
    )
    head, _, rest = svg.partition(">")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{head} role="img">\n{about}{rest}'


def inline_svg(svg: str, name: str, alt: str) -> str:
    """Return an SVG as a part of a web page, without its title and note.

    Colours are those of the page, light or dark, and ids are of its own.
    """
    head, _, rest = svg.partition(">")
    width, height = (
        float(n) for n in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', head)[0]
    )
    above = len(re.findall(r'<g id="title-\d+">', rest)) * TITLE * LEADING + MARGIN
    below = len(re.findall(r'<g id="foot-\d+">', rest)) * SMALL * LEADING
    view = f'viewBox="0 {above:.1f} {width:g} {height - above - below:.1f}"'
    rest = BACKGROUND.sub("", HEADING.sub("", rest), count=1)
    rest = IDS.sub(lambda at: f"{at[1]}{name}-", rest)
    rest = COLOUR.sub(_to_variable, rest)
    size = round(max(width * 4 / 3, SCREEN_WIDTH))
    label = html.escape(alt, quote=True)
    return (
        f'<svg {view} class="chart-svg" style="max-width:{size}px" role="img" '
        f'xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'aria-label="{label}">{rest}'
    )


def _to_variable(colour: re.Match[str]) -> str:
    name = SCREEN.get(colour[0].lower())
    return f"var(--chart-{name})" if name else colour[0]


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
