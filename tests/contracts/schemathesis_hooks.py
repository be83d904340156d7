"""Loaded by the fuzzer in its own process (see ``test_openapi``): what data alone cannot know.

A cursor is opaque: for one that was made up, one that the server gave for the same order stands in, or none.
A log-out ends a session of its own, and what is done to an agent is done to one who does nothing here: else the session
that the fuzzer works with would end, and all that follows be refused without a look.
``BAREV_TEST_ALIKE``: of the borders of each field so many of a kind are tried; all, where it is not set.
"""

import json
import os
import urllib.request
from collections import Counter
from typing import Any

import schemathesis

_BYSTANDER = "3"
_ALIKE = int(os.environ.get("BAREV_TEST_ALIKE", "0"))
_given: dict[tuple[str, str, str], str] = {}

_tried: Counter[tuple[Any, ...]] = Counter()


def _order_of(case: Any) -> tuple[str, str, str]:
    query = case.query or {}
    return case.path, str(query.get("sort")), str(query.get("order"))


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """Whether enough of the kind was not tried yet: a text for a number and a list for a number are of one kind."""
    border = case.meta and case.meta.phase.data
    scenario = getattr(border, "scenario", None)
    if scenario is None or not _ALIKE:
        return True
    kind = (case.method, case.path, scenario, border.parameter_location, border.parameter, border.location)
    _tried[kind] += 1
    return _tried[kind] <= _ALIKE


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Puts in what only the server can give."""
    after = (case.query or {}).get("after")
    right = case.meta is None or case.meta.generation.mode.is_positive  # what is wrong on purpose stays so
    if right and isinstance(after, str):
        known = _given.get(_order_of(case))
        if known is None:
            del case.query["after"]
        else:
            case.query["after"] = known
    if case.path.startswith("/api/v1/agents/{id}") and str(whom := case.path_parameters["id"]) in ("1", "2"):
        case.path_parameters["id"] = type(whom)(_BYSTANDER)
    if case.method == "DELETE" and case.path == "/api/v1/session":
        kwargs["auth"] = _leave  # over the headers of the command line


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    """Keeps the cursors that were given."""
    if response.status_code == 200 and b'"next":"' in response.content:
        _given[_order_of(case)] = json.loads(response.content)["next"]


def _leave(request: Any) -> Any:
    """With a session of somebody else."""
    request.headers["Authorization"] = f"Bearer {_log_in()}"
    return request


def _log_in() -> str:
    body = json.dumps({"login": "leaver", "password": os.environ["BAREV_TEST_PASSWORD"]}).encode()
    asked = urllib.request.Request(f"{os.environ['BAREV_TEST_ADDRESS']}/api/v1/session", body)
    with urllib.request.urlopen(asked) as answer:
        token: str = json.load(answer)["token"]
        return token
