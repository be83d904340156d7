"""``/book/``: whoever has a link books, without the chat. ``/book/KEY`` is the same for one website's inbox.

Each step is a page of its own, so that it works without scripts, and in a frame on another site.
"""

import hashlib
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from html import escape
from importlib.resources import files
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from aiohttp import web

from business.booking.agreeing import own_consent, own_words
from business.booking.customer import CustomerDesk, Offered, Wishes
from business.booking.customer_deeds import SOURCE
from business.booking.ground import MOST_PARTS
from business.booking.model import Part, Slot, Wanted
from business.booking.phone_check import PhoneCheck
from business.booking.phone_proof import PhoneProofs
from business.contacts.phones import Phone
from business.inboxes.directory import Directory
from conversation import clock
from conversation.clock import to_iso
from conversation.errors import BarevError, Rejected, Unavailable
from conversation.forms import AskedConsent
from conversation.limits import Limiter, Rate
from conversation.messages import Language
from conversation.ports import AddressKey
from crm_store.rows import AnyRow
from crm_store.visits import Consent
from desk.pages.book_text import Asked, BookText
from desk.pages.customer_text import Frame, address
from desk.pages.me_text import OwnText
from desk.pages.serving import Serving, read_day, read_moment, see_other

_DAYS: Final = 14
_KEY: Final = "{key:[A-Za-z0-9_-]{1,64}}"
_HOLDS_S: Final = 600
_FAR: Final = timedelta(days=730)
_NAME_CHARS: Final = 100
_PHONE_CHARS: Final = 40
_NOTE_CHARS: Final = 500


class _Site(NamedTuple):
    """The website that it stands on. ``frames``: who may show it in a frame."""

    inbox_id: int
    consent: AskedConsent | None
    frames: str


