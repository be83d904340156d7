"""How far from another time something is to be, in five languages; and what only sounds like it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from conversation.messages import Language
from routing.understanding.entities.frame import Frame
from routing.understanding.entities.shifts import find_shift
from tests.routing.understanding.times_table import show, told

ZONE = ZoneInfo("Asia/Yerevan")
NOW = datetime(2026, 11, 24, 10, tzinfo=ZONE)
_SAID: dict[Language, str] = {
    "en": """
        60/0/0: an hour later; move my visit an hour later; later by an hour; postpone by an hour; push it back an hour
        30/0/0: half an hour later on Friday > 2026-11-27 day
        -30/0/0: half an hour earlier; 30 minutes earlier; 30 minutes sooner
        90/0/0: an hour and a half later; one and a half hours later
        0/7/0: a week later; postpone my visit by a week; a week later at 5 > 2026-11-24T17:00 hour
        0/-1/0: a day earlier; the previous day
        0/1/0: the next day
        0/0/1: a month later
        0/0/0: the same time tomorrow > 2026-11-25 day; same time next week > 2026-11-30..2026-12-06 week; same time
    """,
    "ru": """
        60/0/0: на час позже; попозже на час; na chas pozzhe; отложите на час; на часик попозже; на час вперёд
        60/0/0: в пятницу на час позже > 2026-11-27 day
        120/0/0: на 2 часа позже; на пару часов позже; на два часа позднее
        90/0/0: на полтора часа позже
        -30/0/0: на полчаса раньше; na polchasa ranshe; раньше на полчаса; на 30 минут раньше
        0/7/0: на неделю позже; na nedelyu pozzhe; отложить мой визит на неделю
        0/-1/0: на день раньше; на день назад
        0/1/0: на следующий день
        0/0/1: на месяц позже
        0/0/0: в то же время в пятницу > 2026-11-27 day; v to zhe vremya v pyatnicu > 2026-11-27 day
        0/0/0: завтра в это же время > 2026-11-25 day
    """,
    "hy": """
        60/0/0: մեկ ժամ ուշ; մի ժամով ուշ; mek zham ush; mi jam ush; մեկ ժամով հետո; մեկ ժամով հետաձգել
        120/0/0: երկու ժամ ավելի ուշ
        -30/0/0: կես ժամ շուտ; kes zham shut; կես ժամով շուտ
        -60/0/0: մեկ ժամով առաջ
        0/7/0: մեկ շաբաթ ուշ; mek shabat ush
        0/-1/0: մեկ օր շուտ
        0/1/0: հաջորդ օրը
        0/0/0: նույն ժամին վաղը > 2026-11-25 day; vaghy nuyn jamin > 2026-11-25 day; ուրբաթ նույն ժամին > 2026-11-27 day
    """,
    "ka": """
        60/0/0: ერთი საათით გვიან; erti saatit gvian; ერთი საათით მოგვიანებით
        120/0/0: ორი საათით უფრო გვიან
        90/0/0: საათნახევრით გვიან
        -30/0/0: ნახევარი საათით ადრე; naxevari saatit adre; 30 წუთით ადრე
        0/7/0: ერთი კვირით გვიან; erti kvirit gvian; ერთი კვირით გადავდოთ
        0/-1/0: ერთი დღით ადრე
        0/1/0: შემდეგ დღეს
        0/0/0: ხვალ იმავე დროს > 2026-11-25 day; paraskevs imave dros > 2026-11-27 day
    """,
    "kk": """
        60/0/0: бір сағат кейін; bir sagat keyin; бір сағатқа кейін; бір сағат кеш
        60/0/0: ертең бір сағат кейін > 2026-11-25 day
        -30/0/0: жарты сағат ерте; zharty sagat erte; жарты сағатқа ертерек; 30 минут бұрын
        0/7/0: бір апта кейін; bir apta keyin; бір аптаға кейінге
        0/-1/0: бір күн ерте
        0/1/0: келесі күні
        0/0/0: ертең сол уақытта > 2026-11-25 day; zhuma kuni sol uaqytta > 2026-11-27 day
    """,
}
_NONE: dict[Language, str] = {
    "en": "in an hour; after an hour; an hour before; later; earlier; no later than 5; at 3 or later; "
    "3 hours, later is fine; haircut for an hour; the day after tomorrow; in a week; not at 3 but at 4"
    "; late in the evening",
    "ru": "через час; cherez chas; за час до; позже; попозже; пораньше; не позже 3; стрижка на час; стрижка на 2 часа; "
    "час назад; в 3 часа раньше не могу; через неделю; после 3 часов; не в 3 а в 4",
    "hy": "մեկ ժամից; մեկ ժամ հետո; ժամը 3-ից ուշ; ուշ; շուտ; մեկ ժամ առաջ; mek zhamic; ոչ ուշ քան 5-ը",
    "ka": "ერთ საათში; ერთი საათის შემდეგ; გვიან; 3 საათზე გვიან არ მინდა; ერთი საათის მასაჟი; არა 3-ზე არამედ 4-ზე",
    "kk": "бір сағаттан кейін; bir sagattan keyin; кейінірек; сағат 3-тен кейін; ертерек; бір сағаттық массаж",
}


@pytest.mark.parametrize("hint", [True, False], ids=["of-a-known-language", "of-none"])
@pytest.mark.parametrize("language", _SAID)
def test_how_far(language: Language, hint: bool) -> None:
    """In its own letters and in Latin ones, whether the customer's language is known or not."""
    wrong, tried = [], 0
    for line in _SAID[language].strip().splitlines():
        wanted, _, texts = line.strip().partition(": ")
        for one in texts.split("; "):
            text, _, beside = one.partition(" > ")
            found = find_shift(text, Frame(NOW, ZONE, language=language if hint else None))
            said = f"{found.minutes}/{found.days}/{found.months}" if found is not None else "-"
            with_it = " ; ".join(map(show, found.beside)) if found is not None else ""
            tried += 1
            if (said, with_it) != (wanted, beside):
                wrong.append(f"{text!r}: {said} {with_it}, not {wanted} {beside}")
    assert not wrong, "\n".join(wrong)
    assert tried >= 12


