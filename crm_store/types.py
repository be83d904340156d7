"""Column types that behave the same on SQLite and PostgreSQL: UTC times, JSON, ids and closed sets of words."""

import json
import re
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import BigInteger, CheckConstraint, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from conversation import clock
from conversation.errors import Rejected

Id = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits on both; SQLite numbers rows by itself only where the type is spelled INTEGER."""

_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class UtcTime(TypeDecorator[datetime]):
    """An aware datetime kept as BIGINT milliseconds since 1970 UTC. Raises ValueError for a naive datetime."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else clock.to_ms(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else clock.from_ms(value)

    def process_literal_param(self, value: datetime | None, dialect: Dialect) -> str:
        return "NULL" if value is None else str(clock.to_ms(value))


def dump_json(value: object) -> str:
    """JSON text as both stores take it. Raises Rejected invalid for U+0000, which PostgreSQL cannot keep."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    if "\\u0000" in text and _NUL.search(text):
        raise Rejected("invalid", "error.invalid")
    return text


class JsonText(TypeDecorator[Any]):
    """Any JSON value: TEXT on SQLite, JSONB on PostgreSQL. Python's None is SQL's NULL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import JSONB  # all of its drivers come with it: not for SQLite

            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: object, dialect: Dialect) -> object:
        if value is None or dialect.name == "postgresql":
            return value  # PostgreSQL's own type serialises with the engine's json_serializer, which is dump_json
        return dump_json(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return json.loads(value)


def named(column: str) -> CheckConstraint:
    """A CHECK that ``column`` holds a word, of a set that is open."""
    return CheckConstraint(f"{column} <> ''", name=column)


def one_of(column: str, words: object, *more: str) -> CheckConstraint:
    """A CHECK that ``column`` holds one of the words of a ``Literal`` type (or one of ``more``).

    Spelled with OR: for IN (...) SQLite fills a table of its own for every row that it checks.
    """
    return CheckConstraint(" OR ".join(f"{column} = '{word}'" for word in (*get_args(words), *more)), name=column)
