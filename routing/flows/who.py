"""Flows about who the customer is: found by a one-time code, registered by himself, news that he asks for."""

from collections.abc import Mapping, Sequence
from typing import Final

from business.contacts.news import TOPICS
from conversation.messages import Button
from routing.flows.model import States
from routing.flows.proving import AsksCard, Consents, CountsWrong, Proves, SendsCode, Subscribes, Unsubscribes
from routing.flows.steps import Ask, Branch, Choose, Do, End, Flow, Look, Say, Step
from routing.flows.turn import Turn


def _me(turn: Turn) -> Sequence[Button]:
    flows = [Button(f">{name}", turn.text(f"title.{name}")) for name in ("identify", "register", "news")]
    return [*flows, Button("!menu", turn.text("menu.menu"))]


def _to_people(turn: Turn) -> Sequence[Button]:
    return [Button("!human", turn.text("menu.human")), Button("!menu", turn.text("menu.menu"))]


# --- an address and its code ----------------------------------------------------------------------------------------


def _from_card(turn: Turn) -> Mapping[str, str]:
    """What is on his card is not asked."""
    known = turn.facts.known
    found = {"name": known.get("name", ""), "reach": known.get("phone") or known.get("email", "")}
    return {slot: value for slot, value in found.items() if value}


def _name_from_card(turn: Turn) -> Mapping[str, str]:
    return {slot: value for slot, value in _from_card(turn).items() if slot == "name"}


def _send(turn: Turn) -> Mapping[str, str]:
    """A code goes out, if one can; what is said does not depend on whose the address is."""
    reach = turn.slots.get("reach", "")
    sent = turn.facts.proving.may_send(reach)
    if sent == "sent":
        turn.deeds.append(SendsCode(reach, turn.state.language))
        turn.say(turn.text("code.sent", address=reach))
    return {"sent": sent}


def _try(turn: Turn) -> Mapping[str, str]:
    said = turn.slots.pop("code", "")
    proof = turn.facts.proving.weigh(said)
    if proof.outcome == "right":
        turn.deeds.append(Proves())
        return {"tried": "right", "known": proof.name}
    turn.deeds.append(CountsWrong())
    turn.say(turn.text(f"code.{proof.outcome}"))
    return {"tried": proof.outcome}


def _unsent(turn: Turn) -> str | None:
    """Where a code was sent, to the question for it; None: by his card."""
    sent = turn.slots.get("sent", "no_door")
    return None if sent == "card" else "code" if sent == "sent" else sent


def _untried(turn: Turn) -> str | None:
    tried = turn.slots.get("tried")
    return None if tried == "right" else "code" if tried == "wrong" else "over"


# --- a phone and the card with it -----------------------------------------------------------------------------------

CARD: Final = "card"
"""The question for a card."""
_SHARED: Final = "done"


def card_shared(flow: str) -> str:
    """What is pressed there once it was shared."""
    return f"={flow}.{CARD}:{_SHARED}"


def _ask_card(turn: Turn) -> str:
    """Each time with a link of its own, which opens from the commit of the question on."""
    reach = turn.slots.get("reach", "")
    turn.deeds.append(AsksCard(reach, turn.state.language))
    return turn.text("card.ask", phone=reach, link=turn.facts.proving.card_link(reach))


def _card_options(turn: Turn) -> Sequence[tuple[str, str]]:
    stop = [("!human", turn.text("menu.human")), ("!stop", turn.text("stop"))]
    return [(_SHARED, turn.text("card.done")), ("anew", turn.text("card.anew")), *stop]


def _look_at_card(turn: Turn) -> Mapping[str, str]:
    if turn.slots.pop(CARD, "") == "anew":
        for slot in ("phone", "reach"):
            turn.slots.pop(slot, None)
        return {"tried": "anew"}
    found = turn.facts.proving.card(turn.slots.get("reach", ""))
    if found.outcome == "right":
        return {"tried": "right", "known": found.name}
    said = "wrong" if found.outcome == "other" else found.outcome
    turn.say(turn.text(f"card.{said}", phone=turn.slots.get("reach", "")))
    return {"tried": found.outcome}


def prove(ask: str) -> tuple[Step, ...]:
    """The steps from an address that was stated to one that is proven. ``ask``: the question for another one."""

    def weighed(turn: Turn) -> str:
        tried = turn.slots.get("tried")
        return "untried" if tried == "right" else ask if tried == "anew" else "send"

    return (
        Look("send", _send),
        Branch("unsent", _unsent, ("code", "no_door", "too_many")),
        Choose(CARD, CARD, "card.ask", _card_options, make=_ask_card),
        Look("look_at_card", _look_at_card),
        Branch("weighed", weighed, ("untried", ask, "send")),
        Ask("code", "code", "ask.code", "code", buttons=(("!back", "code.anew"),)),
        Look("try", _try),
        Branch("untried", _untried, ("code", "over")),
    )


_REACH: Final = Ask("reach", "reach", "ask.reach", "reach")
_PROVE: Final = prove("reach")
REFUSED: Final[tuple[Step, ...]] = (
    Say("too_many", "code.too_many", buttons=_to_people),
    End("end_many"),
    Say("over", "code.ask_person", buttons=_to_people),
    End("end_over"),
)


