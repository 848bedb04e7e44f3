"""Every type of document gives its text; whatever it is not, it says so."""

from __future__ import annotations

import docx
import pytest
from docx.oxml import parse_xml
from reportlab.pdfgen import canvas

from liveconvo_desktop.knowledge import ocr
from liveconvo_desktop.knowledge.base import PAGE_BREAK, DocumentError, clean
from liveconvo_desktop.knowledge.registry import READERS, extract, kind_of, suffixes
from liveconvo_desktop.knowledge.sniff import sniff
from tests.knowledge import make


def read(path, **limits):
    told = []
    found = extract(path, kind_of(path), make.LIMITS.model_copy(update=limits), told.append)
    assert all(0 <= one <= 1 for one in told)
    return found


def refused(path, words, **limits):
    with pytest.raises(DocumentError, match=words) as caught:
        read(path, **limits)
    assert caught.value.hint


def test_the_registry_holds_the_types_of_the_schema_document():
    assert set(READERS) == {"pdf", "docx", "txt", "png", "jpg"}
    assert {".pdf", ".docx", ".txt", ".png", ".jpg", ".jpeg"} <= set(suffixes())


def test_a_pdf_keeps_its_pages(tmp_path):
    path = make.make_pdf(tmp_path / "a.pdf", [["First page."], [], ["Third page.", "Two lines."]])
    found = read(path)
    assert found.pages == 3
    first, second, third = found.text.split(PAGE_BREAK)
    assert (first, second) == ("First page.", "")
    assert third.splitlines() == ["Third page.", "Two lines."]
    assert found.note == ""


def test_a_pdf_that_is_too_long_is_refused_whole(tmp_path):
    path = make.make_pdf(tmp_path / "a.pdf", [["x"]] * 12)
    refused(path, "12 pages.*most that is read is 10", max_pages=10)


def test_an_empty_pdf_holds_no_text(tmp_path):
    refused(make.make_pdf(tmp_path / "a.pdf", [[], []]), "It holds no text")


def scan(folder, pages):
    """A PDF whose pages are pictures, but for those that are lists of lines."""
    path = folder / "scan.pdf"
    pdf = canvas.Canvas(str(path))
    for number, page in enumerate(pages):
        if isinstance(page, str):
            picture = make.make_picture(folder / f"{number}.png", page)
            pdf.drawImage(str(picture), 40, 500, 500, 85)
        for at, line in enumerate(page if isinstance(page, list) else []):
            pdf.drawString(50, 780 - 18 * at, line)
        pdf.showPage()
    pdf.save()
    return path


@pytest.mark.model
def test_scanned_pages_are_read_as_pictures_up_to_a_limit(tmp_path):
    pytest.importorskip("rapidocr_onnxruntime")
    path = scan(tmp_path, [["Typed words."], "Invoice Northwind", [], "Total 480 dollars"])
    found = read(path)
    assert found.text.split(PAGE_BREAK)[0] == "Typed words."
    assert "Northwind" in found.text.split(PAGE_BREAK)[1]
    assert found.text.split(PAGE_BREAK)[2] == ""
    assert "480" in found.text.split(PAGE_BREAK)[3]
    assert 0.7 < found.confidence <= 1
    assert found.note == ""
    fewer = read(path, max_scanned_pages=1)
    assert fewer.note == "Of scanned pages the first 1 were read, the others not: 4."


def test_without_the_extra_scanned_pages_are_named(tmp_path, monkeypatch):
    monkeypatch.setattr(ocr, "ENGINE", "no_such_module")
    found = read(scan(tmp_path, [["Typed words."], "Invoice"]))
    assert found.note.startswith("Pages that are pictures were left out: 2. Install it with")
    assert found.confidence is None
    refused(scan(tmp_path, ["Invoice"]), "it is a scan, and reading these is not installed")


def test_text_over_the_limit_is_left_out_and_said_so(tmp_path):
    path = make.make_pdf(tmp_path / "a.pdf", [[f"Page {n} of this."] for n in range(20)])
    found = read(path, max_characters=100)
    assert len(found.text) == 100
    assert found.note.startswith("Only the first 6 of 20 pages were read")
    long = tmp_path / "a.txt"
    long.write_text("word " * 1000)
    found = read(long, max_characters=100)
    assert found.note.startswith("Only the first 100 characters were read")
    assert read(long).note == ""


