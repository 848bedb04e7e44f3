"""Names that every system takes."""

from __future__ import annotations

import unicodedata
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveconvo_desktop.export.filenames import MAX_BYTES, default_name, numbered, safe_stem

RESERVED = {"con", "prn", "aux", "nul", *(f"{p}{n}" for p in ("com", "lpt") for n in range(10))}


@given(st.one_of(st.text(max_size=400), st.sampled_from(sorted(RESERVED)).map(str.upper)))
def test_any_title_is_a_name_on_every_system(title):
    stem = safe_stem(title)
    assert stem
    assert len(stem.encode()) <= MAX_BYTES + 1
    assert not set(stem) & set('<>:"/\\|?*')
    assert all(unicodedata.category(c)[0] not in "C" for c in stem)
    assert not stem.startswith((" ", ".", "-", "~"))
    assert not stem.endswith((" ", "."))
    assert stem.partition(".")[0].strip().casefold() not in RESERVED
    assert safe_stem(stem) in (stem, stem.removeprefix("_")) or stem.startswith("_")
    assert unicodedata.is_normalized("NFC", stem)


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("Call with Acme", "Call with Acme"),
        ("Budget 3/4: what now?", "Budget 3-4- what now"),
        ("../../etc/passwd", "etc-passwd"),
        ("con.txt", "_con.txt"),
        ("NUL", "_NUL"),
        ("LPT¹ .a", "_LPT¹ .a"),
        ("console", "console"),
        (" .hidden. ", "hidden"),
        ("\u202egpj.exe", "gpj.exe"),
        ("Zoë and Jürgen", "Zoë and Jürgen"),
        ("\x00\n", "Conversation"),
    ],
)
def test_titles_of_real_people(title, stem):
    assert safe_stem(title) == stem


def test_a_long_title_is_cut_between_characters():
    assert safe_stem("é" * 500) == "é" * (MAX_BYTES // 2)
    assert not unicodedata.combining(safe_stem("q\u0323" * 300)[0])


def test_the_default_name_sorts_by_date():
    name = default_name("A/B", datetime(2025, 1, 27, 9, 30), ".pdf")
    assert name == "2025-01-27 A-B.pdf"
    assert numbered(name, 2) == "2025-01-27 A-B (2).pdf"
