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
    """What the parts take, buffers inside, those that join a group session nothing. Where two parts take the same
    resource, the buffers between them give way: together they take what each would by itself, and nothing twice."""
    found: list[Take] = []
    last: dict[int, int] = {}
    for number, part in sorted(enumerate(slot.parts), key=lambda one: one[1].starts_at):
        if part.session_id is not None:
            continue
        for resource_id in (part.provider_id, *part.resource_ids):
            begins, ends = part.busy_from, part.busy_to
            at = last.get(resource_id)
            if at is not None:
                earlier = found[at]
                ends = max(ends, earlier.ends_at)
                found[at] = earlier._replace(ends_at=min(earlier.ends_at, part.starts_at))
                begins = max(begins, found[at].ends_at)
            last[resource_id] = len(found)
            found.append(Take(number, resource_id, begins, ends))
    return found
