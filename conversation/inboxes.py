"""What a website's door is told of its inbox: whom the visitor meets, what he is asked, and who may not write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from conversation.forms import Asked
from conversation.messages import Json, Language
from conversation.ports import AddressKey


@dataclass(frozen=True, slots=True)
class Face:
    """An inbox in one language. ``title``, ``greeting``, ``away``: empty where the usual words will do. ``theme`` and
    ``widget`` go to the browser as they are (docs/how-to/put-the-chat-on-a-site.md)."""

    asked: Asked
    title: str
    greeting: str
    away: str
    theme: Mapping[str, object] = field(default_factory=dict)
    widget: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Blocked:
    """May not write; ``until``: None is for good."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class Recognised:
    """A customer whom the site vouches for: the address he has on all his devices, and what the site states of him."""

    address: str
    answers: Mapping[str, str]


class InboxView(Protocol):
    """An inbox as it is set up now."""

    @property
    def domains(self) -> tuple[str, ...]:
        """Where it may stand; empty: anywhere."""

    def face(self, language: Language) -> Face:
        """In a visitor's language, where it has words in it; else in one that it has."""


class Inboxes(Protocol):
    """What the owner has set, kept at hand."""

    async def find(self, key: str | None) -> InboxView:
        """The inbox of a public key, else the first of the website's. Raises Rejected not_found where there is none."""

    def find_block(self, address: AddressKey, contact_id: int | None, remote: str) -> Blocked | None:
        """Whether he may not write: as a contact, at this address, or from this network."""

    async def recognise(self, stranger: AddressKey, identity: Json, signature: str) -> Recognised:
        """Whom the site vouches for; what he said as the stranger of this browser becomes his.

        Raises Rejected unauthorized where the signature does not fit.
        """

    def find_logo(self, name: str) -> tuple[str, bytes] | None:
        """A logo's content type and bytes by the name that ``theme`` gives it."""


def allows(domains: tuple[str, ...], origin: str | None, own_host: str) -> bool:
    """Whether a page of this origin may show the chat. No origin (no browser sends that from a foreign page), our own
    pages and, where no domain is named, all others may. ``shop.am`` is that name and ``www.`` before it, ``*.shop.am``
    all names below it too; a port counts where one is given."""
    if not domains or origin is None:
        return True
    address = urlsplit(origin.strip().lower())
    if address.netloc and address.netloc == own_host.lower():
        return True
    try:
        host, netloc = address.hostname or "", address.netloc
    except ValueError:
        return False
    for one in domains:
        name, _, port = one.partition(":")
        asked = netloc if port else host
        wanted = f"{name.removeprefix('*.')}:{port}" if port else name.removeprefix("*.")
        if asked in (wanted, f"www.{wanted}") or (name.startswith("*.") and asked.endswith(f".{wanted}")):
            return True
    return False
