"""One transaction for everything that waits, in which no part can harm another."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from conversation.clock import from_ms
from conversation.errors import BarevError, Unavailable
from conversation.messages import Conversation
from crm_store import Tx
from crm_store.appending import Appended, NewMessage, append_messages, preview_of
from crm_store.conversations import find_heads
from crm_store.driving import begin_steps, keep_step, undo_step, writes_of
from crm_store.errors import fault_of, to_ours
from crm_store.remembering import forget_undone

_log = logging.getLogger(__name__)
ATTEMPTS = 5
"""How often a transaction that lost a race is begun anew."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A step was undone and has this to say."""

    error: Exception


@dataclass(frozen=True, slots=True)
class RunStep:
    """An operation of somebody's own."""

    op: Callable[[Tx], Any]

    def __call__(self, tx: Tx) -> Any:
        return self.op(tx)


@dataclass(frozen=True, slots=True)
class AppendStep:
    """Messages that came one after another."""

    messages: Sequence[NewMessage]

    def __call__(self, tx: Tx) -> list[Appended | BarevError]:
        outcomes = append_messages(tx, self.messages)
        flipped = {one.conversation_id for one in outcomes if isinstance(one, Appended) and one.head_changed}
        if not flipped:
            return outcomes
        heads = {head.id: head for head in find_heads(tx, flipped)}
        return [_with_head(*pair, heads) for pair in zip(self.messages, outcomes, strict=True)]


def _with_head(
    new: NewMessage, outcome: Appended | BarevError, heads: Mapping[int, Conversation]
) -> Appended | BarevError:
    """The outcome with its conversation's head as of this message, where that changed."""
    if isinstance(outcome, BarevError) or not outcome.head_changed:
        return outcome
    head = replace(
        heads[outcome.conversation_id],
        status=outcome.status,
        waiting_since=None if outcome.waiting_since_ms is None else from_ms(outcome.waiting_since_ms),
        change=outcome.change,
        event=outcome.event,
        last_seq=outcome.seq,
        last_text=preview_of(new),
        last_message_at=from_ms(outcome.at_ms),
    )
    return outcome._replace(head=head)


Step = RunStep | AppendStep
Outcome = Any
"""For a RunStep its result or Failed; for an AppendStep a list with one outcome a message."""


def commit_batch(steps: Sequence[Step], tx: Tx) -> list[Outcome]:
    """Runs the steps in their order in one transaction and commits it; one outcome a step.

    A step that fails is undone and alone in failing. Where the transaction as a whole cannot be committed, every step
    gets one of its own. Raises the driver's error where the store itself is lost: then nothing was kept.
    """
    for _ in range(ATTEMPTS):
        try:
            return _transact(tx, steps)
        except Exception as error:
            fault = fault_of(error)
            if fault == "lost":
                raise
            if len(steps) == 1 and fault == "other":
                return [_fail(steps[0], error)]
            if fault == "again":
                continue
            break
    if len(steps) > 1:
        return [outcome for step in steps for outcome in commit_batch([step], tx)]
    return [_settle_alone(tx, steps[0])]


def _transact(tx: Tx, steps: Sequence[Step]) -> list[Outcome]:
    with tx.begin():
        if len(steps) == 1:  # needs no savepoint: it has the transaction for itself
            return [steps[0](tx)]
        begin_steps(tx)
        return [_guarded(tx, step) for step in steps]


def _settle_alone(tx: Tx, step: Step) -> Outcome:
    """The second and last time for a step that failed in a transaction of its own."""
    try:
        with tx.begin():
            begin_steps(tx)
            return _guarded(tx, step)
    except Exception as error:
        if fault_of(error) == "lost":
            raise
        return _fail(step, error)


def _guarded(tx: Tx, step: Step) -> Outcome:
    """Runs a step. A race for a unique value is run once more: this time the winner's row is seen. Where nothing was
    written there is nothing to keep or undo."""
    for last in (False, True):
        before = writes_of(tx)
        try:
            outcome = step(tx)
            if before is None or writes_of(tx) != before:
                keep_step(tx)
            forget_undone(tx, kept=True)
            return outcome
        except Exception as error:
            fault = fault_of(error)
            if fault in {"lost", "again"}:
                raise
            if before is None or writes_of(tx) != before:
                undo_step(tx)
            forget_undone(tx, kept=False)
            if fault == "unique" and not last:
                continue
            if isinstance(step, AppendStep) and len(step.messages) > 1 and fault in {"data", "unique"}:
                return [outcome for m in step.messages for outcome in _guarded(tx, AppendStep([m]))]
            return _fail(step, error)
    raise AssertionError("unreachable")


def _fail(step: Step, error: Exception) -> Outcome:
    ours = to_ours(error)
    if isinstance(step, RunStep):
        return Failed(ours)
    if not isinstance(ours, BarevError):
        _log.error("messages could not be appended", exc_info=ours)
        ours = Unavailable()
    return [ours for _ in step.messages]
