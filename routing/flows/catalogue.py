"""The flows of every firm. Their words are in the catalogue of texts, section ``flow``."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from conversation.language import LANGUAGES, OWN_NAMES
from conversation.messages import Button
from routing.flows.knowing import FLOW as KNOWN
from routing.flows.knowing import to_people
from routing.flows.model import AddsTask, Rates
from routing.flows.steps import Ask, Branch, Choose, Confirm, Do, End, Flow, HandOver, Say, Step
from routing.flows.summary import filled_lines, summarise
from routing.flows.turn import Turn
from routing.flows.who import WHO_FLOWS

_SCORES: Final = ("1", "2", "3", "4", "5")
_PLEASED: Final = _SCORES[3:]


def _menu(turn: Turn) -> Sequence[Button]:
    return turn.menu()


def _greet(turn: Turn) -> str:
    return turn.text("greeting", business=turn.facts.business)


def _say_hours(turn: Turn) -> str:
    return "\n".join([turn.text("hours"), turn.facts.hours(turn.state.language)])


def _say_address(turn: Turn) -> str:
    places = [f"{name}: {address}" if address else name for name, address in turn.facts.addresses()]
    return "\n".join([turn.text("address"), *places]) if places else turn.text("address_unknown")


def _keep_question(turn: Turn) -> None:
    """What the bot cannot answer, whoever takes over can."""
    if turn.heard.choice is None:
        turn.note(turn.heard.text)


def _languages(_turn: Turn) -> list[tuple[str, str]]:
    return [(one, OWN_NAMES[one]) for one in LANGUAGES]


def _speak(turn: Turn) -> None:
    chosen = turn.slots.get("language")
    turn.speak(next((one for one in LANGUAGES if one == chosen), turn.state.language))


def _scores(_turn: Turn) -> list[tuple[str, str]]:
    return [(score, "★" * int(score)) for score in _SCORES]


def _rate(turn: Turn) -> None:
    if turn.slots.get("score", "") in _SCORES:
        turn.deeds.append(Rates(int(turn.slots["score"])))


def _is_pleased(turn: Turn) -> str | None:
    return "thank" if turn.slots.get("score", "") in _PLEASED else None


def _add_task(turn: Turn) -> None:
    """A follow-up task for people; what he said of himself goes to his card."""
    place = turn.state.place
    if place is None or not any(place.slots.get(slot) for slot in ("what", "phone")):
        return
    language = turn.facts.firm_language
    title = turn.texts.get(language, f"flow.title.{place.flow}")
    note = "\n".join(filled_lines(turn.texts, language, place.slots))
    turn.deeds += [*turn.stated(), AddsTask(title, note or summarise(turn.texts, turn.facts, turn.state, ""))]
    turn.state.notes.clear()


def _may_be_reached(turn: Turn) -> str | None:
    """Without a phone he can be answered here only, and by a person."""
    return None if turn.slots.get("phone") else "people"


def _rates_elsewhere(turn: Turn) -> str | None:
    """The website's chat asks for a mark by itself when a talk is over."""
    return "resolve" if turn.facts.channel == "web" else None


_NAME = Ask("name", "name", "ask.name", "name", optional=True)
_PHONE = Ask("phone", "phone", "ask.phone", "phone")
_RIGHT = Confirm("confirm", "confirm")


def _left(name: str, intents: tuple[str, ...], first: str, what: str) -> Flow:
    """A request or a complaint: written down as a task, answered by phone or, where there is none, by a person here."""
    steps: tuple[Step, ...] = (
        Say("first", first),
        Ask("what", "what", what, plain=True),
        _NAME,
        Ask("phone", "phone", "ask.phone_optional", "phone", optional=True),
        _RIGHT,
        Branch("reach", _may_be_reached, ("people",)),
        Do("task", _add_task),
        End("end", "request_taken"),
        HandOver("people"),
    )
    return Flow(name, intents, steps, on_silence="hand_over")


