"""REST: appointments, holds, and time that is taken by hand."""

from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar, cast
from uuid import uuid4

from business.booking import showing
from business.booking.agreeing import own_consent, own_words
from business.booking.breaks import Breaks
from business.booking.holds import Holds
from business.booking.model import Appointment, Booked, BusyTime, Held
from business.booking.moving import Move
from business.booking.series import Series, book_series_in, copy_request
from business.booking.settings import BookingSettings
from business.booking.visits import Visits
from conversation.clock import to_iso
from conversation.errors import Rejected
from conversation.ports import Texts
from conversation.wire import get_optional_int, get_text
from crm_store import Tx, appointments
from crm_store.appointments import LISTING
from crm_store.engine import Store
from crm_store.models import AppointmentStatus
from desk.rest import appointment_wire as wire
from desk.rest.api import Answer, Call, Route
from desk.rest.contact_wire import NOTE_LIMIT, page_of_text
from desk.rest.lists import MOMENT_ASKED, list_query, query_moment, wanted
from desk.rest.schemas import ID, Schema, listed
from desk.settings import DeskSettings

EDIT: Final = "appointments.edit"
_STATUSES: Schema = {
    "type": "string",
    "pattern": "^(booked|confirmed|arrived|done|paid|no_show|cancelled)"
    "(,(booked|confirmed|arrived|done|paid|no_show|cancelled)){0,6}$",
    "description": "One, or several by comma.",
}
_PLAIN: Final = ("note", "warning", "title", "discount_minor", "subject_id")
T = TypeVar("T")


