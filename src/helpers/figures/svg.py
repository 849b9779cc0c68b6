"""Complete SVG pictures for web pages: fonts, alternative text, dark version.

Letters stay text, so that they can be searched and edited; a face with just those
letters goes along. In the dark each colour is exchanged for one as far from the dark
paper as it was from the white.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape, unescape
from math import cbrt

from helpers import fonts

TEXT = re.compile(r"<text[^>]*>([^<]*)</text>|<tspan[^>]*>([^<]*)</tspan>")
CLIP = re.compile(r'(?<=[#"])p[0-9a-f]{10}(?=[)"])')
COLOUR = re.compile(r"(?<=: )#[0-9a-f]{6}\b")
PLACES = re.compile(r'(?:(?<= d=")|(?<= [xy]=")|(?<= transform="))[^"]+')
INDENT = re.compile(r"(?<=>)\n +(?=<)")  # between elements, a fifth of a small picture
UNREAD = re.compile(  # what no browser uses, a tenth of a picture
    r"<!DOCTYPE[^>]*>\s*|<metadata>.*?</metadata>\s*|(?<=<g) id=\"[^\"]*\"",
    re.DOTALL,
)
UNTURNED = re.compile(r' transform="rotate\(-?0 [^"]*\)"')
FINE = re.compile(r"(\d\.\d\d)\d+")  # finer than a hundredth of a point is not seen
PAPER = 0.2  # how light the paper of a dark page is, in OKLab
LIFT = 0.6  # below 1: colours of middle lightness come out lighter
FROM_RGB = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
FROM_LAB = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
TO_RGB = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)
KNEE = 0.0031308  # of sRGB's curve
Triple = tuple[float, ...]


def complete_svg(svg: str, title: str, alt: str) -> str:
    """Add title, alternative text and embedded font to an SVG picture.

    Clips are numbered as they come: matplotlib names them by their place to the last
    bit, in which two layouts of one figure may differ. Places are cut to hundredths of
    a point, which no eye sees; indents, turns by no degrees, metadata and names of
    groups are left out.

    Parameters
    ----------
    svg
        As matplotlib writes it with text as text.
    """
    order = {
        name: number for number, name in enumerate(dict.fromkeys(CLIP.findall(svg)))
    }
    svg = CLIP.sub(lambda match: f"clip{order[match[0]]}", svg)
    svg = INDENT.sub("\n", UNTURNED.sub("", UNREAD.sub("", svg)))
    svg = PLACES.sub(lambda match: FINE.sub(r"\1", match[0]), svg)
    letters = "".join(unescape(a or b) for a, b in TEXT.findall(svg))
    face = (
        f"@font-face{{font-family:'{fonts.FAMILY}';src:url({fonts.embed_subset(letters)})}}"
        f"svg{{fill:#000000}}text{{font-family:'{fonts.FAMILY}'}}"
    )
    for repeated in (f"font-family: '{fonts.FAMILY}'; ", "text-anchor: start; "):
        svg = svg.replace(repeated, "")
    svg = svg.replace('<style type="text/css">', f'<style type="text/css">{face}', 1)
    head, _, body = svg.partition("<svg ")
    given, _, rest = body.partition(">")
    words = f"<title>{escape(title)}</title>\n <desc>{escape(alt)}</desc>"
    return f'{head}<svg role="img" {given}>\n {words}{rest}'


def to_dark_svg(svg: str) -> str:
    """Convert an SVG picture to the colours of a dark page."""
    return COLOUR.sub(lambda match: to_dark_colour(match[0]), svg).replace(
        "svg{fill:#000000}", f"svg{{fill:{to_dark_colour('#000000')}}}"
    )


@cache
def to_dark_colour(colour: str) -> str:
    """Return the dark-page counterpart of a colour.

    Hue and chroma are kept and lightness is turned round, in OKLab (Ottosson 2020),
    so that what was darker is lighter.

    >>> to_dark_colour("#ffffff"), to_dark_colour("#000000")
    ('#161616', '#ffffff')
    """
    linear = tuple(_to_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    light, a, b = _multiply_matrix(
        TO_LAB, tuple(cbrt(v) for v in _multiply_matrix(FROM_RGB, linear))
    )
    turned = PAPER + (1 - PAPER) * max(0.0, 1 - light) ** LIFT
    cones = tuple(value**3 for value in _multiply_matrix(FROM_LAB, (turned, a, b)))
    return "#" + "".join(
        f"{_to_byte(value):02x}" for value in _multiply_matrix(TO_RGB, cones)
    )


def _multiply_matrix(matrix: tuple[Triple, ...], vector: Triple) -> Triple:
    return tuple(sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix)


def _to_linear(value: float) -> float:
    return value / 12.92 if value <= 12.92 * KNEE else ((value + 0.055) / 1.055) ** 2.4


def _to_byte(linear: float) -> int:
    clipped = min(max(linear, 0.0), 1.0)
    value = 12.92 * clipped if clipped <= KNEE else 1.055 * clipped ** (1 / 2.4) - 0.055
    return round(255 * value)
