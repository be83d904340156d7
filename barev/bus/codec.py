"""Frozen records to plain JSON and back: events as they travel between processes.

A record travels as the list of its fields' values in their order, under a tag: its name and a fingerprint of its shape
(fields, types, and those of the records in it). A process of another version, whose record has another shape, has
another tag, and does not misread it: it knows no such tag.
"""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from hashlib import blake2s
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from conversation.clock import from_ms, to_ms
from conversation.events import Event
from conversation.messages import Json

Plain = Json
"""What JSON holds."""
_Turn = Callable[[Any], Any] | None
"""Turns a value; None: it is the same on both sides."""
_PLAIN = (int, str, bool, float, NoneType)


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """How a kind of record travels."""

    tag: str
    pack: Callable[[Any], Any]
    unpack: Callable[[Any], Any]


_shapes: dict[type, Shape] = {}


def shape_of(kind: type) -> Shape:
    """The shape of a dataclass or a named tuple. Raises TypeError where a field has no place in JSON."""
    known = _shapes.get(kind)
    if known is None:
        known = _shapes[kind] = _make_shape(kind)
    return known


def _make_shape(kind: type) -> Shape:
    names, hints = _fields(kind), get_type_hints(kind)
    turns = [_turns(hints[name]) for name in names]
    packs, unpacks = [pack for _, pack, _ in turns], [unpack for *_, unpack in turns]
    told = ",".join(f"{name}:{text}" for name, (text, _, _) in zip(names, turns, strict=True))
    tag = f"{kind.__name__}.{blake2s(told.encode(), digest_size=4).hexdigest()}"

    def pack(record: Any) -> Any:
        values = (getattr(record, name) for name in names)
        return [turn(value) if turn is not None else value for turn, value in zip(packs, values, strict=True)]

    def unpack(values: Any) -> Any:
        if not isinstance(values, list) or len(values) != len(names):
            raise ValueError(f"no {kind.__name__}: {values!r:.80}")
        pairs = zip(unpacks, values, strict=True)
        return kind(*[turn(value) if turn is not None else value for turn, value in pairs])

    return Shape(tag, pack, unpack)


def _fields(kind: type) -> list[str]:
    if dataclasses.is_dataclass(kind):
        return [one.name for one in dataclasses.fields(kind)]
    names = getattr(kind, "_fields", None)
    if names is None:
        raise TypeError(f"{kind} is no record")
    return list(names)


def _turns(hint: Any) -> tuple[str, _Turn, _Turn]:
    """How a type is called in a fingerprint, and how its values are turned to JSON and back."""
    origin, parts = get_origin(hint), get_args(hint)
    if hint in _PLAIN:
        return hint.__name__, None, None
    if hint is datetime:
        return "time", to_ms, from_ms
    if origin is Literal:
        return f"one of {'|'.join(sorted(map(str, parts)))}", None, None
    if origin in {Union, UnionType}:
        return _optional(parts)
    if origin is tuple and len(parts) == 2 and parts[1] is Ellipsis:
        return _many(tuple, parts[0])
    if origin is frozenset:
        return _many(frozenset, parts[0])
    if origin in {dict, Mapping} and parts == (str, str):
        return "texts by name", dict, None
    if isinstance(hint, type):
        shape = shape_of(hint)
        return shape.tag, shape.pack, shape.unpack
    raise TypeError(f"{hint} has no place in JSON")


def _optional(parts: tuple[Any, ...]) -> tuple[str, _Turn, _Turn]:
    others = [part for part in parts if part is not NoneType]
    turned = [_turns(part) for part in others]
    if all(pack is None for _, pack, _ in turned):
        return " or ".join(text for text, _, _ in turned) + "?", None, None
    if len(others) != 1:
        raise TypeError(f"{parts} cannot be told apart in JSON")
    text, pack, unpack = turned[0]
    return f"{text}?", _unless_none(pack), _unless_none(unpack)


def _unless_none(turn: _Turn) -> _Turn:
    return None if turn is None else lambda value: None if value is None else turn(value)


def _many(kind: type, part: Any) -> tuple[str, _Turn, _Turn]:
    text, pack, unpack = _turns(part)
    return (
        f"{kind.__name__} of {text}",
        lambda values: [pack(value) for value in values] if pack is not None else list(values),
        lambda values: kind(unpack(value) for value in values) if unpack is not None else kind(values),
    )


KINDS: tuple[type[Event], ...] = get_args(Event)
"""Every kind of event; one that is added to the union crosses by itself."""


def pack_event(event: Event) -> list[Plain]:
    """``[tag, values]``."""
    shape = shape_of(type(event))
    return [shape.tag, shape.pack(event)]


def unpack_event(tag: str, values: Plain) -> Event | None:
    """The event, or None where this version knows no such tag. Raises ValueError, TypeError for what is none."""
    kind = _by_tag().get(tag)
    if kind is None:
        return None
    event: Event = shape_of(kind).unpack(values)
    return event


@cache
def _by_tag() -> dict[str, type[Event]]:
    return {shape_of(kind).tag: kind for kind in KINDS}
