"""The OpenAPI 3.1 description, made from the routes themselves."""

from desk.rest.api import PREFIX, STATUS, Route
from desk.rest.schemas import PROBLEM, Schema

_PATH_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}


def describe(routes: list[Route], version: str) -> dict[str, object]:
    """The whole description as a JSON object."""
    paths: dict[str, dict[str, object]] = {}
    for route in routes:
        paths.setdefault(PREFIX + route.path, {})[route.method.lower()] = _operation(route)
    problem = {"description": "Refused: RFC 9457 problem JSON with a stable `code`", "content": _problem_content()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Barev",
            "version": version,
            "description": "Lists are `{items, next}` and page by cursor. Errors are RFC 9457 problem JSON.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "responses": {"Problem": problem},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "barev_session"},
            },
        },
    }


def _operation(route: Route) -> dict[str, object]:
    operation: dict[str, object] = {
        "operationId": getattr(route.handle, "__name__", route.summary),
        "summary": route.summary,
        "security": [] if route.public else [{"bearer": []}, {"cookie": []}],
    }
    responses = dict.fromkeys((str(status) for status in sorted(set(STATUS.values()))), _REFUSED)
    operation["responses"] = {**responses, **{str(s): _response(route, schema) for s, schema in route.answers.items()}}
    parameters: list[object] = [_PATH_ID] if "{id}" in route.path else []
    parameters += [{"name": n, "in": "path", "required": True, "schema": schema} for n, schema in route.parts.items()]
    parameters += [
        {"name": name, "in": "query", "required": False, "schema": schema} for name, schema in route.query.items()
    ]
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None:
        operation["requestBody"] = {"required": bool(route.body.get("required")), "content": _json(route.body)}
    elif route.upload is not None:
        form = {"multipart/form-data": {"schema": route.upload}}
        operation["requestBody"] = {"required": True, "content": form}
    return operation


_REFUSED = {"$ref": "#/components/responses/Problem"}


def _response(route: Route, schema: Schema | None) -> dict[str, object]:
    if route.media:
        return {"description": "Done", "content": {media: {} for media in route.media}}
    return {"description": "Done"} if schema is None else {"description": "Done", "content": _json(schema)}


def _json(schema: Schema) -> dict[str, object]:
    return {"application/json": {"schema": schema}}


def _problem_content() -> dict[str, object]:
    return {"application/problem+json": {"schema": PROBLEM}}
