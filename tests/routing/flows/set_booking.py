"""A firm whose catalogue and calendar are lists in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from conversation.messages import Language
from routing.flows.booking.ports import Asked, Choice, Order, Provider, Scope, Service, Start, Visit, Waited, Wish

wall = datetime.fromisoformat
TODAY: Final = date(2026, 11, 24)
NOW: Final = wall("2026-11-24T09:00")
ANI, NINO = Provider(1, "Ani"), Provider(2, "Nino")
HAIRCUT = Service(11, "Haircut", 60, "5 000 ֏", (1, 2))
MANICURE = Service(12, "Manicure", 30, "3 000 ֏", (2,))


class SetBooking:
    """Every full hour from 10 to 18 is free but what is taken; all is at UTC."""

    def __init__(self, *visits: Visit) -> None:
        self.now = NOW
        self.horizon = TODAY + timedelta(days=30)
        self.off = {date(2026, 11, 29)}
        self.busy: set[tuple[datetime, int]] = set()
        self.held: tuple[Asked, Choice] | None = None
        self.booked: list[Order] = []
        self.cancelled: list[tuple[int, str]] = []
        self.wishes_kept: list[Wish] = []
        self.children: list[tuple[int, str]] = []
        self.proof = self.waiting_list = False
        self.refusal = ""
        self.barred = ""
        self._visits = list(visits)

    def services(self, _language: Language) -> Sequence[Service]:
        """See the port."""
        return (HAIRCUT, MANICURE)

    def providers(self, _language: Language) -> Sequence[Provider]:
        """See the port."""
        return (ANI, NINO)

    def subjects(self) -> Sequence[tuple[int, str]]:
        """See the port."""
        return self.children

    def starts(self, asked: Asked, first: date, last: date) -> Sequence[Start]:
        """See the port."""
        found, day = [], first
        while day <= min(last, self.horizon):
            for hour in range(10, 19) if day not in self.off else ():
                start = self._start(asked, datetime(day.year, day.month, day.day, hour, tzinfo=UTC))
                if start is not None:
                    found.append(start)
            day += timedelta(days=1)
        return found

    def _start(self, asked: Asked, at: datetime) -> Start | None:
        wall = at.replace(tzinfo=None)
        services = [one for one in (HAIRCUT, MANICURE) if one.id in asked.service_ids]
        if wall < self.now or not services:
            return None
        by: list[int] = []
        for service in services:
            wanted = asked.provider_id if asked.provider_id in service.provider_ids else None
            free = [one for one in service.provider_ids if wanted in (None, one) and (wall, one) not in self.busy]
            if not free:
                return None
            by.append(free[0])
        return Start(at, wall, wall + timedelta(hours=1), tuple(by), services[0].price)

    def why(self, _asked: Asked, day: date, _language: Language) -> str:
        """See the port."""
        return "Day off." if day in self.off else ""

    def why_then(self, _asked: Asked, wall: datetime, _language: Language) -> str:
        """See the port."""
        return "" if wall.hour in range(10, 19) else "Nobody works then."

    def visits(self, _language: Language) -> Sequence[Visit]:
        """See the port."""
        return self._visits

    def last(self, _language: Language) -> Visit | None:
        """See the port."""
        return replace(self._visits[0], id=1) if self._visits else None

    def refuses(self, _language: Language, phone: str = "") -> str:
        """See the port."""
        return "Please call us." if phone and phone == self.barred else self.refusal

    def must_prove(self) -> bool:
        """See the port."""
        return self.proof

    def must_agree(self) -> bool:
        """See the port."""
        return False

    def may_wait(self) -> bool:
        """See the port."""
        return self.waiting_list

    def hold(self, asked: Asked, choice: Choice, _language: Language) -> Start | str:
        """See the port."""
        self.let_go()
        start = self._start(asked, choice.at)
        if start is None or start.wall.hour not in range(10, 19) or start.wall.minute:
            return "It is taken."
        self.held = asked, choice
        return start

    def let_go(self) -> None:
        """See the port."""
        self.held = None

    def book(self, order: Order) -> str:
        """See the port."""
        start = self._start(order.asked, order.choice.at)
        if start is None:
            return "It is taken."
        self.busy |= {(start.wall, one) for one in start.provider_ids}
        self.booked.append(order)
        self.held = None
        return ""

    def move(self, visit: Visit, choice: Choice, _language: Language, _scope: Scope = "one") -> str:
        """See the port."""
        wall = choice.at.replace(tzinfo=None)
        self._visits = [replace(one, wall=wall) if one.id == visit.id else one for one in self._visits]
        return ""

    def cancel(self, visit: Visit, reason: str, _language: Language, _scope: Scope = "one") -> str:
        """See the port."""
        self._visits = [one for one in self._visits if one.id != visit.id]
        self.cancelled.append((visit.id, reason))
        return ""

    def wishes(self, _language: Language) -> Sequence[Waited]:
        """See the port."""
        return [Waited(number, "Haircut", "", one.first, one.last) for number, one in enumerate(self.wishes_kept, 1)]

    def leave(self, wish_id: int) -> None:
        """See the port."""
        del self.wishes_kept[wish_id - 1]

    def wait(self, wish: Wish) -> str:
        """See the port."""
        self.wishes_kept.append(wish)
        return ""
