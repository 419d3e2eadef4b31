"""Files from outside: known by their content, kept under a random name, given out as a download and nothing else."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from commitments import uploads
from commitments.actions.documents import add_document, void_document
from commitments.models import Document
from commitments.uploads import EXCEL, JPEG, MAX_BYTES, PDF, PNG, SHEET, TEXT, WORD, checked_type, documents, safe_name
from district.steps import StepNotAllowed
from tests import factories as make

MINIMAL = b"%PDF-1.4\n%%EOF\n"


def package(*members: str, mimetype: str = "") -> bytes:
    """A zip with these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in members:
            archive.writestr(name, "x")
    return buffer.getvalue()


def upload(content: bytes, name: str = "file.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (MINIMAL, PDF),
        (b"\x89PNG\r\n\x1a\n....", PNG),
        (b"\xff\xd8\xff\xe0....", JPEG),
        (package("[Content_Types].xml", "word/document.xml"), WORD),
        (package("[Content_Types].xml", "xl/workbook.xml"), EXCEL),
        (package("content.xml", mimetype=TEXT), TEXT),
        (package("content.xml", mimetype=SHEET), SHEET),
    ],
)
def test_the_type_is_that_of_the_content_whatever_the_name_says(content, expected):
    assert checked_type(upload(content, "holiday.exe")) == expected


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00" + b"\x00" * 40,
        b"<html><script>alert(1)</script></html>",
        b"GIF89a" + b"\x00" * 20,
        b"PK\x03\x04 this is no zip",
        package("anything.txt"),
        package("[Content_Types].xml", "ppt/presentation.xml"),
        package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        package("content.xml", "Basic/script-lc.xml", mimetype=TEXT),
        package("content.xml", mimetype="application/x-something"),
        MINIMAL + b"\x00" * MAX_BYTES,
    ],
    ids=["empty", "program", "page", "gif", "no zip", "zip", "slides", "macro", "macro odf", "other odf", "too large"],
)
def test_anything_else_is_refused(content):
    with pytest.raises(ValidationError) as refused:
        checked_type(upload(content))
    assert list(refused.value.message_dict) == ["file"]


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_package_that_is_damaged_is_refused_and_breaks_nothing(method):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("mimetype", TEXT * 9)
    whole, outcomes = buffer.getvalue(), set()
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 0x55
        try:
            outcomes.add(checked_type(upload(bytes(damaged))))
        except ValidationError as refused:
            outcomes.update(refused.message_dict)
    assert outcomes == {"file"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Signed copy.pdf", "Signed copy.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\me\\mou.docx", "mou.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie x=1.pdf"),
        ('q"uote;<b>.pdf', "quoteb.pdf"),
        ("...", "document.pdf"),
        ("", "document.pdf"),
        ("é" * 300 + ".pdf", "é" * 120 + ".pdf"),
        (".htaccess", "htaccess.pdf"),
        ("مذكرة.pdf", "مذكرة.pdf"),
    ],
)
def test_a_name_is_made_safe_and_gets_the_extension_of_its_type(name, expected):
    assert safe_name(name, PDF) == expected


@pytest.fixture
def kept(place):
    """A document of the memorandum; its file is removed again."""
    document = add_document(
        memorandum=place.memorandum, title="Signed", file=upload(MINIMAL, "../mou.pdf"), by=place.leader
    )
    yield document
    documents().delete(document.stored_name)


def test_a_file_is_kept_under_a_random_name_with_its_hash(kept):
    assert (kept.file_name, kept.content_type, kept.size) == ("mou.pdf", PDF, len(MINIMAL))
    assert len(kept.stored_name) == 48
    assert "mou" not in kept.stored_name
    with documents().open(kept.stored_name) as file:
        assert file.read() == MINIMAL


def test_a_file_that_no_record_names_is_not_kept(place, monkeypatch):
    saved = []
    keep = uploads.keep
    monkeypatch.setattr("commitments.actions.documents.keep", lambda file: saved.append(keep(file)) or saved[0])
    with pytest.raises(ValidationError):
        add_document(memorandum=place.memorandum, title="", file=upload(MINIMAL), by=None)
    assert not documents().exists(saved[0].stored_name)
    assert not Document.objects.exists()


def test_a_download_is_an_attachment_that_no_browser_runs(kept, place, client_for):
    address = reverse("document_file", args=[kept.uid])
    for user in (place.leader, place.partner, place.principal):
        response = client_for(user).get(address)
        assert response.status_code == 200
        assert b"".join(response) == MINIMAL
        assert response["Content-Disposition"] == 'attachment; filename="mou.pdf"'
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert response["Cache-Control"] == "no-store"
    stranger = make.make_user("partner", place.district, organization=make.make_organization(place.district))
    assert client_for(stranger).get(address).status_code == 404
    assert client_for(make.make_user("staff", place.district, place.north)).get(address).status_code == 403


def test_out_of_use_nobody_downloads_it_and_its_entry_stays(kept, place, client_for):
    void_document(document=kept, reason="The wrong one.", by=place.leader)
    assert client_for(place.leader).get(reverse("document_file", args=[kept.uid])).status_code == 404
    page = client_for(place.leader).get(reverse("memorandum_detail", args=[place.memorandum.uid])).content.decode()
    assert "The wrong one." in page
    with pytest.raises(StepNotAllowed):
        void_document(document=kept, reason="Again.", by=place.leader)


def test_a_page_takes_a_file_and_says_what_is_wrong_with_another(place, client_for):
    client = client_for(place.partner)
    address = reverse("memorandum_step", args=[place.memorandum.uid, "add-document"])
    refused = client.post(address, {"title": "Signed", "file": upload(b"<html>", "mou.pdf")})
    assert refused.status_code == 200
    assert "Only PDF, PNG, JPEG" in refused.content.decode()
    assert client.post(address, {"title": "Signed", "file": upload(MINIMAL)}).status_code == 302
    document = Document.objects.get()
    assert (document.memorandum, document.by) == (place.memorandum, place.partner)
    documents().delete(document.stored_name)
