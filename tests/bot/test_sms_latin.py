"""Texts in Latin letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sms.latin import to_latin
from bot.sms.parts import count, encoding_of
from conversation.messages import Language


@pytest.mark.parametrize(
    ("language", "text", "latin"),
    [
        ("hy", "Ինչպե՞ս եք։", "Inchpes? yek."),
        ("hy", "Ողջույն, Երևան", "Voghjuyn, Yerevan"),
        ("hy", "ՈՒՐԲԱԹ և ԵՐԵԿՈ", "URBAT yev YEREKO"),
        ("hy", "«Գանգուր»՝ ժամը 15։30", '"Gangur", zhamy 15.30'),
        ("ka", "გამარჯობა, ხვალ 15:30", "gamarjoba, khval 15:30"),
        ("kk", "Сәлеметсіз бе! Өтінеміз, жазыңыз", "Sälemetsiz be! Ötinemiz, jazyñyz"),
        ("ru", "Здравствуйте! Ждём вас в «Ани» — в 15:30…", 'Zdravstvuyte! Zhdyom vas v "Ani" - v 15:30...'),
        ("ru", "ЩИ, Щи и Ш", "SHCHI, Shchi i Sh"),
        ("en", "It’s “fine” – café 5 €", 'It\'s "fine" - café 5 €'),
        ("en", "Čapek", "Capek"),
        ("ru", "Ура 🎉", "Ura 🎉"),
    ],
)
def test_as_the_country_spells(language: Language, text: str, latin: str) -> None:
    assert to_latin(text, language) == latin


@pytest.mark.parametrize(
    ("language", "letters"),
    [
        ("hy", "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆև"),
        ("ka", "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ"),
        ("kk", "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"),
        ("ru", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"),
    ],
)
def test_every_letter_has_a_spelling(language: Language, letters: str) -> None:
    for text in (letters, letters.upper()):
        assert encoding_of(to_latin(text, language)) == "gsm7"


@given(st.text(max_size=200), st.sampled_from(["hy", "ka", "kk", "ru", "en"]))
def test_what_is_spelt_stays_so(text: str, language: Language) -> None:
    """Never raises; what SMS has is left alone; a second time changes nothing that the alphabet has."""
    once = to_latin(text, language)
    if encoding_of(once) == "gsm7":
        assert to_latin(once, language) == once
    assert count(once).parts >= 0
