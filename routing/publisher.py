"""The one place that events leave from, always after the commit that they tell of."""

import logging
from collections.abc import Callable, Mapping

from conversation.events import Event

log = logging.getLogger(__name__)

Listener = Callable[..., None]  # takes the event of its type; the table is built, and so checked, in wiring
Handlers = Mapping[type[Event], tuple[Listener, ...]]


class Publisher:
    """Hands an event to every listener of its type. A listener that fails harms neither the talk nor the others."""

    def __init__(self) -> None:
        self._handlers: Handlers = {}
        self._relay: Callable[[Event], None] | None = None

    def connect(self, handlers: Handlers) -> None:
        """Sets the table of listeners; called once by the wiring."""
        self._handlers = handlers

    def divert(self, relay: Callable[[Event], None]) -> None:
        """From now on ``relay`` gets all that is published: it tells other processes and calls ``deliver``."""
        self._relay = relay

    def publish(self, event: Event) -> None:
        """Tells everybody concerned, in this process and all others. Call it only after the commit."""
        if self._relay is None:
            self.deliver(event)
        else:
            self._relay(event)

    def deliver(self, event: Event) -> None:
        """Tells everybody concerned in this process."""
        for listener in self._handlers.get(type(event), ()):
            try:
                listener(event)
            except Exception:
                log.exception("a listener failed on %s", type(event).__name__)
