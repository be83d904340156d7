"""Whole records as cells and back: every value of every table, the same again when it returns."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from business.exchange.cells import mark_nothing, read_nothing
from conversation import clock
from conversation.messages import Json
from crm_store.exporting import Kind, columns_of, form_of


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


_WRITE: Final[Mapping[str, Callable[[Any], str]]] = {
    "json": lambda value: "" if value is None else _json(value),
    "moment": lambda value: "" if value is None else clock.to_iso(value),
    "flag": lambda value: "" if value is None else "true" if value else "false",
    "number": lambda value: "" if value is None else str(value),
    "text": str,
    "maybe": mark_nothing,
}


def _moment(cell: str) -> datetime:
    return clock.from_iso(cell)


_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "json": lambda cell: None if cell == "" else json.loads(cell),
    "moment": lambda cell: None if cell == "" else _moment(cell),
    "flag": lambda cell: None if cell == "" else cell == "true",
    "number": lambda cell: None if cell == "" else int(cell),
    "text": str,
    "maybe": read_nothing,
}


def to_cells(kind: Kind, rows: Iterable[Sequence[Any]]) -> list[list[str]]:
    """Rows of a table as cells."""
    writers = [_WRITE[form_of(kind, name)] for name in columns_of(kind)]
    return [[write(value) for write, value in zip(writers, row, strict=True)] for row in rows]


def from_cells(kind: Kind, headings: Sequence[str], cells: Sequence[str]) -> dict[str, Any]:
    """The inverse for one row; a column that this version does not know is left out. Raises ValueError."""
    known = set(columns_of(kind))
    padded = [*cells, *([""] * (len(headings) - len(cells)))]
    return {
        name: _READ[form_of(kind, name)](cell) for name, cell in zip(headings, padded, strict=False) if name in known
    }


def to_object(kind: Kind, row: Sequence[Any]) -> dict[str, Json]:
    """A row of a table as a JSON object: typed, with null for nothing."""
    told: dict[str, Json] = {}
    for name, value in zip(columns_of(kind), row, strict=True):
        told[name] = clock.to_iso(value) if isinstance(value, datetime) else value
    return told


def from_object(kind: Kind, found: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse. Raises ValueError."""
    known = columns_of(kind)
    return {
        name: _moment(value) if form_of(kind, name) == "moment" and value is not None else value
        for name, value in found.items()
        if name in known
    }
