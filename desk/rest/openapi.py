"""The OpenAPI 3.1 description, made from the routes themselves."""

import re
from collections import Counter
from collections.abc import Mapping

from desk.rest.api import PREFIX, STATUS
from desk.rest.links import links_of
from desk.rest.routes import KEY_HEADER, MOST_ID, Route
from desk.rest.schemas import PROBLEM, Schema
from desk.rest.scopes import group_of, scopes_of
from desk.rest.shape import described

_ID: Schema = {"type": "integer", "minimum": 1, "maximum": MOST_ID}
_KEY = {
    "name": KEY_HEADER,
    "in": "header",
    "required": False,
    "description": "Any text of your own: the same key again answers as before, with 200, and does nothing twice.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
_ABOUT = """\
Lists are `{items, next}`: ask again with `after` set to `next` while it is not null. Errors are RFC 9457 problem JSON
with a stable `code`. Sign in by `POST /api/v1/session`, or send a program's token as `Authorization: Bearer bvt_...`:
it acts in its maker's name, within its scopes. Where a POST makes something, the `links` of its answer name the
operations that take the new id."""


def describe(routes: list[Route], version: str) -> dict[str, object]:
    """The whole description as a JSON object."""
    paths: dict[str, dict[str, object]] = {}
    names = _names(routes)
    for name, route in names.items():
        operation = _operation(route, name, links_of(route, names))
        paths.setdefault(PREFIX + route.path, {})[route.method.lower()] = operation
    paths[f"{PREFIX}/openapi.json"] = {"get": _OWN}
    problem = {"description": "Refused: RFC 9457 problem JSON with a stable `code`", "content": _problem_content()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Barev", "version": version, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "responses": {"Problem": problem},
            "schemas": {"Problem": PROBLEM},
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A session's token, or a program's. Scopes beside the permissions: "
                    + ", ".join(sorted(scopes_of(routes))),
                },
                "cookie": {"type": "apiKey", "in": "cookie", "name": "barev_session"},
            },
        },
    }


_OWN: Mapping[str, object] = {
    "operationId": "describe",
    "summary": "This description",
    "tags": ["openapi"],
    "security": [],
    "parameters": [{"name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"}}],
    "responses": {
        "200": {
            "description": "Done",
            "headers": {"ETag": {"schema": {"type": "string"}}},
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        "304": {"description": "It is as you have it"},
    },
}


def _names(routes: list[Route]) -> dict[str, Route]:
    """By the name of the operation, which is given once."""
    counts = Counter(_name(route) for route in routes)
    found: dict[str, Route] = {}
    for route in routes:
        name = _name(route)
        if counts[name] > 1:
            name = f"{name}_{group_of(route.path)}_{route.path.split('/')[1].replace('-', '_')}"
        found[name] = route
    return found


def _name(route: Route) -> str:
    return str(getattr(route.handle, "__name__", route.summary))


def _operation(route: Route, name: str, links: Schema) -> dict[str, object]:
    operation: dict[str, object] = {
        "operationId": name,
        "summary": route.summary,
        "tags": [group_of(route.path)],
        "security": [] if route.public else [{"bearer": []}, {"cookie": []}],
    }
    about = [getattr(route.handle, "__doc__", None) or ""]
    if route.permission is not None:
        about.append(f"Needs the permission `{route.permission}`.")
    if route.people_only:
        about.append("For people: a program's token is refused.")
    operation["description"] = " ".join(" ".join(about).split())
    responses = dict.fromkeys((str(status) for status in sorted(set(STATUS.values()))), _REFUSED)
    operation["responses"] = {
        **responses,
        **{str(s): _response(route, s, schema, links) for s, schema in _answers(route)},
    }
    parameters = _parameters(route)
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None:
        content = {"schema": described(route.body)}
        if route.example is not None:
            content["example"] = route.example
        operation["requestBody"] = {
            "required": bool(route.body.get("required")),
            "content": {"application/json": content},
        }
    elif route.upload is not None:
        form = {"multipart/form-data": {"schema": route.upload}}
        operation["requestBody"] = {"required": True, "content": form}
    return operation


def _answers(route: Route) -> list[tuple[int, Schema | None]]:
    """The good ones; a POST that happens once says 200 when it is repeated."""
    answers = dict(route.answers)
    if route.once and 201 in answers:
        answers.setdefault(200, answers[201])
    return sorted(answers.items())


def _parameters(route: Route) -> list[object]:
    parameters: list[object] = [
        {"name": name, "in": "path", "required": True, "schema": route.parts.get(name, _ID)}
        for name in re.findall(r"\{([a-z_]+)\}", route.path)
    ]
    for name, schema in route.query.items():
        shown = {key: value for key, value in schema.items() if key != "description"}
        needed = name in route.needed
        parameter = {"name": name, "in": "query", "required": needed, "allowEmptyValue": not needed, "schema": shown}
        if "description" in schema:
            parameter["description"] = schema["description"]
        parameters.append(parameter)
    if route.once:
        parameters.append(_KEY)
    return parameters


_REFUSED = {"$ref": "#/components/responses/Problem"}


def _response(route: Route, status: int, schema: Schema | None, links: Schema) -> dict[str, object]:
    if route.media:
        return {"description": "Done", "content": {media: {} for media in route.media}}
    if schema is None:
        return {"description": "Done"}
    done: dict[str, object] = {"description": "Done", "content": {"application/json": {"schema": schema}}}
    return {**done, "links": links} if links and status == 201 else done


def _problem_content() -> dict[str, object]:
    return {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
