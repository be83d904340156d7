"""Any message in any state is answered, once, in bounds, and what is kept of it reads as it was written."""

from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.language import LANGUAGES
from conversation.messages import Button, Channel, JsonObject, Language
from conversation.texts import Catalogue
from routing.flows.catalogue import FLOWS
from routing.flows.model import Decision, HandsOver, Heard, Place, State
from routing.flows.ports import Entity, Ranked, Understood
from routing.flows.steps import Branch, End, Flow, Rules, Say
from routing.flows.turn import Turn
from tests.fakes import SetFacts

TEXTS = Catalogue()
RULES = Rules()
INTENTS = sorted({intent for flow in FLOWS.values() for intent in flow.intents} | {"human", "unheard_of"})
KINDS = ("time", "phone", "money", "number", "name", "service", "staff", "branch")
SLOTS = ("what", "name", "phone", "service", "time", "account", "number", "reading", "address", "score", "language")
VALUES = ["!human", "!stop", "!back", "!menu", "!skip", "!yes", "!no", "!more", "!lang:ka", "!lang:xx", ">book"]
VALUES += (">gone", "=goodbye.score:5", "=rating.score:9", "=", "~phone", "~", "", "nonsense", "=language.language:ru")
WORDS = ("да", "нет", "стоп", "назад", "меню", "1", "5", "99", "no, Friday", "оператор", "пропустить", "ոչ", "კი", "ия")

places = st.builds(
    Place,
    st.sampled_from([*FLOWS, "gone"]),
    st.sampled_from(sorted({step.name for flow in FLOWS.values() for step in flow.steps} | {"gone"})),
    st.dictionaries(st.sampled_from(SLOTS), st.sampled_from(["", "5", "ru", "x" * 500]), max_size=5),
    st.lists(st.sampled_from(["what", "name", "phone", "confirm", "time>hours", "gone"]), max_size=5),
)
states = st.builds(
    State,
    st.sampled_from(LANGUAGES),
    st.none() | places,
    st.lists(places, max_size=2),
    st.lists(st.builds(Button, st.sampled_from(VALUES), st.text(max_size=20)), max_size=12),
    st.integers(0, 5),
    st.integers(0, 1),
    st.lists(st.text(min_size=1, max_size=50), max_size=5),
    st.sampled_from(["", "book", "request"]),
)
texts = (
    st.text(max_size=300)
    | st.sampled_from(WORDS)
    | st.text(min_size=1, max_size=5).map(lambda one: (one * 10_000)[:10_000])
)
entities = st.builds(
    Entity,
    st.sampled_from(KINDS),
    st.text(max_size=30),
    st.integers(0, 10),
    st.integers(0, 20),
    st.sampled_from(
        [None, "x", 5, {"from": "2026-11-27", "to": None, "grain": "day", "ambiguous": False}, {"from": None}]
    ),
)
shares = st.floats(0, 1)


@st.composite
def messages(draw: st.DrawFn) -> Heard:
    """Anything that a customer may send, understood in any way."""
    text = draw(texts)
    ranking = [Ranked(draw(st.sampled_from(INTENTS)), draw(shares)) for _ in range(draw(st.integers(0, 3)))]
    understood = Understood(
        text,
        draw(st.none() | st.sampled_from(LANGUAGES)),
        draw(st.none() | st.sampled_from(INTENTS)),
        draw(shares),
        ranking,
        draw(st.lists(entities, max_size=3)),
    )
    return Heard(text, understood, draw(st.none() | st.sampled_from(VALUES)), draw(st.integers(0, 2)))


def decide(state: State, heard: Heard, channel: Channel = "web", flows: dict[str, Flow] = FLOWS) -> Decision:
    """One message."""
    return Turn(flows, RULES, TEXTS, SetFacts(channel), state, heard).take()


def kept(state: State) -> State:
    """As another process reads it from the store."""
    place = state.place
    return State.load(place.flow if place else "", place.step if place else "", state.dump(), state.language)


def copy(state: State) -> State:
    """One of its own: a turn writes into what it is handed."""
    return kept(state)


def heard(text: str, intent: str | None = None, confidence: float = 0.9, *named: Entity) -> Heard:
    """A message, understood so."""
    ranking = [Ranked(intent, confidence)] if intent else []
    return Heard(text, Understood(text, None, intent, confidence if intent else 0.0, ranking, named))


@given(states, st.lists(messages(), min_size=1, max_size=4), st.sampled_from(["web", "viber", "sms", "voice"]))
def test_any_message_in_any_state_is_answered(state: State, said: list[Heard], channel: Channel) -> None:
    """One reply with words in it and no more buttons than the channel shows; never an exception, never a loop; and
    whoever goes on from what is kept decides the same."""
    for one in said:
        again = decide(copy(state), one, channel)
        decision = decide(state, one, channel)
        (reply,) = decision.replies
        assert reply.text.strip()
        assert len(reply.buttons) <= RULES.buttons[channel]
        assert len({button.value for button in reply.buttons}) == len(reply.buttons) or channel != "web"
        assert decision.replies == again.replies
        assert asdict(kept(decision.state)) == asdict(decision.state)
        assert len(decision.state.under) <= 2
        state = decision.state


