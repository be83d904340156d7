"""Whatever is said to the flows that book, in whatever state: one answer, in bounds, and nothing is booked without a
yes."""

from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from conversation.language import LANGUAGES
from conversation.messages import Button
from conversation.texts import Catalogue
from routing.flows.booking.flows import BOOKING_FLOWS
from routing.flows.booking.ports import Visit
from routing.flows.catalogue import FLOWS
from routing.flows.model import Decision, Heard, Place, State
from routing.flows.ports import Entity, Understood
from routing.flows.steps import Rules
from routing.flows.turn import Turn
from tests.fakes import SetFacts
from tests.routing.flows.set_booking import SetBooking, wall

TEXTS = Catalogue()
RULES = Rules()
ALL = {**FLOWS, **BOOKING_FLOWS}
VISITS = (
    Visit(7, (11,), (1,), "Haircut", "Ani", wall("2026-11-27T15:00")),
    Visit(8, (12,), (2,), "Manicure", "Nino", wall("2026-11-28T12:00"), late=True),
)
FRIDAY_AT_3 = 1795791600000
PRESSES = [
    *(f"&{flow}:{what}" for flow in BOOKING_FLOWS for what in ("service=11", "service=11,12", "service=x", "add=")),
    *(
        f"&{flow}:at={at}"
        for flow in ("book", "reschedule")
        for at in (f"{FRIDAY_AT_3}/1", "1/9", "x", "9" * 15 + "/1")
    ),
    *(
        f"&{flow}:{what}"
        for flow in ("book", "reschedule")
        for what in ("time=", "time=earliest", "staff=any", "wait=")
    ),
    *(f"&{flow}:visit={number}" for flow in ("reschedule", "cancel", "my_bookings") for number in ("7", "9", "")),
    *(f">{flow}" for flow in BOOKING_FLOWS),
    *(
        "!yes",
        "!no",
        "!stop",
        "!back",
        "!skip",
        "!more",
        "!menu",
        "~services",
        "~time",
        "~provider",
        "~start",
        "&",
        "&x:y",
    ),
    *("=book.service:11", "=book.staff:1", "=book.staff:any", "=cancel.visit:7", "=reschedule.visit:9"),
]
SLOTS = {
    "services": ["11", "12,11", "99", "x", ""],
    "provider": ["1", "2", "any", "9", ""],
    "time": ["earliest", "(2026-11-27 15:00)", "(2026-11-29)", "(2027-01-01)", "(2026-13-41)", "soon", ""],
    "start": [f"{FRIDAY_AT_3}/1", "1/1", "x", ""],
    "held": [f"{FRIDAY_AT_3}/1", ""],
    "maybe": ["11|12", "12,11|x", ""],
    "adding": ["11", "x"],
    "visit": ["7", "9", ""],
    "wait": ["yes"],
    "taken": ["2026-11-27T15:00", "", "x"],
    "name": ["Anna"],
    "phone": ["+37477123456"],
}
slots = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in SLOTS.items()})
steps = st.sampled_from(sorted({step.name for flow in BOOKING_FLOWS.values() for step in flow.steps} | {"gone"}))
asked = st.lists(st.sampled_from(["service", "staff", "time", "start", "name"]), max_size=5)
places = st.builds(Place, st.sampled_from(sorted(BOOKING_FLOWS)), steps, slots, asked)
offered = st.lists(st.builds(Button, st.sampled_from(PRESSES), st.text(max_size=12)), max_size=9)
states = st.builds(
    State, st.sampled_from(LANGUAGES), st.none() | places, st.lists(places, max_size=2), offered, st.integers(0, 3)
)
day = st.sampled_from(["2026-11-27", "2026-11-29", "2020-01-01", "2030-01-01", "2026-11-27T15:00", "2026-11-27T15:07"])
time_values = st.builds(lambda one, unsure: {"from": one, "to": None, "ambiguous": unsure}, day, st.booleans())
entities = st.one_of(
    st.builds(
        Entity, st.just("service"), st.just("cut"), st.just(0), st.just(3), st.sampled_from(["11", "x", ["11", "12"]])
    ),
    st.builds(
        Entity,
        st.just("staff"),
        st.just("her"),
        st.just(4),
        st.just(7),
        st.sampled_from(["provider:1", "5", "provider:9"]),
    ),
    st.builds(Entity, st.just("time"), st.just("then"), st.just(8), st.just(12), time_values),
    st.builds(Entity, st.just("name"), st.just("Anna"), st.just(0), st.just(4), st.just("Anna")),
)
WORDS = [
    "yes",
    "no",
    "no, then",
    "stop",
    "skip",
    "3",
    "anybody",
    "the earliest",
    "as last time",
    "waiting list",
    "cut?",
    "",
]
INTENTS = [None, "book", "availability", "reschedule", "cancel", "my_bookings", "price", "services", "hours", "affirm"]


@st.composite
def messages(draw: st.DrawFn) -> Heard:
    """Anything that a customer may send, understood in any way."""
    text, intent = draw(st.sampled_from(WORDS) | st.text(max_size=40)), draw(st.sampled_from(INTENTS))
    sure = draw(st.floats(0, 1)) if intent else 0.0
    understood = Understood(text, None, intent, sure, (), draw(st.lists(entities, max_size=4)))
    return Heard(text, understood, draw(st.none() | st.sampled_from(PRESSES)))


def _decide(booking: SetBooking, state: State, heard: Heard) -> Decision:
    return Turn(ALL, RULES, TEXTS, SetFacts(booking=booking), state, heard).take()


@given(states, st.lists(messages(), min_size=1, max_size=5), st.booleans(), st.booleans())
def test_anything_is_answered(state: State, said: list[Heard], waits: bool, proof: bool) -> None:
    """With words, in bounds, as it is kept; never by running in a circle; what is booked was confirmed by a yes."""
    booking = SetBooking(*VISITS)
    booking.waiting_list, booking.proof = waits, proof
    for one in said:
        before = len(booking.booked) + len(booking.cancelled)
        at = None if state.place is None else state.place.step
        decision = _decide(booking, state, one)
        (reply,) = decision.replies
        assert reply.text.strip()
        assert len(reply.buttons) <= RULES.buttons["web"]
        assert not any(getattr(deed, "reason", "") == "failed" for deed in decision.deeds)
        state = decision.state
        place = state.place
        kept = State.load(place.flow if place else "", place.step if place else "", state.dump(), state.language)
        assert asdict(kept) == asdict(state)
        if len(booking.booked) + len(booking.cancelled) > before:
            assert at in ("confirm", "book", "cancel", "move", "undone", "waits")
