"""What a message says of a booking: services, specialist, time; one by one or all in one sentence, and set right."""

from typing import TYPE_CHECKING, Final

from routing.flows import times
from routing.flows.booking.seats import hear_seats, says_seats
from routing.flows.booking.shifting import forget_shift, hear_shift, shift_of
from routing.flows.booking.strangers import STRANGER, asks_whom, find_stranger
from routing.flows.booking.wanted import (
    ANY,
    EARLIEST,
    PROVIDER,
    SERVICES,
    SERVICES_MOST,
    START,
    VISIT,
    booking_of,
    doers,
    earliest_slot,
    ids_of,
    services_of,
)
from routing.flows.booking.wishing import WAIT, hear_wish
from routing.flows.booking.words import Said, find_said
from routing.flows.checks import value_of
from routing.flows.commands import begins_with_no, plain_words
from routing.flows.impossible import names_impossible
from routing.flows.ports import Entity
from routing.flows.reading import OF_VISITS, wish_of
from routing.flows.steps import Ask, Confirm

if TYPE_CHECKING:
    from routing.flows.model import Place
    from routing.flows.turn import Turn

MAYBE: Final = "maybe"
"""A slot: services one of which is meant, as ids; each with those that are sure before it, ``12,15|12,16``."""
APART: Final = "|"
PROVIDER_ID: Final = "provider:"
"""What the id of a specialist begins with among the firm's names."""
_TALKED: Final = frozenset({"book", "availability", "reschedule"})
_OF_HIMSELF: Final = ("name", "phone", "reach", "code")
_FEW_WORDS: Final = 3
_SHIFT_WORDS: Final = 8
_OF_SHIFTS: Final[frozenset[Said]] = frozenset({"as_before", "at_once", "earliest"})
"""What words like these say of another wish: the same (time), at the same time, (an hour) earlier."""
_QUESTION_MARKS: Final = "?՞;？"
_NAMES: Final = frozenset({"service", "staff", "time"})


def hear(turn: "Turn") -> bool:
    """Fills the slots of a booking with what a message says; False where it says nothing of it, or is about something
    else."""
    if turn.heard.choice is not None or _is_elsewhere(turn):
        return False
    said = find_said(turn.heard.text)
    if shift_of(turn) is not None:
        said -= _OF_SHIFTS
    if "wait" in said and not turn.slots.get(VISIT):
        turn.slots[WAIT] = "yes"
    waits = bool(turn.slots.get(WAIT)) and not turn.slots.get(START)
    fits, found = hear_seats(turn, said, times_said(turn))
    known = [
        fits,
        "as_before" in said and _as_before(turn),
        _hear_services(turn, said),
        _hear_staff(turn, said),
        hear_wish(turn, found) if waits else _hear_time(turn, said, found),
        not asks_whom(turn) and _hear_himself(turn),
    ]
    return any(known) or "wait" in said


def named(turn: "Turn", kind: str) -> list[Entity]:
    """What a message names of a kind, in its order."""
    found = [one for one in turn.heard.understood.entities if one.kind == kind]
    return sorted(found, key=lambda one: one.start)


def times_said(turn: "Turn") -> list[Entity]:
    """The times that a message names: beside how far it is from another, where it says so; not those that are denied,
    "not at 3 but at 4", where there are others."""
    shift = shift_of(turn)
    found = named(turn, "time") if shift is None else list(shift.beside)
    return [one for one in found if one.time is None or not one.time.denied] or found


def values(entity: Entity) -> list[str]:
    """The ids that are as likely."""
    found = entity.value if isinstance(entity.value, list) else [entity.value]
    return [str(one) for one in found if one is not None]


def _is_elsewhere(turn: "Turn") -> bool:
    understood, text = turn.heard.understood, turn.heard.text
    kinds = {one.kind for one in understood.entities}
    wish = wish_of(understood, turn.rules, idle=False)
    step, sets_right = turn.step, begins_with_no(text)
    if isinstance(step, Ask) and step.kind in _OF_HIMSELF and not sets_right:
        return not ("time" in kinds and wish in _TALKED)
    if wish is None and asks_of_service(turn):
        return True
    if wish is None or wish in _TALKED or sets_right:
        return False
    words = len(plain_words(text))
    if shift_of(turn) is not None and wish not in OF_VISITS and words <= _SHIFT_WORDS:
        return False
    return not (words <= _FEW_WORDS and kinds & _NAMES)


def asks_of_service(turn: "Turn") -> bool:
    """Whether a message is a question about a service, and no more is known of it."""
    kinds = {one.kind for one in turn.heard.understood.entities}
    return kinds == {"service"} and any(mark in turn.heard.text for mark in _QUESTION_MARKS)


