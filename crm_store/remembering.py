"""What many operations of one transaction ask for, asked once: many of them share a commit."""

from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

from crm_store import Tx

T = TypeVar("T")
_PLACE: Final = "barev_remembered"


def remember(tx: Tx, key: Hashable, ask: Callable[[], T]) -> T:
    """What ``ask`` says, once in a transaction. For what is set up rather than done (services, schedules, settings):
    a change of it counts from the next transaction on, and who waits for its commit finds it."""
    current = tx.get_transaction()
    held = tx.info.get(_PLACE)
    if held is None or held[0] is not current:
        tx.info[_PLACE] = held = (current, {})
    kept: dict[Hashable, Any] = held[1]
    if key not in kept:
        kept[key] = ask()
    found: T = kept[key]
    return found
