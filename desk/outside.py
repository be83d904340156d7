"""Marks what was asked while nobody worked, so that its long wait is understood."""

from collections.abc import Callable, Iterable
from datetime import datetime

from conversation.messages import Conversation, Message
from conversation.wire import Link
from desk import render

OpenAt = Callable[[int | None, datetime], bool]
"""Whether a team (None: the firm) worked at a moment, by the hours as they are set now."""


class Outside:
    """Renders messages with ``out_of_hours`` where a customer's came outside his team's hours."""

    def __init__(self, open_at: OpenAt, link: Link) -> None:
        """``link``: the address of a file."""
        self._open_at = open_at
        self.link = link

    def message(self, value: Message, team_id: int | None) -> render.Wire:
        """One message of a conversation of a team."""
        shown = render.message(value, self.link)
        if value.author.kind == "visitor" and not self._open_at(team_id, value.at):
            shown["out_of_hours"] = True
        return shown

    def thread(self, head: Conversation, messages: Iterable[Message]) -> list[render.Wire]:
        """Messages of one conversation."""
        team_id = None if head.team is None else head.team.id
        return [self.message(one, team_id) for one in messages]
