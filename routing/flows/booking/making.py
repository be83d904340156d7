"""A booking by talk, in one sentence or step by step: what, with whom, when, who he is; kept for him, and confirmed."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from conversation.messages import Button
from routing.flows import times
from routing.flows.booking.hearing import APART, MAYBE, claims_booking, hear
from routing.flows.booking.ports import Order
from routing.flows.booking.seats import fit_seats
from routing.flows.booking.seeking import (
    HELD,
    PRICE,
    TAKEN,
    WALL,
    WHEN,
    day_options,
    forget_start,
    look,
    search,
    start_options,
)
from routing.flows.booking.shifting import apply_shift
from routing.flows.booking.strangers import tell_stranger
from routing.flows.booking.wanted import (
    ANY,
    PROVIDER,
    SEATS,
    SERVICES,
    SERVICES_MOST,
    START,
    SUBJECT,
    asked_of,
    booking_of,
    doers,
    ids_of,
    load_start,
    provider_of,
    say_chosen,
    say_wall,
    services_of,
    window_of,
)
from routing.flows.booking.wishing import WAIT, put_on_list, waits
from routing.flows.model import NotesBooking
from routing.flows.steps import Ask, Branch, Choose, Confirm, End, Flow, HandOver, Look, Say, Step
from routing.flows.who import REFUSED, prove

if TYPE_CHECKING:
    from routing.flows.turn import Turn

_ADDING: Final = "adding"
_CHANGES: Final = (SERVICES, PROVIDER, times.SLOT, "name", "phone")
MOMENT: Final = "%Y-%m-%d %H:%M"


# --- what, and with whom ----------------------------------------------------------------------------------------------


def _may_not(turn: "Turn") -> str | None:
    why = booking_of(turn).refuses(turn.state.language, turn.slots.get("phone", ""))
    if why:
        forget_start(turn)
        turn.say(why)
    return "people" if why else None


def _service_options(turn: "Turn") -> Sequence[tuple[str, str]]:
    """All of the catalogue, or those that may be meant; with what is wanted already."""
    services = {one.id: one for one in booking_of(turn).services(turn.state.language)}
    choices = [ids_of(one) for one in turn.slots.get(MAYBE, "").split(APART) if one]
    before = ids_of(turn.slots.get(_ADDING, ""))
    if not choices:
        choices = [(*before, one) for one in services if one not in before]
    return [
        (",".join(map(str, ids)), _with_price(services[ids[-1]].name, services[ids[-1]].price))
        for ids in choices
        if ids and set(ids) <= set(services)
    ]


def _with_price(name: str, price: str) -> str:
    return f"{name} · {price}" if price else name


def fit(turn: "Turn") -> Mapping[str, str]:
    """Names for people; a specialist who does not do it is not wanted, and where there is no choice none is asked."""
    slots, services = turn.slots, services_of(turn)
    fit_seats(turn)
    provider, able = provider_of(turn), doers(services)
    slots.pop(MAYBE, None)
    slots.pop(_ADDING, None)
    wrong = provider is not None and provider.id not in able
    if provider is not None and wrong:
        others = [one.name for one in booking_of(turn).providers(turn.state.language) if one.id in able]
        what = ", ".join(one.name for one in services)
        turn.say(turn.text("booking.not_by", who=provider.name, what=what, others=", ".join(others) or "—"))
        slots.pop(PROVIDER, None)
        provider = None
    wrong = tell_stranger(turn) or wrong
    filled = {"service": ", ".join(one.name for one in services)}
    if provider is not None:
        filled["staff"] = provider.name
    else:
        slots.pop("staff", None)
        said_when = bool(slots.get(times.SLOT) or slots.get(START)) and not wrong
        if PROVIDER not in slots and (len(able) <= 1 or said_when):
            filled[PROVIDER] = ANY
    return filled


def _staff_options(turn: "Turn") -> Sequence[tuple[str, str]]:
    able = doers(services_of(turn))
    shown = [one for one in booking_of(turn).providers(turn.state.language) if one.id in able]
    named = [(str(one.id), f"{one.name} · {one.about}" if one.about else one.name) for one in shown]
    return [(ANY, turn.text("press.anybody")), *named]


# --- when -------------------------------------------------------------------------------------------------------------


def no_window(turn: "Turn") -> str | None:
    """Back to the question for a time that no calendar knows."""
    return "time" if START not in turn.slots and window_of(turn.slots, booking_of(turn)) is None else None


def tell_starts(turn: "Turn") -> str:
    """What is free, and why what was asked for is not."""
    return look(turn).text


def hold(turn: "Turn") -> Mapping[str, str]:
    """Keeps the chosen time for him; one that somebody else has meanwhile is chosen no more."""
    slots = turn.slots
    chosen = load_start(slots.get(START, ""))
    if chosen is not None and slots.get(HELD) == slots[START]:
        return {}
    kept = "" if chosen is None else booking_of(turn).hold(asked_of(turn), chosen, turn.state.language)
    if isinstance(kept, str):
        slots[TAKEN] = slots.get(TAKEN) or _around(turn)
        forget_start(turn)
        if kept:
            turn.say(kept)
        return {}
    slots.pop(TAKEN, None)
    return {
        HELD: slots[START],
        WALL: f"{kept.wall:{MOMENT}}",
        WHEN: say_wall(turn, kept.wall),
        PRICE: kept.price,
    }


def _around(turn: "Turn") -> str:
    window = window_of(turn.slots, booking_of(turn))
    return "" if window is None else window.first.isoformat(timespec="minutes")


def lost(turn: "Turn") -> str | None:
    """Back to the search where the time is not to be had."""
    return None if turn.slots.get(START) else "search"


# --- who --------------------------------------------------------------------------------------------------------------


def _who(turn: "Turn") -> Mapping[str, str]:
    """What his card says is not asked."""
    known, slots = turn.facts.known, turn.slots
    found = {key: known[key] for key in ("name", "phone") if known.get(key) and not slots.get(key)}
    subjects = booking_of(turn).subjects()
    if SUBJECT not in slots and len(subjects) < 2:
        found[SUBJECT] = str(subjects[0][0]) if subjects else ""
    return found


def _subjects(turn: "Turn") -> Sequence[tuple[str, str]]:
    named = [(str(number), name) for number, name in booking_of(turn).subjects()]
    return [*named, ("0", turn.text("press.for_me"))]


def _sure(turn: "Turn") -> str | None:
    """Where the firm wants no proof of the phone; nor before his yes where it comes from elsewhere: then he is booked
    as it comes, with no word of his."""
    if not _must_prove(turn):
        return "waits" if turn.slots.get(WAIT) else "confirm"
    by_card = turn.facts.proving.may_send(turn.slots["reach"]) == "card"
    return "confirm" if by_card and not turn.slots.get(WAIT) else None


def _must_prove(turn: "Turn") -> bool:
    turn.slots["reach"] = turn.slots.get("phone", "")
    return booking_of(turn).must_prove() and turn.slots.get("tried") != "right"


def _agreed_already(turn: "Turn") -> str | None:
    if turn.slots.get(WAIT):
        return "waits"
    return "book" if turn.slots.get("sent") == "card" else None


# --- done -------------------------------------------------------------------------------------------------------------


def _summary(turn: "Turn") -> Sequence[str]:
    slots = turn.slots
    when, who = say_chosen(turn)
    subject = next((name for number, name in booking_of(turn).subjects() if str(number) == slots.get(SUBJECT)), "")
    shown = {
        "service": ", ".join(one.name for one in services_of(turn)),
        "staff": who,
        "when": when,
        "seats": "" if slots.get(SEATS) == "1" else slots.get(SEATS, ""),
        "price": slots.get(PRICE, ""),
        "subject": subject,
        "name": slots.get("name", ""),
        "phone": slots.get("phone", ""),
    }
    lines = [f"{turn.text(f'label.{key}')}: {value}" for key, value in shown.items() if value]
    return [*lines, *filter(None, [_agreed(turn)])]


def _agreed(turn: "Turn") -> str:
    """What his yes agrees to beside, where nothing is kept that he agreed to."""
    must = booking_of(turn).must_agree()
    return turn.text("booking.agree", business=turn.facts.business) if must else ""


def _book(turn: "Turn") -> Mapping[str, str]:
    slots, chosen = turn.slots, load_start(turn.slots.get(START, ""))
    if chosen is None:
        return {}
    subject = ids_of(slots.get(SUBJECT, ""))
    name, phone = slots.get("name", ""), slots.get("phone", "")
    order = Order(asked_of(turn), chosen, name, phone, (subject or (0,))[0] or None, turn.state.language, _agreed(turn))
    why = booking_of(turn).book(order)
    if why:
        slots[TAKEN] = _around(turn)
        forget_start(turn)
        turn.say(why)
        return {}
    turn.deeds += turn.stated()
    turn.deeds.append(note(turn, "visit_booked", order.asked.service_ids, slots.get(WALL, "")))
    return {"done": "yes"}


def note(turn: "Turn", code: str, service_ids: Sequence[int], wall: str) -> NotesBooking:
    """The line in the dialog, in the firm's language."""
    language = turn.facts.firm_language
    names = {one.id: one.name for one in booking_of(turn).services(language)}
    when = times.say_reading(turn.texts, language, wall, turn.facts.today)
    return NotesBooking(code, ", ".join(names[one] for one in service_ids if one in names), when)


