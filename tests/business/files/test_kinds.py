"""What a file is, what it is called and how large a picture is: told by its bytes."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from business.files.kinds import GROUPS, SHOWN, tell_kind
from business.files.measures import measure
from business.files.names import clean_name
from tests.samples import PDF, jpeg, packed, png

OFFICE = "application/vnd.openxmlformats-officedocument."
TAKEN = {
    "image/png": png(),
    "image/jpeg": jpeg(4, 3),
    "image/gif": b"GIF89a\x03\0\x02\0\0\0\0;",
    "image/webp": b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\x02\x40\x00\x00\0\0\0\0\0",
    "image/avif": b"\0\0\0\x1cftypavif\0\0\0\0",
    "image/heic": b"\0\0\0\x18ftypheic\0\0\0\0",
    "video/mp4": b"\0\0\0\x18ftypisom\0\0\0\0",
    "audio/mp4": b"\0\0\0\x18ftypM4A \0\0\0\0",
    "video/webm": b"\x1a\x45\xdf\xa3\x93",
    "audio/ogg": b"OggS\0\x02",
    "audio/mpeg": b"\xff\xfb\x90\x64\0\0",
    "audio/wav": b"RIFF\x24\0\0\0WAVEfmt ",
    "application/pdf": PDF,
    f"{OFFICE}wordprocessingml.document": packed("[Content_Types].xml", "word/document.xml"),
    f"{OFFICE}spreadsheetml.sheet": packed("[Content_Types].xml", "xl/workbook.xml"),
    "application/vnd.oasis.opendocument.text": packed("mimetype", first=b"application/vnd.oasis.opendocument.text"),
    "application/x-ole-storage": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0",
    "application/zip": packed("photos/1.jpg"),
    "text/plain": "Բարև, как дела? 5 < 6\n".encode(),
}
REFUSED = {
    "a program of Windows": b"MZ\x90\0\x03\0\0\0",
    "a program of Linux": b"\x7fELF\x02\x01\x01\0",
    "a page": b"<!DOCTYPE html><script>alert(1)</script>",
    "a page after blanks and a mark": b"\xef\xbb\xbf\n\t <HTML>",
    "a drawing": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "XML": b'<?xml version="1.0"?><a/>',
    "a script": b"#!/bin/sh\nrm -rf /",
    "macros": packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    "a broken ZIP": b"PK\x03\x04nonsense",
    "bytes": bytes(range(256)),
    "text with a bell": b"hello\x07",
    "half a letter": b"hello \xd5",
}


@pytest.mark.parametrize("mime", TAKEN)
def test_what_is_taken(tmp_path: Path, mime: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(TAKEN[mime])
    kind = tell_kind(path)
    assert kind is not None
    assert kind.mime == mime
    assert kind.group in GROUPS
    assert (mime in SHOWN) == kind.shown


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not(tmp_path: Path, what: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(REFUSED[what])
    assert tell_kind(path) is None


def test_nothing_that_runs_is_ever_shown() -> None:
    assert all(mime.startswith(("image/", "audio/", "video/")) or mime == "application/pdf" for mime in SHOWN)
    assert "image/svg+xml" not in SHOWN


@pytest.mark.parametrize(
    ("given_name", "clean"),
    [
        ("photo.png", "photo.png"),
        ("PHOTO.PNG", "PHOTO.PNG"),
        ("../../etc/passwd", "passwd.png"),
        ("C:\\Users\\me\\a.png", "a.png"),
        ("a.exe", "a.exe.png"),
        ("invoice\u202egnp.exe", "invoice_gnp.exe.png"),
        ('a"\r\nSet-Cookie: x=1.png', "a_Set-Cookie_ x=1.png"),
        ("", "file.png"),
        ("....", "file.png"),
        (".png", "file.png"),
        ("con.png", "_con.png"),
        ("Վարսահարդարում մայիս.png", "Վարսահարդարում մայիս.png"),
    ],
)
def test_names(tmp_path: Path, given_name: str, clean: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(png())
    kind = tell_kind(path)
    assert kind is not None
    assert clean_name(given_name, kind) == clean


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=400))
@example(name="\ud800.png")
def test_any_name_becomes_a_harmless_one(tmp_path: Path, name: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(png())
    kind = tell_kind(path)
    assert kind is not None
    made = clean_name(name, kind)
    assert made.lower().endswith(".png")
    assert len(made) <= 125
    assert not set(made) & set('/\\<>:"|?*\r\n\x00\u202e')
    assert made.encode()


@pytest.mark.parametrize(
    ("mime", "body", "sides"),
    [
        ("image/png", png(640, 480), (640, 480)),
        ("image/jpeg", jpeg(640, 480), (640, 480)),
        ("image/jpeg", jpeg(640, 480, orientation=6), (480, 640)),
        ("image/gif", TAKEN["image/gif"], (3, 2)),
        ("image/webp", TAKEN["image/webp"], (3, 2)),
        ("image/png", png()[:20], None),
        ("image/jpeg", jpeg(1, 1)[:30], None),
        ("image/avif", TAKEN["image/avif"], None),
    ],
)
def test_measures(tmp_path: Path, mime: str, body: bytes, sides: tuple[int, int] | None) -> None:
    path = tmp_path / "x"
    path.write_bytes(body)
    assert measure(path, mime) == sides


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(body=st.binary(max_size=300), mime=st.sampled_from(["image/png", "image/jpeg", "image/gif", "image/webp"]))
def test_no_bytes_break_the_reader(tmp_path: Path, body: bytes, mime: str) -> None:
    for begun in (b"", png()[:30], jpeg(9, 9)[:16]):
        path = tmp_path / "x"
        path.write_bytes(begun + body)
        measure(path, mime)
        tell_kind(path)