class BookingPage:
    """The pages of booking."""

    def __init__(
        self,
        serving: Serving,
        desk: CustomerDesk,
        directory: Directory,
        check: PhoneCheck,
        proofs: PhoneProofs,
        holds: int,
    ) -> None:
        """``holds``: times that are kept for one network address within ten minutes."""
        self.check = check
        self.proofs = proofs
        self._holds = Limiter(Rate(holds / _HOLDS_S, holds))
        self._serving = serving
        self._desk = desk
        self._directory = directory
        folder = files("desk.pages")
        self._style = b"".join(folder.joinpath(name).read_bytes() for name in ("help.css", "customer.css"))
        self._script = folder.joinpath("proof.js").read_bytes()

    def add(self, app: web.Application) -> None:
        """Registers the addresses."""
        app.router.add_get("/book", self.to_book)
        app.router.add_get("/book/pages.css", self.style)
        app.router.add_get("/book/proof.js", self.script)
        app.router.add_get("/book/proof/{number:[0-9a-f]{1,12}}", self.proof)
        app.router.add_get("/book/done/{token}", self.done)
        for path in ("/book/", f"/book/{_KEY}"):
            app.router.add_get(path, self.look)
            app.router.add_post(path, self.book)

    async def to_book(self, request: web.Request) -> web.StreamResponse:
        """The address without its slash."""
        return web.Response(status=302, headers={"Location": "/book/"})

    async def style(self, request: web.Request) -> web.StreamResponse:
        """The style sheet of all pages for customers."""
        return _file(request, self._style, "text/css")

    async def script(self, request: web.Request) -> web.StreamResponse:
        """What sends the form on by itself once the phone is proven."""
        return _file(request, self._script, "text/javascript")

    async def proof(self, request: web.Request) -> web.StreamResponse:
        """How a proof stands, in one word."""
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        wait_s = self._serving.too_many(request)
        if wait_s:
            return web.Response(status=429, headers={**headers, "Retry-After": str(max(1, round(wait_s)))})
        try:
            state = await self.proofs.find(int(request.match_info["number"], 16))
        except Unavailable:
            return web.Response(status=503, headers=headers)
        return web.Response(status=404 if state is None else 200, text=state or "", headers=headers)

    async def look(self, request: web.Request) -> web.StreamResponse:
        """The step that its query asks for."""
        return await self._served(request, None)

    async def book(self, request: web.Request) -> web.StreamResponse:
        """Books what was chosen, or says what is wrong with it."""
        given, key = await self._serving.read_form(request, "book")
        return await self._served(request, {**given, "key": key or ""})

    async def done(self, request: web.Request) -> web.StreamResponse:
        """What was booked, and the link to it. Told once more when it is loaded again."""
        token, language = request.match_info["token"], self._serving.language(request)
        site = await self._site(None, language)
        frame = self._frame(language, f"/book/done/{token}", {})
        mine = await self._desk.open(token)
        visit = None if mine is None else next(iter(mine.coming), None)
        if visit is None:
            return self._answer(request, frame, f"<h1>{frame.say('missing')}</h1>", site, 404)
        text = OwnText(frame, "")
        about = f"<p><strong>{text.what(visit)} · {text.when(visit)}</strong></p>{text.about(visit)}"
        own = self._desk.address(token)
        return self._answer(request, frame, BookText(frame, "/book/").done(about, own), site)

    # --- steps ------------------------------------------------------------------------------------------------------

    async def _served(self, request: web.Request, given: Mapping[str, str] | None) -> web.StreamResponse:
        """One step; what fails is said on a page."""
        language = self._serving.language(request)
        key = request.match_info.get("key")
        path = f"/book/{key or ''}"
        asked = {name: request.query.get(name, "") for name in ("service", "provider", "day", "from", "at", "add")}
        frame = self._frame(language, path, asked, key)
        try:
            site = await self._site(key, language)
            wait_s = self._serving.too_many(request)
            if wait_s:
                told, headers = frame.told("pages.too_many", wrong=True), {"Retry-After": str(max(1, round(wait_s)))}
                return self._answer(request, frame, told, site, 429, headers)
            remote = self._serving.remote_of(request)
            offered = await self._desk.offered()
            blocked = self._directory.find_block(AddressKey("web", ""), None, remote)
            if not offered.rules.online or blocked is not None:
                return self._answer(request, frame, BookText(frame, path).off("pages.book.off", ()), site)
            step = _Step(self, request, frame, path, site, offered)
            return await (step.look(asked) if given is None else step.book(given, remote))
        except Unavailable as error:
            headers = {"Retry-After": str(max(1, round(error.retry_after_s or 1)))}
            told = frame.told("pages.try_again", wrong=True)
            return self._answer(request, frame, told, _Site(0, None, "*"), 503, headers)

    async def _site(self, key: str | None, language: Language) -> _Site:
        try:
            inbox = await self._directory.find(key)
        except Rejected:
            return _Site(0, None, "*")
        frames = "*"
        if key is not None and inbox.domains:
            hosts = [name for one in inbox.domains for name in (one, f"www.{one.removeprefix('*.')}")]
            frames = " ".join(["'self'", *(f"{scheme}://{host}" for host in hosts for scheme in ("https", "http"))])
        return _Site(inbox.id, inbox.asked(language).consent, frames)

    def _frame(self, language: Language, path: str, asked: Mapping[str, str], key: str | None = None) -> Frame:
        kept = {name: value for name, value in asked.items() if value}
        others = {one: address(path, lang=one, **kept).replace("&amp;", "&") for one in self._serving.languages}
        home = f"{path if '/done/' not in path else '/book/'}?lang={language}"
        serving = self._serving
        return Frame(serving.texts, language, serving.business, "book.of", home, others, serving.mark_of(key))

    def _answer(
        self,
        request: web.Request,
        frame: Frame,
        main: str,
        site: _Site,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        *,
        scripts: bool = False,
    ) -> web.StreamResponse:
        page, frames = frame.page("", main), site.frames
        serving = self._serving
        return serving.answer(request, page, frame.language, status, frames=frames, headers=headers, scripts=scripts)

    def may_hold(self, request: web.Request) -> bool:
        """Whether one more time is held for somebody there: who wants many of them books without."""
        return not self._holds.take(self._serving.remote_of(request), time.monotonic())

    @property
    def serving(self) -> Serving:
        """What all pages share."""
        return self._serving

    @property
    def desk(self) -> CustomerDesk:
        """Where it is booked."""
        return self._desk

    def answer(
        self, request: web.Request, frame: Frame, main: str, site: _Site, status: int = 200, *, scripts: bool = False
    ) -> web.StreamResponse:
        """A page of a step."""
        return self._answer(request, frame, main, site, status, scripts=scripts)


