"""Errors say whose fault they are: theirs (``Rejected``), ours or the far side's (``Unavailable``), or a channel's."""

from collections.abc import Mapping
from typing import Literal

ErrorCode = Literal[
    "invalid",
    "unauthorized",
    "forbidden",
    "not_found",
    "conflict",
    "already_taken",
    "slot_taken",
    "too_large",
    "too_many",
    "unavailable",
]


class BarevError(Exception):
    """The root: carries a stable ``code``, the key of a translated text, its fields, and when to try again
    (seconds)."""

    code: ErrorCode

    def __init__(
        self,
        code: ErrorCode,
        text_key: str,
        *,
        retry_after_s: float | None = None,
        extra: Mapping[str, object] | None = None,
        **fields: object,
    ) -> None:
        super().__init__(f"{code}: {text_key} {fields or ''}".rstrip())
        self.code = code
        self.text_key = text_key
        self.fields = fields
        self.retry_after_s = retry_after_s
        self.extra: Mapping[str, object] = extra or {}


class Rejected(BarevError):
    """Their fault: the request is refused for good as it stands. ``text_key`` names a text of the catalogue."""


class Unavailable(BarevError):
    """Our fault or the far side's: the same request may pass after ``retry_after_s`` seconds. Nothing was kept of
    it."""

    def __init__(self, text_key: str = "error.unavailable", *, retry_after_s: float = 2.0, **fields: object) -> None:
        super().__init__("unavailable", text_key, retry_after_s=retry_after_s, extra=None, **fields)


class ChannelError(Exception):
    """A channel could not carry an outgoing message."""


class ChannelRejected(ChannelError):
    """The far side refused for good; trying again changes nothing."""


class ChannelBlocked(ChannelRejected):
    """The recipient does not want to hear from us by this channel."""


class ChannelGone(ChannelRejected):
    """There is no such address."""


class ChannelUnavailable(ChannelError):
    """The far side could not take it now; try again after ``retry_after_s`` seconds. ``for_all``: it takes nothing at
    all until then, whoever it is for."""

    def __init__(self, reason: str, retry_after_s: float, *, for_all: bool = False) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s
        self.for_all = for_all


class ChannelUncertain(ChannelError):
    """It may or may not have arrived (time-out after sending); never repeated blindly."""
