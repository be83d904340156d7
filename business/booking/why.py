"""Why a day has no free time: told from the same schedules and the same busy time that were searched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

from business.booking.free import Bookable, Spans, Times, both, either, on_grid, sweep
from business.booking.ground import Ground
from business.booking.seeking import Bounds, Option, Plan, Search
from business.booking.wall import DAY, MINUTE_MS, day_of, grid_of, midnight_of
from crm_store.booking_calendar import LETTERS, NOTHING, Busy

Code = Literal[
    "past",
    "too_far",
    "not_online",
    "nobody",
    "not_done",
    "provider_not_online",
    "closed",
    "not_worked",
    "too_short",
    "outside",
    "busy",
    "seats_gone",
    "room_taken",
    "notice",
    "over",
    "not_together",
]
CODES: Final[tuple[Code, ...]] = get_args(Code)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; its text is ``slots.why.CODE``. ``provider_id``: whose, None for all."""

    code: Code
    service_id: int
    provider_id: int | None = None


def explain(ground: Ground, bounds: Bounds, day: date, now: int) -> list[Reason]:
    """Nothing where the day has free time for what is wanted."""
    if next(Search(ground.plans, ground.wanted.order, bounds).choices(0, each=False), None) is not None:
        return []
    found: list[Reason] = []
    able = True
    for plan, part in zip(ground.plans, ground.wanted.parts, strict=True):
        reasons = _reasons(ground, plan, part.provider_id, bounds, day, now)
        free = len(reasons) < len(plan.options)
        able = able and free
        found += [] if free else reasons
    if able:
        return [Reason("not_together", ground.plans[0].service_id)]
    return list(dict.fromkeys(found))


def _reasons(ground: Ground, plan: Plan, provider_id: int | None, bounds: Bounds, day: date, now: int) -> list[Reason]:
    """Of each provider who is not free; one for all where there is nobody to ask."""
    if ground.online and not ground.services[plan.service_id].online:
        return [Reason("not_online", plan.service_id)]
    if not plan.options:
        return [_nobody(ground, plan, provider_id)]
    found: list[Reason] = []
    for option in plan.options:
        code = _code(ground, plan, option, bounds, day, now)
        if code is not None:
            found.append(Reason(code, plan.service_id, option.who.id))
    return found


def _nobody(ground: Ground, plan: Plan, provider_id: int | None) -> Reason:
    doers = ground.doers.get(plan.service_id, frozenset())
    if provider_id is None:
        return Reason("provider_not_online" if doers else "nobody", plan.service_id)
    return Reason("provider_not_online" if provider_id in doers else "not_done", plan.service_id, provider_id)


def _code(ground: Ground, plan: Plan, option: Option, bounds: Bounds, day: date, now: int) -> Code | None:
    who, times = option.who, option.times
    begin, end = midnight_of(day, who.zone), midnight_of(day + DAY, who.zone)
    low, high = bounds.of(who.zone)
    whole = [(begin, end - 1)]
    if end <= now:
        return "past"
    if high < begin:
        return "too_far"
    if not both([(start, until - 1) for start, until in who.worked], whole):
        return "closed" if ground.workdays[who.id].by_rule(day) is None else "not_worked"
    if any(who_id == who.id and low <= start <= high for who_id, start in plan.sessions):
        return None
    grid = grid_of(day, day, who.zone)
    if not on_grid(both(sweep(who.worked, NOTHING, times), whole), grid, plan.step):
        return "too_short"
    if not on_grid(both(who.allowed(times), whole), grid, plan.step) or not plan.fresh:
        return _busy(plan, who, times, whole)
    spans = both(who.allowed(times), whole)
    for need in plan.needs:
        spans = both(spans, either([one.allowed(times) for one in need]))
    starts = on_grid(spans, grid, plan.step)
    if not starts:
        return "room_taken"
    if starts[-1][1] < low:
        return "over" if starts[-1][1] < now else "notice"
    return None


def _busy(plan: Plan, who: Bookable, times: Times, whole: Spans) -> Code:
    """What takes the day: another calendar, sessions that are full, or all sorts of things."""
    if plan.capacity > 1 and any(
        one[2] == LETTERS["session"] and _in(one, whole) for one in zip(*who.busy, strict=True)
    ):
        return "seats_gone"
    inside = Busy.of(one for one in zip(*who.busy, strict=True) if one[2] != LETTERS["outside"])
    own = Bookable(who.id, who.zone, who.worked, inside, who.place)
    day = day_of(whole[0][0], who.zone)
    free = on_grid(both(own.allowed(times), whole), grid_of(day, day, who.zone), plan.step)
    return "outside" if free else "busy"


def _in(one: tuple[int, int, str], whole: Sequence[tuple[int, int]]) -> bool:
    return one[0] * MINUTE_MS <= whole[0][1] and one[1] * MINUTE_MS > whole[0][0]
