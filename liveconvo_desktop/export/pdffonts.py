"""Which font draws a character in a PDF, and what stands for one that none can draw.

Inter (shipped) is embedded and has Latin, Greek and Cyrillic. Chinese, Japanese and Korean use the
fonts that every PDF reader brings for them. What is left is named: an emoji by its name in
brackets, letters of another script by the script's name, so that nothing vanishes unseen.
"""

from __future__ import annotations

import functools
import itertools
import unicodedata
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

from liveconvo_desktop import paths

REGULAR, BOLD = "Inter-Regular", "Inter-SemiBold"
_HAN, _KANA, _HANGUL = "STSong-Light", "HeiseiKakuGo-W5", "HYGothic-Medium"
_INVISIBLE = {"\u200b", "\u200c", "\u200d", "\ufe0e", "\ufe0f", "\u2060", "\ufeff"}


@functools.cache
def covered() -> frozenset[int]:
    """Code points that the embedded font draws; registers all fonts on the first call."""
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(paths.resource(f"fonts/{name}.ttf"))))
    pdfmetrics.registerFontFamily(REGULAR, REGULAR, BOLD, REGULAR, BOLD)
    for name in (_HAN, _KANA, _HANGUL):
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return frozenset(pdfmetrics.getFont(REGULAR).face.charToGlyph)


def markup(text: str) -> str:
    """Text as reportlab's paragraph markup: escaped, with a font where another one is needed."""
    parts: list[str] = []
    # Composed, because the embedded font has no marks to put on letters.
    composed = unicodedata.normalize("NFC", text)
    for font, run in itertools.groupby(composed, key=_font):
        words = "".join(run)
        if font in ("", REGULAR):
            parts.append(escape(words))
        elif font.startswith("["):
            parts.append(escape(_named(words, font)))
        else:
            parts.append(f'<font name="{font}">{escape(words)}</font>')
    return "".join(parts)


def _font(char: str) -> str:
    """Name of the font; in brackets what stands for the character; empty for a space."""
    if char in " \n" or ord(char) in covered():
        return REGULAR
    if char in _INVISIBLE or unicodedata.category(char) == "Mn":
        return "[invisible]"
    name = unicodedata.name(char, "")
    script = name.partition(" ")[0]
    if script in ("CJK", "FULLWIDTH", "IDEOGRAPHIC"):
        return _HAN
    if script in ("HIRAGANA", "KATAKANA", "HALFWIDTH", "KATAKANA-HIRAGANA"):
        return _KANA
    if script == "HANGUL":
        return _HANGUL
    if unicodedata.category(char)[0] in "LN":
        return f"[{script.capitalize()} text]"
    return f"[{name.lower()}]" if name else "[?]"


def _named(words: str, stands: str) -> str:
    if stands == "[invisible]":
        return ""
    # The same emoji again is the same name again; letters of a script are one run.
    return stands if stands.endswith(" text]") else stands * len(words)
