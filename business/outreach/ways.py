"""Whether somebody may be told something, and where: what he chose, what he agreed to, where he spoke last."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from conversation.messages import Channel, Language
from conversation.reply_time import find_zone
from crm_store import Tx, news, outreach, stops, working_hours
from crm_store.models import ReachWay
from crm_store.outreach import Mailbox, Talk, Told

Purpose = Literal["service", "offers", "firm", "events"]
"""``service``: of his own visits and wishes; the others are news of a topic, which he must have asked for."""
Reason = Literal["gone", "blocked", "refused", "no_address"]
"""Why somebody cannot be told: there is no such contact, he is kept out, he does not want it, there is no way."""
_TALKS: Final = timedelta(days=365)
_DOORS: Final[Mapping[str, Channel]] = {"email": "email", "phone": "sms"}
_BY_WAY: Final[Mapping[ReachWay, str]] = {"sms": "phone", "email": "email"}


class Way(NamedTuple):
    """How somebody is told. ``talk``: the conversation that gets the message; ``letter``: the phone or mailbox that is
    written to beside it, or instead; at least one of them. ``language``: his; ``here``: he has the talk before him."""

    contact: Told
    talk: Talk | None
    letter: Mailbox | None
    language: Language
    here: bool = False

    @property
    def door(self) -> Channel | None:
        """The channel of the letter."""
        return None if self.letter is None else _DOORS[self.letter.channel]


@dataclass(frozen=True, slots=True)
class Reach:
    """``doors``: channels that there is a driver for; ``hears``: those of them by which letters can be answered;
    ``online``: whether a contact has the website's chat open;
    ``language``: spoken to those of whom none is known."""

    doors: frozenset[Channel] = frozenset()
    hears: frozenset[Channel] = frozenset()
    online: Callable[[int], bool] = field(default=lambda _contact_id: False)
    language: Language = "en"


def choose(
    tx: Tx,
    reach: Reach,
    contact_id: int,
    purpose: Purpose,
    about: str,
    at: datetime,
    way: ReachWay = "auto",
    *,
    waits: bool = False,
) -> Way | Reason:
    """How a contact is told something at a moment. ``about``: what the letter would be, as the outbox names it;
    ``way``: the firm's wish, where he himself has none; ``waits``: it may have to wait for the end of
    quiet hours. An address that wants no such letters gets none.

    By itself (``auto``) a messenger in which he spoke last; the website's chat while he has it open; else a phone or
    mailbox that he has proven or agreed to, with the message in the website's chat too, where it waits for him. Who
    talks in a messenger, by SMS or e-mail hears it once: there, where no letter of another kind was wished. What
    may have to wait is no message in a talk by SMS or e-mail, but a letter there.
    """
    told = outreach.find_told(tx, contact_id)
    if told is None or told.gone:
        return "gone"
    if outreach.is_blocked(tx, told.id, at):
        return "blocked"
    chosen = outreach.find_choice(tx, told.id)
    if chosen == "none" or (purpose != "service" and purpose not in news.list_wanted(tx, told.id)):
        return "refused"
    wished = way if chosen == "auto" else chosen
    talk = outreach.find_talk(tx, told.id, at - _TALKS)
    known = [one for one in outreach.list_mailboxes(tx, told.id) if _DOORS[one.channel] in reach.doors]
    letters = [one for one in known if not stops.is_stopped(tx, one.channel, one.value, about)]
    letters.sort(key=lambda one: one.channel != _BY_WAY.get(wished))
    letter = letters[0] if letters else None
    here = talk is not None and (talk.channel != "web" or reach.online(told.id))
    if (wished == "talk" and talk is not None) or (wished == "auto" and here):
        letter = None
    language = told.language or (talk and talk.language) or reach.language
    if talk is not None and talk.channel != "web":
        alike = next((one for one in letters if _DOORS[one.channel] == talk.channel), None)
        if letter is not None and letter != alike and letter.channel == _BY_WAY.get(wished):
            talk = None
        elif waits and alike is not None:
            talk, letter = None, alike
        else:
            letter = None
    if talk is None and letter is None:
        return "refused" if known else "no_address"
    return Way(told, talk, letter, language, here and talk is not None)


def zone_of(tx: Tx, branch_id: int | None) -> ZoneInfo:
    """The zone of a branch, of the firm's first one where it is of none."""
    places = working_hours.list_places(tx)
    place = places.get(branch_id or 0) or next(iter(places.values()), None)
    return (place and find_zone(place.timezone)) or ZoneInfo("UTC")