def test_a_docx_keeps_order_headings_lists_and_tables(tmp_path):
    made = docx.Document()
    made.add_heading("Pricing", 2)
    made.add_paragraph("Forty dollars a seat.")
    table = made.add_table(2, 2)
    for row, cells in enumerate((("Seat", "$40"), ("Setup", "$500"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    made.add_paragraph("one", style="List Bullet")
    made.add_paragraph("after")
    made.save(str(tmp_path / "a.docx"))
    text = read(tmp_path / "a.docx").text
    assert text.startswith("## Pricing\n\nForty dollars a seat.\n\nSeat | $40\nSetup | $500\n")
    assert text.endswith("one\n\nafter")


def test_a_docx_keeps_what_word_hides_from_simple_readers(tmp_path):
    """Content controls, tracked insertions and nested tables; what was deleted stays away."""
    made = docx.Document()
    outer = made.add_table(1, 1)
    inner = outer.cell(0, 0).add_table(1, 1)
    inner.cell(0, 0).text = "nested"
    for xml in (
        "<w:sdt {}><w:sdtContent><w:p><w:r><w:t>control</w:t></w:r></w:p></w:sdtContent></w:sdt>",
        "<w:p {}><w:ins><w:r><w:t>inserted</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom></w:p>",
    ):
        made.element.body.insert(0, parse_xml(xml.format(f'xmlns:w="{make.WORD}"')))
    made.save(str(tmp_path / "a.docx"))
    text = read(tmp_path / "a.docx").text
    assert text.split() == ["inserted", "control", "nested"]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "utf-32"])
def test_text_is_read_in_the_encoding_of_its_bytes(tmp_path, codec):
    words = "Preis für zwölf Plätze: 40 € – „günstig“\n" * 3
    path = tmp_path / "a.txt"
    path.write_bytes(words.encode(codec))
    assert read(path).text == words


def test_a_cut_file_may_end_within_a_character(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("ü" * 1000, encoding="utf-8")
    assert read(path, max_characters=101).text == "ü" * 101


@pytest.mark.model
@pytest.mark.parametrize("name", ["a.png", "a.jpg", "b.jpeg"])
def test_a_picture_gives_its_text_and_how_sure_that_is(tmp_path, name):
    pytest.importorskip("rapidocr_onnxruntime")
    path = make.make_picture(tmp_path / name, "Invoice for Northwind", "Total 480 dollars")
    found = read(path)
    assert "northwind" in found.text.lower()
    assert "480" in found.text
    assert 0.7 < found.confidence <= 1


@pytest.mark.model
def test_a_picture_without_words_is_no_document(tmp_path):
    pytest.importorskip("rapidocr_onnxruntime")
    refused(make.make_picture(tmp_path / "a.png"), "No text was found")


def test_without_the_extra_a_picture_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(ocr, "ENGINE", "no_such_module")
    path = make.make_picture(tmp_path / "a.png", "words")
    with pytest.raises(DocumentError) as caught:
        read(path)
    assert "pip install 'liveconvo-desktop[ocr]'" in caught.value.hint


def test_a_gigantic_picture_is_refused_by_its_header(tmp_path):
    refused(make.make_huge_png(tmp_path / "a.png"), "100,000 × 100,000 pixels")
    refused(make.make_huge_png(tmp_path / "b.png", 20_000, 5_000), "20,000 × 5,000 pixels")


@pytest.mark.parametrize(
    ("head", "suffix", "words"),
    [
        (b"%PDF-1.7 ...", ".docx", "named as a Word document, but it is a PDF"),
        (b"\x89PNG\r\n\x1a\n....", ".pdf", "named as a PDF, but it is a PNG picture"),
        (b"MZ\x90\x00....", ".pdf", "named as a PDF, but it is a Windows program"),
        (b"plain words", ".png", "named as a PNG picture, but it is a plain text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1..", ".docx", "an old or password-protected Office"),
        (b"words", ".xyz", "Files ending in .xyz are not read; this one is a plain text"),
        (b"", ".txt", "an empty file"),
        (bytes(range(256)) * 20, ".txt", "a binary file"),
        (b"PK\x03\x04 rubbish", ".docx", "a damaged ZIP or Office file"),
    ],
)
def test_a_wrong_name_is_told_with_what_it_really_is(tmp_path, head, suffix, words):
    path = tmp_path / f"file{suffix}"
    path.write_bytes(head)
    refused(path, words)


def test_other_office_files_are_known(tmp_path):
    bomb = make.make_zip_bomb(tmp_path / "a.zip", 1)
    assert sniff(bomb) == "docx"
    for folder, words in (("xl", "an Excel workbook"), ("any", "a ZIP archive")):
        import zipfile

        with zipfile.ZipFile(tmp_path / folder, "w") as archive:
            archive.writestr(f"{folder}/a.xml", "<a/>")
        assert sniff(tmp_path / folder) == words


def test_what_is_stored_has_no_controls():
    assert clean("a\r\nb\rc\x00d\x0ce\ud800f") == "a\nb\nc d e?f"
    assert clean("data\ufffe\nbase, soft\x02ware") == "database, software"
