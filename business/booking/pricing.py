"""What a service costs on a day: its price, or that of its promotion while it lasts."""

from datetime import date
from typing import Protocol

from business.money import Money, format_money
from conversation.messages import Language
from conversation.ports import Texts


class Promoted(Protocol):
    """A service with its promotion; see ``crm_store.models.ServiceRow``."""

    @property
    def promo_price_minor(self) -> int | None: ...
    @property
    def promo_from(self) -> str | None: ...
    @property
    def promo_until(self) -> str | None: ...


def price_on(price_minor: int | None, of: Promoted, day: date) -> int | None:
    """``price_minor``: without the promotion; never more than that. ``day``: of the wall where it is done."""
    promo = of.promo_price_minor
    if promo is None or not (of.promo_from or "") <= day.isoformat() <= (of.promo_until or "9999"):
        return price_minor
    return promo if price_minor is None else min(promo, price_minor)


def say_price(
    texts: Texts, language: Language, of: Promoted, price_minor: int | None, currency: str | None, today: date
) -> str:
    """The price, with a promotion that lasts or is to come, as customers read it; empty where nothing is known."""
    usual = "" if price_minor is None or currency is None else format_money(Money(price_minor, currency))
    promo = of.promo_price_minor
    over = promo is None or (of.promo_until is not None and of.promo_until < today.isoformat())
    if promo is None or currency is None or over or (price_minor is not None and promo >= price_minor):
        return usual
    reduced = format_money(Money(promo, currency))
    if not usual:
        return reduced
    begun = of.promo_from is None or of.promo_from <= today.isoformat()
    kind = ("open" if of.promo_until is None else "until") if begun else ("from" if of.promo_until is None else "days")
    days = {
        name: f"{date.fromisoformat(day):%d.%m}"
        for name, day in (("first", of.promo_from), ("until", of.promo_until))
        if day is not None
    }
    return texts.get(language, f"booking.promo_{kind}", promo=reduced, usual=usual, **days)
