"""Business presets: plain data files that one can read and change. A preset fills an empty catalogue.

Each file beside this one is a preset, and so is each in the folder ``presets`` of the data folder: ``title`` and
``about`` by language, ``settings`` of booking by name, ``groups`` with their services (``minutes``, perhaps
``after_min``, ``capacity``, ``online``, and ``needs``: kinds of resources that it takes, any one of those of the
preset), and ``resources``: every specialist of it does every service.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from business.booking.catalogue import EDIT, ServiceWish, add_group, add_service
from business.booking.changes import tell
from business.booking.presets.reading import NAMES, list_names, read_preset
from business.booking.settings import KEYS, PREFIX
from business.booking.staffing import ResourceWish, add_resource
from business.money import currency_of
from business.once import Kept, plainly
from business.team import rights
from business.team.deeds import record_deed
from business.team.staff import Publish
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent, Json, JsonObject
from crm_store import Tx, services, settings_table
from crm_store.engine import Store
from crm_store.services import Does

__all__ = ["NAMES", "Filled", "Preset", "Presets", "list_presets", "read_preset"]


@dataclass(frozen=True, slots=True)
class Preset:
    """A preset as it is offered. ``services``: how many it brings."""

    name: str
    title: JsonObject
    about: JsonObject
    services: int


@dataclass(frozen=True, slots=True)
class Filled:
    """How much a preset has added."""

    groups: int
    services: int
    resources: int


def list_presets(own: Path | None = None) -> list[Preset]:
    """All presets that can be read; of an own one that cannot be the log tells."""
    found = []
    for name in list_names(own):
        with suppress(Rejected):
            found.append(_offer(name, read_preset(name, own)))
    return found


def _offer(name: str, data: Mapping[str, Any]) -> Preset:
    return Preset(name, data["title"], data["about"], sum(len(group["services"]) for group in data["groups"]))


class Presets:
    """Fills an empty catalogue. ``country``: the firm's, for the currency of prices; ``own``: the folder of its own."""

    def __init__(self, store: Store, publish: Publish, country: str, own: Path | None = None) -> None:
        self.own = own
        self._store = store
        self._publish = publish
        self._currency = currency_of(country)

    async def fill(self, actor: Agent, name: str, remote: str, kept: Kept[Filled] = plainly) -> Filled:
        """Adds all that a preset brings and sets its settings, all or nothing.

        Raises Rejected not_found; conflict where there are services already; forbidden.
        """
        data = read_preset(name, self.own)

        def fill(tx: Tx) -> Filled:
            doer = rights.require_now(tx, actor, EDIT)
            if services.count_services(tx):
                raise Rejected("conflict", "catalogue.preset_filled")
            filled = self._fill(tx, doer, data, remote)
            record_deed(tx, doer, "preset.filled", "preset", 0, after={"name": name}, remote=remote)
            return filled

        return await self._store.writer.run(lambda tx: kept(tx, fill), lambda _: tell(self._publish, ()))

    def _fill(self, tx: Tx, doer: Agent, data: Mapping[str, Any], remote: str) -> Filled:
        for key, value in data.get("settings", {}).items():
            default = KEYS[f"{PREFIX}{key}"].default
            settings_table.put(tx, f"{PREFIX}{key}", None if value == default else value, clock.now())
        added: dict[str, list[int]] = {}
        for one in data.get("resources", ()):
            wish = ResourceWish({"kind": one["kind"], "name": one["name"]})
            added.setdefault(one["kind"], []).append(add_resource(tx, doer, wish, remote).row.id)
        doers = tuple(Does(one) for one in added.get("provider", ()))
        count = 0
        for group in data["groups"]:
            group_id = add_group(tx, doer, {"name": group["name"]}, remote).id
            for one in group["services"]:
                needs = tuple(tuple(added[kind]) for kind in one.get("needs", ()))
                add_service(tx, doer, ServiceWish(_columns(one, group_id), doers, needs), self._currency, remote)
                count += 1
        return Filled(len(data["groups"]), count, sum(map(len, added.values())))


def _columns(one: Mapping[str, Any], group_id: int) -> dict[str, Json]:
    return {
        "name": one["name"],
        "group_id": group_id,
        "duration_min": one["minutes"],
        "buffer_after_min": one.get("after_min", 0),
        "capacity": one.get("capacity", 1),
        "online": one.get("online", True),
    }