def claims_booking(turn: "Turn") -> bool:
    """Whether a message is a wish to come though no word of it says so: a service, and with whom, when or for how
    many; the same as the last time."""
    if turn.state.place is not None or turn.heard.choice is not None:
        return False
    if "as_before" in find_said(turn.heard.text) and booking_of(turn).last(turn.state.language) is not None:
        return True
    if not named(turn, "service"):
        return False
    kinds = {one.kind for one in turn.heard.understood.entities}
    if kinds & {"time", "staff"} or find_said(turn.heard.text) & {"earliest", "anybody"}:
        return True
    return names_impossible(turn) or says_seats(turn.heard.text) or bool(find_stranger(turn))


def _as_before(turn: "Turn") -> bool:
    """The same services by the same specialist."""
    last = booking_of(turn).last(turn.state.language)
    if last is None:
        return False
    turn.slots[SERVICES] = ",".join(map(str, last.service_ids))
    if not services_of(turn):
        turn.slots.pop(SERVICES)
        return False
    if len(set(last.provider_ids)) == 1 and last.provider_ids[0] in doers(services_of(turn)):
        turn.slots[PROVIDER] = str(last.provider_ids[0])
    return True


def _hear_services(turn: "Turn", said: frozenset[Said]) -> bool:
    if turn.slots.get(VISIT):  # what is moved is what was booked
        return False
    open_ids = {str(one.id) for one in booking_of(turn).services(turn.state.language)}
    meant = [[one for one in values(entity) if one in open_ids] for entity in named(turn, "service")]
    meant = [ids for ids in meant if ids]
    if not meant:
        return False
    before = ids_of(turn.slots.get(SERVICES, "")) if "also" in said else ids_of(turn.slots.get("adding", ""))
    sure = list(dict.fromkeys([*map(str, before), *(ids[0] for ids in meant if len(ids) == 1)]))[:SERVICES_MOST]
    unsure = next((ids for ids in meant if len(ids) > 1), None)
    turn.slots.pop(SERVICES, None)
    turn.slots.pop(MAYBE, None)
    if unsure is None:
        turn.slots[SERVICES] = ",".join(sure)
        turn.slots.pop("adding", None)
    else:
        turn.slots[MAYBE] = APART.join(",".join([*sure, one]) for one in unsure)[:400]
    return True


def _hear_staff(turn: "Turn", said: frozenset[Said]) -> bool:
    if "anybody" in said:
        turn.slots[PROVIDER] = ANY
        return True
    known = {one.id for one in booking_of(turn).providers(turn.state.language)}
    meant = [
        int(one.removeprefix(PROVIDER_ID))
        for entity in named(turn, "staff")
        for one in values(entity)
        if one.startswith(PROVIDER_ID) and int(one.removeprefix(PROVIDER_ID)) in known
    ]
    turn.slots.pop(STRANGER, None)
    if not meant:
        return _hear_stranger(turn)
    able = doers(services_of(turn)) or known
    turn.slots[PROVIDER] = str(next((one for one in meant if one in able), meant[0]))
    return True


def _hear_stranger(turn: "Turn") -> bool:
    """A name that nobody has: with whom is to be asked."""
    staff = [one.text for one in named(turn, "staff")]
    name = staff[0] if staff else find_stranger(turn)
    if name:
        turn.slots.pop(PROVIDER, None)
        turn.slots[STRANGER] = name
    return bool(name)


def _hear_time(turn: "Turn", said: frozenset[Said], found: list[Entity]) -> bool:
    place = turn.state.place
    if place is None:
        return False
    shift = shift_of(turn)
    if shift is not None:
        hear_shift(turn, shift, found)
        return True
    if found:
        forget_shift(turn, found)
        if place.slots.get(times.SLOT) == EARLIEST:
            times.clear_time(place)
        times.put_time(place, found[0])
    if "earliest" in said:
        _seek_earliest(place, said_hour=bool(found))
    if found or "earliest" in said:
        return True
    if "other_day" in said and place.slots.get(times.SLOT):
        times.clear_time(place)
        return True
    return names_impossible(turn)  # what was known of the time stands


def _seek_earliest(place: "Place", *, said_hour: bool) -> None:
    """Of the day that was said, if any. An hour that is said beside it stands."""
    earliest = earliest_slot(place.slots.get(times.SLOT, ""))
    if said_hour and (earliest == EARLIEST or times.split_readings(place.slots)):
        return
    times.clear_time(place)
    place.slots[times.SLOT] = earliest


def _hear_himself(turn: "Turn") -> bool:
    """Name and phone, said along with the wish, or set right."""
    sets_right = isinstance(turn.step, Confirm) or begins_with_no(turn.heard.text)
    changed = False
    for slot in ("name", "phone"):
        found = named(turn, slot)
        if found and (sets_right or not turn.slots.get(slot)):
            changed = changed or turn.slots.get(slot) != value_of(found[0])
            turn.slots[slot] = value_of(found[0])
    return changed
