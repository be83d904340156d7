"""Scopes of programs' tokens: which part of the API each opens.

Where a route asks for a permission, a token needs it as a scope; else ``<group>.read`` of the resource's group to read
and ``<group>.write`` to write. What a handler asks for beside it (all conversations, all tasks) is a scope too.
"""

from collections.abc import Iterable
from typing import Final

from conversation.errors import Rejected
from desk.rest.routes import Route

_GROUPS: Final = {
    "contacts": ("contact-groups", "contact-categories", "contact-sources", "custom-fields", "duplicates", "merges"),
    "conversations": ("messages", "files"),
    "people": ("agents", "teams", "branches", "roles", "permissions", "api-tokens", "policies", "skills"),
    "exchange": ("imports", "exports"),
}
_GROUP_OF: Final = {segment: group for group, segments in _GROUPS.items() for segment in segments}


def group_of(path: str) -> str:
    """The group of a route's path: that of its first segment, which is its own group unless it belongs to another."""
    segment = path.split("/")[1]
    return _GROUP_OF.get(segment, segment).replace("-", "_")


def scopes_of(routes: Iterable[Route]) -> frozenset[str]:
    """All scopes of these routes beside the permissions."""
    scopes = set()
    for route in routes:
        if not (route.public or route.people_only or route.permission is not None):
            scopes.add(_scope_of(route))
    return frozenset(scopes)


def _scope_of(route: Route) -> str:
    return f"{group_of(route.path)}.{'read' if route.method == 'GET' else 'write'}"


def require_scope(route: Route, scopes: frozenset[str]) -> None:
    """Whether a token with these scopes opens the route, beside its maker's rights. Raises Rejected forbidden."""
    if route.people_only:
        raise Rejected("forbidden", "access.people_only")
    needed = route.permission or _scope_of(route)
    if needed not in scopes:
        raise Rejected("forbidden", "access.scope_missing", scope=needed)
