"""Who works in the demo business, and where. Agents' names are in Latin letters: all customers must read them."""

from typing import Final

from barev.demo.script import Branch, Staff
from conversation.messages import JsonObject

BUSINESS: Final = "Karavan"
SITE: Final = "https://karavan.example"
"""The firm's site; the name is reserved for examples (RFC 2606) and leads nowhere."""

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat")
_TEN_TO_EIGHT: Final[JsonObject] = {day: [["10:00", "20:00"]] for day in _DAYS}
_WITH_LUNCH: Final[JsonObject] = {
    **{day: [["09:00", "13:00"], ["14:00", "18:00"]] for day in _DAYS},
    "sat": [["10:00", "14:00"]],
}
YEREVAN: Final = Branch(
    key="yerevan",
    name="Karavan Beauty, Yerevan",
    timezone="Asia/Yerevan",
    utc_offset_h=4,
    country="AM",
    language="hy",
    address="Աբովյան 18, Երևան",
    phone="+37410000118",
    team="Salon reception",
    inbox="Website of the beauty salon",
    inbox_key="karavan-yerevan",
    weekly=_TEN_TO_EIGHT,
)
TBILISI: Final = Branch(
    key="tbilisi",
    name="Karavan Clinic, Tbilisi",
    timezone="Asia/Tbilisi",
    utc_offset_h=4,
    country="GE",
    language="ka",
    address="ჭავჭავაძის გამზირი 34, თბილისი",
    phone="+995322000134",
    team="Clinic reception",
    inbox="Website of the clinic",
    inbox_key="karavan-tbilisi",
    weekly=_WITH_LUNCH,
)
ALMATY: Final = Branch(
    key="almaty",
    name="Karavan Repair, Almaty",
    timezone="Asia/Almaty",
    utc_offset_h=5,
    country="KZ",
    language="kk",
    address="Абай даңғылы 52, Алматы",
    phone="+77273000052",
    team="Repair dispatch",
    inbox="Website of the repair crew",
    inbox_key="karavan-almaty",
    weekly=_TEN_TO_EIGHT,
    bot=True,
)

STAFF: Final = (
    Staff("owner", "Mariam Karapetyan", "owner", "en"),
    Staff("manager", "Dato Lomidze", "manager", "ru"),
    Staff("anahit", "Anahit Sargsyan", "agent", "hy", "yerevan"),
    Staff("arman", "Arman Grigoryan", "agent", "ru", "yerevan"),
    Staff("nino", "Nino Beridze", "agent", "ka", "tbilisi"),
    Staff("giorgi", "Giorgi Maisuradze", "agent", "ka", "tbilisi"),
    Staff("aigerim", "Aigerim Nurlanova", "agent", "kk", "almaty"),
    Staff("daniyar", "Daniyar Akhmetov", "agent", "ru", "almaty"),
)

LOGINS: Final = tuple((staff.login, staff.name, staff.role) for staff in STAFF)
"""``(login, name, role)`` of those who may log in; one password for all is given when the demo is seeded."""

STATE: Final = "demo.state"
"""The setting of the store that says ``seeded`` or ``removed``."""
