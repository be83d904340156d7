"""The links of the description lead where they say: what is made is read, and removed, by its new id."""

from pathlib import Path
from typing import Any

import pytest

from tests.journeys.salon import furnish
from tests.journeys.test_rights import Desk, office
from tests.product import Product

MADE: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    ("get_contact", {}, {"name": "Ani"}),
    ("change_note", {"id": "contact"}, {"text": "Allergic to nuts"}),
    ("get_service", {}, {"names": {"en": "Trim"}, "duration_min": 30}),
    ("change_group", {}, {"names": {"en": "Hair"}}),
    ("get_resource", {}, {"kind": "room", "names": {"en": "Room"}}),
    ("get_appointment", {}, {}),
    ("release_hold", {}, {}),
    ("get_role", {}, {"name": "Helper", "permissions": ["contacts.edit"]}),
    ("get_webhook", {}, {"url": "https://shop.example/barev", "events": ["appointment.booked"]}),
    ("get_article", {}, {"state": "published", "texts": {"en": {"title": "Parking?", "body": "Yes."}}}),
    ("get_block", {}, {"kind": "network", "network": "203.0.113.0/24"}),
    ("change_task", {}, {"title": "Phone Ani"}),
    ("change_canned", {}, {"shortcut": "hello", "texts": {"en": "Hello!"}}),
)
"""Which link tells the route, what stands in its path, what is made."""


@pytest.mark.slow
async def test_links_lead_to_what_was_made(tmp_path: Path) -> None:
    async with office(Product(tmp_path / "data"), "owner:owner") as (owner,):
        ids = await furnish(owner)
        paths = (await owner.get("/openapi.json"))["paths"]
        operations = {one["operationId"]: (path, way, one) for path, item in paths.items() for way, one in item.items()}
        makers = {
            name: (path, one["responses"]["201"]["links"])
            for path, way, one in operations.values()
            if way == "post"
            for name in one["responses"].get("201", {}).get("links", {})
        }
        contact = (await owner.ask("POST", "/contacts", {"name": "Mariam", "phone": "077 12 34 56"}))[1]["id"]
        walked = 0
        for link, parts, made in MADE:
            path, links = makers[link]
            inside = dict.fromkeys(parts, contact)
            body = made or await booked(owner, ids, contact)
            status, new = await owner.ask("POST", path.format(**inside).removeprefix("/api/v1"), body)
            assert status == 201, (path, new)
            for way in ("get", "delete"):
                for name, one in links.items():
                    to, method, _ = operations[name]
                    assert one["operationId"] == name
                    if method != way or not to.endswith("}"):
                        continue
                    asked = to.format(**{key: filled(where, inside, new) for key, where in one["parameters"].items()})
                    status, shown = await owner.ask(way.upper(), asked.removeprefix("/api/v1"))
                    assert status in (200, 204), (name, shown)
                    assert way == "delete" or shown["id"] == new["id"]
                    walked += 1
    assert walked >= len(MADE)


def filled(where: str, path: dict[str, Any], body: dict[str, Any]) -> Any:
    """What a runtime expression stands for: a part of the request's path, or a property of the answer."""
    if where.startswith("$request.path."):
        return path[where.removeprefix("$request.path.")]
    return body[where.removeprefix("$response.body#/")]


async def booked(owner: Desk, ids: dict[str, int], contact: int) -> dict[str, Any]:
    """The first time that is free for a massage."""
    free = (await owner.get(f"/slots?service_id={ids['Massage']}"))["items"][0]
    return {"service_id": ids["Massage"], "starts_at": free["starts_at"], "contact_id": contact}
