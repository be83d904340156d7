"""``/me/TOKEN/wait``: joining the waiting list from one's own page."""

from datetime import date, timedelta
from html import escape
from typing import Final

from aiohttp import web

from business.booking.customer import CustomerDesk, Mine
from business.booking.own_waiting import OwnWaiting
from conversation import clock
from conversation.errors import BarevError, Unavailable
from conversation.messages import Language
from desk.pages.customer_text import Frame, address
from desk.pages.serving import Serving, see_other

_FORTNIGHT: Final = timedelta(days=14)
_YEAR: Final = timedelta(days=365)


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
        services = (await self._desk.offered()).services
        choices = "".join(f'<option value="{one.id}">{frame.name(one.name)}</option>' for one in services)
        today = clock.now().date()
        days = "".join(
            f'<label>{say(f"wait.{name}")}<input type="date" name="{name}" required value="{day.isoformat()}" '
            f'min="{today.isoformat()}" max="{(today + _YEAR).isoformat()}"></label>'
            for name, day in (("from_day", today), ("to_day", today + _FORTNIGHT))
        )
        form = escape(self._serving.forms.make(f"join.{token}"))
        return (
            f"{frame.told(told, wrong=True)}<h1>{say('wait.title')}</h1><p>{say('wait.about')}</p>"
            f'<form class="fields" method="post" action="{address(f"/me/{token}/wait", lang=lang)}">'
            f'<input type="hidden" name="form" value="{form}">'
            f'<label>{say("wait.service")}<select name="service" required>{choices}</select></label>{days}'
            f'<div class="deeds"><button class="go">{say("wait.join")}</button>'
            f'<a class="button" href="{address(f"/me/{token}", lang=lang)}">{say("back")}</a></div></form>'
        )

    async def join(self, request: web.Request, token: str, language: Language) -> web.Response | str | BarevError:
        """What was sent, once; or what is wrong with it."""
        given, key = await self._serving.read_form(request, f"join.{token}")
        service = given.get("service", "")
        try:
            days = date.fromisoformat(given.get("from_day", "")), date.fromisoformat(given.get("to_day", ""))
        except ValueError:
            return "pages.form_old"
        if key is None or not (service.isascii() and service.isdigit() and len(service) < 16):
            return "pages.form_old"
        try:
            await self._waiting.join(token, int(service), days, language)
        except Unavailable:
            raise
        except BarevError as error:
            return error
        return see_other(f"/me/{token}?lang={language}&done=joined")
