"""Loaded by the fuzzer in its own process (see ``test_openapi``): what data alone cannot know.

A cursor is opaque: where one of the right form was made up, one that the server gave for the same order stands in, or
none. A log-out ends a session of its own, not the one that the fuzzer works with.
"""

import json
import os
import re
import urllib.request
from typing import Any

import schemathesis

_CURSOR = re.compile("[A-Za-z0-9_-]{0,1500}")
_given: dict[tuple[str, str, str], str] = {}


def _order_of(case: Any) -> tuple[str, str, str]:
    query = case.query or {}
    return case.path, str(query.get("sort")), str(query.get("order"))


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Puts in what only the server can give."""
    after = (case.query or {}).get("after")
    right = case.meta is None or case.meta.generation.mode.is_positive  # what is wrong on purpose stays so
    if right and isinstance(after, str) and _CURSOR.fullmatch(after):
        known = _given.get(_order_of(case))
        if known is None:
            del case.query["after"]
        else:
            case.query["after"] = known
    if case.method == "DELETE" and case.path == "/api/v1/session":
        case.headers["Authorization"] = f"Bearer {_log_in()}"


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    """Keeps the cursors that were given."""
    if response.status_code == 200 and b'"next":"' in response.content:
        _given[_order_of(case)] = json.loads(response.content)["next"]


def _log_in() -> str:
    body = json.dumps({"login": "leaver", "password": os.environ["BAREV_TEST_PASSWORD"]}).encode()
    asked = urllib.request.Request(f"{os.environ['BAREV_TEST_ADDRESS']}/api/v1/session", body)
    with urllib.request.urlopen(asked) as answer:
        token: str = json.load(answer)["token"]
        return token
