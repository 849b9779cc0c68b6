"""Draw charts as SVG and PNG without a plotting library: marks and words in points.

The site's charts and those of own groups are drawn with it: fast, the same bytes each
time, and every text has the length that was measured when it was placed.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from math import fsum
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from helpers import fonts

if TYPE_CHECKING:
    from PIL import ImageDraw
    from PIL.PngImagePlugin import PngInfo

INK, GREY, PALE, PAPER = "#1a1a1a", "#595959", "#d9d9d9", "#ffffff"
BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9",
)  # fmt: skip
COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)  # Okabe and Ito
WIDE, NARROW = 183.0, 86.0  # mm: two columns of a journal; a phone
MM = 1 / 25.4  # inches
MARGIN, SMALL, BODY, TITLE = 4.0, 8.0, 9.0, 10.5  # points
LEADING = 1.35  # of a line, in its size
BOLD = 0.035  # of the size: a line around bold letters
DPI = 170
FINER = 2  # pixels drawn for one shown
COLOURS_KEPT = 64
NOTHING = 1e-9  # of a point
# colours that turn with a page's light and dark, by a name of its style sheet
SCREEN = MappingProxyType(
    {
        INK: "ink", GREY: "grey", PALE: "pale", PAPER: "paper", "#000000": "ink",
        BLUE: "blue", SKY: "sky", VERMILION: "vermilion", GREEN: "green",
        PURPLE: "purple",
        "#555555": "grey", "#4d4d4d": "grey", "#333333": "ink", "#808080": "grey",
        "#262626": "ink", "#424242": "ink", "#666666": "grey", "#737373": "grey",
        "#0173b2": "blue", "#029e73": "green", "#cc78bc": "purple",  # of seaborn
    }
)  # fmt: skip
COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")
# a line may break after a blank, and beside a Chinese character
BREAK = re.compile(
    r"[（《“「]*(?:(?![（《])[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+)"
    r"[，。、；：？！）》”」…]*\s*|\s+"
)
Anchor = Literal["start", "middle", "end"]
Shape = Literal["circle", "diamond", "square"]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points, or an area if it is filled."""

    points: tuple[Point, ...]
    colour: str
    width: float = 1.0
    dash: tuple[float, ...] = ()
    fill: str = ""
    opacity: float = 1.0
    group: str = ""
    told: str = ""  # what a pointer at it shows


