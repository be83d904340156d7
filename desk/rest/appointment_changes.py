"""REST: what happens to an appointment that stands, to those that follow it, and to one of its services."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, cast

from business.booking import showing
from business.booking.model import Appointment, Booked
from business.booking.moving import Move
from business.booking.series import Series, cancel_series_in, move_series_in, move_several_in, way_back
from business.booking.visits import Visits
from conversation.clock import to_iso
from conversation.errors import Rejected
from conversation.messages import Agent, JsonObject
from conversation.wire import get_int, get_optional_int, get_text
from crm_store import Tx
from crm_store.engine import Store
from crm_store.models import AppointmentStatus
from desk.rest import appointment_wire as wire
from desk.rest.api import Answer, Call, Route
from desk.rest.appointment_answers import read_move, refused, show
from desk.rest.contact_wire import NOTE_LIMIT
from desk.rest.schemas import Schema

EDIT: Final = "appointments.edit"
_SCOPE: Final[dict[str, Schema]] = {
    "scope": {
        "type": "string",
        "enum": ["this", "following"],
        "default": "this",
        "description": "Of a series: what is moved or cancelled, is so for all that follow too; all or none.",
    }
}
_REASON: Final[Schema] = {"type": "string", "maxLength": 1000}
_PLAIN: Final = ("note", "warning", "title", "discount_minor", "subject_id")
_Step = Callable[[Tx], Booked | Series]


class AppointmentChangeRoutes:
    """Moving, cancelling, noting; who may edit appointments does it."""

    def __init__(self, store: Store, visits: Visits) -> None:
        self._store = store
        self._visits = visits

    def routes(self) -> list[Route]:
        """The operations."""
        write = partial(Route, permission=EDIT)
        at, item = "/appointments/{id}", "/appointments/{id}/items/{item_id}"
        return [
            write(
                "PATCH",
                at,
                self.change_appointment,
                "Moves, stretches, goes on along its path, or notes something; all of it or nothing",
                {200: wire.BOOKED},
                body=wire.CHANGE_BODY,
                query=_SCOPE,
            ),
            write(
                "DELETE",
                at,
                self.cancel_appointment,
                "Cancels it and gives its time back; one that is cancelled stays so",
                {200: wire.BOOKED},
                query={"reason": _REASON, **_SCOPE},
            ),
            write(
                "POST",
                "/appointments/moves",
                self.move_several,
                "Moves several, each to its own place; all of them or none",
                {200: wire.MOVED},
                body=wire.MOVES_BODY,
            ),
            write(
                "PATCH",
                item,
                self.move_item,
                "Moves one service of a visit of several, which becomes a visit of its own",
                {200: wire.APPOINTMENT},
                body=wire.ITEM_BODY,
            ),
            write(
                "DELETE",
                item,
                self.cancel_item,
                "Cancels one service of a visit of several; the rest stays as it is",
                {200: wire.APPOINTMENT},
                query={"reason": _REASON},
            ),
        ]

    async def change_appointment(self, call: Call) -> Answer:
        """What is given, in one go. ``version``: what the reader saw; another one by now is a conflict."""
        body, appointment_id = call.body, call.path_id()
        moved, version = read_move(call), get_optional_int(body, "version")
        steps = self._steps(call, moved)

        def work(tx: Tx) -> Series:
            done = Series((showing.require(tx, appointment_id),), ())
            if version is not None and done.visits[0].version != version:
                raise Rejected("conflict", "error.conflict", extra={"version": done.visits[0].version})
            for step in steps:
                following = _series_of(step(tx))
                visits = following.visits if len(following.visits) >= len(done.visits) else done.visits
                before = following.before or done.before
                done = Series(visits, (), (*done.events, *following.events), before)
            return replace(done, visits=(showing.require(tx, appointment_id), *done.visits[1:]))

        deed = self._visits.write(work)
        if moved is not None:
            return await self._answer(call, await refused(self._visits.instead_of(appointment_id, moved, deed)))
        return await self._answer(call, await refused(deed))

    def _steps(self, call: Call, moved: Move | None) -> list[_Step]:
        body, agent, appointment_id, visits = call.body, call.session.agent, call.path_id(), self._visits
        status = cast("AppointmentStatus | None", body.get("status"))
        reason = get_text(body, "reason", NOTE_LIMIT, default="")
        plain: dict[str, object] = {
            key: body[key] for key in _PLAIN if key in body and (body[key] is not None or key == "subject_id")
        }
        cuts = cast("list[JsonObject] | None", body.get("items"))
        if cuts:
            plain["item_discounts"] = {get_int(one, "id"): get_int(one, "discount_minor", least=0) for one in cuts}
        steps: list[_Step] = []
        if plain:
            steps.append(lambda tx: visits.change_in(tx, agent, appointment_id, plain))
        if moved is not None:
            steps.append(lambda tx: self._move(tx, call, agent, moved))
        if status == "cancelled":
            steps.append(lambda tx: self._cancel(tx, call, reason))
        elif status is not None:
            steps.append(lambda tx: visits.set_status_in(tx, agent, appointment_id, status))
        return steps

    def _move(self, tx: Tx, call: Call, agent: Agent, move: Move) -> Booked | Series:
        if _goes_along(call):
            return move_series_in(tx, self._visits, agent, call.path_id(), move)
        return self._visits.move_in(tx, agent, call.path_id(), move)

    def _cancel(self, tx: Tx, call: Call, reason: str) -> Booked | Series:
        agent = call.session.agent
        if _goes_along(call):
            return cancel_series_in(tx, self._visits, agent, call.path_id(), reason)
        return self._visits.cancel_in(tx, agent, call.path_id(), reason)

    async def move_several(self, call: Call) -> Answer:
        """What a moved series is taken back with (``back`` of its answer), or any other visits together."""
        moves, agent = wire.read_moves(call.body), call.session.agent
        done = await refused(self._visits.write(lambda tx: move_several_in(tx, self._visits, agent, moves)))
        return Answer({"series": _named(done.visits)})

    async def cancel_appointment(self, call: Call) -> Answer:
        """By the firm; ``reason`` is kept with it."""
        reason = call.query_text("reason", 1000)
        return await self._answer(call, await self._visits.write(lambda tx: _series_of(self._cancel(tx, call, reason))))

    async def move_item(self, call: Call) -> Answer:
        """The answer is the visit that it is from now on; of a visit with one service it is that visit."""
        moved = read_move(call)
        if moved is None:
            raise Rejected("invalid", "error.field_missing", field="starts_at")
        version = get_optional_int(call.body, "version")

        def work(tx: Tx) -> Booked:
            apart = self._part(tx, call, version)
            done = self._visits.move_in(tx, call.session.agent, apart.appointment.id, moved)
            return Booked(done.appointment, events=(*apart.events, *done.events))

        done = await refused(self._visits.instead_of(call.path_id(), moved, self._visits.write(work)))
        return await self._answer(call, _series_of(done))

    async def cancel_item(self, call: Call) -> Answer:
        """The answer is the visit that was cancelled."""
        reason = call.query_text("reason", 1000)

        def work(tx: Tx) -> Booked:
            apart = self._part(tx, call, None)
            done = self._visits.cancel_in(tx, call.session.agent, apart.appointment.id, reason)
            return Booked(done.appointment, events=(*apart.events, *done.events))

        return await self._answer(call, _series_of(await self._visits.write(work)))

    def _part(self, tx: Tx, call: Call, version: int | None) -> Booked:
        return self._visits.part_in(tx, call.session.agent, call.path_id(), call.path_id("item_id"), version)

    async def _answer(self, call: Call, done: Series) -> Answer:
        shown = await self._store.read(lambda tx: show(tx, done.visits[0]))
        if _goes_along(call):
            shown["series"] = _named(done.visits)
            if done.before:
                shown["back"] = [wire.place(*one) for one in way_back(done)]
        return Answer(shown)


def _goes_along(call: Call) -> bool:
    return call.query_text("scope") == "following"


def _series_of(done: Booked | Series) -> Series:
    return done if isinstance(done, Series) else Series((done.appointment,), (), done.events)


def _named(visits: Sequence[Appointment]) -> list[dict[str, object]]:
    return [{"id": one.id, "starts_at": to_iso(one.starts_at)} for one in visits]
