"""REST: webhooks, and what became of their deliveries."""

from typing import Final, cast, get_args

from business.far import URL, URL_CHARS
from business.webhooks.service import EDIT, Shown, Webhooks, WebhookWish
from business.webhooks.telling import EVENTS
from conversation.clock import to_iso
from crm_store.models import JobState
from crm_store.rows import AnyRow
from crm_store.webhooks import DELIVERIES
from desk.rest.api import Answer, Call, Route, page_of
from desk.rest.lists import list_query, listed_page, wanted
from desk.rest.schemas import MOMENT, TEXT, WHOLE, Schema, listed, or_null, record, several
from desk.settings import DeskSettings

_EVENT: Final[Schema] = {"type": "string", "enum": list(EVENTS)}
_STATE: Final[Schema] = {"type": "string", "enum": list(get_args(JobState))}
_ADDRESS: Final[Schema] = {"type": "string", "pattern": URL, "maxLength": URL_CHARS}
_FIELDS: Final[dict[str, object]] = {
    "id": WHOLE,
    "url": TEXT,
    "events": {"type": "array", "items": _EVENT},
    "active": {"type": "boolean"},
    "given_up": WHOLE,
    "created_at": MOMENT,
    "secret": TEXT,
}
WEBHOOK: Final = record(_FIELDS, [name for name in _FIELDS if name != "secret"])
DELIVERY: Final = record(
    {
        "id": WHOLE,
        "delivery": TEXT,
        "webhook_id": WHOLE,
        "event": TEXT,
        "state": _STATE,
        "attempts": WHOLE,
        "reason": or_null(TEXT),
        "created_at": MOMENT,
        "run_at": MOMENT,
        "body": TEXT,
    }
)
_GIVEN: Final[dict[str, object]] = {
    "url": _ADDRESS,
    "events": {**several(_EVENT, len(EVENTS)), "minItems": 1},
    "active": {"type": "boolean"},
}


class WebhookRoutes:
    """Where other programs are told of what happens."""

    def __init__(self, settings: DeskSettings, webhooks: Webhooks) -> None:
        self._settings = settings
        self._webhooks = webhooks

    def routes(self) -> list[Route]:
        """The operations."""
        shown = {200: WEBHOOK}
        query = list_query(DELIVERIES, self._settings.page, state=_STATE)
        return [
            Route("GET", "/webhooks", self.list_webhooks, "All webhooks", {200: listed(WEBHOOK)}, permission=EDIT),
            Route("GET", "/webhooks/{id}", self.get_webhook, "One webhook", shown, permission=EDIT),
            Route(
                "POST",
                "/webhooks",
                self.add_webhook,
                "Adds a webhook; its secret is shown this once",
                {201: WEBHOOK},
                body=record(_GIVEN, ["url", "events"]),
                permission=EDIT,
                once=True,
                example={"url": "https://shop.example/barev", "events": ["appointment.booked"]},
            ),
            Route(
                "PATCH",
                "/webhooks/{id}",
                self.change_webhook,
                "Changes what is given",
                shown,
                body=record(_GIVEN, []),
                permission=EDIT,
                example={"active": False},
            ),
            Route("DELETE", "/webhooks/{id}", self.remove_webhook, "Takes one away", {204: None}, permission=EDIT),
            Route(
                "POST",
                "/webhooks/{id}/secret",
                self.rotate_webhook_secret,
                "Makes a new secret, shown this once; the old one signs nothing more",
                shown,
                permission=EDIT,
            ),
            Route("POST", "/webhooks/{id}/ping", self.ping_webhook, "Sends a trial", {200: DELIVERY}, permission=EDIT),
            Route(
                "GET",
                "/webhook-deliveries",
                self.list_deliveries,
                "What was delivered, waits, or was given up",
                {200: listed(DELIVERY)},
                query,
                permission=EDIT,
            ),
            Route(
                "GET", "/webhook-deliveries/{id}", self.get_delivery, "One of them", {200: DELIVERY}, permission=EDIT
            ),
            Route(
                "POST",
                "/webhook-deliveries/{id}/send-again",
                self.send_delivery_again,
                "Delivers one again, under the same id",
                {200: DELIVERY},
                permission=EDIT,
            ),
        ]

    async def list_webhooks(self, call: Call) -> Answer:
        """By id; there are few."""
        return page_of([_show(one) for one in await self._webhooks.list_all()], None)

    async def get_webhook(self, call: Call) -> Answer:
        """Without its secret."""
        return Answer(_show(await self._webhooks.find(call.path_id())))

    async def add_webhook(self, call: Call) -> Answer:
        """What is sent is signed with the secret: see the how-to."""

        def answer(one: Shown) -> Answer:
            return Answer(_show(one), status=201, headers={"Location": f"/api/v1/webhooks/{one.row.id}"})

        added = await self._webhooks.add(call.session.agent, _wish(call), call.remote, call.kept(answer))
        return answer(added)

    async def change_webhook(self, call: Call) -> Answer:
        """One that is switched off is told nothing."""
        return Answer(_show(await self._webhooks.change(call.session.agent, call.path_id(), _wish(call), call.remote)))

    async def remove_webhook(self, call: Call) -> Answer:
        """With what was still to be delivered."""
        await self._webhooks.remove(call.session.agent, call.path_id(), call.remote)
        return Answer(None, status=204)

    async def rotate_webhook_secret(self, call: Call) -> Answer:
        """What was not delivered yet is signed with the new one."""
        return Answer(_show(await self._webhooks.rotate(call.session.agent, call.path_id(), call.remote)))

    async def ping_webhook(self, call: Call) -> Answer:
        """The delivery tells what became of it."""
        return Answer(_show_delivery(await self._webhooks.ping(call.session.agent, call.path_id())))

    async def list_deliveries(self, call: Call) -> Answer:
        """The latest first; kept for 30 days."""
        page = await self._webhooks.page_deliveries(wanted(call, DELIVERIES, self._settings.page))
        return listed_page(page, _show_delivery)

    async def get_delivery(self, call: Call) -> Answer:
        """With what it says."""
        return Answer(_show_delivery(await self._webhooks.find_delivery(call.path_id())))

    async def send_delivery_again(self, call: Call) -> Answer:
        """One that was given up, or made already."""
        return Answer(_show_delivery(await self._webhooks.send_again(call.session.agent, call.path_id(), call.remote)))


def _wish(call: Call) -> WebhookWish:
    url, events, active = (call.body.get(name) for name in ("url", "events", "active"))
    return WebhookWish(
        None if url is None else str(url),
        None if events is None else tuple(cast("list[str]", events)),
        None if active is None else bool(active),
    )


def _show(one: Shown) -> dict[str, object]:
    row = one.row
    shown: dict[str, object] = {
        "id": row.id,
        "url": row.url,
        "events": row.events,
        "active": row.active,
        "given_up": one.given_up,
        "created_at": to_iso(row.created_at),
    }
    return shown if one.secret is None else {**shown, "secret": one.secret}


def _show_delivery(row: AnyRow) -> dict[str, object]:
    return {
        "id": row.id,
        "delivery": row.payload["delivery"],
        "webhook_id": row.payload["webhook_id"],
        "event": row.payload["event"],
        "state": row.state,
        "attempts": row.attempts,
        "reason": row.last_error,
        "created_at": to_iso(row.created_at),
        "run_at": to_iso(row.run_at),
        "body": row.payload["body"],
    }
