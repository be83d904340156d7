"""What many operations of one transaction ask for, asked once: many of them share a commit."""

from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

from crm_store import Tx

T = TypeVar("T")
_PLACE: Final = "barev_remembered"
_Held = tuple[object, dict[Hashable, Any], set[Hashable]]
"""The transaction, what is remembered in it, and what the present step has changed of it."""


def remember(tx: Tx, key: Hashable, ask: Callable[[], T]) -> T:
    """What ``ask`` says, once in a transaction. For what is set up rather than done (services, schedules, settings):
    a change of it counts from the next transaction on, and who waits for its commit finds it. For anything else whoever
    changes it says so by ``forget``."""
    kept = _held(tx)[1]
    if key not in kept:
        kept[key] = ask()
    found: T = kept[key]
    return found


def forget(tx: Tx, key: Hashable) -> None:
    """It is other than it was, unless the step is undone."""
    _, kept, changed = _held(tx)
    kept.pop(key, None)
    changed.add(key)


def forget_undone(tx: Tx, *, kept: bool) -> None:
    """A step has ended: what it changed, and was read since, holds only where it is ``kept``."""
    _, remembered, changed = _held(tx)
    if not kept:
        for key in changed:
            remembered.pop(key, None)
    changed.clear()


def _held(tx: Tx) -> _Held:
    current = tx.get_transaction()
    held: _Held | None = vars(tx).get(_PLACE)  # its own ``info`` takes as long as all the rest
    if held is None or held[0] is not current:
        vars(tx)[_PLACE] = held = (current, {}, set())
    return held
