"""What a folder of ``bot`` has to say of itself to become a channel, and what it is handed for it.

A folder with a module ``channel`` that holds ``CHANNEL = ChannelFolder(...)`` is one: nothing else in the product
names it. It may lie here, or in a folder ``bot`` anywhere on Python's path; ``docs/how-to/add-a-channel.md`` shows how.
"""

import importlib.util
import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, is_dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import bot
from conversation.channels import Carrier, FarIntake, Listener
from conversation.messages import Channel, Language, is_channel
from conversation.ports import Texts

if TYPE_CHECKING:
    from aiohttp import web

_MODULE = "channel"
Section = TypeVar("Section")


@dataclass(frozen=True, slots=True)
class Door:
    """A channel that is set up. ``listener``: where the far side has to be asked; ``add_to``: registers its addresses,
    where the far side calls; ``close``: lets go of its lines."""

    carrier: Carrier
    listener: Listener | None = None
    add_to: Callable[["web.Application"], None] | None = None
    close: Callable[[], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True)
class House:
    """What a channel is handed. ``intake``: takes what is heard; ``texts``: the catalogue; ``language``: of notes for
    agents, and of people whose own is not known; ``business``: what it is called; ``public_url``: where far sides reach
    it, without a slash at its end, "" where they do not; ``file_limit``: bytes of a file that is taken."""

    intake: FarIntake
    texts: Texts
    language: Language
    business: str
    public_url: str
    file_limit: int


@dataclass(frozen=True, slots=True)
class ChannelFolder(Generic[Section]):
    """A channel that is known by its folder alone.

    ``name``: the folder's, which is also the channel's and that of its section of settings; ``label``: what people call
    it, in every language; ``section``: a frozen dataclass of its settings, each with a default (text, yes or no, whole
    number, number, or a tuple of texts); ``make``: the door, None where the settings leave it shut. ``make`` opens
    nothing, and raises ValueError with one plain line, without secrets, where a setting is wrong.
    """

    name: Channel
    label: str
    section: type[Section]
    make: Callable[[Section, House], Door | None]


def list_folders() -> list[ChannelFolder[Any]]:
    """The channels that are known by their folders, by name. Raises ValueError for one that says wrong things of
    itself, and whatever its module raises."""
    found = []
    for place in sorted(pkgutil.iter_modules(bot.__path__), key=lambda place: place.name):
        if not place.ispkg or importlib.util.find_spec(f"bot.{place.name}.{_MODULE}") is None:
            continue
        folder = getattr(importlib.import_module(f"bot.{place.name}.{_MODULE}"), "CHANNEL", None)
        where = f"bot/{place.name}/{_MODULE}.py"
        if not isinstance(folder, ChannelFolder) or folder.name != place.name or not is_channel(folder.name):
            raise ValueError(f"{where}: CHANNEL is to be a ChannelFolder of the name {place.name!r}")
        if not is_dataclass(folder.section):
            raise ValueError(f"{where}: the section is to be a dataclass")
        found.append(folder)
    return found
