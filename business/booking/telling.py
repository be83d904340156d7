"""What is written and said of every change of an appointment."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from business.booking.model import Appointment
from business.team.deeds import record_deed
from conversation.events import AppointmentChanged
from conversation.messages import Agent
from crm_store import Tx

Follower = Callable[[Tx, AppointmentChanged, Appointment], None]
"""Writes what follows of a change in its own transaction: reminders, offers, webhooks."""
_SHOWN = (
    "status",
    "starts_at",
    "ends_at",
    "title",
    "note",
    "warning",
    "discount_minor",
    "total_minor",
    "cancel_reason",
    "subject_id",
)


class Teller:
    """Records the deed, lets followers write, and makes the event."""

    def __init__(self, followers: Sequence[Follower] = ()) -> None:
        self._followers = followers

    def tell(
        self, tx: Tx, actor: Agent | None, name: str, before: Appointment | None, after: Appointment
    ) -> AppointmentChanged:
        """``name``: of the event and of the deed. The last thing to be done of a change."""
        resources = {one.provider_id for each in (before, after) if each for one in each.items if one.provider_id}
        event = AppointmentChanged(after.id, name, after.contact_id, tuple(sorted(resources)))
        was, now = _summary(before), _summary(after)
        changed = [key for key in now if now[key] != was.get(key)]
        record_deed(
            tx,
            actor,
            name,
            "appointment",
            after.id,
            before=None if before is None else {key: was.get(key) for key in changed},
            after={key: now[key] for key in changed},
            about=after.contact_id,
        )
        for follower in self._followers:
            follower(tx, event, after)
        return event


def _summary(appointment: Appointment | None) -> Mapping[str, str | int | datetime | None]:
    if appointment is None:
        return {}
    plain = {key: getattr(appointment, key) for key in _SHOWN}
    first = appointment.items[0] if appointment.items else None
    about = {} if first is None else {"service_id": first.service_id, "provider_id": first.provider_id}
    shown: dict[str, str | int | datetime | None] = {**plain, **about}
    return {key: one for key, one in shown.items() if one not in (None, "")}
