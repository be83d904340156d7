"""Gives all that can be given: a draft on a reading connection, then what of it is still right in the writer's
transaction, one after another until nothing more is to be decided."""

from collections.abc import Callable
from datetime import datetime, timedelta

from conversation import clock
from crm_store import Tx
from crm_store.engine import Store
from routing.assignment.carry import Step, carry_out
from routing.assignment.draft import OLD_S, Draft, Drafting, Place, Rules

Clock = Callable[[], datetime]
_FRUITLESS = 3
"""Drafts in a row of which nothing was right any more: others are at it, and it is looked again at the next tick."""


async def drain(store: Store, rules: Rules, tell: Callable[[Step], None], now: Clock = clock.now) -> int:
    """Gives all that can be given; returns how many decisions were made. ``tell`` is called after each commit, in its
    turn. Raises Unavailable."""
    made, fruitless = 0, 0
    after: Place | None = None
    drafting: Drafting | None = None

    def look(tx: Tx) -> Draft:
        nonlocal drafting
        going, drafting = drafting or Drafting(tx, rules, now(), after), None  # what fails half-way is not gone on with
        draft = going.draft(tx)
        drafting = going
        return draft

    while True:
        draft = await store.read(look)
        step = Step()
        if not draft.is_empty:
            step = await store.writer.run(lambda tx, draft=draft: carry_out(tx, rules, draft, now()), tell)  # type: ignore[misc]  # binds the loop's
        made += len(step.decisions)
        if len(step.decisions) < len(draft.decisions):
            fruitless = 0 if step.decisions else fruitless + 1
            after = drafting = None
            if fruitless == _FRUITLESS:
                return made
        elif draft.anew:
            after = drafting = None
        elif not draft.more:
            return made
        elif now() - draft.at > timedelta(seconds=OLD_S):
            after, drafting = draft.after, None