def _undone(turn: "Turn") -> str | None:
    return None if turn.slots.get("done") else "search"


def _tell_booked(turn: "Turn") -> str:
    when, who = say_chosen(turn)
    what = ", ".join(one.name for one in services_of(turn))
    return turn.text("booking.booked", what=f"{what} · {who}" if who else what, when=when)


def after_booking(turn: "Turn") -> Sequence[Button]:
    """What may follow."""
    return [Button(">my_bookings", turn.text("title.my_bookings")), Button("!menu", turn.text("menu.menu"))]


# --- presses ----------------------------------------------------------------------------------------------------------


def press(flow: str) -> "Callable[[Turn, str], bool]":
    """What the flow's own buttons do."""
    return lambda turn, said: _press(turn, flow, said)


def _press(turn: "Turn", flow: str, said: str) -> bool:
    what, _, value = said.partition("=")
    changes: dict[str, str | None]
    match what:
        case "service" if ids_of(value):
            changes = {SERVICES: value, START: None}
        case "at" if load_start(value):
            changes = {START: value, TAKEN: None}
        case "time":
            changes = {times.SLOT: value or None, times.SAID: None, times.READINGS: None, START: None, TAKEN: None}
        case "free":
            who, service, day = (*value.split("/"), "", "")[:3]
            changes = {PROVIDER: who or None, SERVICES: service or None, times.SLOT: f"({day})" if day else None}
        case "staff" if value:
            changes = {PROVIDER: value}
        case "add":
            before = turn.slots.get(SERVICES, "")
            if not before or len(ids_of(before)) >= SERVICES_MOST:
                return False
            changes = {_ADDING: before, SERVICES: None}
        case "wait":
            changes = {WAIT: "yes", START: None}
        case _:
            return False
    turn.enter(flow, changes)
    return True


