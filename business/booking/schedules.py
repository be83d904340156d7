"""When resources work, as an agent sets it: by rules, and day by day. Every change is audited and told at once.

Of several rules that cover a day the one made last holds; a day that was set by itself differs from them all. Breaks
are the gaps between hours of a day.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from business.booking.changes import tell
from business.booking.working import UNSET, Workdays, load_workdays
from business.hours import week
from business.hours.calendar import load_calendar
from business.once import Kept, plainly
from business.team import rights
from business.team.deeds import record_deed
from business.team.staff import Publish
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent, Json, JsonObject
from crm_store import Tx, booking_calendar, resources, schedules
from crm_store.engine import Store
from crm_store.models.base import RuleKind

EDIT: Final = "schedules.edit"
MOST_DAYS: Final = 366
MOST_AT_ONCE: Final = 200
_LONGEST: Final = 28
_NOTE_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class Rule:
    """How days are filled. ``hours``: of ``weekly`` by weekday, of ``cycle`` those of every worked day: it works
    ``on_days`` from ``first`` on, rests ``off_days``, and begins anew. ``last``: its last day, None for no end. What
    was set day by day within it gives way where ``over``."""

    kind: RuleKind
    first: date
    last: date | None
    hours: JsonObject
    on_days: int | None = None
    off_days: int | None = None
    over: bool = True


@dataclass(frozen=True, slots=True)
class Paint:
    """One day set by itself: its hours, none for a day off; None for ``hours``: as the rules have it."""

    day: date
    hours: Sequence[Json] | None
    note: str = ""


class Schedules:
    """Fills, paints and clears. All raise Rejected with the rule that was broken."""

    def __init__(self, store: Store, publish: Publish) -> None:
        self._store = store
        self._publish = publish

    async def fill(
        self, actor: Agent, resource_ids: Collection[int], rule: Rule, remote: str, kept: Kept[list[int]] = plainly
    ) -> list[int]:
        """The same rule for each of the resources; returns the ids of the rules."""
        values = _rule_values(rule)

        def add(tx: Tx) -> list[int]:
            doer = rights.require_now(tx, actor, EDIT)
            ids = _require(tx, resource_ids)
            added = schedules.add_rules(tx, ids, values, clock.now())
            if rule.over:
                last = "9999-12-31" if rule.last is None else rule.last.isoformat()
                schedules.clear_days(tx, ids, rule.first.isoformat(), last)
            for one in ids:
                record_deed(tx, doer, "schedule.filled", "resource", one, after=values, remote=remote)
            resources.bump_versions(tx, ids)
            return added

        return await self._store.writer.run(lambda tx: kept(tx, add), lambda _: tell(self._publish, resource_ids))

    async def paint(self, actor: Agent, resource_id: int, days: Sequence[Paint], remote: str) -> None:
        """Sets days one by one, all or nothing."""
        if len(days) > MOST_DAYS:
            raise Rejected("invalid", "hours.too_many", field="days", most=MOST_DAYS)
        painted = {one.day.isoformat(): _painted(one) for one in days}
        if len(painted) < len(days):
            raise Rejected("invalid", "error.field_wrong", field="days")

        def write(tx: Tx) -> None:
            doer = rights.require_now(tx, actor, EDIT)
            _require(tx, [resource_id])
            known = schedules.list_days(tx, [resource_id], min(painted, default=""), max(painted, default=""))
            before = {row.day: row.hours for row in known if row.day in painted}
            schedules.set_days(tx, resource_id, painted)
            after = {day: None if one is None else one[0] for day, one in painted.items()}
            record_deed(
                tx, doer, "schedule.painted", "resource", resource_id, before=before, after=after, remote=remote
            )
            resources.bump_versions(tx, [resource_id])

        await self._store.writer.run(write, lambda _: tell(self._publish, [resource_id]))

    async def remove_rule(self, actor: Agent, rule_id: int, remote: str) -> None:
        """Takes a rule away: those before it hold again."""

        def write(tx: Tx) -> int:
            doer = rights.require_now(tx, actor, EDIT)
            rule = schedules.find_rule(tx, rule_id)
            if rule is None:
                raise Rejected("not_found", "catalogue.rule_not_found")
            schedules.delete_rule(tx, rule_id)
            before = {name: getattr(rule, name) for name in _SHOWN}
            record_deed(tx, doer, "schedule.cleared", "resource", rule.resource_id, before=before, remote=remote)
            resources.bump_versions(tx, [rule.resource_id])
            return int(rule.resource_id)

        await self._store.writer.run(write, lambda resource_id: tell(self._publish, [resource_id]))


_SHOWN: Final = ("kind", "starts_on", "until", "hours", "on_days", "off_days")


def _rule_values(rule: Rule) -> dict[str, object]:
    if rule.last is not None and rule.last < rule.first:
        raise Rejected("invalid", "catalogue.until_before", field="until")
    if rule.first.year not in week.YEARS:
        raise Rejected("invalid", "error.field_wrong", field="starts_on")
    cycle = rule.kind == "cycle"
    if cycle and not (1 <= (rule.on_days or 0) <= _LONGEST and 0 <= (rule.off_days or 0) <= _LONGEST):
        raise Rejected("invalid", "catalogue.cycle_wrong", field="on_days", most=_LONGEST)
    return {
        "kind": rule.kind,
        "starts_on": rule.first.isoformat(),
        "until": None if rule.last is None else rule.last.isoformat(),
        "hours": {"on": _hours(rule.hours.get("on"))} if cycle else week.show_weekly(week.parse_weekly(rule.hours)),
        "on_days": rule.on_days if cycle else None,
        "off_days": (rule.off_days or 0) if cycle else None,
    }


def _hours(given: Json | None) -> list[Json]:
    return week.show_hours(week.parse_hours(given, "hours"))


def _painted(one: Paint) -> tuple[list[Json], str] | None:
    if one.day.year not in week.YEARS:
        raise Rejected("invalid", "error.field_wrong", field="day")
    if one.hours is None:
        return None
    return _hours(list(one.hours)), one.note.strip()[:_NOTE_LIMIT]


def _require(tx: Tx, resource_ids: Collection[int]) -> list[int]:
    ids = sorted(set(resource_ids))
    if not ids or len(ids) > MOST_AT_ONCE or len(resources.list_live(tx, ids=ids)) < len(ids):
        raise Rejected("not_found", "catalogue.resource_not_found", field="resource_ids")
    return ids


# --- what they come to
# --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a resource as it is worked. ``by``: whether it was set by itself, a rule says so, or nothing but the
    hours of the place does. ``note``: what was noted of it, else why the place's hours differ on that day."""

    day: date
    hours: week.Hours
    by: Literal["day", "rule", "place"]
    note: str


