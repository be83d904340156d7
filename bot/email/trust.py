"""Whether a letter is from whom it says: what the box's own server has checked (Authentication-Results, RFC 8601)."""

import re
from collections.abc import Sequence
from typing import Final

_COMMENT: Final = re.compile(r"\([^()]{0,500}\)")
_DMARC: Final = re.compile(r"^\s*dmarc\s*=\s*pass\b(?P<rest>.*)$", re.IGNORECASE | re.DOTALL)
_FROM: Final = re.compile(r"\bheader\.from\s*=\s*\"?@?(?P<domain>[A-Za-z0-9.-]+)", re.IGNORECASE)


def is_proven(results: Sequence[str], trusted: str, address: str) -> bool:
    """Whether the topmost result is of the trusted server, and says that DMARC holds for the sender's domain. One
    further down may have been written by anybody."""
    if not trusted or not results:
        return False
    parts = _COMMENT.sub(" ", results[0]).split(";")
    words = parts[0].split()
    if not words or words[0].casefold() != trusted.casefold():
        return False
    if len(words) > 1 and words[1] != "1":
        return False
    for part in parts[1:]:
        passed = _DMARC.match(part)
        if passed is not None:
            told = _FROM.search(passed["rest"])
            domain = address.rpartition("@")[2].casefold()
            return told is not None and told["domain"].rstrip(".").casefold() == domain
    return False
