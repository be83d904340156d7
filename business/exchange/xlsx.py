"""Writing an XLSX as it comes, row by row, without ever holding it whole: one sheet, every cell a text."""

import re
from collections.abc import Iterable, Sequence
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MEDIA: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS: Final = 1_048_576
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS: Final = {
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
}
_SPECIAL: Final = re.compile("[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_NAMED: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


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


class BookWriter:
    """A book whose rows come by and by. A sheet that is full is followed by another, with the same first row."""

    def __init__(self, headings: Sequence[str]) -> None:
        self._headings = list(headings)
        self._drain = Drain()
        self._packed = ZipFile(self._drain, "w", ZIP_DEFLATED, compresslevel=1)  # type: ignore[call-overload]  # it needs write and flush only
        self._sheets = 0
        self._rows = 0
        self._sheet = self._next_sheet()

    def _next_sheet(self) -> IO[bytes]:
        self._sheets += 1
        sheet: IO[bytes] = self._packed.open(_entry(f"xl/worksheets/sheet{self._sheets}.xml"), "w", force_zip64=True)
        sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{row_of(1, self._headings)}'.encode())
        self._rows = 1
        return sheet

    def _end_sheet(self) -> None:
        self._sheet.write(b"</sheetData></worksheet>")
        self._sheet.close()

    def add(self, rows: Iterable[Sequence[str]]) -> bytes:
        """More rows; the bytes of the file that are ready."""
        waiting: list[str] = []
        for cells in rows:
            if self._rows == MOST_ROWS:
                self._sheet.write("".join(waiting).encode())
                waiting = []
                self._end_sheet()
                self._sheet = self._next_sheet()
            self._rows += 1
            waiting.append(row_of(self._rows, cells))
        self._sheet.write("".join(waiting).encode())
        return self._drain.take()

    def end(self) -> bytes:
        """The rest of the file."""
        self._end_sheet()
        numbers = range(1, self._sheets + 1)
        kinds = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_SHEET_TYPE}.worksheet+xml"/>'
            for n in numbers
        )
        named = "".join(f'<sheet name="Sheet{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
        links = "".join(
            f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
        )
        parts = {
            **_PARTS,
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{named}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/>{kinds}</Types>',
        }
        for name, text in parts.items():
            self._packed.writestr(_entry(name), _HEAD + text)
        self._packed.close()
        return self._drain.take()


def write_book(rows: Sequence[Sequence[str]]) -> bytes:
    """A small book at once, the first row its headings."""
    book = BookWriter(rows[0])
    return book.add(rows[1:]) + book.end()


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
