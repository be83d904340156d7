"""How a customer's own page is written."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from math import ceil

from business.booking.customer import Mine, OwnVisit
from business.booking.model import Slot
from conversation.errors import BarevError
from desk.pages.customer_text import Frame, address


class OwnText:
    """Writes the page's parts. ``path``: of the page itself."""

    def __init__(self, frame: Frame, path: str) -> None:
        self._frame = frame
        self._path = path

    def whole(
        self, mine: Mine, at: datetime, told: str | BarevError | None, wishes: str, *, wrong: bool = False
    ) -> str:
        """All that is his."""
        say = self._frame.say
        coming = "".join(self._visit(one, mine, at) for one in mine.coming)
        coming = f'<ul class="visits">{coming}</ul>' if coming else f"<p>{say('own.none')}</p>"
        past = "".join(self._visit(one, mine, at) for one in mine.past)
        past = f'<h2>{say("own.past")}</h2><ul class="visits">{past}</ul>' if past else ""
        only = f'<p class="soft">{say("own.only")}</p>' if mine.opened.only is not None else ""
        book = (
            f'<p class="deeds"><a class="button go" href="/book/">{say("own.book")}</a></p>'
            if mine.rules.online
            else ""
        )
        return (
            f"{self._frame.told(told, wrong=wrong)}<h1>{say('own.title')}</h1>{only}"
            f"<h2>{say('own.coming')}</h2>{coming}{book}{wishes}{past}{self._feed(mine)}"
        )

    def _feed(self, mine: Mine) -> str:
        if mine.feed is None:
            return ""
        say = self._frame.say
        subscribe = escape(mine.feed.replace("https://", "webcal://").replace("http://", "webcal://"))
        return (
            f'<h2>{say("own.feed")}</h2><p class="soft">{say("own.feed_hint")}</p>'
            f'<p class="deeds"><a class="button" href="{subscribe}">{say("own.to_calendar")}</a></p>'
            f'<p class="soft">{say("own.feed_copy")}</p><code class="address">{escape(mine.feed)}</code>'
        )

    def about(self, visit: OwnVisit) -> str:
        """What a visit is."""
        frame, head = self._frame, visit.head
        lines = []
        for row in visit.rows:
            provider = frame.name(row.provider_name)
            if provider:
                lines.append(frame.fill("own.specialist", name=provider))
        total = frame.sum(head.total_minor, head.currency)
        if total:
            lines.append(frame.fill("own.total", sum=total))
        place = ", ".join(part for part in (head.branch_name, head.branch_address) if part)
        if place:
            lines.append(frame.say("own.where", place=place))
        if head.branch_phone:
            lines.append(frame.say("own.call", phone=head.branch_phone))
        return "".join(f"<p>{line}</p>" for line in dict.fromkeys(lines))

    def what(self, visit: OwnVisit) -> str:
        """Its services."""
        names = [self._frame.name(row.service_name) for row in visit.rows]
        return ", ".join(name for name in dict.fromkeys(names) if name) or escape(visit.head.title)

    def when(self, visit: OwnVisit) -> str:
        """Its time."""
        return self._frame.moment(visit.head.starts_at, visit.zone)

    def _visit(self, visit: OwnVisit, mine: Mine, at: datetime) -> str:
        say, head = self._frame.say, visit.head
        number = head.id
        state = f'<p class="state">{say(f"status.{head.status}")}</p>'
        deeds = ""
        if visit in mine.coming:
            which = f'aria-describedby="visit-{number}"'
            lang = self._frame.language
            ics = address(f"{self._path}/{number}.ics", lang=lang)
            calendar = f'<a class="button" href="{ics}" {which}>{say("own.to_calendar")}</a>'
            deeds = calendar
            if visit.may_change(mine.rules, at):
                cancel = address(f"{self._path}/{number}/cancel", lang=lang)
                move = address(f"{self._path}/{number}/move", lang=lang)
                moving = f'<a class="button" href="{move}" {which}>{say("own.move")}</a>' if visit.movable else ""
                deeds = f'{moving}<a class="button" href="{cancel}" {which}>{say("own.cancel")}</a>{calendar}'
            else:
                deeds += f'<p class="soft">{say("own.too_late")}</p>'
            deeds = f'<div class="deeds">{deeds}</div>'
        return (
            f'<li id="v{number}"><h3 id="visit-{number}">{self.what(visit)} · {self.when(visit)}</h3>'
            f"{state}{self.about(visit)}{deeds}</li>"
        )

    def cancel(self, visit: OwnVisit, mine: Mine, at: datetime, form: str, told: str | BarevError | None) -> str:
        """Whether he means it."""
        say, number = self._frame.say, visit.head.id
        action = address(f"{self._path}/{number}/cancel", lang=self._frame.language)
        home = address(self._path, lang=self._frame.language)
        late = ""
        if visit.is_late(mine.rules, at):
            hours = ceil(mine.rules.late_min / 60)
            late = f'<p class="told wrong">{say("cancel.late", hours=hours)}</p>'
        return (
            f"{self._frame.told(told, wrong=True)}<h1>{say('cancel.title')}</h1>"
            f"<p><strong>{self.what(visit)} · {self.when(visit)}</strong></p>{self.about(visit)}{late}"
            f'<form class="fields" method="post" action="{action}">'
            f'<input type="hidden" name="form" value="{escape(form)}">'
            f'<label>{say("cancel.reason")}<input name="reason" maxlength="300"></label>'
            f'<div class="deeds"><button class="go">{say("cancel.yes")}</button>'
            f'<a class="button" href="{home}">{say("cancel.no")}</a></div></form>'
        )

    def move(self, visit: OwnVisit, times: str, anyone: bool, told: str | BarevError | None) -> str:
        """Where to."""
        say, number, lang = self._frame.say, visit.head.id, self._frame.language
        other = address(f"{self._path}/{number}/move", lang=lang, who="" if anyone else "any")
        who = self._frame.name(visit.head.provider_name)
        label = self._frame.fill("own.specialist", name=who) if anyone else say("book.anyone")
        switch = f'<p><a href="{other}">{label}</a></p>' if who else ""
        return (
            f"{self._frame.told(told, wrong=True)}<h1>{say('move.title')}</h1>"
            f"<p><strong>{self.what(visit)}</strong><br>{self._frame.fill('move.now', time=self.when(visit))}</p>"
            f"{times}{switch}{self.back()}"
        )

    def confirm_move(self, visit: OwnVisit, slot: Slot, provider: str, form: str, back: str) -> str:
        """Whether he means this time."""
        say, number, lang = self._frame.say, visit.head.id, self._frame.language
        then = self._frame.moment(slot.starts_at, visit.zone)
        name = f"<p>{self._frame.fill('own.specialist', name=provider)}</p>" if provider else ""
        hidden = {"form": form, "at": slot.starts_at.isoformat(), "who": str(slot.parts[0].provider_id)}
        fields = "".join(f'<input type="hidden" name="{key}" value="{escape(value)}">' for key, value in hidden.items())
        return (
            f"<h1>{say('move.ask')}</h1><p><strong>{self.what(visit)} · {then}</strong></p>{name}"
            f"<p>{self._frame.fill('move.now', time=self.when(visit))}</p>"
            f'<form method="post" action="{address(f"{self._path}/{number}/move", lang=lang)}">{fields}'
            f'<div class="deeds"><button class="go">{say("move.yes")}</button>'
            f'<a class="button" href="{back}">{say("back")}</a></div></form>'
        )

    def back(self) -> str:
        """To the page itself."""
        return f'<p><a href="{address(self._path, lang=self._frame.language)}">{self._frame.say("back")}</a></p>'

    def over(self, phones: Sequence[str]) -> str:
        """The link opens nothing."""
        say = self._frame.say
        calls = "".join(f"<p>{say('own.call', phone=phone)}</p>" for phone in phones)
        book = f'<p class="deeds"><a class="button" href="/book/">{say("own.book")}</a></p>'
        return f"<h1>{say('own.over')}</h1><p>{say('own.over_text')}</p>{calls}{book}"
