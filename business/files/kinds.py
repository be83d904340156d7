"""What kind of file it is, told by its content and never by its name or by what its sender says of it.

Signatures: https://mimesniff.spec.whatwg.org/ (images, audio, video, PDF), ISO/IEC 14496-12 (``ftyp``), RFC 9639
(FLAC), ECMA-376 and ISO/IEC 26300 (office files, which are ZIPs of named parts), [MS-CFB] (older office files).
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args
from zipfile import BadZipFile, ZipFile

Group = Literal["image", "audio", "video", "document", "text", "archive"]
HEAD_BYTES: Final = 4096
"""How much of a file is enough to tell its kind."""
_PARTS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file. ``endings``: of its names, the usual one first. ``shown``: a browser may show it where it stands,
    instead of saving it."""

    group: Group
    mime: str
    endings: tuple[str, ...]
    shown: bool = False


_ZIP: Final = Kind("archive", "application/zip", ("zip",))
_TEXT: Final = Kind("text", "text/plain", ("txt", "csv", "md", "log", "json", "ics", "vcf", "srt"))
_MP4: Final = Kind("video", "video/mp4", ("mp4", "m4v", "mov"), shown=True)
_M4A: Final = Kind("audio", "audio/mp4", ("m4a",), shown=True)
_QUICKTIME: Final = Kind("video", "video/quicktime", ("mov",))
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_ODF: Final = "application/vnd.oasis.opendocument."

_BEGINNINGS: Final[tuple[tuple[bytes, Kind], ...]] = (
    (b"\x89PNG\r\n\x1a\n", Kind("image", "image/png", ("png",), shown=True)),
    (b"\xff\xd8\xff", Kind("image", "image/jpeg", ("jpg", "jpeg", "jfif"), shown=True)),
    (b"GIF87a", Kind("image", "image/gif", ("gif",), shown=True)),
    (b"GIF89a", Kind("image", "image/gif", ("gif",), shown=True)),
    (b"%PDF-", Kind("document", "application/pdf", ("pdf",), shown=True)),
    (b"{\\rtf", Kind("document", "application/rtf", ("rtf",))),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        Kind("document", "application/x-ole-storage", ("doc", "xls", "ppt")),
    ),
    (b"OggS", Kind("audio", "audio/ogg", ("ogg", "oga", "opus"), shown=True)),
    (b"ID3", Kind("audio", "audio/mpeg", ("mp3",), shown=True)),
    (b"fLaC", Kind("audio", "audio/flac", ("flac",), shown=True)),
    (b"#!AMR", Kind("audio", "audio/amr", ("amr",))),
    (b"\x1a\x45\xdf\xa3", Kind("video", "video/webm", ("webm", "mkv"), shown=True)),
)
_RIFF: Final = {
    b"WEBP": Kind("image", "image/webp", ("webp",), shown=True),
    b"WAVE": Kind("audio", "audio/wav", ("wav",), shown=True),
}
_BRANDS: Final = {
    b"avif": Kind("image", "image/avif", ("avif",), shown=True),
    b"heic": Kind("image", "image/heic", ("heic", "heif")),
    b"heix": Kind("image", "image/heic", ("heic", "heif")),
    b"mif1": Kind("image", "image/heif", ("heif", "heic")),
    b"M4A ": _M4A,
    b"M4B ": _M4A,
    b"qt  ": _QUICKTIME,
}
_OFFICE_PARTS: Final = (
    ("word/document.xml", Kind("document", f"{_OFFICE}wordprocessingml.document", ("docx",))),
    ("xl/workbook.xml", Kind("document", f"{_OFFICE}spreadsheetml.sheet", ("xlsx",))),
    ("ppt/presentation.xml", Kind("document", f"{_OFFICE}presentationml.presentation", ("pptx",))),
)
_ODF_KINDS: Final = {
    f"{_ODF}{name}": Kind("document", f"{_ODF}{name}", (ending,))
    for name, ending in (("text", "odt"), ("spreadsheet", "ods"), ("presentation", "odp"))
}
SHOWN: Final = frozenset(
    kind.mime
    for kind in (*(kind for _, kind in _BEGINNINGS), *_RIFF.values(), *_BRANDS.values(), _MP4, _M4A)
    if kind.shown
)
"""What a browser may show where it stands; all else is saved."""
GROUPS: Final = get_args(Group)
_MARKUP: Final = re.compile(rb"\s*(<[!?a-zA-Z]|#!)")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def tell_kind(path: Path) -> Kind | None:
    """The kind of a file that lies there; None for one that no kind describes: programs, pages, drawings with scripts,
    office files with macros, and what nobody knows."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(b"PK\x03\x04"):
        return _in_zip(path)
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], _MP4)
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x06:
        begun = next((kind for mark, kind in _BEGINNINGS if head.startswith(mark)), None)
        return begun or Kind("audio", "audio/mpeg", ("mp3",), shown=True)
    return next((kind for mark, kind in _BEGINNINGS if head.startswith(mark)), None) or _text(path, head)


def _in_zip(path: Path) -> Kind | None:
    try:
        with ZipFile(path) as packed:
            names = packed.namelist()
            if len(names) > _PARTS or any(name.endswith("vbaProject.bin") for name in names):
                return None
            for part, kind in _OFFICE_PARTS:
                if part in names:
                    return kind
            if names and names[0] == "mimetype" and packed.getinfo("mimetype").file_size < 200:
                return _ODF_KINDS.get(packed.read("mimetype").decode("ascii", "replace").strip(), _ZIP)
    except (BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return None
    return _ZIP


def _text(path: Path, head: bytes) -> Kind | None:
    """Plain text in UTF-8 or UTF-16 with a mark; markup and scripts, which a double click would run, are none."""
    if not head or _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        return None
    try:
        encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        with path.open(encoding=encoding, newline="") as file:
            while part := file.read(256 * 1024):
                if _CONTROL.search(part):
                    return None
    except (UnicodeError, OSError):
        return None
    return _TEXT
