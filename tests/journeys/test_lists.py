"""Lists over REST: every column sorts both ways through all pages as a plain sorted list, and filters narrow it."""

from collections.abc import Callable
from operator import itemgetter, methodcaller
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from crm_store.ordering import order_key
from tests.clients import agent, connected
from tests.journeys.test_rights import Desk, code_of, office
from tests.product import Product, running

pytestmark = pytest.mark.slow
Row = dict[str, Any]
Value = Callable[[Row], Any]


async def pages(desk: Desk, path: str, query: str, limit: int) -> list[dict[str, Any]]:
    """All rows of a list."""
    rows: list[dict[str, Any]] = []
    after = ""
    for _ in range(200):
        page = await desk.get(f"{path}?limit={limit}&{query}&after={after}")
        rows += page["items"]
        if page["next"] is None:
            return rows
        after = page["next"]
    raise AssertionError("it never ends")


def key_of(value: Any) -> Any:
    """What a shown value is sorted by; None where it says nothing."""
    return order_key(value[:100]) if isinstance(value, str) else value


VALUES: dict[str, dict[str, Value]] = {
    "/conversations": {
        "event": lambda one: one["event"],
        "id": lambda one: one["id"],
        "last_message_at": lambda one: one["last_message_at"],
        "created_at": lambda one: one["created_at"],
        "waiting_since": lambda one: one.get("waiting_since"),
        "snoozed_until": lambda one: one.get("snoozed_until"),
        "status": lambda one: one["status"],
        "channel": lambda one: one["channel"],
        "handler": lambda one: one["handler"],
        "rating": lambda one: one.get("rating"),
        "contact": lambda one: one["contact"]["name"],
        "assignee": lambda one: one["assignee"] and one["assignee"]["name"],
        "team": lambda one: one["team"] and one["team"]["name"],
        "branch": lambda one: one["branch"] and one["branch"]["name"],
        "unanswered": lambda one: one["unanswered"],
        **{name: itemgetter(name) for name in ("last_text", "last_seq")},
        **{name: methodcaller("get", name) for name in ("page_url", "page_title", "referrer", "rating_text")},
    },
    "/tasks": {
        **{name: itemgetter(name) for name in ("id", "title", "note", "due_at", "done_at", "created_at")},
        **{name: itemgetter(name) for name in ("kind", "conversation_id")},
        "assignee": lambda one: one["assignee"] and one["assignee"]["name"],
        "contact": lambda one: one["contact"] and one["contact"]["name"],
    },
    "/agents": {
        name: itemgetter(name)
        for name in ("name", "id", "login", "role", "language", "capacity", "created_at", "last_seen_at")
    },
    "/audit": {
        name: itemgetter(name)
        for name in ("id", "at", "actor_kind", "actor_name", "action", "entity", "actor_id", "entity_id", "remote")
    },
    "/branches": {
        name: itemgetter(name) for name in ("id", "name", "timezone", "country", "language", "address", "phone")
    },
    "/teams": {
        "id": lambda one: one["id"],
        "name": lambda one: one["name"],
        "agents": lambda one: len(one["agents"]),
        "branch": lambda one: one["branch"] and one["branch"]["name"],
    },
    "/inboxes": {
        **{name: itemgetter(name) for name in ("id", "name", "channel", "skill")},
        "branch": lambda one: one["branch"] and one["branch"]["name"],
        "team": lambda one: one["team"] and one["team"]["name"],
    },
    "/services": {
        **{name: itemgetter(name) for name in ("id", "name", "position", "duration_min", "price_minor", "currency")},
        **{name: itemgetter(name) for name in ("code", "capacity", "buffer_after_min", "online", "bookings")},
        "price": itemgetter("price_minor"),
        "group": lambda one: one["group"] and one["group"]["name"],
    },
    "/resources": {
        **{name: itemgetter(name) for name in ("id", "name", "kind", "position", "level", "timezone", "online")},
        "branch": lambda one: one["branch"] and one["branch"]["name"],
    },
    "/roles": {"id": lambda one: one["id"], "name": lambda one: one["name"], "agents": lambda one: one["agents"]},
}


async def test_every_column_sorts(product_on_each: Product) -> None:
    """On the demo's data: ids in the order of a stable sort by the shown value, what has none last."""
    product_on_each.flags = ("--demo",)
    async with office(product_on_each, "olga:owner") as (olga,):
        for path, columns in VALUES.items():
            everything = {one["id"]: one for one in await pages(olga, path, "", 200)}
            assert len(everything) > 2, path
            for name, value in columns.items():
                for order in ("asc", "desc"):
                    found = await pages(olga, path, f"sort={name}&order={order}", 7)
                    assert sorted(one["id"] for one in found) == sorted(everything), (path, name)
                    keys = {key: key_of(value(one)) for key, one in everything.items()}
                    having = sorted(
                        (one for one in everything.values() if keys[one["id"]] is not None),
                        key=lambda one: (keys[one["id"]], one["id"]),  # used at once
                        reverse=order == "desc",
                    )
                    assert [one["id"] for one in found[: len(having)]] == [one["id"] for one in having], (path, name)


