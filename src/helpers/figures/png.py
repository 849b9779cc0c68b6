"""A figure as PNG: drawn with few colours, stamped with the project's name."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from helpers import fonts
from helpers.citation import read_project
from helpers.figures.drawing import DPI, GREY, MARGIN, PAPER, SMALL
from helpers.figures.svg import STAMP, STEP_SECONDS, SavedFigure

if TYPE_CHECKING:
    from PIL.PngImagePlugin import PngInfo


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

    project = read_project()
    about = describe_png(saved.title, saved.note, page, saved.places)
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


def describe_png(
    title: str, note: str, page: str, places: Sequence[str] = ()
) -> PngInfo:
    """Return the metadata of a picture: title, note, sources, project and address."""
    from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415 - slow to import

    project, about = read_project(), PngInfo()
    for key, value in {
        "Title": title,
        "Description": note,
        "Source": "; ".join(places),
        "Author": project.format_line(title, page),
        "Software": f"Shequn Evidence {project.version}",
        "URL": project.locate(page),
    }.items():
        if value:
            about.add_itxt(key, value)
    return about


def _pack_chunk(kind: bytes, data: bytes) -> bytes:
    length, check = len(data), zlib.crc32(kind + data)
    return length.to_bytes(4, "big") + kind + data + check.to_bytes(4, "big")
