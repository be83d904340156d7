"""REST: appointments, holds, and time that is taken by hand."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import uuid4

from business.booking import showing
from business.booking.agreeing import own_consent, own_words
from business.booking.breaks import Breaks
from business.booking.holds import Holds
from business.booking.model import Booked, BusyTime, Held
from business.booking.series import Series, book_series_in, copy_request
from business.booking.settings import BookingSettings
from business.booking.visits import Visits
from conversation.clock import to_iso
from conversation.errors import Rejected
from conversation.ports import Texts
from conversation.wire import get_optional_int
from crm_store import Tx, appointments
from crm_store.appointments import LISTING
from crm_store.engine import Store
from desk.rest import appointment_wire as wire
from desk.rest.api import Answer, Call, Route
from desk.rest.appointment_answers import refused, show, show_all
from desk.rest.appointment_changes import EDIT
from desk.rest.contact_wire import page_of_text
from desk.rest.lists import MOMENT_ASKED, list_query, query_moment, wanted
from desk.rest.schemas import ID, Schema, listed
from desk.settings import DeskSettings

_STATUSES: Schema = {
    "type": "string",
    "pattern": "^(booked|confirmed|arrived|done|paid|no_show|cancelled)"
    "(,(booked|confirmed|arrived|done|paid|no_show|cancelled)){0,6}$",
    "description": "One, or several by comma.",
}


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
            return show_all(tx, showing.read_rows(tx, rows)), following

        return page_of_text(*await self._store.read(ask))

    async def get_appointment(self, call: Call) -> Answer:
        """With its items."""
        return Answer(await self._store.read(lambda tx: show(tx, showing.require(tx, call.path_id()))))

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
            shown[0] = show(tx, series.visits[0])
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
            await refused(self._visits.instead(request.wanted, request.starts_at, deed, online=request.online))
        )

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
            shown[0] = show(tx, done.appointment)
            return done

        def answer(done: Booked) -> Answer:
            return Answer(shown[0], status=201, headers={"Location": f"/api/v1/appointments/{done.appointment.id}"})

        kept = call.kept(answer)
        deed = self._visits.write(lambda tx: kept(tx, work))
        return answer(await refused(self._visits.instead(request.wanted, at, deed)))

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
        return answer(await refused(self._visits.instead(asked, at, deed)))

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


def _busy_answer(done: BusyTime) -> Answer:
    return Answer(wire.busy_time(done), status=201)
