"""The API's description is true: a fuzzer (schemathesis) holds a real server to it, as an owner and as an agent."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from aiohttp import ClientSession, web

from barev.http import DESCRIBED
from barev.settings import load
from barev.wiring import open_server
from desk.rest.routes import PREFIX
from tests.conftest import Scale
from tests.product import Product, running
from tests.telegram_api import telegram_api

HERE = Path(__file__).parent
FUZZER = Path(sys.executable).parent / "schemathesis"
PASSWORD = "parol-1234"
# Failed log-ins are what a fuzzer makes; their throttling has tests of its own.
UNTHROTTLED = {"BAREV_DESK_FAILED_PER_ADDRESS": "1000000", "BAREV_DESK_FAILED_PER_LOGIN": "1000000"}


class Plan(NamedTuple):
    """What is tried. ``seed``: None for new data; ``alike``: so many borders of a kind for each field, 0 for all."""

    phases: str
    examples: int
    seed: int | None
    alike: int


def fuzz(address: str, token: str, plan: Plan, folder: Path) -> str:
    """Runs the fuzzer to its end; what it said. Fails with it where it found something."""
    command = [str(FUZZER), "--config-file", str(HERE / "schemathesis.toml"), "run"]
    command += [f"{address}/api/v1/openapi.json", "-H", f"Authorization: Bearer {token}", "--no-color"]
    command += ["--max-examples", str(plan.examples), "--phases", plan.phases, "--warnings", "off"]
    command += [] if plan.seed is None else ["--seed", str(plan.seed)]
    own = {"BAREV_TEST_ADDRESS": address, "BAREV_TEST_PASSWORD": PASSWORD, "PYTHONWARNINGS": "ignore"}
    own["BAREV_TEST_ALIKE"] = str(plan.alike)
    environment = {**os.environ, **own, "SCHEMATHESIS_HOOKS": str(HERE / "schemathesis_hooks.py")}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=3600
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-20_000:]
    return said


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("role", ["owner", "agent"])
async def test_the_server_does_what_its_description_says(role: str, tmp_path: Path, scale: Scale) -> None:
    """Every operation: answers fit their schemas, wrong data is refused and right data taken, other methods are 405,
    no session is 401, and nothing is a fault of ours."""
    quick_to_learn = {"BAREV_UNDERSTANDING_SENTENCES": "false"}  # what it teaches the bot is learned beside it
    async with telegram_api() as messenger, AsyncExitStack() as stack:  # it says of every token that it is nobody's
        told = {"BAREV_TELEGRAM_API_URL": messenger.url}
        product = Product(tmp_path / "data", environment={**UNTHROTTLED, **quick_to_learn, **told})
        product.add_user("ani", role, PASSWORD)
        product.add_user("leaver", "agent", PASSWORD)
        product.add_user("bystander", "agent", PASSWORD)
        await stack.enter_async_context(running(product))
        token = await product.log_in("ani")
        plan = Plan("examples,coverage,fuzzing", scale.rounds(usual=2, full=300), None, 0)
        if not scale.full:  # one part as each, of alike borders one, the same data every time
            phases = "examples,coverage" if role == "owner" else "fuzzing"
            plan = Plan(phases, plan.examples, 2026, 1)
        said = await asyncio.to_thread(fuzz, product.address, token, plan, tmp_path)
        async with ClientSession(headers={"Authorization": f"Bearer {token}"}) as client:
            still = await client.get(f"{product.address}/api/v1/session")
            assert still.status == 200, "the fuzzer was logged out on the way, and tried nothing from then on"
        assert "failed" not in product.log, product.log[-5000:]
    assert "No issues found" in said or "passed" in said, said[-3000:]


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[web.Application]:
    """The application as a server has it."""
    settings = load(None, {"store.data": str(tmp_path), "server.port": 0}, {})
    server = await open_server(settings)
    yield server.runner.app
    await server.close(1.0)


async def test_every_route_is_described_and_the_reverse(app: web.Application) -> None:
    """Under /api/v1 there is nothing but what the description names; HEAD goes with GET, OPTIONS with everything."""
    registered = {
        (route.method.lower(), route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None and route.resource.canonical.startswith(PREFIX)
    }
    described = json.loads(app[DESCRIBED]())
    named = {(method, path) for path, item in described["paths"].items() for method in item}
    assert {one for one in registered if one[0] not in ("head", "options")} == named
    gets = {path for method, path in named if method == "get"}
    assert {path for method, path in registered if method == "head"} == gets
    assert {path for method, path in registered if method == "options"} == {path for _, path in named}


async def test_the_description_is_whole(app: web.Application) -> None:
    """Names are given once, every operation says what it is for, every permission and parameter is said."""
    described = json.loads(app[DESCRIBED]())
    operations = [one for item in described["paths"].values() for one in item.values()]
    names = [one["operationId"] for one in operations]
    assert sorted(set(names)) == sorted(names)
    assert all(one["summary"] and one["tags"] and "security" in one for one in operations)
    for path, item in described["paths"].items():
        for method, one in item.items():
            parts = {each["name"] for each in one.get("parameters", []) if each["in"] == "path"}
            assert parts == set(re.findall(r"\{(\w+)\}", path)), (method, path)
            assert method not in ("get", "delete") or "requestBody" not in one or path == "/api/v1/demo", path
    refused = described["paths"]["/api/v1/audit"]["get"]
    assert "`audit.read`" in refused["description"]


WHOLE = {
    "/outreach-settings": "a fixed set, in the order in which it is shown",
    "/outside-calendars": "a handful, in the order in which they were added",
    "/doors": "one for each messenger, two in all",
    "/webhooks": "a handful, in the order in which they were added",
    "/slots/why": "a handful, the likeliest first",
    "/outreach-texts": "a fixed set, in the order in which it is shown",
    "/agents/{id}/permissions": "all permissions, in the order in which they are shown",
    "/permissions": "all permissions, in the order in which they are shown",
    "/settings": "a fixed set, in the order in which it is shown",
    "/contacts/{id}/duplicates": "a handful, the likeliest first",
    "/contact-groups": "a few, in the firm's own order",
    "/contact-categories": "a few, in the firm's own order",
    "/contact-sources": "a few, in the firm's own order",
    "/custom-fields": "a few, in the firm's own order",
    "/hours/holidays": "of one year, in the calendar's order",
    "/policies": "a handful",
    "/skills": "a few words by the alphabet",
    "/canned-responses": "one's own few dozens, which the desk keeps to complete as one types",
    "/exports/kinds": "a fixed set",
    "/booking-settings": "a fixed set, in the order in which it is shown",
    "/booking-presets": "a fixed set",
    "/service-groups": "a few dozen, in the firm's own order",
    "/schedules": "one page of a calendar, in the firm's own order of staff",
    "/knowledge/search": "a handful, the likeliest first",
    "/conversations/{id}/channels": "a customer's own few, the current one first",
    "/conversations/{id}/suggestions": "a handful, the likeliest first",
    "/knowledge/articles/{id}/versions": "fifty at most, the latest first",
    "/understanding/intents": "a few dozen, those of every firm first",
}
IN_ONE_ORDER = {
    "/conversations/{id}/messages": "a thread is read in its order",
    "/conversations/{id}/decisions": "each follows from the one before",
    "/contacts/{id}/history": "a life is read in its order; it filters by kind",
    "/duplicates": "pairs are worked out as the list goes on",
    "/search/messages": "the latest first, as they are found",
    "/slots": "by their start",
}
BESIDE = {
    "/agents": {
        "photo": "a picture",
        "status": "is of this moment",
        "role_id": "is the role",
        "disabled": "sorts as disabled_at",
    },
    "/services": {
        "price": "is price_minor as people write it",
        "currency_digits": "follows from currency",
        "description": "a long text",
    },
    "/resources": {"about": "a long text"},
    "/letters": {"again": "follows from state, purpose and the time"},
    "/appointments": {
        "contact": "is looked for by contact_id",
        **dict.fromkeys(("service_id", "provider_id"), "is the first item's; the filter asks for any"),
    },
    "/waitlist": {
        "contact": "filters by its id",
        "provider": "is the name of provider_id",
        "reachable": "is of this moment",
    },
    "/webhook-deliveries": dict.fromkeys(("body", "delivery", "reason", "webhook_id"), "is inside of what is sent"),
    "/roles": {"label": "is the name in the reader's language", "built_in": "three of them, which come first by id"},
    "/conversations": {
        **dict.fromkeys(("change", "visitor_read_seq", "agent_read_seq"), "a mark for programs"),
        "event": "a mark for programs, which they page by",
        "visitor_online": "is of this moment",
    },
    "/contacts": {
        "returning": "is conversations",
        **dict.fromkeys(("merged_into", "deleted_at"), "of one that is no longer in the list"),
    },
    "/tasks": {"done": "sorts as done_at", "overdue": "sorts as due_at, filters as state"},
    "/bin": {"purged_at": "is deleted_at and the same days for all"},
    "/inboxes": {
        "key": "random letters",
        "snippet": "random letters",
        "logo": "a picture",
        "signs": "whether there is a secret, which is not in the row",
    },
    "/blocks": {"holds": "is until, at this moment"},
    "/knowledge/questions": {"conversation_id": "an example, not for all eyes"},
    "/imports": {"rows": "is total", "message": "a sentence of a failed one", "undoable": "is state"},
    "/imports/{id}/rows": {"message": "a sentence in the reader's language: sorts and filters as reason"},
}
FILTERED_AS = {
    "last_seen_at": "seen",
    "last_used_at": "used",
    "waiting_since": "waiting",
    "starts_at": "from",
    "snoozed_until": "snoozed",
}


async def test_every_column_of_every_list_sorts_and_filters(app: web.Application) -> None:
    """But for what is said above, with the reason; parts that are lists and objects without a name have no order. An id
    is asked for by itself."""
    excused, seen = {**WHOLE, **IN_ONE_ORDER}, set()
    for path, item in json.loads(app[DESCRIBED]())["paths"].items():
        path = path.removeprefix(PREFIX)
        columns = columns_of(item.get("get"))
        if columns is None:
            continue
        seen.add(path)
        query = {one["name"]: one["schema"] for one in item["get"].get("parameters", []) if one["in"] == "query"}
        assert ("sort" in query) != (path in excused), path
        assert ("limit" in query) != (path in WHOLE), path
        if path in excused:
            continue
        beside = BESIDE.get(path, {})
        assert beside.keys() <= columns.keys(), path
        wanted = {name for name, schema in columns.items() if has_order(schema)} - beside.keys()
        assert wanted <= set(query["sort"]["enum"]), (path, wanted - set(query["sort"]["enum"]))
        still = {name for name in wanted - {"id"} if not filters_of(name) & query.keys()}
        assert not still, (path, still)
    assert excused.keys() | BESIDE.keys() <= seen


def columns_of(operation: Any) -> dict[str, Any] | None:
    """The properties of a list's items; None where it answers no list."""
    try:
        answer = operation["responses"]["200"]["content"]["application/json"]["schema"]["properties"]
        columns: dict[str, Any] = answer["items"]["items"]["properties"]
    except (KeyError, TypeError):
        return None
    if "id" in answer:  # one thing that has items
        return None
    assert "next" in answer, operation["operationId"]
    return columns


def has_order(schema: dict[str, Any]) -> bool:
    """Whether values can be put in order: plain ones, and somebody or something with a name."""
    shown = next((one for one in schema.get("anyOf", ()) if one.get("type") != "null"), schema)
    return shown.get("type") != "array" and (shown.get("type") != "object" or "name" in shown.get("properties", {}))


def filters_of(column: str) -> set[str]:
    """The parameters by which a column may filter."""
    stem = FILTERED_AS.get(column, column.removesuffix("_at").removesuffix("_id"))
    return {column, stem, f"{stem}_id", f"{column}_from", f"{stem}_from"}
