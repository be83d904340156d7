"""Who works in the demo business, and where. Agents' names are in Latin letters: all customers must read them."""

from typing import Final

from barev.demo.script import Branch, Staff

BUSINESS: Final = "Karavan"
SITE: Final = "https://karavan.example"
"""The firm's site; the name is reserved for examples (RFC 2606) and leads nowhere."""

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
