"""The relay as a channel: its settings, and its parts put together."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.folders import ChannelFolder, Door, House

from .carrier import RelayCarrier
from .listener import RelayListener
from .wire import RelayWire


@dataclass(frozen=True, slots=True)
class Relay:
    """The relay; an empty address keeps the door shut.

    Attributes:
        url: its address
        key: what it wants to hear with each request
        wait_s: seconds for which one question waits for its answer
    """

    url: str = ""
    key: str = field(default="", repr=False)
    wait_s: float = 20.0


def make(section: Relay, house: House) -> Door | None:
    """See ``ChannelFolder``."""
    if not section.url:
        return None
    if urlsplit(section.url).scheme not in ("http", "https"):
        raise ValueError("relay.url: an address begins with http:// or https://")
    wire = RelayWire(section.url, section.key)
    return Door(RelayCarrier(wire), RelayListener(wire, house.intake, section.wait_s), close=wire.close)


CHANNEL = ChannelFolder("relay", "Relay", Relay, make)
