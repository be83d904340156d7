"""What a customer has booked: shown, moved, called off."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from conversation.messages import Button
from routing.flows import times
from routing.flows.booking.hearing import hear, named, times_said, values
from routing.flows.booking.leaving import say_waited
from routing.flows.booking.making import MOMENT, after_booking, note, press, seek
from routing.flows.booking.ports import Visit
from routing.flows.booking.scoped import ASK_SCOPE, say_scope
from routing.flows.booking.seats import fit_seats
from routing.flows.booking.seeking import HELD, TAKEN, WALL, forget_start
from routing.flows.booking.shifting import shift_of
from routing.flows.booking.strangers import tell_stranger
from routing.flows.booking.wanted import (
    PROVIDER,
    SERVICES,
    START,
    VISIT,
    booking_of,
    ids_of,
    load_start,
    say_chosen,
    say_wall,
    scope_of,
    visit_of,
)
from routing.flows.checks import with_moment
from routing.flows.ports import Entity
from routing.flows.steps import Ask, Branch, Choose, Confirm, Do, End, Flow, Look, Say, Step

if TYPE_CHECKING:
    from routing.flows.turn import Turn

_BUTTONS_MOST: Final = 10
_BOOKS: Final = ("book", "availability")


def _say(turn: "Turn", visit: Visit) -> str:
    return f"{visit.what} · {say_wall(turn, visit.wall)}"


def _visits(turn: "Turn") -> Sequence[Visit]:
    return booking_of(turn).visits(turn.state.language)[:_BUTTONS_MOST]


def _options(turn: "Turn") -> Sequence[tuple[str, str]]:
    return [(str(one.id), _say(turn, one)) for one in _visits(turn)]


def _which(turn: "Turn") -> Mapping[str, str]:
    """The only one, or the only one that the message tells of, is not asked."""
    slots, visits = turn.slots, list(_visits(turn))
    if slots.get(VISIT) and visit_of(turn) is None:
        slots.pop(VISIT)
    if slots.get(VISIT):
        return {"service": _say(turn, chosen)} if (chosen := visit_of(turn)) else {}
    if len(visits) > 1:
        visits = _told(turn, visits)
    return {VISIT: str(visits[0].id), "service": _say(turn, visits[0])} if len(visits) == 1 else {}


def _told(turn: "Turn", visits: list[Visit]) -> list[Visit]:
    """Those that fit a service, a specialist or a day that is named."""
    services = {one for entity in named(turn, "service") for one in values(entity)}
    days = set(_days(named(turn, "time")))
    by_service = [one for one in visits if {str(number) for number in one.service_ids} & services]
    by_day = [one for one in visits if one.wall.date().isoformat() in days]
    both = [one for one in by_service if one in by_day]
    return both or by_service or by_day or visits


def _days(found: Sequence[Entity]) -> list[str]:
    return [str(one.value.get("from", ""))[:10] if isinstance(one.value, dict) else "" for one in found]


def _none(turn: "Turn") -> str | None:
    return None if _visits(turn) else "none"


def _offers(turn: "Turn") -> Sequence[Button]:
    """Where none of his is known: another card may have them, or a new one is wanted."""
    known = Button(">identify", turn.text("title.identify"))
    return [Button(">book", turn.text("menu.book")), known, Button("!human", turn.text("menu.human"))]


_NONE: Final[tuple[Step, ...]] = (Say("none", "booking.none", buttons=_offers), End("end_none"))
_WHICH: Final[tuple[Step, ...]] = (
    Branch("any", _none, ("none",)),
    Look("which", _which),
    Choose("visit", VISIT, "booking.ask_visit", _options),
    Look("chosen", _which),
)


# --- moved ------------------------------------------------------------------------------------------------------------


def _hear_move(turn: "Turn") -> bool:
    """The new time; one that only tells which visit is meant is the old one."""
    if shift_of(turn) is not None:
        return hear(turn)
    visits = list(_visits(turn))
    old = {one.wall.date().isoformat() for one in visits}
    found = times_said(turn)
    only_old = len(found) == 1 and not turn.slots.get(VISIT) and _days(found)[0] in old and len(visits) > 1
    if only_old and turn.state.place is not None and turn.heard.choice is None:
        return True
    seed = _seed_day(turn, found)
    heard = hear(turn)
    if seed and turn.state.place is not None and turn.state.place.slots.get(times.SLOT) == seed:
        times.clear_time(turn.state.place)  # the message was about something else
    if len(found) > 1 and turn.state.place is not None:
        fresh = [one for one in found if _days([one])[0] not in old]
        times.clear_time(turn.state.place)
        times.put_time(turn.state.place, (fresh or found)[-1])
        return True
    return heard


def _seed_day(turn: "Turn", found: Sequence[Entity]) -> str:
    """An hour alone is meant on the day of the visit, where that is to come: the day is kept as if it had been said."""
    place = turn.state.place
    time = found[0].time if len(found) == 1 else None
    if place is None or time is None or time.dated or times.SLOT in place.slots or times.READINGS in place.slots:
        return ""
    told = [one for one in [visit_of(turn)] if one is not None] or _told(turn, list(_visits(turn)))
    if len(told) != 1 or told[0].wall.date() <= booking_of(turn).now.date():
        return ""
    place.slots[times.SLOT] = with_moment("", told[0].wall.date().isoformat())
    return place.slots[times.SLOT]


_press_time: Final = press("reschedule")


def _fit_visit(turn: "Turn") -> Mapping[str, str]:
    """The visit's services, by the same specialist unless another is wanted."""
    visit = visit_of(turn)
    if visit is None:
        return {}
    filled, providers = {SERVICES: ",".join(map(str, visit.service_ids)), "service": visit.what}, visit.provider_ids
    scope = scope_of(turn)
    turn.slots[SERVICES] = filled[SERVICES]
    fit_seats(turn)
    tell_stranger(turn)
    for one in visit.items:
        if one.id == scope:
            filled, providers = {SERVICES: str(one.service_id), "service": one.what}, (one.provider_id,)
    if PROVIDER not in turn.slots and len(set(providers)) == 1:
        filled[PROVIDER] = str(providers[0])
    return filled


