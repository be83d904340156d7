"""When an answer is to be expected, and how that is said."""

from datetime import datetime, tzinfo
from functools import lru_cache
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from conversation.dates import say_day, say_time
from conversation.messages import Language
from conversation.ports import Texts


class Expected(NamedTuple):
    """``now``: somebody answers now. ``at``: when work begins again, None where it is under way or not in sight.
    ``timezone``: of those who answer (IANA)."""

    now: bool
    at: datetime | None
    timezone: str


class ReplyTimes(Protocol):
    """Who answers when (a port)."""

    def inbox(self, key: str | None) -> str | None:
        """The public key of the inbox that a door means by a key; None: there is none at all."""

    def expected(self, key: str | None) -> Expected:
        """What a visitor who writes to an inbox may expect."""

    def place(self, timezone: str, language: Language) -> str:
        """What a zone is called: the name of its city."""


@lru_cache(maxsize=1024)
def find_zone(name: str) -> ZoneInfo | None:
    """A zone by its IANA name; None: there is no such."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def say_expected(
    texts: Texts, language: Language, expected: Expected, place: str, own: str | None, now: datetime
) -> str:
    """In words, by the reader's own clock. ``own``: his zone; where its clock shows another hour, the hour of those who
    answer is named too, with their ``place``."""
    if expected.now or expected.at is None:
        return texts.get(language, "reply.now" if expected.now else "reply.offline")
    zone = find_zone(expected.timezone) or ZoneInfo("UTC")
    his = (find_zone(own) if own else None) or zone
    said = _say_at(texts, language, expected.at, his, now)
    if expected.at.astimezone(his).utcoffset() == expected.at.astimezone(zone).utcoffset():
        return said
    return texts.get(language, "reply.own_clock", said=said, place=place, time=say_time(expected.at, zone))


def _say_at(texts: Texts, language: Language, at: datetime, zone: tzinfo, now: datetime) -> str:
    day, today = at.astimezone(zone).date(), now.astimezone(zone).date()
    time = say_time(at, zone)
    if day <= today:
        return texts.get(language, "reply.at_time", time=time)
    if (day - today).days == 1:
        return texts.get(language, "reply.tomorrow", time=time)
    return texts.get(language, "reply.on_day", day=say_day(texts, language, day, today), time=time)
