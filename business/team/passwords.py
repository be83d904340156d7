"""Passwords by argon2id, hashed and checked off the event loop."""

import asyncio
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# RFC 9106 section 4 names 64 MiB as its second choice; 19 MiB with two passes is OWASP's minimum of like strength and
# keeps a small machine within its memory when many log in at once.
_TIME_COST = 2
_MEMORY_KIB = 19 * 1024
_UNKNOWN = "no such login, but the same work"


@lru_cache(maxsize=1)
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher  # imported at the first log-in: a start does not need it

    return PasswordHasher(time_cost=_TIME_COST, memory_cost=_MEMORY_KIB, parallelism=1)


def hash_password(password: str) -> str:
    """The argon2id hash to keep (about 30 ms of work)."""
    return _hasher().hash(password)


@lru_cache(maxsize=1)
def _decoy() -> str:
    return hash_password(_UNKNOWN)


def check_password(kept: str | None, password: str) -> bool:
    """Whether a password is the one of the kept hash. Works as long for an unknown login (None)."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        _hasher().verify(kept or _decoy(), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


async def check_password_aside(kept: str | None, password: str) -> bool:
    """``check_password`` in a thread."""
    return await asyncio.to_thread(check_password, kept, password)


async def hash_password_aside(password: str) -> str:
    """``hash_password`` in a thread."""
    return await asyncio.to_thread(hash_password, password)
