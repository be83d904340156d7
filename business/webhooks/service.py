"""Webhooks as the owner keeps them, and what became of their deliveries."""

import secrets
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from business.far import check_url
from business.once import Kept, plainly
from business.team.deeds import record_deed
from business.team.rights import require_now
from business.webhooks.telling import PING, Telling
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent, JsonObject
from crm_store import Tx, webhooks
from crm_store.engine import Store
from crm_store.paging import Page, Wanted
from crm_store.rows import AnyRow

EDIT: Final = "settings.edit"
"""What is told goes out of the house."""
_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class WebhookWish:
    """What is to be set; None stays as it is."""

    url: str | None = None
    events: tuple[str, ...] | None = None
    active: bool | None = None


class Shown(NamedTuple):
    """A webhook as its owner sees it. ``secret``: told once, when it is made; ``given_up``: deliveries that are."""

    row: AnyRow
    given_up: int
    secret: str | None = None


class Webhooks:
    """Reads and changes them. All raise Rejected with the rule that was broken."""

    def __init__(self, store: Store, telling: Telling) -> None:
        self._store = store
        self._telling = telling

    async def list_all(self) -> list[Shown]:
        """All, by id."""

        def read(tx: Tx) -> list[Shown]:
            given_up = webhooks.count_given_up(tx)
            return [Shown(row, given_up.get(row.id, 0)) for row in webhooks.list_all(tx)]

        return await self._store.read(read)

    async def find(self, webhook_id: int) -> Shown:
        """One. Raises Rejected not_found."""
        return await self._store.read(lambda tx: _shown(tx, webhook_id))

    async def add(self, actor: Agent, wish: WebhookWish, remote: str, kept: Kept[Shown] = plainly) -> Shown:
        """A new one, with the secret that its deliveries are signed with."""

        def write(tx: Tx) -> Shown:
            doer = require_now(tx, actor, EDIT)
            if len(webhooks.list_all(tx)) >= _MOST:
                raise Rejected("conflict", "webhook.enough")
            secret = secrets.token_hex(32)
            values = {"active": True, **_values(wish), "secret": secret, "created_at": clock.now()}
            webhook_id = webhooks.insert_one(tx, values)
            record_deed(tx, doer, "webhook.added", "webhook", webhook_id, after=_told(values), remote=remote)
            return _shown(tx, webhook_id)._replace(secret=secret)

        return await self._store.writer.run(lambda tx: kept(tx, write))

    async def change(self, actor: Agent, webhook_id: int, wish: WebhookWish, remote: str) -> Shown:
        """Sets what is wished."""

        def write(tx: Tx) -> Shown:
            doer = require_now(tx, actor, EDIT)
            before = _require(tx, webhook_id)
            values = {key: value for key, value in _values(wish).items() if getattr(before, key) != value}
            webhooks.change_one(tx, webhook_id, values)
            if values:
                was = _told({key: getattr(before, key) for key in values})
                record_deed(
                    tx, doer, "webhook.changed", "webhook", webhook_id, before=was, after=_told(values), remote=remote
                )
            return _shown(tx, webhook_id)

        return await self._store.writer.run(write)

    async def rotate(self, actor: Agent, webhook_id: int, remote: str) -> Shown:
        """A new secret, told this once; what is sent from now on is signed with it."""

        def write(tx: Tx) -> Shown:
            doer = require_now(tx, actor, EDIT)
            _require(tx, webhook_id)
            secret = secrets.token_hex(32)
            webhooks.change_one(tx, webhook_id, {"secret": secret})
            record_deed(tx, doer, "webhook.secret_made", "webhook", webhook_id, remote=remote)
            return _shown(tx, webhook_id)._replace(secret=secret)

        return await self._store.writer.run(write)

    async def remove(self, actor: Agent, webhook_id: int, remote: str) -> None:
        """Takes one away, with what was still to be delivered."""

        def write(tx: Tx) -> None:
            doer = require_now(tx, actor, EDIT)
            before = _require(tx, webhook_id)
            webhooks.delete_one(tx, webhook_id)
            was = _told({"url": before.url, "events": before.events})
            record_deed(tx, doer, "webhook.removed", "webhook", webhook_id, before=was, remote=remote)

        await self._store.writer.run(write)

    async def ping(self, actor: Agent, webhook_id: int) -> AnyRow:
        """Sends a trial; returns its delivery."""

        def write(tx: Tx) -> AnyRow:
            require_now(tx, actor, EDIT)
            _require(tx, webhook_id)
            data: JsonObject = {"webhook_id": webhook_id}
            return _require_delivery(tx, self._telling.write(tx, webhook_id, PING, data, secrets.token_hex(8)))

        return await self._store.writer.run(write)

    async def page_deliveries(self, wanted: Wanted) -> Page:
        """A page of deliveries, the latest first."""
        return await self._store.read(lambda tx: webhooks.page_deliveries(tx, wanted))

    async def find_delivery(self, delivery_id: int) -> AnyRow:
        """One. Raises Rejected not_found."""
        return await self._store.read(lambda tx: _require_delivery(tx, delivery_id))

    async def send_again(self, actor: Agent, delivery_id: int, remote: str) -> AnyRow:
        """The same delivery once more, under the same id. Raises Rejected conflict for one that is under way."""

        def write(tx: Tx) -> AnyRow:
            doer = require_now(tx, actor, EDIT)
            before = _require_delivery(tx, delivery_id)
            if not webhooks.send_again(tx, delivery_id, clock.now()):
                raise Rejected("conflict", "webhook.under_way")
            was = {"state": before.state, "reason": before.last_error}
            record_deed(tx, doer, "webhook.sent_again", "webhook_delivery", delivery_id, before=was, remote=remote)
            return _require_delivery(tx, delivery_id)

        return await self._store.writer.run(write)


def _values(wish: WebhookWish) -> dict[str, object]:
    values: dict[str, object] = {}
    if wish.url is not None:
        values["url"] = check_url(wish.url)
    if wish.events is not None:
        values["events"] = sorted(set(wish.events))
    if wish.active is not None:
        values["active"] = wish.active
    return values


def _told(values: dict[str, object]) -> dict[str, object]:
    """For the log: where to, without what may be a secret in the address."""
    told = {key: value for key, value in values.items() if key in ("events", "active")}
    if "url" in values:
        parts = urlsplit(str(values["url"]))
        told["url"] = f"{parts.scheme}://{parts.netloc}"
    return told


def _shown(tx: Tx, webhook_id: int) -> Shown:
    return Shown(_require(tx, webhook_id), webhooks.count_given_up(tx).get(webhook_id, 0))


def _require(tx: Tx, webhook_id: int) -> AnyRow:
    row = webhooks.find(tx, webhook_id)
    if row is None:
        raise Rejected("not_found", "webhook.not_found")
    return row


def _require_delivery(tx: Tx, delivery_id: int) -> AnyRow:
    row = webhooks.find_delivery(tx, delivery_id)
    if row is None:
        raise Rejected("not_found", "webhook.delivery_not_found")
    return row