# --- found ----------------------------------------------------------------------------------------------------------


def _is_known(turn: Turn) -> str | None:
    return "known" if turn.facts.proving.proven() else None


def _account(turn: Turn) -> Sequence[Button]:
    return [Button(">my_bookings", turn.text("title.my_bookings")), Button("!menu", turn.text("menu.menu"))]


def _say_known(turn: Turn) -> str:
    name, shown = turn.facts.known.get("name", ""), ", ".join(turn.facts.proving.proven())
    return turn.text("identify.known", who=f"{name}, {shown}" if name else shown)


def _say_found(turn: Turn) -> str:
    name = turn.slots.get("known", "")
    return turn.text("identify.found", name=name) if name else turn.text("identify.proven")


# --- registered -----------------------------------------------------------------------------------------------------


def _yes_or_no(turn: Turn) -> list[tuple[str, str]]:
    return [("yes", turn.text("agree")), ("no", turn.text("disagree"))]


def _disagrees(turn: Turn) -> str | None:
    return None if turn.slots.get("consent") == "yes" else "refused"


def _state(turn: Turn) -> None:
    """What he said of himself goes to his card before a proof may join it with another."""
    reach, name = turn.slots.get("reach", ""), turn.slots.get("name", "")
    said = {"name": name, "email" if "@" in reach else "phone": reach}
    fresh = tuple((key, value) for key, value in said.items() if value and turn.facts.known.get(key) != value)
    if fresh:
        turn.deeds.insert(0, States(fresh))
    if turn.slots.get("consent") == "yes":
        turn.deeds.insert(0, Consents(turn.text("ask.consent"), turn.state.language))


def _say_registered(turn: Turn) -> str:
    return turn.text("registered", name=turn.slots.get("known") or turn.slots.get("name", ""))


# --- news -----------------------------------------------------------------------------------------------------------


def _topics(turn: Turn) -> list[tuple[str, str]]:
    on = turn.facts.proving.wanted_news()
    shown = [(one, f"{'✓ ' if one in on else ''}{turn.text(f'news.{one}')}") for one in TOPICS]
    return [*shown, ("none", turn.text("news.none"))] if on else shown


def _is_off(turn: Turn) -> str | None:
    """An end of news needs nothing else; a beginning needs an address."""
    topic = turn.slots.get("topic", "")
    if topic == "none" or topic in turn.facts.proving.wanted_news():
        return "off"
    return "on" if turn.facts.proving.proven() else None


def _turn_off(turn: Turn) -> None:
    topic = turn.slots.get("topic", "none")
    turn.deeds.append(Unsubscribes(None if topic == "none" else topic))


def _subscribe(turn: Turn) -> None:
    topic = turn.slots.get("topic", "")
    if topic in TOPICS:
        words = f"{turn.text('ask.topic')} {turn.text(f'news.{topic}')}"
        turn.deeds.append(Subscribes(topic, words, turn.state.language))


def _stop_all(turn: Turn) -> None:
    turn.deeds.append(Unsubscribes())


WHO_FLOWS: Final = (
    Flow("me", (), (Say("me", "me", buttons=_me),), offer=False),
    Flow(
        "identify",
        (),
        (
            Branch("is_known", _is_known, ("known",)),
            _REACH,
            *_PROVE,
            Say("found", make=_say_found, buttons=_account, says=("identify.found", "identify.proven")),
            End("end"),
            *REFUSED,
            Say("no_door", "code.no_door", buttons=_to_people),
            End("end_no_door"),
            Say("known", make=_say_known, buttons=_account, says=("identify.known",)),
            End("end_known"),
        ),
    ),
    Flow(
        "register",
        (),
        (
            Look("card", _name_from_card),
            Ask("name", "name", "ask.name", "name"),
            _REACH,
            Choose("consent", "consent", "ask.consent", _yes_or_no),
            Branch("disagrees", _disagrees, ("refused",)),
            *_PROVE,
            Do("state", _state),
            Say("registered", make=_say_registered, says=("registered",)),
            End("end"),
            *REFUSED,
            Do("no_door", _state),
            Say("unproven", "registered_unproven", buttons=_to_people),
            End("end_unproven"),
            Say("refused", "register_refused"),
            End("end_refused"),
        ),
    ),
    Flow(
        "news",
        (),
        (
            Choose("topic", "topic", "ask.topic", _topics),
            Branch("is_off", _is_off, ("off", "on")),
            Look("card", _from_card),
            _REACH,
            *_PROVE,
            Do("on", _subscribe),
            End("end", "news.on"),
            *REFUSED,
            Do("no_door", _state),
            Do("on_unproven", _subscribe),
            Say("unproven", "news.on_unproven"),
            End("end_unproven"),
            Do("off", _turn_off),
            End("end_off", "news.off"),
        ),
    ),
    Flow("unsubscribe", (), (Do("stop", _stop_all), Say("off", "news.off")), aside=True, offer=False),
)
"""Joined to the flows of every firm by ``catalogue``."""
