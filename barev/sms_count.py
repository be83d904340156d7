"""What a text takes and costs as an SMS, by the same steps as when it is sent."""

from barev.settings import Settings, SettingsError
from barev.sms import read_terms
from business.money import Money, currency_of, digits_of, format_money
from conversation.messages import Language
from desk.rest.sms import Counted, CountSms
from routing.carrying.pieces import part_text


def make_counter(settings: Settings) -> CountSms:
    """What counts a text as it would be sent. Raises SettingsError."""
    from bot.sms.sending import compose, text_chars

    terms, given = read_terms(settings), settings.sms
    currency = given.currency.upper() or currency_of(settings.business.country)
    try:
        digits_of(currency)
    except ValueError as error:
        raise SettingsError(f"sms.currency: {error}") from None
    if given.cost_minor < 0:
        raise SettingsError("sms.cost_minor: 0 or more")

    def count_sms(text: str, language: Language) -> Counted:
        composed = [compose(one, language, terms.transliterate) for one in part_text(text, text_chars(terms))]
        parts = sum(one.counted.parts for one in composed)
        last = composed[-1].counted if composed else compose("", language, "off").counted
        coded = "ucs2" if any(one.counted.encoding == "ucs2" for one in composed) else "gsm7"
        cost = format_money(Money(parts * given.cost_minor, currency)) if given.cost_minor and parts else ""
        return Counted("\n".join(one.text for one in composed), parts, last.left, coded, cost)

    return count_sms
