"""The flows that book by themselves, in place of those of the same names that take it down for people."""

from collections.abc import Mapping
from typing import Final

from routing.flows.booking.changing import CANCEL, MY_BOOKINGS, RESCHEDULE
from routing.flows.booking.leaving import LEAVE_LIST
from routing.flows.booking.making import AVAILABILITY, BOOK
from routing.flows.booking.prices import PRICES, SERVICES
from routing.flows.booking.seeking import HELD
from routing.flows.booking.whoever import WHO_FREE
from routing.flows.model import Facts, State
from routing.flows.steps import Flow

BOOKING_FLOWS: Final[Mapping[str, Flow]] = {
    flow.name: flow
    for flow in (LEAVE_LIST, WHO_FREE, BOOK, AVAILABILITY, RESCHEDULE, CANCEL, MY_BOOKINGS, SERVICES, PRICES)
}


def flows_for(facts: Facts, flows: Mapping[str, Flow]) -> Mapping[str, Flow]:
    """``flows`` as they are where customers may book by talk, or may not."""
    return {**flows, **BOOKING_FLOWS} if facts.booking is not None else flows


def holds(state: State) -> bool:
    """Whether a time is kept for the customer in a talk."""
    return any(HELD in one.slots for one in (*state.under, *([state.place] if state.place else [])))
