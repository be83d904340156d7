"""How the booking page is written, step by step."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final, NamedTuple

from business.booking.customer import Offered
from conversation.errors import BarevError
from crm_store.rows import AnyRow
from desk.pages.customer_text import Frame, address

_NAME: Final = 'autocomplete="name" required maxlength="100"'
_PHONE: Final = 'type="tel" autocomplete="tel" required maxlength="40"'


class Asked(NamedTuple):
    """What a step is about: the service and with whom (None: anybody); ``at``: when, as it is sent back."""

    service: AnyRow
    provider: AnyRow | None
    at: str = ""


class BookText:
    """Writes the steps. ``path``: of the page."""

    def __init__(self, frame: Frame, path: str) -> None:
        self._frame = frame
        self._path = path
        self._lang = frame.language

    def services(self, offered: Offered) -> str:
        """What may be booked, by group."""
        frame, say = self._frame, self._frame.say
        groups: dict[str, list[AnyRow]] = {}
        for service in offered.services:
            groups.setdefault(frame.name(service.group_name), []).append(service)
        listed = "".join(
            f"{f'<h2>{name}</h2>' if name else ''}"
            f'<ul class="choices">{"".join(self._service(one) for one in services)}</ul>'
            for name, services in groups.items()
        )
        nothing = f"<p>{say('book.empty')}</p>"
        return f"<h1>{say('book.service')}</h1>{listed or nothing}"

    def _service(self, service: AnyRow) -> str:
        frame = self._frame
        minutes = frame.say("book.minutes", count=service.duration_min)
        price = frame.price(service)
        about = frame.name(service.description)
        small = " · ".join(part for part in (minutes, price) if part)
        href = address(self._path, lang=self._lang, service=service.id)
        return (
            f'<li><a href="{href}"><strong>{frame.name(service.name)}</strong><small>{small}</small>'
            f"{f'<small>{about}</small>' if about else ''}</a></li>"
        )

    def providers(self, service: AnyRow, providers: Sequence[AnyRow]) -> str:
        """With whom."""
        frame, say = self._frame, self._frame.say
        items = [self._provider(service, "any", say("book.anyone"), say("book.soonest"))]
        items += [
            self._provider(service, one.id, frame.name(one.name), self._place(one, providers)) for one in providers
        ]
        return (
            f"<h1>{say('book.specialist')}</h1><p><strong>{frame.name(service.name)}</strong></p>"
            f'<ul class="choices">{"".join(items)}</ul>{self._back(address(self._path, lang=self._lang))}'
        )

    def _provider(self, service: AnyRow, provider: object, name: str, small: str) -> str:
        href = address(self._path, lang=self._lang, service=service.id, provider=provider)
        return f'<li><a href="{href}"><strong>{name}</strong>{f"<small>{small}</small>" if small else ""}</a></li>'

    def _place(self, provider: AnyRow, providers: Sequence[AnyRow]) -> str:
        """His level, and his branch where there are several."""
        several = len({one.branch_id for one in providers}) > 1
        parts = (provider.level, provider.branch_name if several else "")
        return escape(" · ".join(part for part in parts if part))

    def times(self, asked: Asked, times: str, told: str | BarevError | None, back: str) -> str:
        """When."""
        frame = self._frame
        return (
            f"{frame.told(told, wrong=True)}<h1>{frame.say('book.time')}</h1>{self._what(asked, '')}{times}"
            f"{self._back(back)}"
        )

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
        provider = "any" if asked.provider is None else asked.provider.id
        hidden = {"form": form, "service": asked.service.id, "provider": provider, "at": asked.at}
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
        return f"<p><strong>{frame.name(asked.service.name)}{name}{f'<br>{when}' if when else ''}</strong></p>"

    def _back(self, href: str) -> str:
        return f'<p><a href="{href}">{self._frame.say("back")}</a></p>'
