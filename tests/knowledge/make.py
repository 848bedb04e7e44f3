"""Makers of documents, kind and hostile."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

import docx
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen import canvas

from liveconvo_desktop.settings import DocumentSettings

LIMITS = DocumentSettings()
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def make_pdf(path: Path, pages: list[list[str]], password: str | None = None) -> Path:
    encrypt = StandardEncryption(password, "owner") if password else None
    pdf = canvas.Canvas(str(path), encrypt=encrypt)
    for lines in pages:
        for at, line in enumerate(lines):
            pdf.drawString(50, 780 - 18 * at, line)
        pdf.showPage()
    pdf.save()
    return path


def make_docx(path: Path, *paragraphs: str, heading: str = "") -> Path:
    made = docx.Document()
    if heading:
        made.add_heading(heading, 1)
    for one in paragraphs:
        made.add_paragraph(one)
    made.save(str(path))
    return path


def make_picture(path: Path, *lines: str) -> Path:
    picture = Image.new("RGB", (1000, 80 + 90 * max(1, len(lines))), "white")
    draw = ImageDraw.Draw(picture)
    for at, line in enumerate(lines):
        draw.text((40, 40 + 90 * at), line, fill="black", font=ImageFont.load_default(44))
    picture.save(path)
    return path


def replace_part(source: Path, target: Path, part: str, content: bytes) -> Path:
    """A DOCX with one of its parts replaced."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return target


def body(inner: str) -> bytes:
    """``word/document.xml`` with this in it."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{WORD}">'
        f"<w:body>{inner}</w:body></w:document>"
    ).encode()


def make_zip_bomb(path: Path, megabytes: int = 400) -> Path:
    """A DOCX of a few hundred kB that says honestly what it unpacks to."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w") as part:
            for _ in range(megabytes):
                part.write(b" " * 1_000_000)
    return path


def make_lying_bomb(path: Path) -> Path:
    """The same, but its directory says 100 bytes."""
    make_zip_bomb(path, 30)
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"word/document.xml"))
    data[at + 24 : at + 28] = struct.pack("<I", 100)
    path.write_bytes(data)
    return path


def make_pdf_bomb(path: Path, megabytes: int) -> Path:
    """A PDF of a few hundred kB with one page of text of this size."""
    packer = zlib.compressobj(9)
    line = b"BT /F1 10 Tf (word and word) Tj ET ".ljust(1_000) * 1_000
    stream = b"".join(packer.compress(line) for _ in range(megabytes)) + packer.flush()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    data, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\n" % table
    path.write_bytes(data + b"startxref\n%d\n%%%%EOF" % data.rindex(b"xref\n0 6"))
    return path


def make_huge_png(path: Path, width: int = 100_000, height: int = 100_000) -> Path:
    """A PNG whose header promises ten thousand million pixels."""

    def part(name: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    image = zlib.compress(bytes(10_000_000), 9)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", image) + part(b"IEND", b"")
    )
    return path