class AppointmentRoutes:
    """What is booked. Every agent reads; to write takes the permission ``appointments.edit``."""

    def __init__(
        self, settings: DeskSettings, store: Store, visits: Visits, holds: Holds, breaks: Breaks, texts: Texts
    ) -> None:
        self._settings = settings
        self._store = store
        self._visits = visits
        self._holds = holds
        self._breaks = breaks
        self._texts = texts

    def routes(self) -> list[Route]:
        """The operations."""
        write = partial(Route, permission=EDIT)
        at = "/appointments/{id}"
        return [
            Route(
                "GET",
                "/appointments",
                self.list_appointments,
                "Appointments, by their start",
                {200: listed(wire.APPOINTMENT)},
                query={
                    **list_query(LISTING, self._settings.page, contact_id=ID, provider_id=ID, service_id=ID),
                    "from": MOMENT_ASKED,
                    "to": {**MOMENT_ASKED, "description": "The moment before which they begin, or the last day."},
                    "status": _STATUSES,
                },
            ),
            write(
                "POST",
                "/appointments",
                self.book_appointment,
                "Books; a time that is taken is refused with the nearest that are free",
                {201: wire.BOOKED},
                body=wire.BOOK_BODY,
                once=True,
            ),
            Route("GET", at, self.get_appointment, "One appointment", {200: wire.APPOINTMENT}),
            write(
                "PATCH",
                at,
                self.change_appointment,
                "Moves, stretches, goes on along its path, or notes something; all of it or nothing",
                {200: wire.APPOINTMENT},
                body=wire.CHANGE_BODY,
            ),
            write(
                "DELETE",
                at,
                self.cancel_appointment,
                "Cancels it and gives its time back; one that is cancelled stays so",
                {200: wire.APPOINTMENT},
                query={"reason": {"type": "string", "maxLength": 1000}},
            ),
            write(
                "POST",
                f"{at}/copy",
                self.copy_appointment,
                "Books the same once more at another time",
                {201: wire.APPOINTMENT},
                body=wire.COPY_BODY,
                once=True,
            ),
            write(
                "POST",
                "/holds",
                self.hold_time,
                "Holds a time for some minutes, for nobody else to take",
                {201: wire.HOLD},
                body=wire.HOLD_BODY,
                once=True,
            ),
            write("DELETE", "/holds/{id}", self.release_hold, "Gives a held time back", {204: None}),
            write(
                "POST",
                "/busy-times",
                self.add_busy_time,
                "Takes time for a break, an absence or a repair",
                {201: wire.BUSY},
                body=wire.BUSY_BODY,
                once=True,
            ),
            write("DELETE", "/busy-times/{id}", self.remove_busy_time, "Gives it back", {204: None}),
        ]

    async def list_appointments(self, call: Call) -> Answer:
        """``from`` and ``to`` bound their starts; ``provider_id`` and ``service_id`` are of any item."""
        first, last = query_moment(call, "from"), query_moment(call, "to")
        if last is not None and len(call.query_text("to")) == len("2026-11-24"):
            last += timedelta(days=1)
        ids = {name: call.query_int(name, None, 1, 10**15 - 1) for name in ("contact_id", "provider_id", "service_id")}
        statuses = [one for one in call.query_text("status").split(",") if one]
        asked = wanted(call, LISTING, self._settings.page)

        def ask(tx: Tx) -> tuple[list[dict[str, object]], str | None]:
            rows, following = appointments.page_appointments(
                tx, asked, first=first, last=last, statuses=statuses, **ids
            )
            return _show_all(tx, showing.read_rows(tx, rows)), following

        return page_of_text(*await self._store.read(ask))

    async def get_appointment(self, call: Call) -> Answer:
        """With its items."""
        return Answer(await self._store.read(lambda tx: _show(tx, showing.require(tx, call.path_id()))))

    async def book_appointment(self, call: Call) -> Answer:
        """A visit, several that recur, or another entry of the journal."""
        request, repeat, agent = wire.read_request(call.body), wire.read_repeat(call.body), call.session.agent
        if call.body.get("consent") is True:
            language = request.language or call.language
            words = own_words(self._texts, language, self._settings.business_name)
            request = replace(request, consent=own_consent(words, language, request.source), remote=call.remote)
        shown: dict[int, dict[str, object]] = {}

        def work(tx: Tx) -> Series:
            if repeat is None:
                done = self._visits.book_in(tx, agent, request)
                series = Series((done.appointment,), (), done.events)
            else:
                series = book_series_in(tx, self._visits, agent, request, repeat)
            shown[0] = _show(tx, series.visits[0])
            if repeat is not None:
                shown[0]["series"] = [{"id": one.id, "starts_at": to_iso(one.starts_at)} for one in series.visits]
                shown[0]["skipped"] = [to_iso(one) for one in series.skipped]
            return series

        def answer(series: Series) -> Answer:
            headers = {"Location": f"/api/v1/appointments/{series.visits[0].id}"}
            return Answer(shown[0], status=201, headers=headers)

        kept = call.kept(answer)
        deed = self._visits.write(lambda tx: kept(tx, work))
        return answer(
            await _refused(self._visits.instead(request.wanted, request.starts_at, deed, online=request.online))
        )

    async def change_appointment(self, call: Call) -> Answer:
        """What is given, in one go. ``version``: what the reader saw; another one by now is a conflict."""
        body, agent, appointment_id = call.body, call.session.agent, call.path_id()
        version, moved = get_optional_int(body, "version"), _read_move(call)
        plain: dict[str, object] = {
            key: body[key] for key in _PLAIN if key in body and (body[key] is not None or key == "subject_id")
        }
        status = cast("AppointmentStatus | None", body.get("status"))
        reason = get_text(body, "reason", NOTE_LIMIT, default="")

        def work(tx: Tx) -> Booked:
            done = Booked(showing.require(tx, appointment_id))
            steps = []
            if plain:
                steps.append(partial(self._visits.change_in, values=plain))
            if moved is not None:
                steps.append(partial(self._visits.move_in, move=moved))
            if status == "cancelled":
                steps.append(partial(self._visits.cancel_in, reason=reason))
            elif status is not None:
                steps.append(partial(self._visits.set_status_in, status=status))
            if version is not None and done.appointment.version != version:
                raise Rejected("conflict", "error.conflict", extra={"version": done.appointment.version})
            for step in steps:
                following = step(tx, agent, appointment_id)
                done = Booked(following.appointment, events=(*done.events, *following.events))
            return done

        deed = self._visits.write(work)
        if moved is None:
            done = await _refused(deed)
        else:
            done = await _refused(self._visits.instead_of(appointment_id, moved, deed))
        return await self._answer(done.appointment)

    async def cancel_appointment(self, call: Call) -> Answer:
        """By the firm; ``reason`` is kept with it."""
        reason = call.query_text("reason", 1000)
        done = await self._visits.cancel(call.session.agent, call.path_id(), reason)
        return await self._answer(done.appointment)

    async def copy_appointment(self, call: Call) -> Answer:
        """The same services, customer, price and note; another time, and another specialist where one is named."""
        agent, appointment_id, at = call.session.agent, call.path_id(), wire.read_moment(call.body, "starts_at")
        provider_id, override = get_optional_int(call.body, "provider_id"), call.body.get("override") is True
        before = await self._visits.find(appointment_id)
        request = copy_request(before, at, provider_id, override=override)
        shown: dict[int, dict[str, object]] = {}

        def work(tx: Tx) -> Booked:
            if not BookingSettings.load(tx).copies:
                raise Rejected("conflict", "catalogue.copies_off")
            done = self._visits.book_in(tx, agent, request)
            shown[0] = _show(tx, done.appointment)
            return done

        def answer(done: Booked) -> Answer:
            return Answer(shown[0], status=201, headers={"Location": f"/api/v1/appointments/{done.appointment.id}"})

        kept = call.kept(answer)
        deed = self._visits.write(lambda tx: kept(tx, work))
        return answer(await _refused(self._visits.instead(request.wanted, at, deed)))

    async def hold_time(self, call: Call) -> Answer:
        """Its id goes with the booking as ``hold_id``."""
        body = call.body
        asked, _ = wire.read_wanted(body)
        at = wire.read_moment(body, "starts_at")
        take = partial(
            self._holds.take_in,
            wanted=asked,
            starts_at=at,
            purpose="desk",
            key=f"rest:{uuid4().hex}",
            contact_id=get_optional_int(body, "contact_id"),
            conversation_id=get_optional_int(body, "conversation_id"),
            online=body.get("online") is True,
            override=body.get("override") is True,
            minutes=get_optional_int(body, "minutes"),
        )

        def answer(held: Held) -> Answer:
            return Answer(wire.hold(held), status=201, headers={"Location": f"/api/v1/holds/{held.hold_id}"})

        kept = call.kept(answer)
        deed = self._visits.write(lambda tx: kept(tx, take))
        return answer(await _refused(self._visits.instead(asked, at, deed)))

    async def release_hold(self, call: Call) -> Answer:
        """What is not held any more is not found."""
        if not await self._holds.release(call.path_id()):
            raise Rejected("not_found", "error.not_found")
        return Answer(None, status=204)

    async def add_busy_time(self, call: Call) -> Answer:
        """Refused where something is booked then: that has to be moved first."""
        agent, given = call.session.agent, wire.read_busy(call.body)
        kept = call.kept(_busy_answer)
        done = await self._visits.write(lambda tx: kept(tx, lambda tx: self._breaks.add_in(tx, agent, *given)))
        return _busy_answer(done)

    async def remove_busy_time(self, call: Call) -> Answer:
        """Only what was entered by hand."""
        await self._breaks.remove(call.session.agent, call.path_id())
        return Answer(None, status=204)

    async def _answer(self, appointment: Appointment) -> Answer:
        return Answer(await self._store.read(lambda tx: _show(tx, appointment)))


def _busy_answer(done: BusyTime) -> Answer:
    return Answer(wire.busy_time(done), status=201)


def _read_move(call: Call) -> Move | None:
    body = call.body
    if all(body.get(key) is None for key in ("starts_at", "ends_at", "provider_id")):
        return None
    starts_at, ends_at = (
        None if body.get(key) is None else wire.read_moment(body, key) for key in ("starts_at", "ends_at")
    )
    return Move(starts_at, get_optional_int(body, "provider_id"), ends_at, override=body.get("override") is True)


async def _refused(deed: Awaitable[T]) -> T:
    """Waits for it; what it refuses is told as the wire has it."""
    try:
        return await deed
    except Rejected as error:
        raise (wire.refusal(error) if error.extra else error) from error


def _show(tx: Tx, value: Appointment) -> dict[str, object]:
    return _show_all(tx, [value])[0]


def _show_all(tx: Tx, values: list[Appointment]) -> list[dict[str, object]]:
    names = appointments.names_of(tx, {one.contact_id for one in values if one.contact_id is not None})
    return [wire.appointment(one, names) for one in values]
