"""OpenAPI links: what can be done next with a thing that was just made, by the id that the answer gives.

They follow from the paths: who adds to ``/contacts`` may go on with each operation under ``/contacts/{id}`` that wants
no other id; who adds to ``/contacts/{id}/notes``, with those under ``/contacts/{id}/notes/{nid}`` of the same contact.
"""

import re
from collections.abc import Mapping
from typing import Final

from desk.rest.routes import Route, Schema

_PART: Final = re.compile(r"\{([a-z_]+)\}")


def links_of(route: Route, names: Mapping[str, Route]) -> dict[str, object]:
    """The links of a route's answers, by the names of the operations they lead to; none where it makes nothing."""
    if route.method != "POST" or not _gives_id(route.answers.get(201)):
        return {}
    known = _PART.findall(route.path)
    under = re.compile(re.escape(route.path) + r"/\{([a-z_]+)\}(?:/[a-z-]+)*")
    found: dict[str, object] = {}
    for name, other in names.items():
        if (match := under.fullmatch(other.path)) and not other.public:
            found[name] = {
                "operationId": name,
                "description": other.summary,
                "parameters": {**{one: f"$request.path.{one}" for one in known}, match[1]: "$response.body#/id"},
            }
    return found


def _gives_id(schema: Schema | None) -> bool:
    properties = (schema or {}).get("properties")
    return isinstance(properties, Mapping) and "id" in properties
