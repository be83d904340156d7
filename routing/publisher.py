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

    def connect(self, handlers: Handlers) -> None:
        """Sets the table of listeners; called once by the wiring."""
        self._handlers = handlers

    def publish(self, event: Event) -> None:
        """Tells everybody concerned. Call it only after the commit."""
        for listener in self._handlers.get(type(event), ()):
            try:
                listener(event)
            except Exception:
                log.exception("a listener failed on %s", type(event).__name__)
