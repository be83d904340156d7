"""What of a visit is moved or called off: all of it, it with what follows it in its series, or one of its services."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from business.booking.moving import Move
from business.booking.series import cancel_series_in, move_series_in
from business.booking.visits import Visits
from conversation.events import Event
from crm_store import Tx
from routing.flows.booking.ports import Scope, Visit
from routing.flows.booking.wanted import SCOPE, visit_of
from routing.flows.steps import Choose, Look, Step

if TYPE_CHECKING:
    from routing.flows.turn import Turn


def _options(turn: "Turn") -> Sequence[tuple[str, str]]:
    visit = visit_of(turn)
    if visit is None:
        return ()
    shown = [("one", turn.text("press.whole" if visit.items else "press.only_this"))]
    if visit.following:
        shown.append(("all", turn.text("press.following", count=visit.following + 1)))
    return [*shown, *((str(one.id), turn.text("press.only_item", what=one.what)) for one in visit.items)]


def _alone(turn: "Turn") -> Mapping[str, str]:
    """Where there is nothing to choose, it is not asked."""
    known = {value for value, _ in _options(turn)}
    if turn.slots.get(SCOPE) not in known:
        turn.slots.pop(SCOPE, None)
    return {SCOPE: "one"} if len(known) < 2 else {}


def say_scope(turn: "Turn") -> list[str]:
    """What of it is meant, where that was asked."""
    options = _options(turn)
    return [label for value, label in options if value == turn.slots.get(SCOPE) and len(options) > 1]


ASK_SCOPE: Final[tuple[Step, ...]] = (Look("scopes", _alone), Choose("scope", SCOPE, "booking.ask_scope", _options))


def move_scope(visits: Visits, tx: Tx, visit: Visit, move: Move, scope: Scope) -> Sequence[Event]:
    """Moves it. Raises as ``Visits.move``."""
    if scope == "all":
        return move_series_in(tx, visits, None, visit.id, move).events
    if scope == "one":
        return visits.move_in(tx, None, visit.id, move).events
    apart = visits.part_in(tx, None, visit.id, scope)
    return (*apart.events, *visits.move_in(tx, None, apart.appointment.id, replace(move, version=None)).events)


def cancel_scope(visits: Visits, tx: Tx, visit: Visit, reason: str, scope: Scope) -> Sequence[Event]:
    """Calls it off. Raises as ``Visits.cancel``."""
    if scope == "all":
        return cancel_series_in(tx, visits, None, visit.id, reason).events
    if scope == "one":
        return visits.cancel_in(tx, None, visit.id, reason).events
    apart = visits.part_in(tx, None, visit.id, scope)
    return (*apart.events, *visits.cancel_in(tx, None, apart.appointment.id, reason).events)