async def test_filters(product_on_each: Product) -> None:
    """Each gives exactly the rows that show the value; the old parameters of conversations mean what they meant."""
    product_on_each.flags = ("--demo",)
    async with office(product_on_each, "olga:owner", "ani:agent") as (olga, ani):
        all_of = {one["id"]: one for one in await pages(olga, "/conversations", "", 200)}
        middle = sorted(one["created_at"] for one in all_of.values())[len(all_of) // 2]
        team = next(one["team"]["id"] for one in all_of.values() if one["team"])
        cases: dict[str, Value] = {
            "unanswered=true": lambda one: one["unanswered"],
            "unanswered=false": lambda one: not one["unanswered"],
            "status=open,pending": lambda one: one["status"] in ("open", "pending"),
            "assignee=none": lambda one: one["assignee"] is None,
            "assignee=me": lambda one: one["assignee"] and one["assignee"]["name"] == "olga",
            f"team={team}": lambda one: one["team"] and one["team"]["id"] == team,
            "team=none": lambda one: one["team"] is None,
            "language=ka": lambda one: one["contact"].get("language") == "ka",
            f"waiting_from={middle}": lambda one: one.get("waiting_since", "") >= middle,
            "channel=telegram": lambda one: one["channel"] == "telegram",
            f"created_from={middle}": lambda one: one["created_at"] >= middle,
            f"created_to={middle}": lambda one: one["created_at"] < middle,
            "rating=none": lambda one: one.get("rating") is None,
            "status=&assignee=": lambda one: bool(one),
        }
        for query, wanted in cases.items():
            found = await pages(olga, "/conversations", query, 10)
            assert sorted(one["id"] for one in found) == sorted(key for key, one in all_of.items() if wanted(one)), (
                query
            )
        latest = await pages(olga, "/conversations", "", 10)
        assert [one["event"] for one in latest] == sorted((one["event"] for one in latest), reverse=True)
        first = (await olga.get("/conversations?limit=2"))["next"]
        assert first.isdigit()
        for wrong in (
            "sort=nonsense",
            "order=up",
            "after=%7B",
            "limit=0",
            "limit=x",
            "created_from=soon",
            "unanswered=1",
        ):
            assert code_of(await olga.ask("GET", f"/conversations?{wrong}")) == "400 invalid", wrong
        assert code_of(await olga.ask("GET", f"/conversations?sort=status&after={first}")) == "400 invalid"
        assert {"login", "role"}.isdisjoint((await ani.get("/agents"))["items"][0])
        assert code_of(await ani.ask("GET", "/agents?sort=last_seen_at")) == "403 forbidden"
        only = await pages(olga, "/agents", "role=manager&disabled=any", 2)
        assert only
        assert {one["role"] for one in only} == {"manager"}
        assert [one["login"] for one in (await olga.get("/agents?q=OLG"))["items"]] == ["olga"]


async def test_rights_changed_by_another_process_reach_open_windows(tmp_path: Path, postgres_url: str) -> None:
    """Without a bus between them: within a look at the sessions, and in REST at once."""
    product = Product(tmp_path / "data", postgres_url, environment={"BAREV_DESK_SESSION_CHECK_S": "0.2"})
    async with office(product, "olga:owner", "ani:agent") as (olga, ani):
        window = agent(product.address, await product.log_in("ani"))
        async with (
            connected(window),
            running(Product(tmp_path / "other", postgres_url)) as other,
            aiohttp.ClientSession(other.address) as web,
        ):
            elsewhere = Desk(web, await other.log_in("olga"))
            ani_id = await olga.id_of("ani")
            grant = {"grant": ["conversations.all"]}
            assert (await elsewhere.ask("PATCH", f"/agents/{ani_id}", grant))[0] == 200
            assert "conversations.all" in (await ani.get("/session"))["agent"]["permissions"]
            await window.wait_for("notice", lambda shown: shown["code"] == "rights_changed")
            assert "conversations.all" in (await window.get("hello"))["agent"]["permissions"]
            assert (await elsewhere.ask("PATCH", f"/agents/{ani_id}", {"disabled": True}))[0] == 200
            await window.wait_for("notice", lambda shown: shown["code"] == "session_ended")
