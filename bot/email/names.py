"""What our letters are called: names that only who got them can know, in Message-IDs, in the address to answer to, and
in the one they come back to."""

import re
from collections.abc import Iterable
from email.headerregistry import Address
from typing import Final

from conversation.channels import Piece

_NAME: Final = re.compile(r"(barev-\d{1,18}-\d{1,6}\.[a-z2-7]{16})", re.ASCII)
_LETTER: Final = re.compile(r"[0-9a-f]{32}@", re.ASCII)
_ID: Final = re.compile(r"<([^<>\s]{1,400})>")
_KEPT: Final = 50


def message_id(piece: Piece, box: Address) -> str:
    """Of a piece, the same on every attempt."""
    return f"<{piece.id}.{piece.token}@{box.domain}>"


def letter_id(name: str, box: Address) -> str:
    """Of a letter that is no talk's; ``name``: its own, 128 random bits."""
    return f"<{name}@{box.domain}>"


def plus_address(piece: Piece, box: Address) -> str:
    """The box, with the name of a piece in it (RFC 5233)."""
    return f"{box.username}+{piece.id}.{piece.token}@{box.domain}"


def read_ids(*headers: str) -> list[str]:
    """The ids that headers name, the last of each first, each once; not more than a few dozen."""
    found: dict[str, None] = {}
    for header in headers:
        found.update(dict.fromkeys(f"<{one}>" for one in reversed(_ID.findall(header)[-_KEPT:])))
    return list(found)


def read_plus(addresses: Iterable[str], box: Address) -> list[str]:
    """The ids of our letters that were answered to such an address."""
    found = []
    for one in addresses:
        local, _, domain = one.rpartition("@")
        user, plus, word = local.partition("+")
        same = user.casefold() == box.username.casefold() and domain.casefold() == box.domain.casefold()
        if plus and same and _NAME.fullmatch(word.lower()):
            found.append(f"<{word.lower()}@{box.domain}>")
    return found


def is_ours(one: str) -> bool:
    """Whether an id looks like one of our letters'."""
    bare = one.strip("<>")
    return (_NAME.match(bare) or _LETTER.match(bare)) is not None
