"""What the firm does, what it costs, how long it takes, and who does it: from the catalogue."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from conversation.messages import Button
from routing.flows.booking.hearing import asks_of_service, claims_booking, named, values
from routing.flows.booking.ports import Service
from routing.flows.booking.wanted import booking_of
from routing.flows.knowing import to_people
from routing.flows.steps import Flow, Say

if TYPE_CHECKING:
    from routing.flows.turn import Turn

_LINES_MOST: Final = 30
_BUTTONS_MOST: Final = 10
_CARDS_MOST: Final = 4


def _asked(turn: "Turn") -> list[Service]:
    """The services that the message names."""
    ids = {one for entity in named(turn, "service") for one in values(entity)}
    return [one for one in booking_of(turn).services(turn.state.language) if str(one.id) in ids]


def _line(turn: "Turn", one: Service) -> str:
    text = turn.text("booking.takes", minutes=one.minutes)
    return " · ".join(filter(None, [one.name, one.price, text]))


def _tell(turn: "Turn") -> str:
    asked = _asked(turn)
    if not asked:
        services = booking_of(turn).services(turn.state.language)
        return "\n".join([turn.text("booking.services"), *(_line(turn, one) for one in services[:_LINES_MOST])])
    providers = booking_of(turn).providers(turn.state.language)
    cards = []
    for one in asked[:_CARDS_MOST]:
        who = ", ".join(other.name for other in providers if other.id in one.provider_ids)
        by = turn.text("booking.done_by", who=who) if who else ""
        cards.append("\n".join(filter(None, [_line(turn, one), one.about, by])))
    return "\n\n".join(cards)


def _buttons(turn: "Turn") -> Sequence[Button]:
    shown = _asked(turn)[:_CARDS_MOST] or booking_of(turn).services(turn.state.language)[:_BUTTONS_MOST]
    books = [Button(f"&book:service={one.id}", turn.text("press.book", what=one.name)) for one in shown]
    return [*books, *(one for one in to_people(turn) if one.value == "!human")]


_SAY: Final = Say("say", make=_tell, buttons=_buttons, says=("booking.services", "booking.takes", "booking.done_by"))


def _claims(turn: "Turn") -> bool:
    """A service alone, or a question about one that nobody has written an article on."""
    if turn.heard.choice is not None or turn.heard.known is not None or not _asked(turn):
        return False
    return asks_of_service(turn) or (turn.state.place is None and not claims_booking(turn))


SERVICES: Final = Flow("services", ("services",), (_SAY,), aside=True, claims=_claims)
PRICES: Final = Flow("prices", ("price",), (_SAY,), aside=True)