@dataclass(frozen=True, slots=True)
class Mark:
    """A circle, diamond or square around a point."""

    at: Point
    shape: Shape
    radius: float
    colour: str
    fill: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text; `at` is on its baseline."""

    at: Point
    text: str
    size: float
    colour: str
    anchor: Anchor
    group: str = ""
    href: str = ""
    is_bold: bool = False


@dataclass(slots=True)
class Drawing:
    """A picture of a width and height in points, from its upper left corner.

    >>> drawing = Drawing(100, 20)
    >>> drawing.write((4, 14), "half")
    >>> drawing.draw_line([(30, 10), (90, 10)], BLUE)
    >>> drawing.to_svg().count("<path")
    1
    """

    width: float
    height: float
    marks: list[Line | Mark | Words] = field(default_factory=list)

    def draw_line(
        self,
        points: Sequence[Point],
        colour: str = GREY,
        width: float = 1.0,
        *,
        dash: Sequence[float] = (),
        opacity: float = 1.0,
        group: str = "",
    ) -> None:
        """Draw a line through points."""
        line = Line(tuple(points), colour, width, tuple(dash), "", opacity, group)
        self.marks.append(line)

    def fill_area(
        self,
        points: Sequence[Point],
        fill: str,
        opacity: float = 1.0,
        *,
        group: str = "",
        told: str = "",
    ) -> None:
        """Fill the area within points; pointers show its title."""
        self.marks.append(
            Line(
                tuple(points), "", 0, fill=fill, opacity=opacity, group=group, told=told
            )
        )

    def fill_box(
        self,
        corner: Point,
        size: Point,
        fill: str,
        opacity: float = 1.0,
        *,
        told: str = "",
    ) -> None:
        """Fill a box by its upper left corner, width and height."""
        (x, y), (across, down) = corner, size
        ends = [(x, y), (x + across, y), (x + across, y + down), (x, y + down)]
        self.fill_area(ends, fill, opacity, told=told)

    def draw_mark(
        self, at: Point, shape: Shape, radius: float, colour: str, *, fill: str = ""
    ) -> None:
        """Draw a mark around a point, filled with its colour by default."""
        self.marks.append(Mark(at, shape, radius, colour, fill or colour))

    def write(
        self,
        at: Point,
        text: str,
        size: float = SMALL,
        colour: str = INK,
        *,
        anchor: Anchor = "start",
        group: str = "",
        href: str = "",
        is_bold: bool = False,
    ) -> None:
        """Write a line of text from, around or up to a point of its baseline."""
        text = text.replace("’", "'")  # as wide as a character in a Chinese face
        if text:
            self.marks.append(
                Words(at, text, size, colour, anchor, group, href, is_bold)
            )

    def to_svg(self) -> str:
        """Return the picture as SVG, without title and description."""
        width, height = f"{self.width:g}", f"{self.height:g}"
        head = f'<svg width="{width}pt" height="{height}pt" '
        head += f'viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">'
        parts = [head]
        for mark in self.marks:
            drawn = _format_mark(mark)
            parts.append(f'<g id="{mark.group}">{drawn}</g>' if mark.group else drawn)
        return "\n".join([*parts, "</svg>\n"])

    def to_png(self, finer: int = FINER, about: PngInfo | None = None) -> bytes:
        """Return the picture as PNG on white, with few colours.

        Lines are drawn `finer` times as large and shrunk, which makes them smooth.
        """
        from PIL import Image, ImageDraw  # noqa: PLC0415 - slow to import

        scale = DPI / 72 * finer
        size = (self.width, self.height)
        across, down = (round(n * scale / finer) * finer for n in size)
        picture = Image.new("RGB", (across, down), PAPER)
        pen = ImageDraw.Draw(picture, "RGBA")
        for mark in self.marks:
            _paint_mark(pen, mark, scale)
        small = picture.reduce(finer).quantize(
            COLOURS_KEPT, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
        )
        packed = io.BytesIO()
        small.save(packed, "png", dpi=(DPI, DPI), compress_level=9, pnginfo=about)
        return packed.getvalue()


# ---- SVG ---------------------------------------------------------------------------


def _format_mark(mark: Line | Mark | Words) -> str:
    if isinstance(mark, Line):
        return _format_line(mark)
    if isinstance(mark, Mark):
        return _format_symbol(mark)
    style = f"font: {mark.size:g}px '{fonts.FAMILY}', sans-serif"
    if mark.is_bold:  # our face has one weight
        style += f"; stroke: {mark.colour}; stroke-width: {BOLD:g}em"
    x, y = (f"{n:.2f}".rstrip("0").rstrip(".") for n in mark.at)
    text = (
        f'<text style="{style}; text-anchor: {mark.anchor}; fill: {mark.colour}" '
        f'x="{x}" y="{y}">{html.escape(mark.text, quote=False)}</text>'
    )
    href = html.escape(mark.href, quote=True)
    return f'<a href="{href}">{text}</a>' if href else text


def _format_line(line: Line) -> str:
    path = "M" + "L".join(map(_join, line.points)) + ("Z" if line.fill else "")
    style = f"fill: {line.fill or 'none'}"
    if line.colour:
        style += f"; stroke: {line.colour}; stroke-width: {line.width:g}"
    if line.dash:
        style += f"; stroke-dasharray: {' '.join(f'{n:g}' for n in line.dash)}"
    if line.opacity < 1:
        style += f"; opacity: {line.opacity:g}"
    if line.told:
        title = f"<title>{html.escape(line.told, quote=False)}</title>"
        return f'<path d="{path}" style="{style}">{title}</path>'
    return f'<path d="{path}" style="{style}"/>'


def _format_symbol(mark: Mark) -> str:
    style = f'style="fill: {mark.fill}; stroke: {mark.colour}"'
    if mark.shape == "circle":
        x, y = mark.at
        return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{mark.radius:g}" {style}/>'
    path = "L".join(map(_join, list_corners(mark)))
    return f'<path d="M{path}Z" {style}/>'


def _join(point: Point) -> str:
    return " ".join(f"{n:.2f}".rstrip("0").rstrip(".") for n in point)


def list_corners(mark: Mark) -> list[Point]:
    """Return the corners of a diamond or square."""
    (x, y), r = mark.at, mark.radius
    if mark.shape == "square":
        return [(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)]
    r *= 1.3
    return [(x, y - r), (x + r, y), (x, y + r), (x - r, y)]


def name_colours(svg: str) -> str:
    """Put the names of a page's style sheet in the place of colours.

    >>> name_colours("fill: #0072b2")
    'fill: var(--chart-blue)'
    """
    return COLOUR.sub(
        lambda at: (
            f"var(--chart-{name})" if (name := SCREEN.get(at[0].lower())) else at[0]
        ),
        svg,
    )


# ---- PNG ---------------------------------------------------------------------------


def _paint_mark(pen: ImageDraw.ImageDraw, mark: Line | Mark | Words, k: float) -> None:
    if isinstance(mark, Words):
        _paint_words(pen, mark, k)
    elif isinstance(mark, Mark):
        edge = round(1.0 * k)
        if mark.shape == "circle":
            (x, y), r = mark.at, mark.radius
            ends = tuple(n * k for n in (x - r, y - r, x + r, y + r))
            pen.ellipse(ends, mark.fill, mark.colour, edge)
        else:
            corners = [(x * k, y * k) for x, y in list_corners(mark)]
            pen.polygon(corners, mark.fill, mark.colour, edge)
    else:
        _paint_line(pen, mark, k)


def _paint_line(pen: ImageDraw.ImageDraw, line: Line, k: float) -> None:
    points = [(x * k, y * k) for x, y in line.points]
    if line.fill:
        red, green, blue = (int(line.fill[at : at + 2], 16) for at in (1, 3, 5))
        pen.polygon(points, (red, green, blue, round(255 * line.opacity)))
    if not line.colour:
        return
    width = max(round(line.width * k), 1)
    if not line.dash:
        pen.line(points, line.colour, width, joint="curve")
    for start, end in cut_dashes(points, [n * k for n in line.dash]):
        pen.line([start, end], line.colour, width)


def cut_dashes(
    points: Sequence[Point], dash: Sequence[float]
) -> list[tuple[Point, Point]]:
    """Cut a line into its dashes, of lengths drawn and left out in turn.

    >>> cut_dashes([(0, 0), (10, 0)], [4, 2])
    [((0.0, 0.0), (4.0, 0.0)), ((6.0, 0.0), (10.0, 0.0))]
    """
    found: list[tuple[Point, Point]] = []
    if not dash:
        return found
    left, number = dash[0], 0
    for (x, y), (to_x, to_y) in pairwise(points):
        length = ((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5
        gone = 0.0
        while length - gone > NOTHING:
            step = min(left, length - gone)
            ends = [
                (x + (to_x - x) * at / length, y + (to_y - y) * at / length)
                for at in (gone, gone + step)
            ]
            if number % 2 == 0:
                found.append((ends[0], ends[1]))
            gone, left = gone + step, left - step
            if left <= NOTHING:
                number += 1
                left = dash[number % len(dash)]
    return found


def _paint_words(pen: ImageDraw.ImageDraw, words: Words, k: float) -> None:
    face = _load_face(round(words.size * k))
    anchor = {"start": "ls", "middle": "ms", "end": "rs"}[words.anchor]
    x, y = (n * k for n in words.at)
    stroke = words.size * k * BOLD / 2 if words.is_bold else 0
    pen.text((x, y), words.text, words.colour, face, anchor, stroke_width=stroke)


@cache
def _load_face(size: int):  # type: ignore[no-untyped-def]  # noqa: ANN202 - of PIL
    from PIL import ImageFont  # noqa: PLC0415 - slow to import

    return ImageFont.truetype(str(fonts.FILE), size)


# ---- words -------------------------------------------------------------------------


@cache
def measure_width(text: str, size: float) -> float:
    """Measure a line of text in the project's face, in points.

    >>> measure_width("社群", 10.0)
    20.0
    """
    return fsum(map(_measure_letter, text)) * size


@cache
def _read_widths() -> tuple[dict[int, str], dict[str, tuple[int, int]], int]:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - not for a command's --help

    with TTFont(fonts.FILE, lazy=True) as face:
        return face.getBestCmap(), dict(face["hmtx"].metrics), face["head"].unitsPerEm


@cache
def _measure_letter(letter: str) -> float:
    letters, widths, em = _read_widths()
    name = letters.get(ord(letter))
    return round(widths[name][0] / em, 3) if name else 1.0


def wrap_text(text: str, across: float, size: float) -> list[str]:
    """Break text, Chinese included, into lines of at most `across` points.

    >>> wrap_text("多数社群沉默了。Most fell silent.", 60.0, 10.0)
    ['多数社群沉默', '了。Most fell', 'silent.']
    >>> wrap_text("有 19 个（10–33）沉默", 52.0, 10.0)
    ['有 19 个', '（10–33）', '沉默']
    """
    lines = [""]
    for piece in BREAK.findall(text):
        if lines[-1] and measure_width((lines[-1] + piece).rstrip(), size) > across:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]