def days_of(tx: Tx, resource_ids: Collection[int], first: date, last: date) -> dict[int, list[Day]]:
    """Every day from ``first`` to ``last`` of each resource, by the computation that free time is found with."""
    facts = booking_calendar.list_resources(tx, resource_ids)
    workdays = load_workdays(tx, load_calendar(tx), facts.values(), first, last)
    texts = (first.isoformat(), last.isoformat())
    notes = {(row.resource_id, row.day): row.note for row in schedules.list_days(tx, resource_ids, *texts)}
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return {
        one: [_day(found, day, notes.get((one, day.isoformat()), "")) for day in days]
        for one, found in workdays.items()
    }


def _day(workdays: Workdays, day: date, note: str) -> Day:
    by: Literal["day", "rule", "place"] = "place"
    hours = workdays.by_rule(day)
    if hours is not None:
        by = "day" if day in workdays.days else "rule"
    elif not workdays.schedules:
        hours = week.ALWAYS[0]
    elif all(one.always for one in workdays.schedules):
        hours = UNSET
    else:
        hours = tuple(sorted({span for one in workdays.schedules for span in one.hours_of(day)}))
    differs = workdays.schedules[0].why_differs(day) if workdays.schedules and by != "day" else None
    return Day(day, hours, by, note or differs or "")
