"""When a resource works: by its rules and days, else by the hours of its agent, its branch, the firm.

Of several rules that cover a day the one made last holds; a day that was set by hand goes before them all. A day off of
the firm (a holiday it keeps, a day it named) is off by a rule too, and a shorter day of the firm cuts a rule's hours;
only a day set by hand says otherwise. Rooms, chairs and devices are there always where no rule
says when.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final, cast
from zoneinfo import ZoneInfo

from business.booking.wall import DAY, midnight_of
from business.hours.calendar import Calendar
from business.hours.schedule import Schedule
from business.hours.week import DAYS, Hours, Span, moment_of, parse_hours
from conversation.clock import to_ms
from conversation.messages import Json
from conversation.reply_time import find_zone
from crm_store import Tx, booking_calendar
from crm_store.booking_calendar import ResourceFacts, RuleFacts
from crm_store.working_hours import FIRM, Owner

UNSET: Final[Hours] = (Span(10 * 60, 20 * 60),)
"""A provider's day where neither he nor anybody above him has hours."""
Worked = list[tuple[int, int]]
"""From when to when, in milliseconds since 1970 UTC: in order, apart from each other, the end not in it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a schedule, read. ``hours``: by weekday from Monday; of a cycle the same on each."""

    starts_on: date
    until: date | None
    hours: tuple[Hours, ...]
    on_days: int = 0
    off_days: int = 0

    @classmethod
    def of(cls, kept: RuleFacts) -> "Rule":
        """Reads what is kept, the same words once. Raises Rejected invalid, ValueError."""
        return _read(kept[1:])

    def covers(self, day: date) -> bool:
        """Whether it says anything of a day."""
        return self.starts_on <= day and (self.until is None or day <= self.until)

    def hours_of(self, day: date) -> Hours:
        """What is worked on a day that it covers."""
        if self.on_days and (day - self.starts_on).days % (self.on_days + self.off_days) >= self.on_days:
            return ()
        return self.hours[day.weekday()]


@lru_cache(maxsize=2048)
def _read(kept: tuple[str, str, str | None, str, int | None, int | None]) -> Rule:
    kind, starts_on, until, words, on_days, off_days = kept
    names = ["on"] * 7 if kind == "cycle" else list(DAYS)
    given = json.loads(words)
    hours = tuple(parse_hours(given.get(name), name) for name in names)
    ends_on = None if until is None else date.fromisoformat(until)
    return Rule(date.fromisoformat(starts_on), ends_on, hours, on_days or 0, off_days or 0)


@dataclass(frozen=True, slots=True)
class Workdays:
    """The working time of one resource. ``schedules``: the hours that hold where no rule does, of which the first says
    what is off; empty: always there."""

    zone: ZoneInfo
    schedules: tuple[Schedule, ...] = ()
    rules: tuple[Rule, ...] = ()
    days: Mapping[date, Hours] = field(default_factory=dict)

    def by_rule(self, day: date) -> Hours | None:
        """What a rule or a day set by hand says; None: nothing does."""
        by_hand = self.days.get(day)
        if by_hand is not None:
            return by_hand
        rule = next((one for one in self.rules if one.covers(day)), None)
        if rule is None:
            return None
        hours = rule.hours_of(day)
        if hours and self.schedules and self.schedules[0].why_differs(day) is not None:
            return _cut(hours, self.schedules[0].hours_of(day))
        return hours

    def opens_of(self, day: date) -> Worked:
        """The shifts that begin on a day."""
        hours = self.by_rule(day)
        if hours is not None:
            return list(_moments(day, hours, self.zone))
        if not self.schedules:
            return [(midnight_of(day, self.zone), midnight_of(day + DAY, self.zone))]
        if all(one.always for one in self.schedules):
            return list(_moments(day, UNSET, self.zone))
        return [open_ for one in self.schedules for open_ in _moments(day, one.hours_of(day), one.zone)]

    def worked(self, first: date, last: date) -> Worked:
        """All that is worked from the first day to the last, with what the night before reaches into it."""
        only = self._only_rule(first - DAY, last)
        if only is not None:
            return _by_one_rule(only, self.zone, first, last)
        days = (first + number * DAY for number in range(-1, (last - first).days + 1))
        return join(open_ for day in days for open_ in self.opens_of(day))

    def _only_rule(self, first: date, last: date) -> Rule | None:
        """The one rule that all of these days go by, if nothing else says anything of them."""
        if self.days or not self.rules or any(one.exceptions or one.holidays for one in self.schedules[:1]):
            return None
        rule = self.rules[0]
        return rule if rule.covers(first) and rule.covers(last) else None


@lru_cache(maxsize=256)
def _by_one_rule(rule: Rule, zone: ZoneInfo, first: date, last: date) -> Worked:
    days = (first + number * DAY for number in range(-1, (last - first).days + 1))
    return join(open_ for day in days for open_ in _moments(day, rule.hours_of(day), zone))


def join(opens: Iterable[tuple[int, int]]) -> Worked:
    """Sorted; those that touch or overlap become one."""
    joined: Worked = []
    for start, end in sorted(opens):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def zone_of(calendar: Calendar, branch_id: int | None, agent_id: int | None) -> ZoneInfo:
    """The zone of a resource: of its branch, else of its agent's, else of the firm's first branch."""
    if branch_id is None and agent_id is not None:
        branch_id = calendar.lines(Owner("agent", agent_id))[0][1]
    return find_zone(calendar.place(branch_id).timezone) or ZoneInfo("UTC")


def load_workdays(
    tx: Tx, calendar: Calendar, resources: Collection[ResourceFacts], first: date, last: date
) -> dict[int, Workdays]:
    """The working time of resources from the day before the first to the last."""
    ids = [one.id for one in resources]
    rules: dict[int, list[Rule]] = {}
    for rule in booking_calendar.list_rules(tx, ids, first - DAY, last):
        rules.setdefault(rule.resource_id, []).append(Rule.of(rule))
    days: dict[int, dict[date, Hours]] = {}
    for day in booking_calendar.list_days(tx, ids, first - DAY, last):
        hours = parse_hours(cast("Json", day.hours), day.day)
        days.setdefault(day.resource_id, {})[date.fromisoformat(day.day)] = hours
    return {
        one.id: Workdays(
            zone_of(calendar, one.branch_id, one.agent_id),
            _schedules(calendar, one),
            tuple(rules.get(one.id, ())),
            days.get(one.id, {}),
        )
        for one in resources
    }


def _schedules(calendar: Calendar, resource: ResourceFacts) -> tuple[Schedule, ...]:
    if resource.kind != "provider":
        return ()
    owner = FIRM
    if resource.agent_id is not None:
        owner = Owner("agent", resource.agent_id)
    elif resource.branch_id is not None:
        owner = Owner("branch", resource.branch_id)
    return tuple(calendar.schedules(owner))


def _cut(hours: Hours, within: Hours) -> Hours:
    found = (
        Span(max(one.start_min, other.start_min), min(one.end_min, other.end_min)) for one in hours for other in within
    )
    return tuple(one for one in found if one.start_min < one.end_min)


@lru_cache(maxsize=16384)
def _moments(day: date, hours: Hours, zone: ZoneInfo) -> tuple[tuple[int, int], ...]:
    found = ((to_ms(moment_of(day, one.start_min, zone)), to_ms(moment_of(day, one.end_min, zone))) for one in hours)
    return tuple(one for one in found if one[0] < one[1])
