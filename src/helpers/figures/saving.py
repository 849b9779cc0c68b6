"""Save a figure as pictures, with its data, provenance and citation."""

from __future__ import annotations

import io
import json
import os
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from helpers import fonts, paths, small_counts
from helpers.errors import NotIdentifiableError
from helpers.figures import citation
from helpers.figures.checks import FigureError, check_figure, check_id
from helpers.figures.style import apply_style
from helpers.figures.svg import complete_svg, to_dark_svg
from helpers.files import code_checksum, compute_checksum, replace_file, write_text
from helpers.prose import get_display_language
from helpers.spreadsheet import to_csv_text

PICTURES = ("svg", "png")
ON_REQUEST = ("dark.svg", "pdf", "clear.png")  # for slides and print, not for pages
NARROW = ("narrow.svg", "thumb.png")
METADATA: dict[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "png": {"Software": None},
}
DPI = 200
PALETTE = 128  # colours of a PNG on white
FEW_COLOURS = 64  # of a small picture
EVERY = "SHEQUN_PICTURES"  # set where pages are made: their pictures, else one
ALL = "all"  # its value for those on request, too
EDITIONS = "editions"  # its value for one on white in each language alone
STRICT = "SHEQUN_STRICT"  # set where a figure unfit for print is an error
THUMB_DPI, THUMB_RATIO = 90, 0.75  # of a small picture: 315 × 236 pixels


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A matplotlib figure with title, caption and alt text in one language.

    Attributes
    ----------
    narrow
        A block in which the figure is drawn for a phone, if it can be.
    note
        What the caption and the citation add.
    """

    figure: Figure
    title: str
    caption: str
    alt: str
    narrow: Callable[[], AbstractContextManager[None]] | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SavedFigure:
    """A saved figure: its id, texts, citation and folder of files.

    Attributes
    ----------
    figure_id
        Its permanent id.
    title, caption, alt
        The finding, what the reader needs to know, and the picture in words.
    claims
        Ids of the claims it bears on.
    citation
        How to cite it, in sentences.
    folder
        Where its files lie.
    """

    figure_id: str
    title: str
    caption: str
    alt: str
    claims: tuple[str, ...]
    citation: str
    folder: Path

    def file(self, ending: str) -> Path:
        """Return the path of one of the figure's files, such as its svg or csv."""
        return self.folder / f"{self.figure_id}.{ending}"

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        from helpers.figures.display import build_mime_bundle  # noqa: PLC0415 - notebooks only

        return build_mime_bundle(self)


