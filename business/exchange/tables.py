"""Reading a stranger's table: CSV of any usual encoding and separator, XLSX, or JSON lines, row by row.

Nothing is believed: the size of what is unpacked, the number of rows, columns and characters are bounded.
"""

import codecs
import csv
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Final, Literal

from business.exchange.cells import unguard
from conversation.errors import Rejected

Format = Literal["csv", "xlsx", "jsonl"]
Line = tuple[int, list[str]]
"""A row's number in the file, the first being 1, and its cells."""

MOST_COLUMNS: Final = 200
MOST_CELL: Final = 100_000
_SAMPLE: Final = 256 * 1024
_SEPARATORS: Final = (",", ";", "\t", "|")
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class TableLimits:
    """``rows``: how many a file may have; ``unpacked``: bytes of an XLSX when unpacked."""

    rows: int = 200_000
    unpacked: int = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is to be read. ``header``: whether the first row that is not empty names the columns."""

    format: Format
    encoding: str = ""
    separator: str = ""
    header: bool = True


def sniff(path: Path) -> Shape:
    """How a file is to be read, the header not judged yet. Raises Rejected invalid for what is no table."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    if not head.strip(b"\x00\xef\xbb\xbf\xfe\xff \r\n\t"):
        raise Rejected("invalid", "exchange.file_empty")
    if head.startswith(b"PK\x03\x04"):
        return Shape("xlsx")
    if head.startswith(_OLD_EXCEL):
        raise Rejected("invalid", "exchange.file_old_excel")
    encoding = _find_encoding(path, head)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head).lstrip("\ufeff")
    if text.lstrip()[:1] == "{":
        return Shape("jsonl", encoding)
    if _is_binary(text):
        raise Rejected("invalid", "exchange.file_no_table")
    return Shape("csv", encoding, _find_separator(text))


def _find_encoding(path: Path, head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    pairs = len(head) // 2
    for name, zeros in (("utf-16-le", head[1::2].count(0)), ("utf-16-be", head[::2].count(0))):
        if pairs >= 4 and zeros > pairs * 0.3:
            return name
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        with path.open("rb") as file:
            while chunk := file.read(_SAMPLE):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1251"
    return "utf-8-sig"


def _is_binary(text: str) -> bool:
    odd = sum(1 for c in text[:4096] if c < " " and c not in "\t\r\n\x0b\x0c")
    return odd > len(text[:4096]) * 0.02


def _find_separator(text: str) -> str:
    """The one that cuts the first rows into the same number of cells, the more the better."""
    first = text.lstrip("\r\n")[:6].lower()
    if first[:4] == "sep=" and len(first) > 4:
        return first[4]
    best, most = ",", 0.0
    for separator in _SEPARATORS:
        with suppress(csv.Error):
            lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
            widths = [len(cells) for cells in islice(lines, 50) if any(cells)]
            if widths:
                usual = max(set(widths), key=widths.count)
                worth = (usual - 1) * widths.count(usual) / len(widths)
                if worth > most:
                    best, most = separator, worth
    return best


def read_lines(path: Path, shape: Shape, limits: TableLimits) -> Iterator[Line]:
    """The rows that are not empty, the header's included. Raises Rejected for a file that is broken or too large."""
    reader = {"csv": _read_csv, "xlsx": _read_xlsx, "jsonl": _read_jsonl}[shape.format]
    count = 0
    for number, cells in reader(path, shape, limits):
        width = next((n for n in range(len(cells), 0, -1) if cells[n - 1] and not cells[n - 1].isspace()), 0)
        if not width:
            continue
        cells = cells[: min(width, MOST_COLUMNS)]
        count += 1
        if count > limits.rows + 1:
            raise Rejected("too_large", "exchange.file_rows", limit=limits.rows)
        yield number, [cell.replace("\x00", "")[:MOST_CELL] for cell in cells]


def _read_csv(path: Path, shape: Shape, limits: TableLimits) -> Iterator[Line]:
    csv.field_size_limit(16 * 1024 * 1024)
    with path.open(encoding=shape.encoding, errors="replace", newline="") as file:
        lines = csv.reader(file, delimiter=shape.separator or ",", strict=True)  # a quote never closed is told of
        try:
            for number, cells in enumerate(lines, 1):
                if number == 1 and len(cells) <= 2 and "".join(cells).lstrip("\ufeff").lower().startswith("sep="):
                    continue
                yield number, [unguard(cell) for cell in cells]
        except csv.Error as error:
            raise Rejected("invalid", "exchange.file_broken", row=lines.line_num) from error


def _read_jsonl(path: Path, shape: Shape, limits: TableLimits) -> Iterator[Line]:
    """Objects, one a line; the first line told is that of their keys."""
    keys: dict[str, None] = {}
    for _, found in _objects(path, shape.encoding):
        keys.update(dict.fromkeys(found))
        if len(keys) > MOST_COLUMNS:
            break
    yield 0, list(keys)
    for number, found in _objects(path, shape.encoding):
        yield number, [_jsonl_cell(found.get(key)) for key in keys]


def _objects(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, object]]]:
    with path.open(encoding=encoding, errors="replace", newline="\n") as file:
        for number, text in enumerate(file, 1):
            if not text.strip():
                continue
            try:
                found = json.loads(text)
            except (ValueError, RecursionError) as error:
                raise Rejected("invalid", "exchange.file_broken", row=number) from error
            if not isinstance(found, dict):
                raise Rejected("invalid", "exchange.file_broken", row=number)
            yield number, found


def _jsonl_cell(value: object) -> str:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return _to_text(value)


def _read_xlsx(path: Path, shape: Shape, limits: TableLimits) -> Iterator[Line]:
    """The sheet that is open first; formulas count as the values they had when the file was saved."""
    _check_unpacked(path, limits.unpacked)
    from openpyxl import load_workbook  # takes 0.2 s to import, and is needed for this alone
    from openpyxl.utils.escape import unescape

    try:
        with path.open("rb") as file, closing(load_workbook(file, read_only=True, data_only=True)) as book:
            sheets = book.worksheets
            sheet = next((one for one in sheets if one is book.active), sheets[0] if sheets else None)
            if sheet is None:
                raise Rejected("invalid", "exchange.file_no_table")
            sheet.reset_dimensions()  # what a file says of its own size is not to be relied on
            for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
                if number > 1_048_576:
                    break
                yield number, [unescape(v) if isinstance(v, str) else _to_text(v) for v in values]
    except Rejected:
        raise
    except Exception as error:  # a file can be broken in any way, and the library says so in any way
        raise Rejected("invalid", "exchange.file_broken", row=0) from error


def _check_unpacked(path: Path, most: int) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
            if "xl/workbook.xml" not in packed.NameToInfo:
                raise Rejected("invalid", "exchange.file_no_table")
    except zipfile.BadZipFile as error:
        raise Rejected("invalid", "exchange.file_broken", row=0) from error
    if len(parts) > 5000 or sum(part.file_size for part in parts) > most:  # more than it says is never unpacked
        raise Rejected("too_large", "exchange.file_unpacked", limit_mb=most // 1024 // 1024)


def _to_text(value: object) -> str:
    """A typed cell as one would write it: whole numbers without a point, days as ISO."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
