"""PNG and JPG, through text recognition."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from liveconvo_desktop.knowledge import ocr
from liveconvo_desktop.knowledge.base import (
    DocumentError,
    Extract,
    Progress,
    clean,
    cut_note,
    whole_number,
)
from liveconvo_desktop.settings import DocumentSettings


class _Picture:
    """See ``Reader``; what the two formats share."""

    kind: str
    suffixes: tuple[str, ...]
    name: str

    def read(self, path: Path, limits: DocumentSettings, progress: Progress) -> Extract:
        """Lines from top to bottom; the confidence is the mean over characters."""
        picture = _open(path, self.kind, limits)
        if not ocr.installed():
            raise DocumentError("Reading text in pictures is not installed.", ocr.INSTALL)
        progress(0.1)
        lines = ocr.Recogniser()(picture)
        if not lines:
            raise DocumentError(
                "No text was found in this picture.",
                "Use a sharper or larger picture, or type what matters into a text file.",
            )
        text = clean("\n".join(text for text, _ in lines))
        note = ""
        if len(text) > limits.max_characters:
            text = text[: limits.max_characters]
            note = cut_note(f"the first {whole_number(len(text))} characters")
        return Extract(text, None, ocr.confidence(lines), note)


class Png(_Picture):
    """See ``Reader``."""

    kind = "png"
    suffixes = (".png",)
    name = "a PNG picture"


class Jpg(_Picture):
    """See ``Reader``."""

    kind = "jpg"
    suffixes = (".jpg", ".jpeg")
    name = "a JPG picture"


def _open(path: Path, kind: str, limits: DocumentSettings) -> Image.Image:
    """The picture upright in RGB; its size is looked at before anything is unpacked."""
    formats = ("PNG",) if kind == "png" else ("JPEG",)
    # Pillow's own limit knows no hint; ours speaks below.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(path, formats=formats) as picture:
            width, height = picture.size
            if width * height > limits.max_megapixels * 1e6:
                raise DocumentError(
                    f"The picture is {whole_number(width)} × {whole_number(height)} pixels; the "
                    f"most that is read is {limits.max_megapixels:g} million.",
                    "Scale it down or cut out the part that matters, and add that.",
                )
            picture.load()
            return ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise DocumentError(
            "The picture is damaged or cut off.",
            "Open it in a picture viewer; if that works, save it again and add that.",
        ) from error
