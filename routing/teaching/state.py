"""How the learning stands: what is in force, what was last trained, and what is under way."""

from collections.abc import Callable
from dataclasses import dataclass

from business.team import rights
from conversation import clock
from conversation.events import Event, TeachingChanged
from conversation.messages import Agent
from crm_store import Tx, learned_models, learning
from crm_store.engine import Store
from crm_store.learned_models import Progress
from crm_store.rows import AnyRow
from routing.teaching.examples import TEACH


@dataclass(frozen=True, slots=True)
class Standing:
    """``learned``: whether all that is taught was trained on; ``progress``: of a training under way or one that failed;
    ``in_force`` None: the starter model; ``last``: the last training, refused or not."""

    learned: bool
    progress: Progress | None
    in_force: AnyRow | None
    last: AnyRow | None
    own: int
    checks: int
    unclear: int


class Learning:
    """The state of it, and a training wished by hand."""

    def __init__(self, store: Store, publish: Callable[[Event], None]) -> None:
        self._store = store
        self._publish = publish

    async def standing(self) -> Standing:
        """As it is now."""
        return await self._store.read(_read)

    async def begin(self, actor: Agent) -> Standing:
        """Trains once more, though nothing else is taught. Raises Rejected forbidden."""

        def write(tx: Tx) -> Standing:
            rights.require_now(tx, actor, TEACH)
            learned_models.mark_taught(tx, clock.now())
            return _read(tx)

        return await self._store.writer.run(write, lambda _: self._publish(TeachingChanged()))


def _read(tx: Tx) -> Standing:
    told, last = learned_models.told(tx), learned_models.find_latest(tx)
    progress = learned_models.get_progress(tx)
    if progress is not None and progress.stage != "failed" and progress.until_ms <= clock.now_ms():
        progress = None  # its process died; another takes it up
    checks = learning.count_checks(tx)
    return Standing(
        last.of == told.taught if last is not None else told.taught == 0,
        progress,
        learned_models.find_in_force(tx),
        last,
        learning.count_examples(tx) - checks,
        checks,
        learning.count_unclear(tx),
    )
