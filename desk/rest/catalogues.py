"""REST: the firm's own lists (groups, categories, sources of contacts) and its own fields."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import get_args

from business.contacts import catalogues as deeds
from business.contacts.service import Contacts
from conversation.errors import Rejected
from conversation.messages import JsonObject
from conversation.wire import get_int, get_text
from crm_store import catalogues
from crm_store.models import FieldKind
from crm_store.rows import AnyRow
from desk.rest.api import Answer, Call, Handle, Route
from desk.rest.schemas import NAME, WHOLE, Schema, listed, record

_NAME_LIMIT = 100
_CHOICES = 100
_MOST_POSITION = 10**6
_POSITION: Schema = {"type": "integer", "minimum": 0, "maximum": _MOST_POSITION}
_KINDS: Schema = {"type": "string", "enum": list(get_args(FieldKind))}
_CHOICE_LIST: Schema = {"type": "array", "items": NAME, "maxItems": _CHOICES}
_COLOUR: Schema = {"type": "string", "pattern": "^#[0-9A-Fa-f]{6}$"}
_KEY: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"}
_BODIES: dict[str, dict[str, Schema]] = {
    "contact_group": {"name": NAME, "position": _POSITION},
    "contact_category": {"name": NAME, "colour": _COLOUR, "position": _POSITION},
    "contact_source": {"name": NAME, "position": _POSITION},
    "custom_field": {"key": _KEY, "label": NAME, "kind": _KINDS, "choices": _CHOICE_LIST, "position": _POSITION},
}
_PATHS = {
    "contact_group": ("/contact-groups", "group"),
    "contact_category": ("/contact-categories", "category"),
    "contact_source": ("/contact-sources", "source"),
    "custom_field": ("/custom-fields", "own field"),
}


class CatalogueRoutes:
    """Everybody reads them; who may edit catalogues changes them."""

    def __init__(self, contacts: Contacts) -> None:
        self._contacts = contacts

    def routes(self) -> list[Route]:
        """The operations of each list."""
        return [route for kind in _PATHS for route in self._routes_of(kind)]

    def _routes_of(self, kind: str) -> list[Route]:
        path, noun = _PATHS[kind]
        shown = record({"id": WHOLE, **_BODIES[kind]})
        needed = ["label"] if kind == "custom_field" else ["name"]
        changeable = {key: one for key, one in _BODIES[kind].items() if key not in ("key", "kind")}
        edit = partial(Route, permission="catalogues.edit")
        named = partial(_named, kind=kind)
        return [
            Route("GET", path, named(self._list), f"All of the list, in its order: {noun}", {200: listed(shown)}),
            edit(
                "POST",
                path,
                named(self._add),
                f"Adds a {noun}" if noun != "own field" else "Adds an own field",
                {201: shown},
                body=record(_BODIES[kind], needed),
            ),
            edit(
                "PATCH",
                f"{path}/{{id}}",
                named(self._change),
                f"Changes what is given: {noun}",
                {200: shown},
                body=record(changeable, []),
            ),
            edit("DELETE", f"{path}/{{id}}", named(self._remove), f"Contacts lose it: {noun}", {204: None}),
        ]

    async def _list(self, call: Call, kind: str) -> Answer:
        rows = await self._contacts.read(lambda tx: catalogues.list_all(tx, kind))
        return Answer({"items": [_show(kind, row) for row in rows], "next": None})

    async def _add(self, call: Call, kind: str) -> Answer:
        agent, values = call.session.agent, _read(kind, call.body, new=True)
        row = await self._contacts.write(lambda tx: deeds.add(tx, agent, kind, values, call.remote))
        return Answer(_show(kind, row), status=201)

    async def _change(self, call: Call, kind: str) -> Answer:
        agent, values = call.session.agent, _read(kind, call.body, new=False)
        row = await self._contacts.write(lambda tx: deeds.change(tx, agent, kind, call.path_id(), values, call.remote))
        return Answer(_show(kind, row))

    async def _remove(self, call: Call, kind: str) -> Answer:
        agent = call.session.agent
        await self._contacts.write(lambda tx: deeds.remove(tx, agent, kind, call.path_id(), call.remote))
        return Answer(None, status=204)


def _named(handle: Callable[[Call, str], Awaitable[Answer]], kind: str) -> Handle:
    """The handler for one list, under a name of its own: OpenAPI calls operations by it."""

    async def handler(call: Call) -> Answer:
        return await handle(call, kind)

    handler.__name__ = f"{handle.__name__.strip('_')}_{kind}"
    return handler


def _show(kind: str, row: AnyRow) -> dict[str, object]:
    return {"id": row.id, **{key: getattr(row, key) for key in _BODIES[kind]}}


def _read(kind: str, body: JsonObject, *, new: bool) -> dict[str, object]:
    values: dict[str, object] = {}
    for key in ("name", "key", "label"):
        needed = new and key in _BODIES[kind] and key != "key"
        given = body.get(key) is not None and key in _BODIES[kind] and (new or key != "key")
        if needed or given:
            values[key] = _filled(body, key)
    if body.get("colour") is not None and "colour" in _BODIES[kind]:
        values["colour"] = get_text(body, "colour", 7)
    if body.get("position") is not None:
        values["position"] = get_int(body, "position", least=0, most=_MOST_POSITION)
    if kind == "custom_field":
        if new and body.get("kind") is not None:
            values["kind"] = get_text(body, "kind", 20)
            if values["kind"] not in get_args(FieldKind):
                raise Rejected("invalid", "error.field_wrong", field="kind")
        if body.get("choices") is not None:
            values["choices"] = _read_choices(body)
    return values


def _filled(body: JsonObject, key: str) -> str:
    text = get_text(body, key, _NAME_LIMIT).strip()
    if not text:
        raise Rejected("invalid", "error.field_missing", field=key)
    return text


def _read_choices(body: JsonObject) -> list[str]:
    choices = body["choices"]
    if not isinstance(choices, list) or len(choices) > _CHOICES:
        raise Rejected("invalid", "error.field_wrong", field="choices")
    read = [_filled({"choices": one}, "choices") for one in choices]
    return list(dict.fromkeys(read))
