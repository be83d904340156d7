"""The demo business: three branches, their people and what customers wrote them, every date relative to now.

The talks are imported only when they are told: a server without the demo does not carry them.
"""

from barev.demo.people import LOGINS, STATE
from conversation.clock import from_ms
from crm_store import Tx, settings_table
from crm_store.demo_rows import list_seeded_agents

__all__ = ["LOGINS", "list_logins", "remove", "seed"]


def seed(tx: Tx, now_ms: int, password_hash: str) -> None:
    """Seeds the demo in the writer's transaction; does nothing where it is, or was removed, already.

    The store must be founded (roles, the default branch, team and inbox). All agents get the same password.
    """
    from barev.demo.seeding import seed_all

    seed_all(tx, now_ms, password_hash)


def remove(tx: Tx, now_ms: int) -> dict[str, int]:
    """Removes the demo in the writer's transaction; what was typed meanwhile stays (see ``crm_store.demo_removal``).

    Returns how many rows went, by table, and ``conversations_kept``; nothing where there is no demo. The caller makes
    sure that somebody can still log in, and writes the audit line, knowing who asked.
    """
    from crm_store.demo_removal import remove_seeded

    counts = remove_seeded(tx)
    if counts:
        settings_table.put(tx, STATE, "removed", from_ms(now_ms))
    return counts


def list_logins(tx: Tx) -> list[tuple[str, str, str]]:
    """``(login, name, role)`` of the demo's agents as they are in the store: where a login was somebody's own already,
    the demo's has another. None where there is no demo."""
    return list_seeded_agents(tx)
