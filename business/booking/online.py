"""Whether somebody may book by himself: what follows of visits that he missed or cancelled too late."""

from typing import Literal, NamedTuple

from business.booking.settings import BookingSettings
from conversation.errors import Rejected
from crm_store import Tx, appointments, proving, working_hours

Need = Literal["nothing", "warn", "prepayment", "deny"]


class Standing(NamedTuple):
    """How often he did not come and how often he cancelled late, and what follows of it."""

    no_shows: int
    late_cancels: int
    need: Need


def find_standing(tx: Tx, *contact_ids: int) -> Standing:
    """What is known of a contact, or of several together."""
    settings = BookingSettings.load(tx)
    missed = appointments.count_missed(tx, contact_ids).values()
    no_shows, late_cancels = sum(one.no_shows for one in missed), sum(one.late_cancels for one in missed)
    often = no_shows + late_cancels >= settings.missed_count
    return Standing(no_shows, late_cancels, settings.missed_rule if often else "nothing")


def check_online(tx: Tx, contact_id: int | None, phone: str | None = None, *, proven: bool = False) -> None:
    """Whether he may book by himself; asked at every door at which customers do (``None``: he is not known yet). Who
    merely states a phone is taken for all who have stated it, since each time he is a new contact; not if it was just
    ``proven`` to be his. ``phone``: what he states now, and is not on his card yet.

    Raises Rejected forbidden where people of the firm are to be asked: the firm is not booked online, or he missed too
    much. Where a prepayment is wanted, it is they who take it: there is no till here yet.
    """
    if not BookingSettings.load(tx).online:
        raise Rejected("forbidden", "outreach.online_off")
    need: Need = "nothing"
    if contact_id is not None:
        need = find_standing(tx, *([contact_id] if proven else proving.list_sharing(tx, contact_id, phone))).need
    if need == "deny":
        raise Rejected("forbidden", "outreach.online_denied")
    if need == "prepayment":
        phone = working_hours.find_phone(tx)
        if phone is None:
            raise Rejected("forbidden", "outreach.online_prepayment")
        raise Rejected("forbidden", "outreach.online_prepayment_call", phone=phone)
