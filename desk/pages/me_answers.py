"""What a customer is asked on his own page: whether he comes, whether he takes a time that was freed, what he waits
for."""

from collections.abc import Awaitable, Callable
from datetime import date
from html import escape

from aiohttp import web

from business.booking.customer import Mine
from business.booking.own_waiting import OwnWaiting, OwnWish, is_open
from business.booking.wishes import WEEKDAYS
from conversation import clock
from conversation.dates import say_day, say_moment, say_time
from conversation.language import form_in
from conversation.messages import Language
from desk.pages.customer_text import Frame, address
from desk.pages.serving import Serving, see_other

Handle = Callable[[web.Request, str, Mine, Language], Awaitable[web.StreamResponse]]
Open = Callable[[Handle], Callable[[web.Request], Awaitable[web.StreamResponse]]]
TOLD = {
    "comes": "outreach.visit.confirmed",
    "booked": "outreach.offer.booked",
    "declined": "outreach.offer.declined",
    "late": "outreach.offer.late",
    "gone": "outreach.offer.gone",
    "left": "outreach.own.left",
}
"""What is said of what was done, by the word in the address."""


class OwnAnswers:
    """The part of the page, and the deeds of it."""

    def __init__(self, serving: Serving, waiting: OwnWaiting) -> None:
        self._serving = serving
        self._waiting = waiting

    def add(self, app: web.Application, opened: Open) -> None:
        """Registers the addresses. ``opened``: opens the link first."""
        number = "{number:[1-9][0-9]{0,14}}"
        app.router.add_post(f"/me/{{token}}/{number}/come", opened(self.come))
        app.router.add_post(f"/me/{{token}}/offers/{number}", opened(self.answer))
        app.router.add_post(f"/me/{{token}}/wishes/{number}/leave", opened(self.leave))

    async def part(self, token: str, mine: Mine, frame: Frame) -> str:
        """HTML; empty where he is asked nothing and waits for nothing."""
        wishes = await self._waiting.list(token)
        asked = "".join(self._visit(token, one.head.id, mine, frame) for one in mine.coming)
        waits = "".join(self._wish(token, one, frame) for one in wishes)
        title = escape(frame.texts.get(frame.language, "outreach.own.title"))
        return asked + (f'<h2>{title}</h2><ul class="visits">{waits}</ul>' if waits else "")

    async def come(self, request: web.Request, token: str, mine: Mine, language: Language) -> web.StreamResponse:
        """He comes."""
        number = int(request.match_info["number"])
        _, key = await self._serving.read_form(request, f"come.{token}.{number}")
        done = "comes" if key is not None and await self._waiting.come(token, number) else "gone"
        return see_other(f"/me/{token}?lang={language}&done={done}")

    async def answer(self, request: web.Request, token: str, mine: Mine, language: Language) -> web.StreamResponse:
        """He takes the time, or does not."""
        number = int(request.match_info["number"])
        given, key = await self._serving.read_form(request, f"offer.{token}.{number}")
        done = "gone" if key is None else await self._waiting.answer(token, number, yes=given.get("yes") == "1")
        return see_other(f"/me/{token}?lang={language}&done={done}")

    async def leave(self, request: web.Request, token: str, mine: Mine, language: Language) -> web.StreamResponse:
        """He waits no more."""
        number = int(request.match_info["number"])
        _, key = await self._serving.read_form(request, f"wish.{token}.{number}")
        done = "gone" if key is None else await self._waiting.leave(token, number)
        return see_other(f"/me/{token}?lang={language}&done={done}")

    def _visit(self, token: str, number: int, mine: Mine, frame: Frame) -> str:
        """Whether he comes to a visit that he has not confirmed."""
        visit = mine.visit(number)
        if visit is None or visit.head.status != "booked":
            return ""
        label = self._say(frame, "button.come")
        when = frame.moment(visit.head.starts_at, visit.zone)
        buttons = f'<button class="go" aria-label="{label}: {when}">{label}: {when}</button>'
        return self._form(frame, f"/me/{token}/{number}/come", f"come.{token}.{number}", buttons)

    def _wish(self, token: str, wish: OwnWish, frame: Frame) -> str:
        """What he waits for, and the time that is held for him."""
        people = [] if wish.provider is None else [wish.provider]
        named = escape(", ".join(form_in(one.name, frame.language) for one in (*wish.services, *people)))
        days = escape(_say_when(frame, wish))
        leave = f"<button>{self._say(frame, 'own.leave')}</button>"
        deeds = self._form(frame, f"/me/{token}/wishes/{wish.row.id}/leave", f"wish.{token}.{wish.row.id}", leave)
        offer = wish.offer
        if offer is None or not is_open(offer, clock.now()):
            return f"<li><h3>{named}</h3><p>{days}</p>{deeds}</li>"
        when = escape(say_moment(frame.texts, frame.language, offer.starts_at, wish.zone, clock.now()))
        until = self._say(frame, "own.kept", time=say_time(offer.expires_at, wish.zone))
        buttons = (
            f'<button class="go" name="yes" value="1">{self._say(frame, "button.yes")}</button>'
            f'<button name="yes" value="0">{self._say(frame, "button.no")}</button>'
        )
        answers = self._form(frame, f"/me/{token}/offers/{offer.id}", f"offer.{token}.{offer.id}", buttons)
        return f"<li><h3>{named} · {when}</h3><p>{until}</p>{answers}</li>"

    def _form(self, frame: Frame, path: str, about: str, buttons: str) -> str:
        hidden = f'<input type="hidden" name="form" value="{escape(self._serving.forms.make(about))}">'
        action = address(path, lang=frame.language)
        return f'<form method="post" action="{action}">{hidden}<div class="deeds">{buttons}</div></form>'

    def _say(self, frame: Frame, key: str, **fields: object) -> str:
        return escape(frame.texts.get(frame.language, f"outreach.{key}", **fields))


def _say_when(frame: Frame, wish: OwnWish) -> str:
    """The days and hours of a wish: ``today – 4 December · Monday · 17:00 – 20:00``."""
    row, today = wish.row, clock.now().astimezone(wish.zone).date()
    days = [say_day(frame.texts, frame.language, date.fromisoformat(one), today) for one in (row.from_day, row.to_day)]
    weekdays = [frame.texts.get(frame.language, f"time.weekday.{WEEKDAYS.index(one) + 1}") for one in row.weekdays]
    hours = f"{row.from_time or '00:00'} – {row.to_time or '24:00'}" if row.from_time or row.to_time else ""
    seats = frame.texts.get(frame.language, "pages.wait.for", count=row.seats) if row.seats > 1 else ""
    return " · ".join(filter(None, (" – ".join(dict.fromkeys(days)), ", ".join(weekdays), hours, seats)))
