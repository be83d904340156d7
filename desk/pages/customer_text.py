"""What the pages that customers open have in common: HTML of escaped texts, usable without scripts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from business.booking.feeds import say_name
from business.booking.model import Slot
from business.booking.pricing import say_price
from business.hours.places import name_zone
from business.money import Money, format_money
from conversation import clock
from conversation.dates import say_day, say_moment
from conversation.errors import BarevError
from conversation.language import OWN_NAMES
from conversation.messages import Language
from conversation.ports import Texts
from conversation.wire import error_text
from crm_store.rows import AnyRow


def address(path: str, **query: object) -> str:
    """An address with its query, to be put in an attribute."""
    given = {key: value for key, value in query.items() if value not in (None, "")}
    return escape(f"{path}?{urlencode(given)}" if given else path)


@dataclass(frozen=True, slots=True)
class Frame:
    """A page in one language. ``heading``: the text's key that names the pages; ``home``: where they begin; ``others``:
    this page in each language, by its address; ``mark``: where the firm's logo is had, empty for none."""

    texts: Texts
    language: Language
    business: str
    heading: str
    home: str
    others: Mapping[Language, str]
    mark: str = ""

    def say(self, key: str, **fields: object) -> str:
        """A text of the pages, escaped."""
        return escape(self.texts.get(self.language, f"pages.{key}", **fields))

    def fill(self, key: str, **fields: str) -> str:
        """A text of the pages whose fields are HTML already."""
        return self.texts.get(self.language, f"pages.{key}", **fields)

    def plain(self, key: str) -> str:
        """Any text of the catalogue, escaped."""
        return escape(self.texts.get(self.language, key))

    def name(self, names: object) -> str:
        """A name kept by language, escaped."""
        return escape(say_name(names, self.language))

    def moment(self, moment: datetime, zone: ZoneInfo) -> str:
        """``tomorrow, 15:30``, escaped."""
        return escape(say_moment(self.texts, self.language, moment, zone, clock.now()))

    def day(self, day: date, zone: ZoneInfo) -> str:
        """``tomorrow``, ``Friday``, ``5 December``, escaped."""
        return escape(say_day(self.texts, self.language, day, clock.now().astimezone(zone).date()))

    def sum(self, minor: int | None, currency: str | None) -> str:
        """A sum of money, escaped; empty where there is none."""
        return "" if minor is None or currency is None else escape(format_money(Money(minor, currency)))

    def price(self, service: AnyRow) -> str:
        """What a service costs, with its promotion, escaped."""
        today = clock.now().date()
        args = (service, service.price_minor, service.currency, today)
        return escape(say_price(self.texts, self.language, *args))

    def page(self, title: str, main: str) -> str:
        """A whole page; ``title`` is plain, ``main`` is HTML."""
        whole = self.say(self.heading, business=self.business)
        name = f"{escape(title)} · {whole}" if title else whole
        here = {self.language: ' aria-current="true"'}
        languages = "".join(
            f'<li><a href="{escape(href)}" lang="{one}" hreflang="{one}"{here.get(one, "")}>{OWN_NAMES[one]}</a></li>'
            for one, href in self.others.items()
        )
        switch = f'<nav aria-label="{self.say("languages")}"><ul>{languages}</ul></nav>' if len(self.others) > 1 else ""
        logo = f'<img class="mark" src="{escape(self.mark)}" alt="">' if self.mark else ""
        top = f'<a href="{escape(self.home)}">{logo}{whole}</a>' if self.home else f"<span>{logo}{whole}</span>"
        return (
            f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<meta name="robots" content="noindex, nofollow"><title>{name}</title>'
            '<link rel="stylesheet" href="/book/pages.css"></head><body>'
            f'<a class="skip" href="#text">{self.say("skip")}</a>'
            f'<header>{top}{switch}</header><main id="text">{main}</main></body></html>'
        )

    def told(self, what: str | BarevError | None, *, wrong: bool = False) -> str:
        """A line that says what has just been done, or what is wrong: a text's key, or a refusal."""
        if not what:
            return ""
        if isinstance(what, BarevError) and what.code == "slot_taken":
            what = "pages.move.taken"
        said = self.plain(what) if isinstance(what, str) else escape(error_text(self.texts, self.language, what))
        kind = ' class="told wrong" role="alert"' if wrong else ' class="told" role="status"'
        return f"<p{kind}>{said}</p>"

    def times(
        self, slots: Sequence[Slot], days: Sequence[date], chosen: date | None, path: str, query: Mapping[str, object]
    ) -> str:
        """Days to choose from, and the free times of the chosen one. ``path``, ``query``: of this page."""
        zone = ZoneInfo(slots[0].zone) if slots else ZoneInfo("UTC")
        free: dict[date, list[Slot]] = {}
        for slot in slots:
            free.setdefault(date.fromisoformat(slot.wall_start[:10]), []).append(slot)
        chosen = chosen if chosen in free else next(iter(free), None)
        listed = "".join(self._day(day, day in free, day == chosen, path, query) for day in days)
        step = (days[1] - days[0]) * len(days)
        beyond = {"from": (days[0] + step).isoformat()}
        before = {"from": (days[0] - step).isoformat()}
        today = clock.now().astimezone(zone).date()
        earlier = (
            f'<a class="button" href="{address(path, **{**query, **before})}">{self.say("times.earlier")}</a>'
            if days[0] > today
            else ""
        )
        later = f'<a class="button" href="{address(path, **{**query, **beyond})}">{self.say("times.later")}</a>'
        hours = f'<p role="status">{self.say("times.none")}</p>'
        if chosen is not None:
            heading = self.say("times.on", day=say_day(self.texts, self.language, chosen, today))
            items = "".join(self._hour(slot, path, {**query, "from": days[0].isoformat()}) for slot in free[chosen])
            place = name_zone(zone.key, self.language)
            hours = (
                f'<h2 id="hours">{heading}</h2><ul class="hours" aria-labelledby="hours">{items}</ul>'
                f'<p class="soft">{self.say("times.zone", place=place)}</p>'
            )
        return (
            f'<nav aria-label="{self.say("times.days")}"><ul class="days">{listed}</ul></nav>'
            f'<p class="deeds">{earlier}{later}</p>{hours}'
        )

    def _day(self, day: date, free: bool, chosen: bool, path: str, query: Mapping[str, object]) -> str:
        weekday = escape(self.texts.get(self.language, f"time.weekday.{day.isoweekday()}"))
        month = self.texts.get(self.language, f"time.month.{day.month}")
        spoken = escape(self.texts.get(self.language, "time.date", day=day.day, month=month))
        label = f"<small>{weekday}</small> {spoken}"
        if not free:
            return f"<li><span>{label}</span></li>"
        here = ' aria-current="date"' if chosen else ""
        asked = {**query, "day": day.isoformat()}
        return f'<li><a href="{address(path, **asked)}"{here}>{label}</a></li>'

    def _hour(self, slot: Slot, path: str, query: Mapping[str, object]) -> str:
        left = min((part.left for part in slot.parts if part.left is not None), default=None)
        seats = "" if left is None else f"&nbsp;<small>{self.say('times.left', count=left)}</small>"
        asked = {**query, "at": clock.to_iso(slot.starts_at)}
        return f'<li><a href="{address(path, **asked)}"><time>{slot.wall_start[11:16]}</time>{seats}</a></li>'
