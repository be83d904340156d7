"""What the owner sets of telling customers: kept in the store, changed in the desk."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final, Literal, cast

from business.team.settings import EDIT, Key, read_all
from conversation.messages import Json
from crm_store import Tx
from crm_store.models import ReachWay

_PREFIX: Final = "outreach."


@dataclass(frozen=True, slots=True)
class OutreachRules:
    """``quiet_from``, ``quiet_to``: HH:MM of the branch's wall between which nobody is written to (the same: at any
    time). ``booked``, ``moved``, ``cancelled``: he is told of it, where he has not just done it in his talk. ``asks``:
    the first reminder asks whether he comes. ``way``: by which way, where he himself has chosen none."""

    quiet_from: str = "21:00"
    quiet_to: str = "09:00"
    booked: bool = True
    moved: bool = True
    cancelled: bool = True
    asks: bool = True
    way: ReachWay = "auto"

    @classmethod
    def load(cls, tx: Tx) -> "OutreachRules":
        """As they are now: one query."""
        values = {name.removeprefix(_PREFIX): value for name, value in read_all(tx, KEYS).items()}
        return cls(**cast("dict[str, object]", values))  # type: ignore[arg-type]  # each fits its Key


_DEFAULTS: Final[Mapping[str, object]] = {one.name: one.default for one in fields(OutreachRules)}


def _key(name: str, kind: Literal["choice", "flag", "clock"], *choices: str) -> tuple[str, Key]:
    default = cast("Json", _DEFAULTS[name])
    return f"{_PREFIX}{name}", Key(kind, default, f"outreach.setting.{name}", choices=choices, permission=EDIT)


KEYS: Final[Mapping[str, Key]] = MappingProxyType(
    dict(
        [
            _key("booked", "flag"),
            _key("moved", "flag"),
            _key("cancelled", "flag"),
            _key("asks", "flag"),
            _key("way", "choice", "auto", "talk", "sms", "email"),
            _key("quiet_from", "clock"),
            _key("quiet_to", "clock"),
        ]
    )
)
"""By the name they are kept under, in the order in which they are shown."""
