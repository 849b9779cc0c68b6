"""Make the project's font, a subset of Noto Sans CJK.

Run ``python tools/make_font.py`` on a machine with Debian's fonts-noto-cjk. The
same package and the same fonttools give the same bytes: src/helpers/fonts/SHA256.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont, newTable

from helpers.files import compute_checksum, replace_file, write_text
from helpers.fonts import FAMILY, FILE

SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
SIMPLIFIED = "Noto Sans CJK SC"
BLOCKS = (
    (0x0020, 0x017F),  # Latin with its first extensions
    (0x0370, 0x03FF),  # Greek
    (0x2010, 0x205E),  # punctuation
    (0x2070, 0x209F),  # superscripts and subscripts
    (0x20A0, 0x22FF),  # currency, letter-like, number forms, arrows, operators
    (0x2460, 0x24FF),  # enclosed numbers
    (0x2500, 0x27BF),  # boxes, shapes, dingbats
    (0x3000, 0x303F),  # Chinese punctuation
    (0xFF00, 0xFFEF),  # full-width forms
)
UNUSED = (  # what TrueType's programs would need; we have none
    "maxTwilightPoints",
    "maxStorage",
    "maxFunctionDefs",
    "maxInstructionDefs",
    "maxStackElements",
    "maxSizeOfInstructions",
    "maxComponentElements",
)
THIN_SPACES = (0x2009, 0x202F)  # the source lacks them; its space is narrow enough


def characters() -> set[int]:
    """Return the code points that the font keeps."""
    kept = {code for first, last in BLOCKS for code in range(first, last + 1)}
    for encoding in ("gb2312", "big5"):
        kept |= set(_encodable(encoding))
    return kept


def _encodable(encoding: str) -> Iterator[int]:
    for pair in product(range(0xA1, 0xFF), range(0x40, 0xFF)):
        text = bytes(pair).decode(encoding, errors="ignore")
        if len(text) == 1:
            yield ord(text)


def simplified(path: Path) -> TTFont:
    """Return the simplified Chinese font of a font collection."""
    for font in TTCollection(path).fonts:
        if font["name"].getDebugName(4) == SIMPLIFIED:
            return font
    sys.exit(f"{path} holds no face named {SIMPLIFIED}.")


def subset(font: TTFont) -> None:
    """Remove all other characters from the font, in place."""
    options = Options()
    options.layout_features = ["kern"]
    options.hinting = False
    options.desubroutinize = False
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.drop_tables += ["VORG", "vhea", "vmtx"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    font.recalcTimestamp = False  # the bytes must not depend on the day
    for table in font["cmap"].tables:
        table.cmap.update(dict.fromkeys(THIN_SPACES, table.cmap[0x20]))


def rename(font: TTFont) -> None:
    """Give the font its own family name."""
    one_word = FAMILY.replace(" ", "")
    ours = {1: FAMILY, 2: "Regular", 3: one_word, 4: FAMILY, 6: f"{one_word}-Regular"}
    names = font["name"]
    names.names = [entry for entry in names.names if entry.nameID in {0, 13, 14}]
    for number, text in ours.items():
        names.setName(text, number, 3, 1, 0x409)


def straighten(font: TTFont) -> None:
    """Convert the font's outlines to TrueType curves, for PDF.

    After fonttools' snippet ``otf2ttf.py``; a curve moves by at most one unit.
    """
    shapes = font.getGlyphSet()
    drawn = {name: _quadratic(shapes, name) for name in font.getGlyphOrder()}
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = font.getGlyphOrder(), drawn
    del font["CFF "]
    font["glyf"].compile(font)
    for name, (across, _) in font["hmtx"].metrics.items():
        font["hmtx"].metrics[name] = (across, getattr(drawn[name], "xMin", 0))
    most, post = font["maxp"], font["post"]
    most.tableVersion, most.maxZones = 0x00010000, 1
    for name in UNUSED:
        setattr(most, name, 0)
    post.formatType, post.extraNames, post.mapping = 3.0, [], {}
    font.sfntVersion = "\x00\x01\x00\x00"


def _quadratic(shapes: Any, name: str) -> Any:  # noqa: ANN401 - fonttools has no types
    pen = TTGlyphPen(shapes)
    shapes[name].draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
    return pen.glyph()


def main() -> None:
    """Write the project's font and its checksum."""
    font = simplified(SOURCE)
    subset(font)
    rename(font)
    straighten(font)
    with replace_file(FILE) as partial:
        font.save(partial)
    write_text(FILE.with_name("SHA256"), f"{compute_checksum(FILE)}  {FILE.name}\n")
    print(f"{FILE.name}: {FILE.stat().st_size:,} bytes, {len(font.getBestCmap()):,}")


if __name__ == "__main__":
    main()
