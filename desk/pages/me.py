"""``/me/TOKEN``: a customer's own page. The link is all he needs; it is in no log, no cache and no search."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Final

from aiohttp import web

from business.booking.customer import CustomerDesk, Mine, OwnVisit
from business.booking.feeds import Feeds
from conversation import clock
from conversation.errors import BarevError, Unavailable
from conversation.messages import Language
from desk.pages.customer_text import Frame, address
from desk.pages.me_answers import TOLD, OwnAnswers
from desk.pages.me_joining import OwnJoining
from desk.pages.me_reach import OwnReachPage
from desk.pages.me_text import OwnText
from desk.pages.serving import Serving, read_day, read_moment, see_other

_DAYS: Final = 14
_TOLD: Final = {
    "moved": "pages.move.done",
    "cancelled": "pages.cancel.done",
    "joined": "pages.wait.joined",
    "reach": "pages.reach.done",
    "old": "pages.form_old",
    **TOLD,
}
_REASON_CHARS: Final = 300
_Handle = Callable[[web.Request, str, Mine, Language], Awaitable[web.StreamResponse]]


class OwnPage:
    """The page, and the deeds on it."""

    def __init__(
        self,
        serving: Serving,
        desk: CustomerDesk,
        feeds: Feeds,
        answers: OwnAnswers,
        joining: OwnJoining,
        reach: OwnReachPage,
    ) -> None:
        self._reach = reach
        self._answers = answers
        self._joining = joining
        self._serving = serving
        self._desk = desk
        self._feeds = feeds

    def add(self, app: web.Application) -> None:
        """Registers the addresses."""
        number = "{number:[1-9][0-9]{0,14}}"
        app.router.add_get("/me/{token}", self._opened(self.whole))
        app.router.add_get("/me/{token}/wait", self._opened(self.ask_join))
        app.router.add_post("/me/{token}/wait", self._opened(self.join))
        app.router.add_get(f"/me/{{token}}/{number}.ics", self._opened(self.calendar))
        app.router.add_get(f"/me/{{token}}/{number}/move", self._opened(self.choose))
        app.router.add_post(f"/me/{{token}}/{number}/move", self._opened(self.move))
        app.router.add_get(f"/me/{{token}}/{number}/cancel", self._opened(self.ask_cancel))
        app.router.add_post(f"/me/{{token}}/{number}/cancel", self._opened(self.cancel))
        self._answers.add(app, self._opened)
        self._reach.add(app, self._opened)

    def _opened(self, handle: _Handle) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Opens the link first; what fails is said on a page."""

        async def opened(request: web.Request) -> web.StreamResponse:
            token, language = request.match_info["token"], self._serving.language(request)
            wait_s = self._serving.too_many(request)
            if wait_s:
                headers = {"Retry-After": str(max(1, round(wait_s)))}
                main = self._frame(language, "").told("pages.too_many", wrong=True)
                return self._answer(request, "", language, main, 429, headers)
            try:
                mine = await self._desk.open(token)
                if mine is None:
                    return self._answer(request, "", language, OwnText(self._frame(language, ""), "").over(()), 404)
                return await handle(request, token, mine, self._serving.language(request, mine.opened.language))
            except Unavailable as error:
                headers = {"Retry-After": str(max(1, round(error.retry_after_s or 1)))}
                main = self._frame(language, "").told("pages.try_again", wrong=True)
                return self._answer(request, "", language, main, 503, headers)

        return opened

    async def whole(self, request: web.Request, token: str, mine: Mine, language: Language) -> web.StreamResponse:
        """What is coming and what is past."""
        text = self._text(token, language)
        told = _TOLD.get(request.query.get("done", ""))
        frame = self._frame(language, token)
        wishes = await self._answers.part(token, mine, frame) + self._joining.link(token, mine, frame)
        wishes += await self._reach.part(token, mine, frame)
        return self._answer(request, token, language, text.whole(mine, clock.now(), told, wishes))

    async def ask_join(self, request: web.Request, token: str, mine: Mine, language: Language) -> web.StreamResponse:
        """What he would wait for."""
        return await self._ask_join(request, token, mine, language, None)

    async def join(self, request: web.Request, token: str, mine: Mine, language: Language) -> web.StreamResponse:
        """He waits from now on."""
        done = await self._joining.join(request, token, language)
        if isinstance(done, web.StreamResponse):
            return done
        return await self._ask_join(request, token, mine, language, done)

    async def _ask_join(
        self, request: web.Request, token: str, mine: Mine, language: Language, told: str | BarevError | None
    ) -> web.StreamResponse:
        if mine.opened.only is not None:
            return self._missing(request, token, language)
        frame = self._frame(language, token, "/wait")
        main = await self._joining.page(token, frame, told)
        return self._answer(request, token, language, main, 409 if told else 200, frame=frame)

    async def calendar(self, request: web.Request, token: str, mine: Mine, language: Language) -> web.StreamResponse:
        """One visit, to be put in a calendar."""
        visit = mine.visit(_number(request))
        if visit is None:
            return self._missing(request, token, language)
        written = self._feeds.write(self._serving.business, visit.rows, language, of_firm=False)
        headers = {
            "Content-Disposition": 'attachment; filename="visit.ics"',
            "Cache-Control": "private, no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(body=written, content_type="text/calendar", charset="utf-8", headers=headers)

    async def choose(self, request: web.Request, token: str, mine: Mine, language: Language) -> web.StreamResponse:
        """Another time: days, hours, then the question whether he means it."""
        return await self._choose(request, token, mine, language, None)

    async def _choose(
        self,
        request: web.Request,
        token: str,
        mine: Mine,
        language: Language,
        told: str | BarevError | None,
        near: datetime | None = None,
    ) -> web.StreamResponse:
        """``near``: the time that was refused; what is free is shown from its day on."""
        visit = mine.visit(_number(request))
        if visit is None or not visit.movable:
            return self._missing(request, token, language)
        text, path = self._text(token, language), f"/me/{token}/{visit.head.id}/move"
        if not visit.may_change(mine.rules, clock.now()):
            return self._whole(request, token, mine, language, "pages.own.too_late")
        anyone = request.query.get("who") == "any"
        around = None if near is None else near.astimezone(visit.zone).date().isoformat()
        first = _first_day(around or request.query.get("from"), visit)
        query = {"lang": language, "who": "any" if anyone else ""}
        try:
            slots = await self._desk.times(visit.wanted(anyone=anyone), first, _DAYS, mine.rules, visit.head.id)
        except BarevError as error:
            if isinstance(error, Unavailable):
                raise
            return self._whole(request, token, mine, language, error)
        slots = [slot for slot in slots if slot.starts_at != visit.head.starts_at]
        at = read_moment(request.query.get("at"))
        slot = next((one for one in slots if one.starts_at == at), None)
        frame = self._frame(language, token, f"/{visit.head.id}/move")
        if slot is not None and told is None:
            provider = slot.parts[0].provider_id
            same = visit.head.provider_name if provider == visit.head.provider_id else None
            names = (await self._desk.offered()).providers
            known = same if same is not None else names[provider].name if provider in names else None
            back = address(path, **query, **{"from": first.isoformat()})
            form = self._serving.forms.make(f"move.{token}.{visit.head.id}")
            main = text.confirm_move(visit, slot, frame.name(known), form, back)
            return self._answer(request, token, language, main, frame=frame)
        if at is not None and told is None:
            told = "pages.move.taken"
        days = [first + timedelta(days=number) for number in range(_DAYS)]
        times = frame.times(slots, days, read_day(request.query.get("day")), path, query)
        main = text.move(visit, times, anyone, told)
        return self._answer(request, token, language, main, 409 if told else 200, frame=frame)

    async def move(self, request: web.Request, token: str, mine: Mine, language: Language) -> web.StreamResponse:
        """He means it."""
        number = _number(request)
        given, key = await self._serving.read_form(request, f"move.{token}.{number}")
        at, who = read_moment(given.get("at")), given.get("who", "")
        if key is None or at is None or not (who.isascii() and who.isdigit() and len(who) < 16):
            return await self._choose(request, token, mine, language, "pages.form_old")
        try:
            await self._desk.move(token, number, at, int(who))
        except BarevError as error:
            if isinstance(error, Unavailable):
                raise
            return await self._choose(request, token, mine, language, error, at)
        return see_other(f"/me/{token}?lang={language}&done=moved")

    async def ask_cancel(self, request: web.Request, token: str, mine: Mine, language: Language) -> web.StreamResponse:
        """Whether he means it, and what follows of it."""
        return self._ask_cancel(request, token, mine, language, None)

    def _ask_cancel(
        self, request: web.Request, token: str, mine: Mine, language: Language, told: str | BarevError | None
    ) -> web.StreamResponse:
        visit, at = mine.visit(_number(request)), clock.now()
        if visit is None:
            return self._missing(request, token, language)
        if not visit.may_change(mine.rules, at):
            return self._whole(request, token, mine, language, "pages.own.too_late")
        form = self._serving.forms.make(f"cancel.{token}.{visit.head.id}")
        main = self._text(token, language).cancel(visit, mine, at, form, told)
        frame = self._frame(language, token, f"/{visit.head.id}/cancel")
        return self._answer(request, token, language, main, 400 if told else 200, frame=frame)

    async def cancel(self, request: web.Request, token: str, mine: Mine, language: Language) -> web.StreamResponse:
        """He means it."""
        number = _number(request)
        given, key = await self._serving.read_form(request, f"cancel.{token}.{number}")
        if key is None:
            return self._ask_cancel(request, token, mine, language, "pages.form_old")
        try:
            await self._desk.cancel(token, number, given.get("reason", "").strip()[:_REASON_CHARS])
        except BarevError as error:
            if isinstance(error, Unavailable):
                raise
            return self._whole(request, token, mine, language, error)
        return see_other(f"/me/{token}?lang={language}&done=cancelled")

    # --- parts ------------------------------------------------------------------------------------------------------

    def _text(self, token: str, language: Language) -> OwnText:
        return OwnText(self._frame(language, token), f"/me/{token}")

    def _frame(self, language: Language, token: str, rest: str = "") -> Frame:
        here = f"/me/{token}{rest}" if token else ""
        others = {one: f"{here}?lang={one}" for one in self._serving.languages}
        home = f"/me/{token}?lang={language}" if token else ""
        serving = self._serving
        return Frame(serving.texts, language, serving.business, "own.of", home, others, serving.mark_of(None))

    def _whole(
        self, request: web.Request, token: str, mine: Mine, language: Language, wrong: str | BarevError
    ) -> web.StreamResponse:
        main = self._text(token, language).whole(mine, clock.now(), wrong, "", wrong=True)
        return self._answer(request, token, language, main, 409)

    def _missing(self, request: web.Request, token: str, language: Language) -> web.StreamResponse:
        frame = self._frame(language, token)
        main = f"<h1>{frame.say('missing')}</h1>{self._text(token, language).back()}"
        return self._answer(request, token, language, main, 404)

    def _answer(
        self,
        request: web.Request,
        token: str,
        language: Language,
        main: str,
        status: int = 200,
        headers: dict[str, str] | None = None,
        frame: Frame | None = None,
    ) -> web.StreamResponse:
        page = (frame or self._frame(language, token)).page("", main)
        return self._serving.answer(request, page, language, status, headers=headers)


def _number(request: web.Request) -> int:
    return int(request.match_info["number"])


def _first_day(text: str | None, visit: OwnVisit) -> date:
    """From when on: today, or a day of the next two years."""
    today = clock.now().astimezone(visit.zone).date()
    asked = read_day(text)
    return today if asked is None else min(max(asked, today), today + timedelta(days=730))
