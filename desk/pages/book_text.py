"""How the booking page is written, step by step."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final, NamedTuple

from business.booking.customer import Offered
from business.booking.phone_proof import Asking
from conversation.errors import BarevError
from crm_store.rows import AnyRow
from desk.pages.customer_text import Frame, address

_NAME: Final = 'autocomplete="name" required maxlength="100"'
_PHONE: Final = 'type="tel" autocomplete="tel" required maxlength="40"'


class Asked(NamedTuple):
    """What a step is about: the services, one after another, and with whom (None: anybody); ``at``: when, as it is sent
    back; ``by``: who does each of several services then, as ids; ``total``: the price of all of it, escaped."""

    services: tuple[AnyRow, ...]
    provider: AnyRow | None
    at: str = ""
    by: str = ""
    total: str = ""

    @property
    def ids(self) -> str:
        """The services as an address carries them."""
        return ",".join(str(one.id) for one in self.services)

    @property
    def who(self) -> str:
        """With whom, as an address carries it."""
        return "any" if self.provider is None else str(self.provider.id)


class BookText:
    """Writes the steps. ``path``: of the page."""

    def __init__(self, frame: Frame, path: str) -> None:
        self._frame = frame
        self._path = path
        self._lang = frame.language

    def services(self, offered: Offered, chosen: Sequence[AnyRow] = ()) -> str:
        """What may be booked, by group; beside what is ``chosen``, what may be added to it."""
        frame, say = self._frame, self._frame.say
        groups: dict[str, list[AnyRow]] = {}
        before = [one.id for one in chosen]
        for service in (one for one in offered.services if one.id not in before and offered.together(before, one.id)):
            groups.setdefault(frame.name(service.group_name), []).append(service)
        listed = "".join(
            f"{f'<h2>{name}</h2>' if name else ''}"
            f'<ul class="choices">{"".join(self._service(one, before) for one in services)}</ul>'
            for name, services in groups.items()
        )
        nothing = f"<p>{say('book.empty')}</p>"
        if not chosen:
            return f"<h1>{say('book.service')}</h1>{listed or nothing}"
        what = self._what(Asked(tuple(chosen), None), "")
        kept = address(self._path, lang=self._lang, service=",".join(map(str, before)))
        return f"<h1>{say('book.also')}</h1>{what}{listed or nothing}{self._back(kept)}"

    def _service(self, service: AnyRow, before: Sequence[int]) -> str:
        frame = self._frame
        minutes = frame.say("book.minutes", count=service.duration_min)
        price = frame.price(service)
        about = frame.name(service.description)
        small = " · ".join(part for part in (minutes, price) if part)
        href = address(self._path, lang=self._lang, service=",".join(map(str, (*before, service.id))))
        return (
            f'<li><a href="{href}"><strong>{frame.name(service.name)}</strong><small>{small}</small>'
            f"{f'<small>{about}</small>' if about else ''}</a></li>"
        )

    def providers(self, asked: Asked, providers: Sequence[AnyRow], *, more: bool) -> str:
        """With whom."""
        frame, say = self._frame, self._frame.say
        items = [self._provider(asked, "any", say("book.anyone"), say("book.soonest"))]
        items += [self._provider(asked, one.id, frame.name(one.name), self._place(one, providers)) for one in providers]
        return (
            f"<h1>{say('book.specialist')}</h1>{self._what(asked, '')}{self._add(asked, more=more)}"
            f'<ul class="choices">{"".join(items)}</ul>{self._back(address(self._path, lang=self._lang))}'
        )

    def _add(self, asked: Asked, *, more: bool) -> str:
        """The way to another service in the same visit."""
        if not more:
            return ""
        href = address(self._path, lang=self._lang, service=asked.ids, add=1)
        return f'<p class="deeds"><a class="button" href="{href}">{self._frame.say("book.add")}</a></p>'

    def _provider(self, asked: Asked, provider: object, name: str, small: str) -> str:
        href = address(self._path, lang=self._lang, service=asked.ids, provider=provider)
        return f'<li><a href="{href}"><strong>{name}</strong>{f"<small>{small}</small>" if small else ""}</a></li>'

    def _place(self, provider: AnyRow, providers: Sequence[AnyRow]) -> str:
        """His level, and his branch where there are several."""
        several = len({one.branch_id for one in providers}) > 1
        parts = (provider.level, provider.branch_name if several else "")
        return escape(" · ".join(part for part in parts if part))

    def times(self, asked: Asked, times: str, told: str | BarevError | None, back: str, *, more: bool) -> str:
        """When."""
        frame, what = self._frame, f"{self._what(asked, '')}{self._add(asked, more=more)}"
        return f"{frame.told(told, wrong=True)}<h1>{frame.say('book.time')}</h1>{what}{times}{self._back(back)}"

    def details(
        self,
        asked: Asked,
        when: str,
        consent: str,
        form: str,
        given: Mapping[str, str],
        wrong: Mapping[str, str | BarevError],
        back: str,
        sources: Sequence[AnyRow],
    ) -> str:
        """Who. ``wrong``: by field, the key of what is wrong with it; ``sources``: from where he may have heard of the
        firm."""
        frame, say = self._frame, self._frame.say
        hidden = {"form": form, "service": asked.ids, "provider": asked.who, "at": asked.at, "by": asked.by}
        fields = "".join(
            f'<input type="hidden" name="{key}" value="{escape(str(one))}">' for key, one in hidden.items()
        )
        told = frame.told(wrong.get(""), wrong=True)
        ticked = " checked" if given.get("consent") else ""
        return (
            f"{told}<h1>{say('book.about_you')}</h1>{self._what(asked, when)}"
            f'<form class="fields" method="post" action="{address(self._path, lang=self._lang)}">{fields}'
            f"{self._field('name', given, wrong, _NAME)}{self._field('phone', given, wrong, _PHONE)}"
            f'<label>{say("book.note")}<textarea name="note" rows="2" maxlength="500">{escape(given.get("note", ""))}'
            f"</textarea></label>{self._heard(sources, given)}"
            f'<div><label class="tick"><input type="checkbox" name="consent" value="yes" required{ticked}'
            f"{self._described('consent', wrong)}><span>{consent}</span></label>{self._fault('consent', wrong)}</div>"
            f'<div class="deeds"><button class="go">{say("book.confirm")}</button>'
            f'<a class="button" href="{back}">{say("back")}</a></div></form>'
        )

    def _field(self, name: str, given: Mapping[str, str], wrong: Mapping[str, str | BarevError], more: str) -> str:
        return (
            f'<div><label>{self._frame.say(f"book.{name}")}<input name="{name}" value="{escape(given.get(name, ""))}" '
            f"{more}{self._described(name, wrong)}></label>{self._fault(name, wrong)}</div>"
        )

    def _heard(self, sources: Sequence[AnyRow], given: Mapping[str, str]) -> str:
        """From where he has heard of the firm; nothing where it asks for nothing."""
        if not sources:
            return ""
        chosen = {given.get("heard", ""): " selected"}
        listed = "".join(
            f'<option value="{one.id}"{chosen.get(str(one.id), "")}>{escape(one.name)}</option>' for one in sources
        )
        return (
            f'<label>{self._frame.say("book.heard")}<select name="heard"><option value="">—</option>{listed}</select>'
            "</label>"
        )

    def _described(self, name: str, wrong: Mapping[str, str | BarevError]) -> str:
        return f' aria-invalid="true" aria-describedby="wrong-{name}"' if name in wrong else ""

    def _fault(self, name: str, wrong: Mapping[str, str | BarevError]) -> str:
        if name not in wrong:
            return ""
        return f'<div id="wrong-{name}">{self._frame.told(wrong[name], wrong=True)}</div>'

    def code(self, hidden: Mapping[str, str], phone: str, told: str | BarevError | None) -> str:
        """The code that was sent."""
        frame, say = self._frame, self._frame.say
        fields = "".join(f'<input type="hidden" name="{key}" value="{escape(one)}">' for key, one in hidden.items())
        return (
            f"{frame.told(told, wrong=True)}<h1>{say('book.code')}</h1>"
            f"<p>{say('book.code_sent', phone=phone)}</p>"
            f'<form class="fields" method="post" action="{address(self._path, lang=self._lang)}">{fields}'
            f'<label>{say("book.code")}<input name="code" inputmode="numeric" autocomplete="one-time-code" required '
            f'maxlength="20"></label><div class="deeds"><button class="go">{say("book.confirm")}</button></div></form>'
        )

    def proof(self, hidden: Mapping[str, str], phone: str, asking: Asking, told: str | None) -> str:
        """The way to Telegram and back. The address can be read, for who has Telegram elsewhere than here. The script
        sends the form by itself."""
        frame, say, url = self._frame, self._frame.say, asking.url
        fields = "".join(f'<input type="hidden" name="{key}" value="{escape(one)}">' for key, one in hidden.items())
        watched = f'data-proof="/book/proof/{asking.number:x}" data-state="{asking.state}"'
        return (
            f"{frame.told(told, wrong=True)}<h1>{say('book.proof')}</h1>"
            f"<p>{say('book.proof_how', phone=phone)}</p>"
            f'<p class="deeds"><a class="button go" href="{escape(url)}" target="_blank" rel="noopener">'
            f"{say('book.proof_open')}</a></p>"
            f'<p class="soft">{say("book.proof_elsewhere")}</p><code class="address">{escape(url)}</code>'
            f'<form class="fields" method="post" action="{address(self._path, lang=self._lang)}" {watched}>{fields}'
            f'<div class="deeds"><button>{say("book.proof_done")}</button></div></form>'
            '<script src="/book/proof.js" defer></script>'
        )

    def done(self, about: str, own: str) -> str:
        """It is booked. ``own``: the address of the customer's page."""
        say = self._frame.say
        again = address(self._path, lang=self._lang)
        return (
            f"<h1>{say('book.done')}</h1>{about}"
            f'<p class="deeds"><a class="button go" href="{escape(own)}" target="_blank" rel="noopener">'
            f'{say("book.own_page")}</a></p><p class="soft">{say("book.keep_link")}</p>'
            f'<code class="address">{escape(own)}</code><p><a href="{again}">{say("book.again")}</a></p>'
        )

    def off(self, told: str | BarevError, phones: Sequence[str]) -> str:
        """Nothing can be booked here now."""
        say = self._frame.say
        calls = "".join(f"<p>{say('own.call', phone=phone)}</p>" for phone in phones)
        return f"<h1>{say('book.title')}</h1>{self._frame.told(told, wrong=True)}{calls}"

    def _what(self, asked: Asked, when: str) -> str:
        frame = self._frame
        name = "" if asked.provider is None else f" · {frame.name(asked.provider.name)}"
        what = ", ".join(frame.name(one.name) for one in asked.services)
        total = f"<br>{frame.say('own.total', sum=asked.total)}" if asked.total else ""
        return f"<p><strong>{what}{name}{f'<br>{when}' if when else ''}</strong>{total}</p>"

    def _back(self, href: str) -> str:
        return f'<p><a href="{href}">{self._frame.say("back")}</a></p>'
