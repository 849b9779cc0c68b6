"""What a page holds within itself: pictures as SVG, and the letters that it needs."""

import html
import io
import re
import string

from fontTools import subset
from fontTools.ttLib import TTFont

from helpers import fonts
from helpers.figures.drawing import LEADING, MARGIN, SMALL, TITLE, name_colours
from helpers.figures.svg import measure_view

USUAL = string.printable + "\u202f\u2212·×–—‘’“”…←→≤≥"
SCREEN_WIDTH = 660  # pixels, of a chart on a desk
IDS = re.compile(r'(id="|href="#|url\(#)(?=[A-Za-z])')
BACKGROUND = re.compile(r'<g id="patch_1">.*?</g>\s*', re.DOTALL)
HEADING = re.compile(r'<g id="(?:title|foot)-\d+">.*?</g>\s*', re.DOTALL)


def inline_svg(svg: str, name: str, alt: str) -> str:
    """Return an SVG as a part of a web page, without its title and note.

    Colours are those of the page, light or dark, and ids are of its own.
    """
    head, _, rest = svg.partition(">")
    width, height = measure_view(head)
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


def cut_font(text: str) -> bytes:
    """Return the project's font with the letters of a text and usual ones, as WOFF."""
    # matplotlib lays text out without kerning, so browsers should do the same
    options = subset.Options(hinting=False, layout_features=[])
    options.drop_tables += ["BASE"]
    cutter, held = subset.Subsetter(options), io.BytesIO()
    cutter.populate(text=USUAL + text)
    kept = {"recalcTimestamp": False, "recalcBBoxes": False}  # or glyphs are unpacked
    with TTFont(fonts.FILE, lazy=True, **kept) as font:
        cutter.subset(font)
        font.flavor = "woff"
        font.save(held)
    return held.getvalue()