def _taken(intent: str, *asks: Ask) -> Flow:
    """What people do: the bot asks what they will need, and hands over."""
    steps: tuple[Step, ...] = (Say("first", "taking"), *asks, _RIGHT, HandOver("people"))
    return Flow(intent, (intent,), steps, on_silence="hand_over")


def _what(key: str, *, plain: bool = False) -> Ask:
    return Ask("what", "what", f"ask.{key}", plain=plain)


_SERVICE = Ask("service", "service", "ask.service")
_TIME = Ask("time", "time", "ask.time", "time")
_ACCOUNT = Ask("account", "account", "ask.account", "number")
_OPEN: Final = ("hours", "always", "open_now", "closed_now", "closed_until", "day_off")
_HOURS: Final = Say("hours", make=_say_hours, says=_OPEN)
_ADDRESS: Final = Say("address", make=_say_address, says=("address", "address_unknown"))
_ALL: Final = (
    Flow("greeting", ("greet",), (Say("hello", make=_greet, buttons=_menu, says=("greeting",)),), offer=False),
    Flow("menu", ("affirm", "deny"), (Say("menu", "menu", buttons=_menu),), offer=False),
    Flow(
        "language",
        (),
        (Choose("language", "language", "ask.language", _languages), Do("speak", _speak), End("end", "language.done")),
    ),
    Flow("hours", ("hours",), (_HOURS,), aside=True),
    Flow("address", ("address",), (_ADDRESS,), aside=True),
    Flow("visit", (), (_HOURS, _ADDRESS), aside=True),
    Flow(
        "services", ("services",), (Do("keep", _keep_question), Say("say", "services", buttons=to_people)), aside=True
    ),
    Flow("prices", ("price",), (Do("keep", _keep_question), Say("say", "prices", buttons=to_people)), aside=True),
    KNOWN,
    _left("request", (), "request", "ask.request"),
    _left("complaint", ("complaint",), "complaint", "ask.complaint"),
    Flow("thanks", ("thank",), (Say("thanks", "thanks"),), aside=True, offer=False),
    Flow(
        "goodbye",
        ("goodbye",),
        (
            Say("bye", "goodbye"),
            Branch("elsewhere", _rates_elsewhere, ("resolve",)),
            Choose("score", "score", "ask.score", _scores),
            Do("rate", _rate),
            Do("resolve", Turn.resolve),
        ),
        offer=False,
    ),
    Flow(
        "rating",
        ("feedback",),
        (
            Choose("score", "score", "ask.score", _scores),
            Do("rate", _rate),
            Branch("pleased", _is_pleased, ("thank",)),
            Ask("what", "what", "ask.better", plain=True, optional=True),
            Do("task", _add_task),
            End("thank", "rated"),
        ),
    ),
    *WHO_FLOWS,
    _taken("book", _SERVICE, _TIME, _NAME, _PHONE),
    _taken("reschedule", _what("which_booking"), replace(_TIME, careful=True), _NAME, _PHONE),
    _taken("cancel", _what("which_booking"), _NAME, _PHONE),
    _taken("my_bookings", _NAME, _PHONE),
    _taken("availability", _SERVICE, _TIME),
    _taken("balance", _ACCOUNT),
    _taken("pay", _ACCOUNT),
    _taken("place_order", _what("order", plain=True), Ask("address", "address", "ask.address"), _NAME, _PHONE),
    _taken("order_status", Ask("number", "number", "ask.number", "number"), _PHONE),
    _taken("report_fault", _what("fault", plain=True), Ask("address", "address", "ask.address"), _PHONE),
    _taken("loyalty", _NAME, _PHONE),
    _taken("meter_reading", _ACCOUNT, Ask("reading", "reading", "ask.reading", "number")),
)
FLOWS: Final = {flow.name: flow for flow in _ALL}
"""Every flow by its name."""
