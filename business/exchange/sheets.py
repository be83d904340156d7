"""The forms of an exported file: CSV, XLSX, JSON lines, each written as its rows come."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Final, Literal, Protocol

from business.exchange.cells import guard
from business.exchange.xlsx import MEDIA, BookWriter
from conversation.messages import Json

Form = Literal["csv", "xlsx", "jsonl"]
FORMS: Final[tuple[Form, ...]] = ("csv", "xlsx", "jsonl")
MEDIA_OF: Final[Mapping[Form, str]] = {
    "csv": "text/csv",
    "xlsx": MEDIA,
    "jsonl": "application/x-ndjson",
}


class Sheet(Protocol):
    """A file that grows: ``add`` takes cells, or JSON objects where ``objects``; both give the bytes that are ready."""

    objects: bool

    def add_cells(self, rows: Sequence[Sequence[str]]) -> bytes: ...
    def add_objects(self, rows: Sequence[Mapping[str, Json]]) -> bytes: ...
    def end(self) -> bytes: ...


class CsvSheet:
    """UTF-8 with a byte order mark, so that spreadsheets see what it is; commas; CRLF; no cell is a formula."""

    objects = False

    def __init__(self, headings: Sequence[str]) -> None:
        self._begun = False
        self._headings = headings

    def add_cells(self, rows: Sequence[Sequence[str]]) -> bytes:
        """More rows."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        if not self._begun:
            self._begun = True
            text.write("\ufeff")
            writer.writerow([guard(heading) for heading in self._headings])
        writer.writerows([guard(cell) for cell in row] for row in rows)
        return text.getvalue().encode()

    def add_objects(self, rows: Sequence[Mapping[str, Json]]) -> bytes:
        """A row each, by the headings."""
        return self.add_cells([[str(row.get(name) or "") for name in self._headings] for row in rows])

    def end(self) -> bytes:
        """The headings, where no row came."""
        return b"" if self._begun else self.add_cells([])


class XlsxSheet:
    """A book of texts."""

    objects = False

    def __init__(self, headings: Sequence[str]) -> None:
        self._book = BookWriter(headings)
        self._headings = headings

    def add_cells(self, rows: Sequence[Sequence[str]]) -> bytes:
        """More rows."""
        return self._book.add(rows)

    def add_objects(self, rows: Sequence[Mapping[str, Json]]) -> bytes:
        """A row each, by the headings."""
        return self._book.add([[str(row.get(name) or "") for name in self._headings] for row in rows])

    def end(self) -> bytes:
        """The rest."""
        return self._book.end()


class JsonSheet:
    """A JSON object a line."""

    objects = True

    def __init__(self, headings: Sequence[str]) -> None:
        self._headings = headings

    def add_cells(self, rows: Sequence[Sequence[str]]) -> bytes:
        """Texts by the headings."""
        return self.add_objects([dict(zip(self._headings, row, strict=True)) for row in rows])

    def add_objects(self, rows: Sequence[Mapping[str, Json]]) -> bytes:
        """More lines."""
        told = (json.dumps(row, ensure_ascii=False, sort_keys=False, separators=(",", ":")) for row in rows)
        return "".join(f"{line}\n" for line in told).encode()

    def end(self) -> bytes:
        """Nothing is held back."""
        return b""


def make_sheet(form: Form, headings: Sequence[str]) -> Sheet:
    """An empty file of a form."""
    if form == "jsonl":
        return JsonSheet(headings)
    return CsvSheet(headings) if form == "csv" else XlsxSheet(headings)
