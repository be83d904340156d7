"""A small salon for talks that book: three specialists, four services, ten to eight on each of the next days."""

from datetime import UTC, datetime, timedelta
from typing import Final

from tests.journeys.firm import eventually
from tests.journeys.test_rights import Desk

DAYS: Final = 20
_PEOPLE: Final = {
    "Ani": {"hy": "Անի", "ru": "Ани", "en": "Ani", "ka": "ანი", "kk": "Ани"},
    "Nino": {"hy": "Նինո", "ru": "Нино", "en": "Nino", "ka": "ნინო", "kk": "Нино"},
    "Aigul": {"hy": "Այգուլ", "ru": "Айгуль", "en": "Aigul", "ka": "აიგული", "kk": "Айгүл"},
}
_SERVICES: Final = (
    (
        {
            "en": "Men's haircut",
            "ru": "Мужская стрижка",
            "hy": "Տղամարդու կտրվածք",
            "ka": "მამაკაცის თმის შეჭრა",
            "kk": "Ерлер шаш қию",
        },
        30,
        400_000,
        ("Ani",),
    ),
    (
        {
            "en": "Women's haircut",
            "ru": "Женская стрижка",
            "hy": "Կանացի կտրվածք",
            "ka": "ქალის თმის შეჭრა",
            "kk": "Әйелдер шаш қию",
        },
        60,
        700_000,
        ("Ani", "Nino"),
    ),
    (
        {"en": "Manicure", "ru": "Маникюр", "hy": "Մատնահարդարում", "ka": "მანიკური", "kk": "Маникюр"},
        60,
        500_000,
        ("Nino", "Aigul"),
    ),
    ({"en": "Massage", "ru": "Массаж", "hy": "Մերսում", "ka": "მასაჟი", "kk": "Массаж"}, 60, 900_000, ("Aigul",)),
)


async def furnish(owner: Desk) -> dict[str, int]:
    """Opens the salon; ids by the English names."""
    ids: dict[str, int] = {}
    for name, forms in _PEOPLE.items():
        status, made = await owner.ask("POST", "/resources", {"kind": "provider", "names": forms})
        assert status == 201, made
        ids[name] = made["id"]
        today = datetime.now(UTC).date()
        days = [(today + timedelta(days=ahead)).isoformat() for ahead in range(1, DAYS)]
        painted = {"days": [{"day": day, "hours": [["10:00", "20:00"]]} for day in days]}
        assert (await owner.ask("PUT", f"/resources/{made['id']}/days", painted))[0] == 204
    for forms, minutes, price, doers in _SERVICES:
        providers = [{"id": ids[one]} for one in doers]
        body = {"names": forms, "duration_min": minutes, "price_minor": price, "providers": providers}
        status, made = await owner.ask("POST", "/services", body)
        assert status == 201, made
        ids[forms["en"]] = made["id"]
    await eventually(lambda: _knows(owner, ids["Massage"]), True)
    return ids


async def _knows(owner: Desk, service_id: int) -> bool:
    """Whether the bot has heard of the last service."""
    body = {"language": "en", "said": [{"text": "massage"}]}
    status, told = await owner.ask("POST", "/bot/preview", body)
    assert status == 200, told
    return f"&book:service={service_id}" in str(told)
