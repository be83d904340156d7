"""How changes of the catalogue, the staff and the schedules are recorded and told."""

from collections.abc import Collection, Mapping

from business.team.deeds import record_deed
from business.team.staff import Publish
from conversation.events import CalendarChanged
from conversation.messages import Agent
from crm_store import Tx


def record_change(
    tx: Tx,
    doer: Agent | None,
    kind: str,
    row_id: int,
    before: Mapping[str, object],
    after: Mapping[str, object],
    remote: str,
) -> None:
    """What differs, as one deed: ``archived`` or ``brought_back`` where that is all."""
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return
    deed = "changed" if changed != ["archived"] else "archived" if after["archived"] else "brought_back"
    old, new = ({name: one[name] for name in changed} for one in (before, after))
    record_deed(tx, doer, f"{kind}.{deed}", kind, row_id, before=old, after=new, remote=remote)


def tell(publish: Publish, resource_ids: Collection[int]) -> None:
    """After the commit: what can be booked differs, of these calendars or, where none is named, of any."""
    publish(CalendarChanged(tuple(sorted(resource_ids))))
