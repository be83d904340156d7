"""Letters that came back: what a mail server says of one that it could not deliver (RFC 3464, RFC 3463)."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from bot.email import mime
from bot.email.mime import Raw
from bot.email.names import is_ours, read_ids

_STATUS: Final = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_GONE: Final = ("5.1.1", "5.1.2", "5.1.10")
_WHY_CHARS: Final = 160


class Return(NamedTuple):
    """A letter that did not arrive. ``names``: ids it may have; ``gone``: its mailbox is none."""

    names: tuple[str, ...]
    why: str
    gone: bool


def read_return(message: Raw, sent_back_to: Sequence[str]) -> Return | None:
    """What came back; None: it is no report of a failure. A delay is none."""
    kinds = [mime.kind_of(part) for part in mime.walk(message)]
    if "message/delivery-status" not in kinds:
        return None
    names: list[str] = list(sent_back_to)
    failed: tuple[str, str] | None = None
    for part in mime.walk(message):
        kind = mime.kind_of(part)
        if kind == "message/delivery-status":
            for fields in mime.children_of(part):
                if mime.header(fields, "Action").lower() == "failed":
                    said = mime.header(fields, "Diagnostic-Code")
                    failed = failed or (mime.header(fields, "Status"), said.partition(";")[2].strip() or said)
        elif kind == "message/rfc822":
            for inner in mime.children_of(part)[:1]:
                names += read_ids(mime.header(inner, "Message-ID"))
        elif kind == "text/rfc822-headers":
            names += read_ids(mime.header(mime.parse(mime.content_of(part)), "Message-ID"))
    if failed is None:
        return None
    status = _STATUS.search(failed[0]) or _STATUS.search(failed[1])
    code = "" if status is None else status[0]
    why = f"came back: {failed[1] or code}"[:_WHY_CHARS]
    return Return(tuple(one for one in dict.fromkeys(names) if is_ours(one)), why, code in _GONE)