@pytest.mark.parametrize("language", _NONE)
def test_what_is_none(language: Language) -> None:
    """What is from now on, how long it takes, up to when; later and earlier alone."""
    frame = Frame(NOW, ZONE, language=language)
    assert [text for text in _NONE[language].split("; ") if find_shift(text, frame) is not None] == []


def test_any_text_is_taken() -> None:
    """Numbers beyond all measure, and no words at all."""
    for text in ("", "9" * 400 + " hours later", "99999 weeks later", "1e9 лет позже", "\n\x00", "later " * 3000):
        assert find_shift(text, Frame(NOW, ZONE)) is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "in a year"),
        ("ru", "через год"),
        ("hy", "մեկ տարուց"),
        ("hy", "մեկ տարի հետո"),
        ("ka", "ერთ წელიწადში"),
        ("ka", "ერთი წლის შემდეგ"),
        ("kk", "бір жылдан кейін"),
    ],
)
def test_in_a_year(language: Language, text: str) -> None:
    """Is a day, however far; an age, and a month of the next year, are what they were."""
    assert told(text, Frame(NOW, ZONE, language=language)) == "2027-11-24 day"


def test_years_that_are_no_time_of_their_own() -> None:
    """An age; a month of a year."""
    frame = Frame(NOW, ZONE)
    assert told("my son is 5 years old", frame) == "-"
    assert told("ребёнку 3 года", frame) == "-"
    assert told("в марте следующего года", frame) == "2027-03-01..2027-03-31 day"
    assert told("next year", frame) == "2027-01-01..2027-12-31 day"
