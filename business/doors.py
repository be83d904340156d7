"""Doors of messengers that are set up in the desk: a token is checked with its messenger, kept, and never shown again.

What the settings (``barev.toml``, the environment) give wins, and cannot be changed here.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime
from typing import Final, Literal, NamedTuple, cast

from business.team.deeds import record_deed
from business.team.rights import require_now
from conversation import clock
from conversation.errors import ChannelError, ChannelRejected, Rejected, Unavailable
from conversation.messages import Agent, Channel, JsonObject
from crm_store import Tx, doors, settings_table
from crm_store.engine import Store

EDIT: Final = "settings.edit"
_KEPT: Final = "secret.door."  # the beginning of settings' names; no export carries them
Ask = Callable[[str], Awaitable[str]]
"""Whom a token belongs to, as its messenger names it. Raises ChannelError, and Rejected for what else is missing."""


class DoorKept(NamedTuple):
    """A door as its owner sees it. ``by``: where its token comes from, None: it is not set up; ``name``: of the bot,
    where it was set up here; ``error``: what is wrong with it, as its messenger says it; ``since``: for how long."""

    channel: Channel
    by: Literal["settings", "desk"] | None
    name: str
    error: str
    since: datetime | None


def read_tokens(tx: Tx, channels: Collection[Channel]) -> dict[Channel, str]:
    """The tokens that were kept here."""
    kept = settings_table.get_all(tx, [_KEPT + one for one in channels])
    found = {one: kept.get(_KEPT + one) for one in channels}
    return {one: str(cast("JsonObject", value)["token"]) for one, value in found.items() if value is not None}


class Doors:
    """``asks``: of the messengers that can be set up here; ``given``: those that the settings open; ``turned``: is told
    when another token counts."""

    def __init__(
        self, store: Store, asks: Mapping[Channel, Ask], given: Collection[Channel], turned: Callable[[], None]
    ) -> None:
        self._store = store
        self._asks = asks
        self._given = given
        self._turned = turned

    async def list_all(self) -> list[DoorKept]:
        """All that can be set up here."""
        return await self._store.read(lambda tx: [self._find(tx, one) for one in self._asks])

    async def set_token(self, actor: Agent, channel: Channel, token: str, remote: str) -> DoorKept:
        """Asks the messenger whose it is, and keeps it; the door opens within seconds in every process.

        Raises Rejected conflict (the settings give one; it belongs to nobody), not_found, forbidden; Unavailable where
        the messenger does not answer.
        """
        ask = self._require(channel)
        try:
            name = await ask(token)
        except ChannelRejected:
            raise Rejected("conflict", "channel.token_wrong", field="token") from None
        except ChannelError:
            raise Unavailable("channel.token_silent", retry_after_s=5.0) from None

        def write(tx: Tx) -> DoorKept:
            doer = require_now(tx, actor, EDIT)
            before = self._find(tx, channel)
            settings_table.put(tx, _KEPT + channel, {"token": token, "name": name}, clock.now())
            after = {"channel": channel, "name": name}
            was = {"channel": channel, "name": before.name} if before.by else None
            record_deed(tx, doer, "door.set_up", "settings", 0, before=was, after=after, remote=remote)
            return self._find(tx, channel)

        done = await self._store.writer.run(write)
        self._turned()
        return done

    async def forget(self, actor: Agent, channel: Channel, remote: str) -> None:
        """Shuts the door; what waits to be sent waits. Raises Rejected conflict, not_found, forbidden."""
        self._require(channel)

        def write(tx: Tx) -> None:
            doer = require_now(tx, actor, EDIT)
            before = self._find(tx, channel)
            if before.by is None:
                raise Rejected("not_found", "error.not_found")
            settings_table.put(tx, _KEPT + channel, None, clock.now())
            doors.forget(tx, channel)
            was = {"channel": channel, "name": before.name}
            record_deed(tx, doer, "door.shut", "settings", 0, before=was, remote=remote)

        await self._store.writer.run(write)
        self._turned()

    def _require(self, channel: Channel) -> Ask:
        if channel not in self._asks:
            raise Rejected("not_found", "error.not_found")
        if channel in self._given:
            raise Rejected("conflict", "channel.token_given")
        return self._asks[channel]

    def _find(self, tx: Tx, channel: Channel) -> DoorKept:
        kept = cast("JsonObject | None", settings_table.get(tx, _KEPT + channel))
        state = next((one.state for one in doors.list_doors(tx) if one.name == channel), {})
        since, error = state.get("since"), state.get("error")
        at = clock.from_ms(since) if isinstance(since, int) else None
        words = error if isinstance(error, str) else ""
        if channel in self._given:
            return DoorKept(channel, "settings", "", words, at)
        if kept is None:
            return DoorKept(channel, None, "", "", None)
        return DoorKept(channel, "desk", str(kept.get("name") or ""), words, at)