def save_figure(
    drawn: Drawn,
    figure_id: str,
    *,
    data: pd.DataFrame,
    claims: Iterable[str],
    studies: Iterable[Path],
    folder: Path | None = None,
    chinese: Callable[[], Drawn] | None = None,
) -> SavedFigure:
    """Save a figure with its data and citation, and all variants if requested.

    ``SHEQUN_PICTURES`` asks for those of pages, with the figure's data, origin and
    citation: each language has a picture for pages, wide and for phones (SVG), one on
    white and a small one (PNG). Its value ``all`` adds one for dark slides (SVG), one
    for print (PDF) and one on nothing (PNG); ``editions`` draws only that on white and
    checks the others' layout.

    Parameters
    ----------
    drawn
        The figure, begun with `blank`: 89 or 183 mm wide; and its words: the
        finding; what is measured, on what, and how sure; the picture in words.
    figure_id
        Permanent and unique: it stands in links. ``[a-z0-9-]+``.
    data
        Everything the figure shows, one row a mark.
    claims
        Ids of the claims it bears on; may be empty.
    studies
        Folders of the processed studies that it was computed from.
    folder
        Where to write; by default the folder of the run's figures.
    chinese
        Draws the same with Chinese words, for Chinese pages, once the English one is
        on disk; its files end in ``.zh.svg``.

    Returns
    -------
    SavedFigure
        As a notebook cell's last expression it shows the picture.

    Raises
    ------
    FigureError
        If the id, the width or a text breaks a rule, or words are missing. In a cell
        of one's own, width and text only warn.
    MissingGlyphError
        If our face lacks a character; likewise.
    MissingSourceError
        If a study has no manifest.
    NotIdentifiableError
        If the picture would show a count of people too small to be shown.
    """
    check_id(figure_id)
    _check_counts(data, figure_id)
    title, caption, alt = drawn.title, drawn.caption, drawn.alt
    for name, text in {"title": title, "caption": caption, "alt": alt}.items():
        if not text.strip():
            raise FigureError(
                f"has no {name}", where=figure_id, remedy=f"pass a {name} text"
            )
    target = paths.find_figures_folder() if folder is None else folder
    sources = [citation.Source.read(study) for study in studies]
    release = version("shequn-evidence")
    citation_parts = (figure_id, title, sources, release, drawn.note)
    caption, alt = (small_counts.mask_text(t) for t in (caption, alt))
    words = (
        title,
        caption,
        alt,
        tuple(claims),
        citation.format_citation(*citation_parts),
    )
    saved = SavedFigure(figure_id, *words, folder=target)
    # what lies there may be of an older drawing; this one says which files are its own
    saved.file("json").unlink(missing_ok=True)
    with apply_style():
        if not os.environ.get(EVERY):
            if chinese and get_display_language() == "zh":
                drawn = chinese()
                caption, alt = map(small_counts.mask_text, (drawn.caption, drawn.alt))
                saved = replace(saved, title=drawn.title, caption=caption, alt=alt)
            _check_for_reader(drawn.figure, figure_id)
            _flatten_on_white(_render_transparent(drawn.figure), saved.file("png"))
            return saved
        files = _write_pictures(drawn, saved)
        told_in_chinese = chinese and chinese()
        if told_in_chinese:
            files += _write_pictures(told_in_chinese, saved, "zh.")
    write_text(saved.file("csv"), to_csv_text(data))
    write_text(saved.file("bib"), citation.format_bibtex(*citation_parts))
    write_text(saved.file("txt"), saved.citation)
    _write_provenance(saved, sources, told_in_chinese, [*files, "csv", "bib", "txt"])
    return saved


def _check_for_reader(figure: Figure, figure_id: str) -> None:
    """Check a figure; only warn if a reader changed the notebook's settings."""
    try:
        check_figure(figure, figure_id)
    except FigureError as error:
        if os.environ.get(STRICT):
            raise
        warnings.warn(str(error), stacklevel=4)


def _check_counts(data: pd.DataFrame, figure_id: str) -> None:
    """Raise if the figure's data contain unmasked small counts of people."""
    k = small_counts.get_threshold()
    if not small_counts.mask_frame(data, k).equals(data):
        raise NotIdentifiableError(
            f"it would show counts of fewer than {k} people",
            where=figure_id,
            remedy="for your own eyes only, run with --k 1",
        )


def _write_pictures(drawn: Drawn, saved: SavedFigure, language: str = "") -> list[str]:
    """Write a figure's picture files in one language; return their file endings."""
    where = saved.figure_id
    kinds = os.environ.get(EVERY)
    check_figure(drawn.figure, where)
    clear = _render_transparent(drawn.figure)
    _flatten_on_white(clear, saved.file(f"{language}png"))
    if kinds == EDITIONS:
        if drawn.narrow is not None:
            with drawn.narrow():
                check_figure(drawn.figure, where)
        return [f"{language}png"]
    _draw_svg(drawn, saved, language)
    made = list(PICTURES)
    if kinds == ALL:
        light = saved.file(f"{language}svg").read_text("utf-8")
        write_text(saved.file(f"{language}dark.svg"), to_dark_svg(light))
        _write_pdf(drawn, saved.file(f"{language}pdf"))
        _save_png(clear, saved.file(f"{language}clear.png"))
        made += ON_REQUEST
    if drawn.narrow is not None:
        with drawn.narrow():
            check_figure(drawn.figure, where)
            _draw_svg(drawn, saved, f"{language}narrow.")
            _draw_thumb(drawn.figure, saved.file(f"{language}thumb.png"))
        made += NARROW
    return [f"{language}{ending}" for ending in made]


def _write_pdf(drawn: Drawn, file: Path) -> None:
    words = {"Title": drawn.title, "Author": citation.OURS}
    with replace_file(file) as partial, subset_fonts(drawn.figure):
        _write_picture(drawn.figure, partial, "pdf", "white", words)


