"""``/me/TOKEN/wait``: joining the waiting list from one's own page."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from html import escape
from typing import Final

from aiohttp import web

from business.booking.customer import CustomerDesk, Mine
from business.booking.own_waiting import OwnWaiting
from business.booking.wishes import WEEKDAYS, Wish
from conversation import clock
from conversation.errors import BarevError, Unavailable
from conversation.messages import Language
from desk.pages.customer_text import Frame, address
from desk.pages.serving import Serving, see_other

_FORTNIGHT: Final = timedelta(days=14)
_YEAR: Final = timedelta(days=365)
_SEATS_MOST: Final = 999
_DIGITS: Final = 16
"""Numbers of ours have fewer."""


class OwnJoining:
    """Who has a link to one visit only is not shown it."""

    def __init__(self, serving: Serving, desk: CustomerDesk, waiting: OwnWaiting) -> None:
        self._serving = serving
        self._desk = desk
        self._waiting = waiting

    def link(self, token: str, mine: Mine, frame: Frame) -> str:
        """The way to it, to stand on his page."""
        if mine.opened.only is not None:
            return ""
        href = address(f"/me/{token}/wait", lang=frame.language)
        return f'<p class="deeds"><a class="button" href="{href}">{frame.say("wait.join")}</a></p>'

    async def page(self, token: str, frame: Frame, told: str | BarevError | None) -> str:
        """The form by which he joins."""
        say, lang = frame.say, frame.language
        offered = await self._desk.offered()
        services = offered.services
        choices = "".join(f'<option value="{one.id}">{frame.name(one.name)}</option>' for one in services)
        staff = "".join(
            f'<option value="{one.id}">{frame.name(one.name)}</option>' for one in offered.providers.values()
        )
        anyone = f'<option value="">{say("book.anyone")}</option>'
        most = max((one.capacity for one in services), default=1)
        seats = (
            f'<label>{say("wait.seats")}<input type="number" name="seats" value="1" min="1" max="{most}"></label>'
            if most > 1
            else ""
        )
        today = clock.now().date()
        days = "".join(
            f'<label>{say(f"wait.{name}")}<input type="date" name="{name}" required value="{day.isoformat()}" '
            f'min="{today.isoformat()}" max="{(today + _YEAR).isoformat()}"></label>'
            for name, day in (("from_day", today), ("to_day", today + _FORTNIGHT))
        )
        hours = "".join(
            f'<label>{say(f"wait.{name}")}<input type="time" name="{name}" step="300"></label>'
            for name in ("from_time", "to_time")
        )
        weekdays = "".join(
            f'<label class="tick"><input type="checkbox" name="{name}" value="1">'
            f"<span>{escape(frame.texts.get(lang, f'time.weekday.{number}'))}</span></label>"
            for number, name in enumerate(WEEKDAYS, 1)
        )
        form = escape(self._serving.forms.make(f"join.{token}"))
        return (
            f"{frame.told(told, wrong=True)}<h1>{say('wait.title')}</h1><p>{say('wait.about')}</p>"
            f'<form class="fields" method="post" action="{address(f"/me/{token}/wait", lang=lang)}">'
            f'<input type="hidden" name="form" value="{form}">'
            f'<label>{say("wait.service")}<select name="service" required>{choices}</select></label>'
            f'<label>{say("wait.staff")}<select name="provider">{anyone}{staff}</select></label>{seats}{days}'
            f'<fieldset class="ticks"><legend>{say("wait.weekdays")}</legend>{weekdays}</fieldset>{hours}'
            f'<div class="deeds"><button class="go">{say("wait.join")}</button>'
            f'<a class="button" href="{address(f"/me/{token}", lang=lang)}">{say("back")}</a></div></form>'
        )

    async def join(self, request: web.Request, token: str, language: Language) -> web.Response | str | BarevError:
        """What was sent, once; or what is wrong with it."""
        given, key = await self._serving.read_form(request, f"join.{token}")
        wish = None if key is None else _read(given, language)
        if wish is None:
            return "pages.form_old"
        if wish.provider_id is not None:
            does = (await self._desk.offered()).does
            if any(wish.provider_id not in does.get(one, ()) for one in wish.service_ids):
                return "pages.wait.not_by"
        try:
            await self._waiting.join(token, wish)
        except Unavailable:
            raise
        except BarevError as error:
            return error
        return see_other(f"/me/{token}?lang={language}&done=joined")


def _read(given: Mapping[str, str], language: Language) -> Wish | None:
    """The wish of a form, nobody's yet; None for what the form cannot have sent."""
    service, provider, seats = (_number(given.get(name, "")) for name in ("service", "provider", "seats"))
    try:
        days = date.fromisoformat(given.get("from_day", "")), date.fromisoformat(given.get("to_day", ""))
        begins, ends = (_hour(given.get(name, "")) for name in ("from_time", "to_time"))
    except ValueError:
        return None
    if service is None:
        return None
    weekdays = tuple(one for one in WEEKDAYS if given.get(one))
    seats = min(seats or 1, _SEATS_MOST)
    return Wish(0, (service,), *days, provider, weekdays, begins, ends, language=language, seats=seats)


def _hour(text: str) -> str | None:
    """``HH:MM``, None for none. Raises ValueError."""
    return time.fromisoformat(text).strftime("%H:%M") if text else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < _DIGITS else None
