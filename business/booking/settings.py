"""What the owner sets of booking: kept in the store, changed in the desk, read where booking needs it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final, Literal, cast

from business.team.settings import Key, read_all
from conversation.messages import Json
from crm_store import Tx

EDIT: Final = "schedules.edit"
PREFIX: Final = "booking."
_YEAR_DAYS: Final = 366
_DAY_MIN: Final = 24 * 60
StaffOrder = Literal["position", "name"]
PhoneCheck = Literal["off", "telegram", "code"]
MissedRule = Literal["nothing", "warn", "prepayment", "deny"]


@dataclass(frozen=True, slots=True)
class BookingSettings:
    """All settings of booking. Times of day are ``HH:MM`` of the wall.

    ``step_min``: the grid of starts; ``duration_min``: of a new service; ``day_start``, ``day_end``: what the journal
    shows; ``shift_min``: how long a new shift is that begins at ``day_start``. ``notice_min``: so long before a
    customer may still book, ``change_min``: move or cancel, ``late_min``: a cancellation after that is late;
    ``far_days``: so far ahead. ``hold_min``: how long a time is kept for somebody who has not yet said yes;
    ``offer_min``: for one of the waiting list. ``revert_hours``: how long a status may be taken back. ``confirm``: what
    customers book themselves waits for the firm's yes. ``useful_only``: no starts that leave useless gaps.
    ``ask_source``: who books is asked from where the customer has heard of the firm.
    ``remind_first_hours``, ``remind_last_hours``: before the visit, 0 for none. ``missed_rule`` after ``missed_count``
    visits that he did not come to.
    """

    online: bool = True
    step_min: int = 15
    duration_min: int = 60
    day_start: str = "09:00"
    day_end: str = "21:00"
    shift_min: int = 600
    notice_min: int = 60
    far_days: int = 60
    change_min: int = 120
    late_min: int = 180
    hold_min: int = 10
    offer_min: int = 15
    revert_hours: int = 24
    confirm: bool = False
    copies: bool = True
    useful_only: bool = False
    ask_source: bool = True
    staff_order: StaffOrder = "position"
    phone_check: PhoneCheck = "off"
    remind_first_hours: int = 24
    remind_last_hours: int = 2
    missed_rule: MissedRule = "warn"
    missed_count: int = 2

    @classmethod
    def load(cls, tx: Tx) -> "BookingSettings":
        """As they are now: one query."""
        values = read_all(tx, KEYS)
        given = {name.removeprefix(PREFIX): value for name, value in values.items()}
        return cls(**cast("dict[str, object]", given))  # type: ignore[arg-type]  # each fits its Key


_DEFAULTS: Final[Mapping[str, object]] = {one.name: one.default for one in fields(BookingSettings)}


def _key(
    name: str, kind: Literal["whole", "choice", "flag", "clock"], least: int = 0, most: int = 0, *choices: str
) -> tuple[str, Key]:
    default = cast("Json", _DEFAULTS[name])
    return f"{PREFIX}{name}", Key(kind, default, f"catalogue.setting.{name}", least, most, choices, permission=EDIT)


KEYS: Final[Mapping[str, Key]] = MappingProxyType(
    dict(
        [
            _key("online", "flag"),
            _key("step_min", "whole", 5, 240),
            _key("duration_min", "whole", 5, _DAY_MIN),
            _key("day_start", "clock"),
            _key("day_end", "clock"),
            _key("shift_min", "whole", 30, _DAY_MIN),
            _key("staff_order", "choice", 0, 0, "position", "name"),
            _key("useful_only", "flag"),
            _key("copies", "flag"),
            _key("notice_min", "whole", 0, 30 * _DAY_MIN),
            _key("far_days", "whole", 1, 2 * _YEAR_DAYS),
            _key("change_min", "whole", 0, 30 * _DAY_MIN),
            _key("late_min", "whole", 0, 30 * _DAY_MIN),
            _key("hold_min", "whole", 1, 60),
            _key("offer_min", "whole", 1, _DAY_MIN),
            _key("revert_hours", "whole", 0, 24 * _YEAR_DAYS),
            _key("confirm", "flag"),
            _key("ask_source", "flag"),
            _key("phone_check", "choice", 0, 0, "off", "telegram", "code"),
            _key("remind_first_hours", "whole", 0, 24 * 14),
            _key("remind_last_hours", "whole", 0, 24 * 14),
            _key("missed_rule", "choice", 0, 0, "nothing", "warn", "prepayment", "deny"),
            _key("missed_count", "whole", 1, 100),
        ]
    )
)
"""By the name they are kept under, in the order in which they are shown."""