def _move_lines(turn: "Turn") -> Sequence[str]:
    visit = visit_of(turn)
    if visit is None:
        return ()
    when, who = say_chosen(turn)
    shown = (("service", turn.slots.get("service") or visit.what), ("staff", who))
    lines = [*say_scope(turn), *(f"{turn.text(f'label.{key}')}: {value}" for key, value in shown if value)]
    return [*lines, f"{turn.text('label.when')}: {say_wall(turn, visit.wall)} → {when}"]


def _move(turn: "Turn") -> Mapping[str, str]:
    visit, chosen = visit_of(turn), load_start(turn.slots.get(START, ""))
    if visit is None or chosen is None:
        return {}
    why = booking_of(turn).move(visit, chosen, turn.state.language, scope_of(turn))
    if why:
        turn.slots[TAKEN] = ""
        forget_start(turn)
        turn.say(why)
        return {}
    turn.slots.pop(HELD, None)
    turn.deeds.append(note(turn, "visit_moved", visit.service_ids, turn.slots.get(WALL, "")))
    return {"done": "yes"}


def _unmoved(turn: "Turn") -> str | None:
    if turn.slots.get("done"):
        return None
    return "search" if visit_of(turn) is not None else "none"


def _tell_moved(turn: "Turn") -> str:
    return turn.text("booking.moved", what=turn.slots.get("service", ""), when=say_chosen(turn)[0])


RESCHEDULE: Final = Flow(
    "reschedule",
    ("reschedule",),
    (
        *_WHICH,
        *ASK_SCOPE,
        Look("fit", _fit_visit),
        *seek("booking.ask_new_time"),
        Confirm(
            "confirm",
            "booking.confirm_move",
            lines=_move_lines,
            yes="press.yes_move",
            stop="press.keep",
            changes=(times.SLOT, PROVIDER),
        ),
        Look("move", _move),
        Branch("unmoved", _unmoved, ("search", "none")),
        Say("moved", make=_tell_moved, buttons=after_booking, says=("booking.moved",)),
        End("end"),
        *_NONE,
    ),
    hear=_hear_move,
    press=lambda turn, said: _press_visit(turn, "reschedule", said) or _press_time(turn, said),
)


# --- called off -------------------------------------------------------------------------------------------------------


def _hear_cancel(turn: "Turn") -> bool:
    """Which one is read where it is looked for."""
    tells = any(named(turn, kind) for kind in ("service", "time"))
    return tells and not turn.slots.get(VISIT) and turn.heard.choice is None