def _draw_svg(drawn: Drawn, saved: SavedFigure, kind: str) -> None:
    held = io.BytesIO()
    _write_picture(drawn.figure, held, "svg", "none", {})
    alt = small_counts.mask_text(drawn.alt)
    text = complete_svg(held.getvalue().decode("utf-8"), drawn.title, alt)
    write_text(saved.file(f"{kind}svg"), text)


@contextmanager
def subset_fonts(figure: Figure) -> Iterator[None]:
    """Use a font subset with only the figure's characters while a with block runs."""
    texts = [text for text in figure.findobj(Text) if isinstance(text, Text)]
    before = [text.get_fontproperties() for text in texts]
    # matplotlib may hold the face open for longer than the folder is there
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        face = Path(folder) / fonts.FILE.name
        face.write_bytes(fonts.subset_font("".join(text.get_text() for text in texts)))
        for text, font in zip(texts, before, strict=True):
            text.set_fontproperties(FontProperties(fname=face, size=font.get_size()))
        try:
            yield
        finally:
            for text, font in zip(texts, before, strict=True):
                text.set_fontproperties(font)


def _render_transparent(figure: Figure) -> Image.Image:
    """Render a figure to an image with a transparent background."""
    held = io.BytesIO()
    with _fail_on_missing_glyph():
        figure.savefig(
            held, format="png", facecolor="none", dpi=DPI,
            metadata=METADATA["png"], pil_kwargs={"compress_level": 0},
        )  # fmt: skip
    return Image.open(held)


def _flatten_on_white(clear: Image.Image, file: Path) -> None:
    """Save a transparent image on a white background as PNG."""
    paper = Image.new("RGBA", clear.size, "white")
    paper.alpha_composite(clear)
    _save_png(paper, file)


def _save_png(picture: Image.Image, file: Path) -> None:
    """Save a picture as PNG with a reduced palette."""
    opaque = picture.getextrema()[-1] == (255, 255)
    drawn = _reduce_colours(picture) if opaque else picture
    with replace_file(file) as partial:
        drawn.save(partial, "png", dpi=(DPI, DPI), optimize=True)


def _reduce_colours(picture: Image.Image, colours: int = PALETTE) -> Image.Image:
    return picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE)


def _draw_thumb(figure: Figure, file: Path) -> None:
    """Save the top of a phone figure as a small, legible preview image."""
    across, high = figure.get_size_inches()
    seen = Bbox([[0, max(0.0, high - THUMB_RATIO * across)], [across, high]])
    held = io.BytesIO()
    figure.savefig(
        held, format="png", facecolor="white", dpi=THUMB_DPI, bbox_inches=seen
    )
    with replace_file(file) as partial:
        reduced = _reduce_colours(Image.open(held), FEW_COLOURS)
        reduced.save(partial, "png", dpi=(THUMB_DPI,) * 2, optimize=True)


def _write_picture(
    figure: Figure,
    target: IO[bytes] | Path,
    kind: str,
    ground: str,
    words: dict[str, str],
) -> None:
    with _fail_on_missing_glyph():
        metadata = METADATA[kind] | words
        figure.savefig(target, format=kind, facecolor=ground, metadata=metadata)


@contextmanager
def _fail_on_missing_glyph() -> Iterator[None]:
    """Raise an error if a glyph is missing while a with block draws."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing")
        yield


def _write_provenance(
    saved: SavedFigure,
    sources: Iterable[citation.Source],
    chinese: Drawn | None,
    files: Iterable[str],
) -> None:
    k = small_counts.get_threshold()
    facts = {
        "id": saved.figure_id,
        "title": saved.title,
        "caption": saved.caption,
        "alt": saved.alt,
        "claims": saved.claims,
        "studies": [asdict(source) for source in sources],
        "code": {"version": version("shequn-evidence"), "sha256": code_checksum()},
        "files": {ending: compute_checksum(saved.file(ending)) for ending in files},
    }
    if chinese:
        words = {n: getattr(chinese, n) for n in ("title", "caption", "alt", "note")}
        facts["zh"] = {
            name: small_counts.mask_text(text, k) for name, text in words.items()
        }
    text = json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True)
    write_text(saved.file("json"), text + "\n")
