"""Writing an XLSX as it comes, row by row, without ever holding it whole: one sheet, every cell a text."""

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MEDIA: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS: Final = 1_048_576
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS: Final = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
_SPECIAL: Final = re.compile("[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_NAMED: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_AT_ONCE: Final = 64 * 1024


class Drain:
    """A file that can only be written; what was written is taken away by ``take``."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, part: bytes) -> int:
        """Takes what is written."""
        self._parts.append(bytes(part))
        self._size += len(part)
        return len(part)

    def flush(self) -> None:
        """Nothing is held back."""

    @property
    def size(self) -> int:
        """Bytes not yet taken away."""
        return self._size

    def take(self) -> bytes:
        """All that was written since."""
        taken = b"".join(self._parts)
        self._parts, self._size = [], 0
        return taken


def write_book(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """The file's bytes, part by part. Rows beyond what a sheet can hold are left out."""
    drain = Drain()
    with ZipFile(drain, "w", ZIP_DEFLATED, compresslevel=1) as packed:  # type: ignore[call-overload]  # it needs write and flush only
        for name, text in _PARTS.items():
            packed.writestr(_entry(name), _HEAD + text)
        with packed.open(_entry("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as sheet:
            sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            waiting: list[str] = []
            held = 0
            for number, cells in enumerate(rows, 1):
                if number > MOST_ROWS:
                    break
                text = row_of(number, cells)
                waiting.append(text)
                held += len(text)
                if held > _AT_ONCE:
                    sheet.write("".join(waiting).encode())
                    waiting, held = [], 0
                    if drain.size:
                        yield drain.take()
            sheet.write(("".join(waiting) + "</sheetData></worksheet>").encode())
    yield drain.take()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


def row_of(number: int, cells: Sequence[str]) -> str:
    """A row as the sheet's XML; empty cells are left out, the others are texts whatever they look like."""
    told = "".join(
        f'<c r="{column_name(column)}{number}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
        for column, cell in enumerate(cells)
        if cell
    )
    return f'<row r="{number}">{told}</row>'


def column_name(column: int) -> str:
    """A, B, ..., Z, AA for 0, 1, ..., 25, 26."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def escape(text: str) -> str:
    """A text inside XML; characters that XML cannot hold as spreadsheets write them: ``_x0007_``."""
    return _SPECIAL.sub(lambda match: _NAMED.get(match[0]) or f"_x{ord(match[0]):04X}_", text)


def checksum(data: bytes) -> str:
    """A short name of some bytes, for tests and manifests."""
    return f"{zlib.crc32(data):08x}"
