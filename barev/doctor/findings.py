"""What a check found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

State = Literal["ok", "warn", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. Its text is ``doctor.<key>``, how to mend it ``doctor.<key>_mend`` (for all but ok).

    ``subject``: what it is about, a name of the settings or of a thing, the same in every language.
    """

    state: State
    subject: str
    key: str
    fields: Mapping[str, object] = field(default_factory=dict)


def ok(subject: str, key: str, **fields: object) -> Finding:
    """All is well."""
    return Finding("ok", subject, key, fields)


def warn(subject: str, key: str, **fields: object) -> Finding:
    """It works, but."""
    return Finding("warn", subject, key, fields)


def wrong(subject: str, key: str, **fields: object) -> Finding:
    """It does not work, or will not for long."""
    return Finding("wrong", subject, key, fields)
