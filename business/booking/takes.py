"""Which busy time a slot becomes: one stretch for each resource of each part, none over another on one resource."""

from datetime import datetime
from typing import NamedTuple

from business.booking.model import Slot


class Take(NamedTuple):
    """``part``: which of the slot's parts takes it."""

    part: int
    resource_id: int
    starts_at: datetime
    ends_at: datetime


def takes_of(slot: Slot) -> list[Take]:
    """What the parts take, buffers inside; those that join a group session take nothing. Where parts take the same
    resource and their buffers meet, the later part takes it from its own beginning on: together they take what each
    would by itself, and nothing twice."""
    wishes: dict[int, list[tuple[datetime, datetime, datetime, int]]] = {}
    for number, part in enumerate(slot.parts):
        if part.session_id is None:
            for resource_id in (part.provider_id, *part.resource_ids):
                wish = (part.starts_at, part.busy_from, part.busy_to, number)
                wishes.setdefault(resource_id, []).append(wish)
    return [take for resource_id, some in wishes.items() for take in _split(resource_id, sorted(some))]


def _split(resource_id: int, wishes: list[tuple[datetime, datetime, datetime, int]]) -> list[Take]:
    joined: list[tuple[datetime, datetime, list[tuple[datetime, int]]]] = []
    for _, begins, ends, _ in sorted(wishes, key=lambda one: one[1]):
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends), [])
        else:
            joined.append((begins, ends, []))
    for starts_at, _, _, number in wishes:
        next(some for begins, ends, some in joined if begins <= starts_at < ends).append((starts_at, number))
    found: list[Take] = []
    for begins, ends, some in joined:
        cuts = [begins, *(starts_at for starts_at, _ in some[1:]), ends]
        found += [Take(one[1], resource_id, cuts[at], cuts[at + 1]) for at, one in enumerate(some)]
    return found
