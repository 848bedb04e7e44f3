"""Our SVG icons, drawn in any colour of the theme at any pixel ratio."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from liveconvo_desktop import paths


@lru_cache(maxsize=64)
def _source(name: str) -> str:
    return paths.resource(f"icons/{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """Icon ``name`` in ``colour``, ``size`` logical pixels square."""
    image = QPixmap(round(size * ratio), round(size * ratio))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    svg = _source(name).replace("currentColor", colour)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(image.rect()))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


def icon(name: str, colour: str, disabled: str = "", *, room: float = 0.0) -> QIcon:
    """The same as a QIcon that is sharp at 100 % to 300 %.

    ``room`` leaves so many parts of its width empty behind it: Qt keeps only 4 px before a text.
    """
    made = QIcon()
    for size in (16, 20, 32, 48, 64):
        made.addPixmap(_roomy(pixmap(name, colour, size), room))
        if disabled:
            made.addPixmap(_roomy(pixmap(name, disabled, size), room), QIcon.Mode.Disabled)
    return made


def _roomy(image: QPixmap, room: float) -> QPixmap:
    if not room:
        return image
    mirrored = QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    wide = QPixmap(round(image.width() * (1 + room)), image.height())
    wide.fill(Qt.GlobalColor.transparent)
    painter = QPainter(wide)
    painter.drawPixmap(wide.width() - image.width() if mirrored else 0, 0, image)
    painter.end()
    return wide


def app_icon() -> QIcon:
    """The product's logo."""
    made = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        made.addPixmap(pixmap("logo", "", size))
    return made
