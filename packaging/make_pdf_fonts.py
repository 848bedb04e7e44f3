"""Make the TrueType twins of the shipped Inter that the PDF writer embeds; needs fonttools.

reportlab embeds TrueType outlines only, and the windows' Inter has PostScript ones (``*.otf``). The
outlines are approximated with quadratic curves to half a unit of the em's, and everything that only
a shaping engine uses is left out.

    python packaging/make_pdf_fonts.py
"""

from __future__ import annotations

from pathlib import Path

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

FONTS = Path(__file__).resolve().parents[1] / "resources" / "fonts"
WEIGHTS = ("Regular", "SemiBold")
_MAX_ERROR = 0.5
_NOT_USED = (
    "maxTwilightPoints",
    "maxStorage",
    "maxFunctionDefs",
    "maxInstructionDefs",
    "maxStackElements",
    "maxSizeOfInstructions",
    "maxComponentElements",
    "maxComponentDepth",
    "maxPoints",
    "maxContours",
    "maxCompositePoints",
    "maxCompositeContours",
)


def convert(source: Path, target: Path) -> None:
    """Write ``target`` with the characters of ``source`` and quadratic outlines."""
    font = TTFont(source)
    options = subset.Options(layout_features=[], hinting=False, name_IDs=["*"], notdef_outline=True)
    reduce = subset.Subsetter(options)
    reduce.populate(unicodes=list(font.getBestCmap()))
    reduce.subset(font)
    outlines = font.getGlyphSet()
    order = font.getGlyphOrder()
    font["loca"] = newTable("loca")
    table = font["glyf"] = newTable("glyf")
    table.glyphOrder, table.glyphs = order, {}
    for name in order:
        pen = TTGlyphPen(outlines)
        outlines[name].draw(Cu2QuPen(pen, _MAX_ERROR, reverse_direction=True))
        glyph = table.glyphs[name] = pen.glyph()
        glyph.recalcBounds(table)
        font["hmtx"][name] = (font["hmtx"][name][0], glyph.xMin)
    profile = font["maxp"]
    profile.tableVersion, profile.maxZones = 0x00010000, 1
    for field in _NOT_USED:
        setattr(profile, field, 0)
    font["post"].formatType = 3.0
    for unused in ("CFF ", "VORG", "GPOS", "GSUB", "GDEF"):
        if unused in font:
            del font[unused]
    font.sfntVersion = "\x00\x01\x00\x00"
    font.save(target)


if __name__ == "__main__":
    for weight in WEIGHTS:
        convert(FONTS / f"Inter-{weight}.otf", FONTS / f"Inter-{weight}.ttf")
