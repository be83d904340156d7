"""What comes in is checked by the very schema that describes it, so that the description cannot lie.

The part of JSON Schema 2020-12 that our schemas are written in: type, enum, const, minimum, maximum, minLength,
maxLength, pattern, format (date-time, date), minItems, maxItems, uniqueItems, items, properties, required,
additionalProperties, anyOf. A property that is not required may be null as well, and the description says so too.
"""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Final, cast

from conversation.clock import from_iso
from conversation.errors import Rejected
from conversation.messages import Json, JsonObject
from conversation.wire import read_json

Schema = Mapping[str, object]
_TYPES: Final[Mapping[str, Callable[[Json], bool]]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: is_number(value) and (isinstance(value, int) or cast("float", value).is_integer()),
    "number": lambda value: is_number(value),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
}


def is_number(value: Json) -> bool:
    """A number, which a boolean is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


# --- bodies
# -------------------------------------------------------------------------------------------------------------


def parse_body(raw: bytes) -> Json:
    """The JSON of a body, as ``read_json`` has it. Raises Rejected invalid."""
    try:
        return read_json(raw)
    except ValueError as error:
        raise Rejected("invalid", "error.json_wrong") from error


def check_body(schema: Schema, body: JsonObject) -> None:
    """Raises Rejected invalid, or too_large for a text that is too long, with the name of the field."""
    _check(schema, body, "body")


def _check(schema: Schema, value: Json, field: str) -> None:
    choices = schema.get("anyOf")
    if choices is not None:
        _check_any(cast("Sequence[Schema]", choices), value, field)
    wanted = schema.get("type")
    kinds = (wanted,) if isinstance(wanted, str) else cast("Sequence[str]", wanted or ())
    if kinds and not any(_TYPES[kind](value) for kind in kinds):
        raise _wrong(field)
    if "enum" in schema and not any(_same(value, one) for one in cast("Sequence[Json]", schema["enum"])):
        raise _wrong(field)
    if "const" in schema and not _same(value, cast("Json", schema["const"])):
        raise _wrong(field)
    if isinstance(value, str):
        _check_text(schema, value, field)
    elif isinstance(value, list):
        _check_list(schema, value, field)
    elif isinstance(value, dict):
        _check_object(schema, value, field)
    elif is_number(value):
        number = cast("float", value)
        if (
            not cast("float", schema.get("minimum", -math.inf))
            <= number
            <= cast("float", schema.get("maximum", math.inf))
        ):
            raise _wrong(field)


def _check_any(choices: Sequence[Schema], value: Json, field: str) -> None:
    """One of them must do; where the value is of the right type, its own fault is told."""
    refusals: list[Rejected] = []
    for choice in choices:
        try:
            _check(choice, value, field)
        except Rejected as refusal:
            refusals.append(refusal)
        else:
            return
    raise next((one for one in refusals if one.fields.get("field") != field or one.code != "invalid"), refusals[0])


def _check_text(schema: Schema, text: str, field: str) -> None:
    limit = cast("int | None", schema.get("maxLength"))
    if limit is not None and len(text) > limit:
        raise Rejected("too_large", "error.text_too_long", field=field, limit=limit)
    if len(text) < cast("int", schema.get("minLength", 0)):
        raise _wrong(field)
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and not _compiled(pattern).search(text):
        raise _wrong(field)
    check = _FORMATS.get(str(schema.get("format")))
    if check is not None:
        try:
            check(text)
        except (ValueError, OverflowError):
            if check is from_iso:
                raise Rejected("invalid", "error.moment_wrong", field=field) from None
            raise _wrong(field) from None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


_FORMATS: Final[Mapping[str, Callable[[str], object]]] = {"date-time": from_iso, "date": date.fromisoformat}


def _check_list(schema: Schema, items: list[Json], field: str) -> None:
    if not cast("int", schema.get("minItems", 0)) <= len(items) <= cast("float", schema.get("maxItems", math.inf)):
        raise _wrong(field)
    if schema.get("uniqueItems") and len({json.dumps(one, sort_keys=True) for one in items}) < len(items):
        raise _wrong(field)
    of_each = schema.get("items")
    if of_each is not None:
        for one in items:
            _check(cast("Schema", of_each), one, field)


def _check_object(schema: Schema, values: JsonObject, field: str) -> None:
    known = cast("Mapping[str, Schema]", schema.get("properties", {}))
    required = cast("Sequence[str]", schema.get("required", ()))
    for name in required:
        if name not in values:
            raise Rejected("invalid", "error.field_missing", field=name)
    others = schema.get("additionalProperties", True)
    for name, value in values.items():
        inner = known.get(name)
        if inner is not None:
            if value is not None or name in required:
                _check(inner, value, name)
        elif others is False:
            raise _wrong(name)
        elif isinstance(others, Mapping):
            _check(others, value, name)
    if len(values) < cast("int", schema.get("minProperties", 0)):
        raise _wrong(field)


def _same(value: Json, other: Json) -> bool:
    """Equal as JSON has it: true is not 1."""
    return value == other and isinstance(value, bool) == isinstance(other, bool)


def _wrong(field: str) -> Rejected:
    return Rejected("invalid", "error.field_wrong", field=field)


# --- queries
# -------------------------------------------------------------------------------------------------------------


def check_query(schemas: Mapping[str, Schema], query: Mapping[str, str], needed: Sequence[str] = ()) -> None:
    """The parameters of a query by their schemas; an empty one counts as absent. Raises Rejected invalid, too_large."""
    for name in needed:
        if not query.get(name):
            raise Rejected("invalid", "error.field_missing", field=name)
    for name, schema in schemas.items():
        text = query.get(name)
        if text:
            _check_word(schema, text, name)


def _check_word(schema: Schema, text: str, name: str) -> None:
    choices = schema.get("anyOf")
    if choices is None:
        _check(schema, _to_json(text, schema.get("type")), name)
        return
    refusal = _wrong(name)
    for choice in cast("Sequence[Schema]", choices):
        try:
            _check_word(choice, text, name)
        except Rejected as error:
            refusal = error
        else:
            return
    raise refusal


def _to_json(text: str, kind: object) -> Json:
    """What a word of a query means where a number or a yes or no is wanted."""
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if kind == "integer" and re.fullmatch("-?[0-9]{1,15}", text):
        return int(text)
    if kind == "number" and re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", text):
        return float(text)
    return text.replace(" ", "+") if kind == "string" and re.fullmatch(r"[0-9T:.-]+ [0-9:]+", text) else text


# --- the description
# ---------------------------------------------------------------------------------------------------------


def described(schema: Schema) -> Schema:
    """A body's schema as the description says it: what is not required may be null as well."""
    shown = dict(schema)
    properties = cast("Mapping[str, Schema] | None", schema.get("properties"))
    if properties is not None:
        required = cast("Sequence[str]", schema.get("required", ()))
        shown["properties"] = {
            name: described(inner) if name in required else _or_null(described(inner))
            for name, inner in properties.items()
        }
    items = schema.get("items")
    if items is not None:
        shown["items"] = described(cast("Schema", items))
    choices = schema.get("anyOf")
    if choices is not None:
        shown["anyOf"] = [described(one) for one in cast("Sequence[Schema]", choices)]
    return shown


def _or_null(schema: Schema) -> Schema:
    choices = cast("Sequence[Schema] | None", schema.get("anyOf"))
    if choices is not None:
        return schema if {"type": "null"} in choices else {**schema, "anyOf": [*choices, {"type": "null"}]}
    if not schema or schema.get("type") == "null":
        return schema
    return {"anyOf": [schema, {"type": "null"}]}
