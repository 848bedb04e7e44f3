"""Text that cannot be read is a defect: the tokens keep to WCAG 2.2 AA in both schemes."""

from __future__ import annotations

import re

import pytest

from liveconvo_desktop import paths
from liveconvo_desktop.ui import theme
from liveconvo_desktop.ui.style import stylesheet

PALETTES = [theme.LIGHT, theme.DARK]


def test_the_contrast_formula_meets_its_known_values():
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert theme.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("palette", PALETTES, ids=["light", "dark"])
def test_all_text_has_a_contrast_of_four_and_a_half(palette):
    weak = {n: theme.contrast(a, b) for n, a, b in theme.text_pairs(palette)}
    assert {name: ratio for name, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("palette", PALETTES, ids=["light", "dark"])
def test_controls_and_focus_rings_have_a_contrast_of_three(palette):
    weak = {n: theme.contrast(a, b) for n, a, b in theme.graphic_pairs(palette)}
    assert {name: ratio for name, ratio in weak.items() if ratio < 3} == {}


@pytest.mark.parametrize("palette", PALETTES, ids=["light", "dark"])
def test_partials_are_quieter_than_finals_and_their_tail_quieter_still(palette):
    ratios = [
        theme.contrast(ink, palette.surface)
        for ink in (palette.text, palette.text_2, palette.text_3)
    ]
    assert ratios == sorted(ratios, reverse=True)


def test_every_kind_and_priority_has_a_name_and_an_icon():
    for kind in theme.LIGHT.chips:
        assert theme.KIND_NAMES[kind]
        assert paths.resource(f"icons/{kind}.svg").is_file()
    for priority in theme.PRIORITY_NAMES:
        assert paths.resource(f"icons/priority-{priority}.svg").is_file()


def test_kinds_differ_in_colour_within_a_scheme():
    for palette in PALETTES:
        assert len({tone.ink for tone in palette.chips.values()}) == len(palette.chips)


def test_spacing_lies_on_the_grid():
    steps = (theme.XS, theme.S, theme.M, theme.L, theme.XL, theme.XXL, theme.CONTROL)
    assert all(step % 4 == 0 for step in steps)


@pytest.mark.parametrize("palette", PALETTES, ids=["light", "dark"])
def test_the_style_sheet_uses_tokens_only(palette):
    sheet = stylesheet(palette, 1.0)
    assert "$" not in sheet
    tokens = {value.upper() for value in _colours(palette)}
    assert {c.upper() for c in re.findall(r"#[0-9A-Fa-f]{6}\b", sheet)} <= tokens


def _colours(palette):
    for name in palette.__dataclass_fields__:
        value = getattr(palette, name)
        if isinstance(value, str):
            yield value
        elif isinstance(value, theme.Tone):
            yield from (value.ink, value.tint, value.edge)