def _file(request: web.Request, body: bytes, kind: str) -> web.Response:
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {"Cache-Control": "no-cache", "ETag": etag, "X-Content-Type-Options": "nosniff"}
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)


class _Step:
    """One request, with all that its step needs."""

    def __init__(
        self, page: BookingPage, request: web.Request, frame: Frame, path: str, site: _Site, offered: Offered
    ) -> None:
        self._page = page
        self._request = request
        self._frame = frame
        self._path = path
        self._site = site
        self._offered = offered
        self._text = BookText(frame, path)
        self._services = {row.id: row for row in offered.services}

    async def look(self, asked: Mapping[str, str]) -> web.StreamResponse:
        """Service, specialist, time, oneself: the first of these that is not yet known."""
        services = self._chosen(asked["service"])
        if not services or (asked["add"] and len(services) < MOST_PARTS):
            return self._show(self._text.services(self._offered, services))
        providers = self._able(services)
        provider = next((one for one in providers if one.id == _whole(asked["provider"])), None)
        if provider is None and asked["provider"] != "any" and len(providers) > 1:
            wanted = Asked(services, None)
            return self._show(self._text.providers(wanted, providers, more=self._may_add(wanted)))
        return await self._times(Asked(services, provider), asked, None)

    def _chosen(self, text: str) -> tuple[AnyRow, ...]:
        """The services of an address, each once, in their order."""
        ids = dict.fromkeys(_whole(one) for one in text.split(",")[:MOST_PARTS])
        return tuple(self._services[one] for one in ids if one in self._services)

    def _able(self, services: Sequence[AnyRow]) -> list[AnyRow]:
        """Who does any of them."""
        able = {one for service in services for one in self._offered.does[service.id]}
        where = self._offered.branches([one.id for one in services])
        return [row for one, row in self._offered.providers.items() if one in able and row.branch_id in where]

    def _may_add(self, asked: Asked) -> bool:
        ids = [one.id for one in asked.services]
        others = (one for one in self._services if one not in ids)
        return len(ids) < MOST_PARTS and any(self._offered.together(ids, one) for one in others)

    async def _times(self, asked: Asked, query: Mapping[str, str], told: str | BarevError | None) -> web.StreamResponse:
        first = self._first_day(asked, query.get("from", ""))
        at = read_moment(query.get("at"))
        try:
            slots = await self._find(asked, first)
            slot = next((one for one in slots if one.starts_at == at), None)
        except Unavailable:
            raise
        except BarevError as error:
            return self._show(self._text.off(error, ()), 409)
        kept: dict[str, object] = {
            "lang": self._frame.language,
            "service": asked.ids,
            "provider": asked.who,
        }
        if slot is not None and told is None:
            asked = asked._replace(at=to_iso(slot.starts_at))
            return self._details(asked, slot, {}, {})
        if at is not None and told is None:
            told = "pages.move.taken"
        days = [first + timedelta(days=number) for number in range(_DAYS)]
        times = self._frame.times(slots, days, read_day(query.get("day")), self._path, kept)
        several = len(self._able(asked.services)) > 1
        back = address(self._path, lang=self._frame.language, **({"service": asked.ids} if several else {}))
        shown = self._text.times(asked, times, told, back, more=self._may_add(asked))
        return self._show(shown, 409 if told else 200)

    def _details(
        self, asked: Asked, slot: Slot, given: Mapping[str, str], wrong: Mapping[str, str | BarevError]
    ) -> web.StreamResponse:
        when = self._frame.moment(slot.starts_at, ZoneInfo(slot.zone))
        form = self._page.serving.forms.make("book")
        back = address(
            self._path,
            lang=self._frame.language,
            service=asked.ids,
            provider=asked.who,
            **{"from": slot.wall_start[:10]},
        )
        consent = escape(self._consent_text())
        if len(slot.parts) > 1:
            by = ",".join(str(one.provider_id) for one in slot.parts)
            asked = asked._replace(by=by, total=self._total(asked, slot))
        main = self._text.details(asked, when, consent, form, given, wrong, back, self._offered.sources)
        return self._show(main, 400 if wrong else 200)

    def _total(self, asked: Asked, slot: Slot) -> str:
        """What all of it costs; empty where that of one is not known."""
        prices = [one.price_minor for one in slot.parts]
        known = [one for one in prices if one is not None]
        currency = next((one.currency for one in asked.services if one.currency), None)
        return self._frame.sum(sum(known), currency) if len(known) == len(prices) else ""

    async def book(self, given: Mapping[str, str], remote: str) -> web.StreamResponse:
        """What was sent, once."""
        services = self._chosen(given.get("service", ""))
        at = read_moment(given.get("at"))
        if not services or at is None:
            return self._show(self._text.services(self._offered), 400)
        wanted = _whole(given.get("provider", ""))
        provider = next((one for one in self._able(services) if one.id == wanted), None)
        asked = Asked(services, provider, to_iso(at), given.get("by", ""))
        wrong: dict[str, str | BarevError] = {}
        name, phone = given.get("name", "").strip()[:_NAME_CHARS], given.get("phone", "").strip()[:_PHONE_CHARS]
        if not name:
            wrong["name"] = "pages.book.name_missing"
        heard = _whole(given.get("heard", ""))
        known = await self._page.desk.read_phone(phone)
        if known is None:
            wrong["phone"] = "pages.book.phone_wrong"
        if not given.get("consent"):
            wrong["consent"] = "pages.book.consent_missing"
        if not given["key"]:
            wrong[""] = "pages.form_old"
        if wrong or known is None:
            return await self._again(asked, at, given, wrong)
        how = self._offered.rules.phone_check
        # who has no Telegram can answer a code, where one can be sent
        by_code = how == "code" or (how == "telegram" and self._page.check.can_send)
        verified = by_code or (how == "telegram" and self._page.proofs.can_ask())
        if verified:
            asking = await (self._check if by_code else self._prove)(asked, at, given, known)
            if asking is not None:
                return asking
        who = Wishes(
            name,
            phone,
            given.get("note", "").strip()[:_NOTE_CHARS],
            self._frame.language,
            verified=verified,
            consent=self._agreed(),
            source_id=next((one.id for one in self._offered.sources if one.id == heard), None),
            remote=remote,
        )
        try:
            made = await self._page.desk.book(self._wanted(asked), at, who, given["key"])
        except Unavailable:
            raise
        except BarevError as error:
            if error.code == "slot_taken":
                return await self._times(asked, {"from": at.date().isoformat()}, "pages.move.taken")
            return await self._again(asked, at, given, {"": error})
        token = await self._page.desk.own_page(made, verified=verified)
        return see_other(f"/book/done/{token}?lang={self._frame.language}")

    async def _check(
        self, asked: Asked, at: datetime, given: Mapping[str, str], phone: Phone
    ) -> web.StreamResponse | None:
        """Asks for the code that was sent to the phone; None: what was typed is right."""
        check, key, code = self._page.check, given["key"], given.get("code")
        told = None
        try:
            if code is None:
                await check.send(key, phone.value, self._frame.language)
            else:
                outcome = await check.weigh(key, phone.value, code)
                if outcome == "right":
                    return None
                if outcome == "over":
                    return await self._again(asked, at, given, {"": "pages.book.code_over"})
                told = "pages.book.code_wrong"
        except Unavailable:
            raise
        except BarevError as error:
            return await self._again(asked, at, given, {"": error})
        return self._show(self._text.code(_kept(given), phone.display, told), 400 if told else 200)

    async def _prove(
        self, asked: Asked, at: datetime, given: Mapping[str, str], phone: Phone
    ) -> web.StreamResponse | None:
        """Sends him to Telegram, where he shares his own card; None: he has."""
        asking = await self._page.proofs.ask(given["key"], phone.value, self._frame.language)
        if asking.state == "right":
            return None
        if not given.get("proof") and self._page.may_hold(self._request):
            try:
                await self._page.desk.hold(self._wanted(asked), at, given["key"])
            except Rejected:
                return await self._times(asked, {"from": at.date().isoformat()}, "pages.move.taken")
        waits = "pages.book.proof_waits" if given.get("proof") else None
        told = "pages.book.proof_other" if asking.state == "other" else waits
        hidden = {**_kept(given), "proof": "asked"}
        main = self._text.proof(hidden, phone.display, asking, told)
        page, status = self._page, 400 if told else 200
        return page.answer(self._request, self._frame, main, self._site, status, scripts=True)

    async def _again(
        self, asked: Asked, at: datetime, given: Mapping[str, str], wrong: Mapping[str, str | BarevError]
    ) -> web.StreamResponse:
        """The form with what is wrong; where the time is gone meanwhile, other times."""
        slots = await self._find(asked, self._first_day(asked, at.date().isoformat()) - timedelta(days=1))
        slot = next((one for one in slots if one.starts_at == at), None)
        if slot is None:
            refused = wrong.get("")
            told = refused if isinstance(refused, BarevError) else "pages.move.taken"
            return await self._times(asked, {"from": at.date().isoformat()}, told)
        return self._details(asked, slot, given, wrong)

    async def _find(self, asked: Asked, first: date) -> list[Slot]:
        """Several services are done in one branch."""
        found = await self._page.desk.times(self._wanted(asked), first, _DAYS, self._offered.rules)
        return [
            one for one in found if len(one.parts) == 1 or self._in_one_branch(part.provider_id for part in one.parts)
        ]

    def _in_one_branch(self, provider_ids: Iterable[int]) -> bool:
        known = self._offered.providers
        return len({known[one].branch_id if one in known else -1 for one in provider_ids}) == 1

    def _wanted(self, asked: Asked) -> Wanted:
        """One after another; what the specialist does not do, anybody does."""
        does, who = self._offered.does, None if asked.provider is None else asked.provider.id
        by = [_whole(one) for one in asked.by.split(",")]
        chosen = len(by) == len(asked.services) and all(
            one in does[each.id] for one, each in zip(by, asked.services, strict=True)
        )
        if asked.at and chosen and self._in_one_branch(by):
            return Wanted(tuple(Part(each.id, one) for one, each in zip(by, asked.services, strict=True)))
        return Wanted(tuple(Part(one.id, who if who in does[one.id] else None) for one in asked.services))

    def _first_day(self, asked: Asked, text: str) -> date:
        known = asked.provider or self._able(asked.services[:1])[0]
        today = clock.now().astimezone(ZoneInfo(known.timezone or "UTC")).date()
        wanted = read_day(text)
        return today if wanted is None else min(max(wanted, today), today + _FAR)

    def _consent_text(self) -> str:
        if self._site.consent is not None:
            return self._site.consent.text
        frame = self._frame
        return own_words(frame.texts, frame.language, frame.business)

    def _agreed(self) -> Consent:
        asked = self._site.consent
        if asked is None:
            return own_consent(self._consent_text(), self._frame.language, SOURCE)
        return Consent(self._site.inbox_id, asked.version, asked.language, asked.text, clock.now(), SOURCE)

    def _show(self, main: str, status: int = 200) -> web.StreamResponse:
        return self._page.answer(self._request, self._frame, main, self._site, status)


def _kept(given: Mapping[str, str]) -> dict[str, str]:
    """What a form asks that comes between the booking and its answer keeps of it."""
    kept = ("form", "service", "provider", "at", "by", "name", "phone", "note", "heard", "consent")
    return {name: given.get(name, "") for name in kept}


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