def seek(ask: str) -> tuple[Step, ...]:
    """The steps from a time that is asked for to one that is kept."""
    return (
        Look("shift", apply_shift),
        Ask("time", times.SLOT, ask, "time", options=day_options),
        Look("search", search),
        Branch("no_window", no_window, ("time",)),
        Choose("start", START, "booking.choose", start_options, make=tell_starts),
        Look("hold", hold),
        Branch("lost", lost, ("search",)),
    )


_STEPS: Final[tuple[Step, ...]] = (
    Branch("may_not", _may_not, ("people",)),
    Choose("service", SERVICES, "ask.service", _service_options),
    Look("fit", fit),
    Branch("waits_for", waits, ("who",)),
    Choose("staff", PROVIDER, "booking.ask_staff", _staff_options),
    *seek("ask.time"),
    Look("who", _who),
    Choose("subject", SUBJECT, "booking.ask_subject", _subjects),
    Ask("name", "name", "ask.name", "name"),
    Ask("phone", "phone", "ask.phone", "phone"),
    Branch("barred", _may_not, ("people",)),
    Branch("sure", _sure, ("confirm", "waits")),
    *prove("phone"),
    Branch("proven", _agreed_already, ("waits", "book")),
    Confirm("confirm", "booking.confirm", _summary, "press.yes", more=(("add=", "press.add"),), changes=_CHANGES),
    Branch("unsure", lambda turn: "send" if _must_prove(turn) else None, ("send",)),
    Look("book", _book),
    Branch("undone", _undone, ("search",)),
    Say("booked", make=_tell_booked, buttons=after_booking, says=("booking.booked",)),
    End("end"),
    Look("waits", put_on_list),
    End("end_waits"),
    *REFUSED,
    Say("no_door", "code.no_door"),
    HandOver("people", "request"),
)
BOOK: Final = Flow("book", ("book", "availability"), _STEPS, hear=hear, press=press("book"), claims=claims_booking)
AVAILABILITY: Final = Flow("availability", (), _STEPS, hear=hear, press=press("availability"), offer=False)