@given(st.lists(st.text(alphabet="бвгджзклмнпрст ", min_size=5, max_size=30), min_size=2, max_size=2))
def test_two_misunderstandings_in_a_row_hand_over(said: list[str]) -> None:
    """Whatever they were."""
    state = State("ru")
    first = decide(state, heard("." + said[0]))
    second = decide(first.state, heard("." + said[1]))
    assert not any(isinstance(deed, HandsOver) for deed in first.deeds)
    assert [deed.reason for deed in second.deeds if isinstance(deed, HandsOver)] == ["unclear"]


@pytest.mark.parametrize("name", sorted(FLOWS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_flow_comes_to_an_end(name: str, language: Language) -> None:
    """Begun by its button and answered to the point, it ends or hands over; every text that it needs is there."""
    decision = decide(State(language), Heard("", Understood(""), f">{name}"))
    answers = {"phone": "+374 77 123456", "number": "1234567", "name": "Ани", "time": "27.11", "text": "все так"}
    answers |= {"reach": "anna@example.am", "code": "123456"}
    for _ in range(12):
        place = decision.state.place
        if place is None:
            break
        step = FLOWS[place.flow].steps[FLOWS[place.flow].index(place.step) or 0]
        if decision.replies[0].buttons and getattr(step, "kind", "") != "code":
            decision = decide(decision.state, Heard("", Understood(""), decision.replies[0].buttons[0].value))
        else:
            text = answers[str(getattr(step, "kind", "text"))]
            decision = decide(decision.state, Heard(text, Understood(text)))
    assert decision.state.place is None


def test_a_flow_that_runs_in_a_circle_hands_over() -> None:
    """A mistake in a flow is a person's to mend."""
    circle = Flow("circle", ("greet",), (Say("say", "menu"), Branch("again", lambda _turn: "say"), End("end")))
    decision = decide(State("en"), heard("hello", "greet"), flows={"circle": circle})
    assert [deed.reason for deed in decision.deeds if isinstance(deed, HandsOver)] == ["failed"]


def test_a_known_customer_is_not_asked_again() -> None:
    """Name and phone of his card are filled in, and shown before they are sent."""
    facts = SetFacts(known={"name": "Անի", "phone": "+37477123456"})
    turn = Turn(FLOWS, RULES, TEXTS, facts, State("hy"), Heard("", Understood(""), ">my_bookings"))
    decision = turn.take()
    assert decision.state.place is not None
    assert decision.state.place.step == "confirm"
    assert "+37477123456" in decision.replies[0].text


def test_a_time_that_reads_in_two_ways_is_kept_as_it_was_said() -> None:
    """Nobody takes a wrong date for right."""

    def said(ambiguous: bool) -> dict[str, Any]:
        value: JsonObject = {"from": "2026-11-27T15:00", "to": None, "grain": "minute", "ambiguous": ambiguous}
        named = Entity("time", "в 3", 0, 3, value)
        decision = decide(State("ru"), heard("запишите в 3", "book", 0.9, named))
        assert decision.state.place is not None
        return dict(decision.state.place.slots)

    assert said(ambiguous=True)["time"] == "в 3"
    assert said(ambiguous=False)["time"] == "в 3 (2026-11-27 15:00)"


def test_many_options_are_paged_and_numbers_count_on_the_page() -> None:
    """A channel with few buttons shows a page and ``more``; one with none writes them out."""
    state = State("en")
    first = Turn(FLOWS, Rules(buttons={"viber": 4}), TEXTS, SetFacts("viber"), state, heard("menu")).take()
    labels = [button.label for button in first.replies[0].buttons]
    assert labels == ["Make a booking", "Services and prices", "Hours and address", "More"]
    second = Turn(FLOWS, Rules(buttons={"viber": 4}), TEXTS, SetFacts("viber"), first.state, heard("4")).take()
    assert [button.value for button in second.replies[0].buttons] == [">request", ">me", ">language", "!more"]
    third = Turn(FLOWS, Rules(buttons={"viber": 4}), TEXTS, SetFacts("viber"), second.state, heard("more")).take()
    fourth = Turn(FLOWS, Rules(buttons={"viber": 4}), TEXTS, SetFacts("viber"), third.state, heard("1")).take()
    assert [deed.reason for deed in fourth.deeds if isinstance(deed, HandsOver)] == ["asked"]
    written = decide(State("en"), heard("menu"), "sms").replies[0]
    assert not written.buttons
    assert written.text.splitlines()[1:3] == ["1. Make a booking", "2. Services and prices"]
