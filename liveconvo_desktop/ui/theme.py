"""The design tokens: every size, colour and weight of the product, and nothing else.

Spacing lies on a 4 px grid. Colours come in a light and a dark palette with the same roles; the
pairs of ``text_pairs`` and ``graphic_pairs`` are what WCAG 2.2 AA is checked over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from liveconvo_desktop.events import ChipKind
from liveconvo_desktop.export import saying

Weight = Literal["regular", "medium", "semibold"]
TextStyle = Literal["micro", "small", "body", "callout", "title", "headline", "clock"]

FAMILIES = ("Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans", "sans-serif")
"""Inter is shipped (OFL); the rest covers scripts that our cut of it leaves out."""

WEIGHTS: dict[Weight, int] = {"regular": 400, "medium": 500, "semibold": 600}

TYPE: dict[TextStyle, int] = {
    "micro": 11,
    "small": 12,
    "body": 13,
    "callout": 14,
    "title": 16,
    "headline": 22,
    "clock": 26,
}
"""Text sizes in logical pixels at text scale 1."""

LINE_HEIGHT = 1.4
"""Line spacing of running text as a multiple of its size."""

XS, S, M, L, XL, XXL = 4, 8, 12, 16, 24, 32
"""The spacing steps in logical pixels."""

RADIUS_S, RADIUS_M, RADIUS_L = 4, 8, 12
CONTROL = 32
"""Height of a button or field; small ones are ``CONTROL_S``. Never below the 24 px of WCAG."""
CONTROL_S = 28
ICON = 16
TEXT_SCALES = (0.9, 1.0, 1.15, 1.3, 1.5)
OPACITIES = (60, 100)
"""The overlay's opacity in percent: text stays legible at the low end."""


@dataclass(frozen=True, slots=True)
class Tone:
    """A signal colour: ink for text and icons, tint for the area behind, edge for its border."""

    ink: str
    tint: str
    edge: str


@dataclass(frozen=True, slots=True)
class Palette:
    """One colour scheme.

    Attributes:
        canvas: Window background; ``surface`` lies on it, ``raised`` on that, ``sunken`` below.
        text: Primary; ``text_2`` secondary, ``text_3`` quiet, all legible on every background.
        line: Hairlines between areas; ``outline`` bounds controls (3:1).
        accent: Fill of the primary button; ``on_accent`` lies on it; ``link`` is accent as ink.
        you: The user's name in captions; ``them`` the far side's.
    """

    dark: bool
    canvas: str
    surface: str
    raised: str
    sunken: str
    hover: str
    selected: str
    line: str
    outline: str
    text: str
    text_2: str
    text_3: str
    accent: str
    accent_hover: str
    on_accent: str
    link: str
    focus: str
    you: str
    them: str
    danger: Tone
    warning: Tone
    success: Tone
    info: Tone
    chips: dict[ChipKind, Tone]


_RED_L, _RED_D = Tone("#B42525", "#FDEEEE", "#F3CACA"), Tone("#FF938D", "#331C1E", "#5B2B2E")
_AMBER_L, _AMBER_D = Tone("#85530A", "#FDF4E3", "#F0DBB0"), Tone("#F0BC62", "#2E2617", "#54431F")
_GREEN_L, _GREEN_D = Tone("#136B3D", "#EAF7EF", "#BFE3CE"), Tone("#6FD69F", "#172A21", "#25493A")
_BLUE_L, _BLUE_D = Tone("#0B5CAD", "#EBF3FC", "#C3DBF5"), Tone("#78B7FF", "#182636", "#27425F")
_VIOLET_L, _VIOLET_D = Tone("#7A2FA8", "#F7EFFC", "#E2CBF1"), Tone("#D2A4FF", "#291F36", "#47335E")

LIGHT = Palette(
    dark=False,
    canvas="#F6F6F8",
    surface="#FFFFFF",
    raised="#FFFFFF",
    sunken="#EEEEF2",
    hover="#EBEBF0",
    selected="#E6E7FA",
    line="#E2E2E8",
    outline="#85858F",
    text="#17171C",
    text_2="#4A4A55",
    text_3="#63636F",
    accent="#4A4FCB",
    accent_hover="#3E42B4",
    on_accent="#FFFFFF",
    link="#4145BD",
    focus="#5B61E8",
    you="#4145BD",
    them="#0C6670",
    danger=_RED_L,
    warning=_AMBER_L,
    success=_GREEN_L,
    info=_BLUE_L,
    chips={
        "ask": _BLUE_L,
        "clarify": _VIOLET_L,
        "avoid": _RED_L,
        "suggest": _GREEN_L,
        "warn": _AMBER_L,
    },
)

DARK = Palette(
    dark=True,
    canvas="#111114",
    surface="#17171B",
    raised="#1E1E23",
    sunken="#0C0C0F",
    hover="#26262C",
    selected="#272845",
    line="#2B2B32",
    outline="#767683",
    text="#EEEEF1",
    text_2="#BBBBC5",
    text_3="#9797A4",
    accent="#5559D6",
    accent_hover="#6065DE",
    on_accent="#FFFFFF",
    link="#A5ABFF",
    focus="#8D93FF",
    you="#A5ABFF",
    them="#6FCBD4",
    danger=_RED_D,
    warning=_AMBER_D,
    success=_GREEN_D,
    info=_BLUE_D,
    chips={
        "ask": _BLUE_D,
        "clarify": _VIOLET_D,
        "avoid": _RED_D,
        "suggest": _GREEN_D,
        "warn": _AMBER_D,
    },
)

KIND_NAMES: Mapping[ChipKind, str] = saying.CHIPS
PRIORITY_NAMES = {1: "High priority", 2: "Medium priority", 3: "Low priority"}

_GROUNDS = ("canvas", "surface", "raised", "sunken", "hover", "selected")
_INKS = ("text", "text_2", "text_3", "link", "you", "them")
_TONES = ("danger", "warning", "success", "info")


def text_pairs(palette: Palette) -> list[tuple[str, str, str]]:
    """Every (name, ink, ground) that carries text: 4.5:1 or better."""
    pairs = [
        (f"{ink} on {ground}", getattr(palette, ink), getattr(palette, ground))
        for ink in _INKS
        for ground in _GROUNDS
    ]
    tones = {name: getattr(palette, name) for name in _TONES} | dict(palette.chips)
    for name, tone in tones.items():
        pairs += [
            (f"{name} on its tint", tone.ink, tone.tint),
            (f"{name} on surface", tone.ink, palette.surface),
            (f"{name} on raised", tone.ink, palette.raised),
            (f"text on {name}", palette.text, tone.tint),
            (f"text_2 on {name}", palette.text_2, tone.tint),
        ]
    pairs.append(("on accent", palette.on_accent, palette.accent))
    pairs.append(("on accent, hovered", palette.on_accent, palette.accent_hover))
    return pairs


def graphic_pairs(palette: Palette) -> list[tuple[str, str, str]]:
    """Every (name, ink, ground) of a control's boundary or a focus ring: 3:1 or better."""
    return [
        (f"{ink} on {ground}", getattr(palette, ink), getattr(palette, ground))
        for ink in ("outline", "focus")
        for ground in ("canvas", "surface", "raised")
    ]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two ``#RRGGBB`` colours, 1..21 (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
