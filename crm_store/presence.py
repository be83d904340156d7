"""Who is there, as the store knows it: leases that each process holds for the agents with a window open at it.

Decisions about who answers read them inside the writer's transaction, so that they need no bus and are the same in
every process.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, text, update

from crm_store import Tx
from crm_store.models import AgentPresenceRow
from crm_store.types import UtcTime

_KEPT = timedelta(days=30)
_HOLD = text(
    "INSERT INTO agent_presence (agent_id, process, until) SELECT id, :process, :until FROM agents WHERE id IN :ids"
    " ON CONFLICT (agent_id, process) DO UPDATE SET until = excluded.until"
).bindparams(bindparam("ids", expanding=True), bindparam("until", type_=UtcTime()))


def hold(tx: Tx, process: str, agent_ids: Collection[int], until: datetime) -> None:
    """Those agents have a window open at a process; it is believed until then, if it says nothing more."""
    if agent_ids:
        tx.execute(_HOLD, {"process": process, "until": until, "ids": sorted(agent_ids)})


def release(tx: Tx, process: str, agent_ids: Collection[int], at: datetime) -> None:
    """Those agents have no window at a process any more, since ``at``."""
    mine = (AgentPresenceRow.process == process, AgentPresenceRow.agent_id.in_(sorted(agent_ids)))
    tx.execute(update(AgentPresenceRow).where(*mine, AgentPresenceRow.until > at).values(until=at))


def sweep(tx: Tx, at: datetime) -> None:
    """Forgets the leases of processes long gone."""
    tx.execute(delete(AgentPresenceRow).where(AgentPresenceRow.until < at - _KEPT))