def _nothing_booked(turn: "Turn") -> str | None:
    """Where nothing is booked, what is called off is what he is about to book."""
    if _visits(turn):
        return None
    return "drop" if any(one.flow in _BOOKS for one in turn.state.under) else "none"


def _drop(turn: "Turn") -> None:
    turn.state.under.clear()
    turn.say(turn.text("stopped"), turn.menu())


def _cancel_lines(turn: "Turn") -> Sequence[str]:
    visit = visit_of(turn)
    if visit is None:
        return ()
    shown = (("service", visit.what), ("staff", visit.who), ("when", say_wall(turn, visit.wall)))
    late = [turn.text("booking.late")] if visit.late else []
    lines = [f"{turn.text(f'label.{key}')}: {value}" for key, value in shown if value]
    return [*say_scope(turn), *lines, *late]


def _cancel(turn: "Turn") -> Mapping[str, str]:
    visit = visit_of(turn)
    why, language = "", turn.state.language
    if visit is not None:
        why = booking_of(turn).cancel(visit, turn.slots.get("reason", ""), language, scope_of(turn))
    if visit is None or why:
        turn.say(why or turn.text("booking.none"))
        return {}
    turn.deeds.append(note(turn, "visit_cancelled", visit.service_ids, f"{visit.wall:{MOMENT}}"))
    return {"done": "yes"}


def _uncancelled(turn: "Turn") -> str | None:
    return None if turn.slots.get("done") else "end"


CANCEL: Final = Flow(
    "cancel",
    ("cancel",),
    (
        Branch("any", _nothing_booked, ("none", "drop")),
        *_WHICH[1:],
        *ASK_SCOPE,
        Ask("reason", "reason", "booking.ask_reason", optional=True),
        Confirm(
            "confirm",
            "booking.confirm_cancel",
            lines=_cancel_lines,
            yes="press.yes_cancel",
            stop="press.keep",
            changes=(),
        ),
        Look("cancel", _cancel),
        Branch("uncancelled", _uncancelled, ("end",)),
        Say("cancelled", "booking.cancelled", buttons=lambda turn: [Button(">book", turn.text("menu.book"))]),
        End("end"),
        *_NONE,
        Do("drop", _drop),
        End("end_drop"),
    ),
    hear=_hear_cancel,
    press=lambda turn, said: _press_visit(turn, "cancel", said),
)


# --- shown ------------------------------------------------------------------------------------------------------------


def _press_visit(turn: "Turn", flow: str, said: str) -> bool:
    what, _, value = said.partition("=")
    if what != "visit" or not ids_of(value):
        return False
    turn.enter(flow, {VISIT: value}, afresh=True)
    return True


def _list(turn: "Turn") -> str:
    visit = visit_of(turn)
    if visit is not None:
        return "\n".join(_cancel_lines(turn))
    lines = [f"{_say(turn, one)}{f' · {one.who}' if one.who else ''}" for one in _visits(turn)]
    return "\n".join([turn.text("booking.list"), *lines, *_waited(turn)])


def _waited(turn: "Turn") -> list[str]:
    waited = [say_waited(turn, one) for one in booking_of(turn).wishes(turn.state.language)]
    return [turn.text("booking.waits_for"), *waited] if waited else []


def _unlists(turn: "Turn") -> list[Button]:
    return [Button(">leave_list", turn.text("title.leave_list"))] if _waited(turn) else []


def _list_buttons(turn: "Turn") -> Sequence[Button]:
    visits = _visits(turn)
    chosen = visit_of(turn) or (visits[0] if len(visits) == 1 else None)
    others = [] if turn.facts.proving.proven() else [Button(">identify", turn.text("title.identify"))]
    if chosen is None:
        return [*(Button(f"&my_bookings:visit={one.id}", _say(turn, one)) for one in visits), *_unlists(turn), *others]
    move, cancel = turn.text("press.move"), turn.text("press.cancel")
    shown = [Button(f"&reschedule:visit={chosen.id}", move), Button(f"&cancel:visit={chosen.id}", cancel)]
    return [*shown, Button(">book", turn.text("menu.book")), *_unlists(turn), *others]


MY_BOOKINGS: Final = Flow(
    "my_bookings",
    ("my_bookings",),
    (Branch("any", _none, ("none",)), Say("list", make=_list, buttons=_list_buttons), End("end"), *_NONE),
    press=lambda turn, said: _press_visit(turn, "my_bookings", said),
)
