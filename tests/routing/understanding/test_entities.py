"""All entities of a message: what holds for any text, and tables of phones, sums, names, numbers and the firm's own."""

import sys
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from types import FrameType
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.language import LANGUAGES
from routing.understanding.entities.find import find_entities
from routing.understanding.entities.frame import Frame
from routing.understanding.entities.gazetteer import Entry, Gazetteer
from routing.understanding.entities.usual_services import with_usual
from tests.routing.understanding.times_table import TABLES, lines_of

YEREVAN = ZoneInfo("Asia/Yerevan")
NOW = datetime(2026, 11, 24, 10, tzinfo=YEREVAN)
ARMENIA = Frame(NOW, YEREVAN)
GEORGIA = Frame(NOW, ZoneInfo("Asia/Tbilisi"), country="GE", currency="GEL")
KAZAKHSTAN = Frame(NOW, ZoneInfo("Asia/Almaty"), country="KZ", currency="KZT")
SALON = Gazetteer(
    [
        Entry(
            "cut-w",
            "service",
            {
                "ru": ["Женская стрижка"],
                "en": ["Women's haircut"],
                "hy": ["Կանացի սանրվածք"],
                "ka": ["ქალის თმის შეჭრა"],
                "kk": ["Әйелдер шаш қию"],
            },
        ),
        Entry("cut-m", "service", {"ru": ["Мужская стрижка"], "en": ["Men's haircut"], "hy": ["Տղամարդու սանրվածք"]}),
        Entry(
            "nails",
            "service",
            {"ru": ["Маникюр"], "en": ["Manicure"], "hy": ["Մատնահարդարում", "Մանիկյուր"], "ka": ["მანიკიური"]},
        ),
        Entry("brows", "service", {"ru": ["Коррекция бровей"], "kk": ["Қас түзету"]}),
        Entry("anna", "staff", {"ru": ["Анна Петрова"]}),
        Entry("tigran", "staff", {"hy": ["Տիգրան Հակոբյան"]}),
        Entry("nino", "staff", {"ka": ["ნინო"]}),
        Entry("aigul", "staff", {"kk": ["Айгүл"]}),
        Entry("abovyan", "branch", {"hy": ["Աբովյան 12"], "ru": ["Абовяна 12"]}),
        Entry("komitas", "branch", {"hy": ["Կոմիտաս"], "ru": ["Комитас"], "en": ["Komitas"]}),
    ]
)


def kinds_of(text: str, frame: Frame = ARMENIA, gazetteer: Gazetteer | None = None) -> list[tuple[str, str, object]]:
    return [(one.kind, one.text, one.value) for one in find_entities(text, frame, gazetteer)]


# --- what holds for any text
# -------------------------------------------------------------------------------------------------------------

WORDS = " ".join(
    (
        "завтра в 3 до 5 пятницу после вечера 25 декабря через 2 часа полчаса без четверти меня зовут Анна стрижка",
        "վաղը ժամը 3-ին 5-ից հետո դեկտեմբերի քառորդ պակաս շաբաթ երկու օրից դրամ հազար իմ անունը",
        "ხვალ 3-ზე 5-დან 7-მდე სამის ნახევარზე კვირას ლარი დეკემბერს შემდეგ წუთში ნინო სახელზე",
        "ертең сағат 3-те үш жарым 5-ке дейін жұма күні аптадан кейін желтоқсан теңге мың менің атым",
        "tomorrow at half past three am pm from to between next friday 5th noon any time $20 k twenty",
        "077123456 +37477123456 25.12.2026 12.30 15:30 2026-12-25 5 000 000000 - – / . , ! ? ( )",
    )
).split()
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=60).map("".join),
    st.text(alphabet="0123456789.:/-+ ,()٣८①\u200d\u0301", max_size=200),
    st.text(max_size=20).map(lambda text: text * 500),
)


@given(TEXTS)
def test_any_text_gives_entities_that_stand_in_it_and_do_not_overlap(text: str) -> None:
    found = find_entities(text, ARMENIA, SALON)
    assert all(text[one.start : one.end] == one.text and one.text.strip() for one in found)
    assert all(first.end <= second.start for first, second in pairwise(found))


def calls_of(work: Callable[[], object]) -> int:
    """How many functions are called, ours and built-in ones: the work done, whatever the machine is at."""
    count = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "piece",
    [
        "завтра в 3 или ",
        "3-ին ",
        "5 000 драм ",
        "077123456 ",
        "маникюр ",
        "меня зовут Анна ",
        "с 3 до ",
        "1 ",
        "a",
        "12.",
        "пятница ",
        "ու ",
        "- ",
    ],
)
def test_work_grows_with_the_text_and_no_faster(piece: str) -> None:
    short, long = ((piece * 10_000)[:length] for length in (2_500, 10_000))
    find_entities(long, ARMENIA, SALON)  # what is remembered is so for both
    few, many = (calls_of(lambda text=text: find_entities(text, ARMENIA, SALON)) for text in (short, long))  # type: ignore[misc]  # a default of a lambda
    assert many < few * 5 + 1_000


def test_every_expression_of_the_tables_stands_where_it_says() -> None:
    for path in TABLES.rglob("*.txt"):
        for line in lines_of(path):
            for one in find_entities(line.text, line.frame, SALON):
                assert line.text[one.start : one.end] == one.text


# --- phones
# -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "text", "value"),
    [
        (ARMENIA, "հեռախոսս 077123456", "+37477123456"),
        (ARMENIA, "077 12-34-56", "+37477123456"),
        (ARMENIA, "(077) 12 34 56 զանգեք", "+37477123456"),
        (ARMENIA, "+374 77 123456", "+37477123456"),
        (ARMENIA, "0037477123456", "+37477123456"),
        (ARMENIA, "мой номер +7 (701) 123-45-67", "+77011234567"),
        (ARMENIA, "call +44 20 7946 0958", "+442079460958"),
        (GEORGIA, "ჩემი ნომერია 599 12 34 56", "+995599123456"),
        (GEORGIA, "555123456", "+995555123456"),
        (KAZAKHSTAN, "87011234567", "+77011234567"),
        (KAZAKHSTAN, "8 (701) 123 45 67", "+77011234567"),
        (KAZAKHSTAN, "8-701-123-45-67 хабарласыңыз", "+77011234567"),
    ],
)
def test_phones_come_out_as_e164(frame: Frame, text: str, value: str) -> None:
    assert [one.value for one in find_entities(text, frame) if one.kind == "phone"] == [value]
    assert all(one.kind == "phone" for one in find_entities(text, frame))


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        (KAZAKHSTAN, "15:30 25.12.2026"),
        (KAZAKHSTAN, "25.12.2026 15:30"),
        (ARMENIA, "25/12/2026 10:00-12:00"),
        (ARMENIA, "заказ 12345"),
        (GEORGIA, "2026-12-25 12:00"),
        (KAZAKHSTAN, "5 000 000 теңге"),
        (ARMENIA, "10 000 000 драм"),
        (GEORGIA, "599 123 456 ლარი"),
        (ARMENIA, "карта 4512 1234 5678 9012"),
    ],
)
def test_dates_and_sums_are_no_phones(frame: Frame, text: str) -> None:
    assert not [one for one in find_entities(text, frame) if one.kind == "phone"]


def test_an_hour_beside_a_phone_is_both() -> None:
    assert kinds_of("запишите на 3, 077 123456") == [
        ("time", "3", {"from": "2026-11-24T15:00", "to": None, "grain": "hour", "ambiguous": False}),
        ("phone", "077 123456", "+37477123456"),
    ]


def test_the_digits_of_a_phone_are_no_hour() -> None:
    assert kinds_of("перезвоните на 8 701 123 45 67", KAZAKHSTAN) == [("phone", "8 701 123 45 67", "+77011234567")]


# --- money and numbers
# -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said", "minor", "currency"),
    [
        ("5000 դրամ", "5000 դրամ", 500_000, "AMD"),
        ("արժե 5 հազար դրամ", "5 հազար դրամ", 500_000, "AMD"),
        ("5 հազար", "5 հազար", 500_000, "AMD"),
        ("հինգ հազար դրամով", "հինգ հազար դրամով", 500_000, "AMD"),
        ("20 ლარი", "20 ლარი", 2_000, "GEL"),
        ("ოცი ლარი", "ოცი ლარი", 2_000, "GEL"),
        ("20 лари", "20 лари", 2_000, "GEL"),
        ("12,50 ლარი", "12,50 ლარი", 1_250, "GEL"),
        ("12.50 лари", "12.50 лари", 1_250, "GEL"),
        ("10 мың теңге", "10 мың теңге", 1_000_000, "KZT"),
        ("10 000 теңге", "10 000 теңге", 1_000_000, "KZT"),
        ("он мың теңгеге", "он мың теңгеге", 1_000_000, "KZT"),
        ("15 000 тг", "15 000 тг", 1_500_000, "KZT"),
        ("5 тыс. драм", "5 тыс. драм", 500_000, "AMD"),
        ("двадцать пять тысяч рублей", "двадцать пять тысяч рублей", 2_500_000, "RUB"),
        ("за 300 р", "300 р", 30_000, "RUB"),
        ("$20", "$20", 2_000, "USD"),
        ("20$", "20$", 2_000, "USD"),
        ("€ 15", "€ 15", 1_500, "EUR"),
        ("֏5000", "֏5000", 500_000, "AMD"),
        ("5000֏", "5000֏", 500_000, "AMD"),
        ("15k", "15k", 1_500_000, "AMD"),
        ("скиньте на 15 000 ₸ счёт", "15 000 ₸", 1_500_000, "KZT"),
        ("10 000 000 драм", "10 000 000 драм", 1_000_000_000, "AMD"),
        ("twenty dollars", "twenty dollars", 2_000, "USD"),
        ("5000 dram", "5000 dram", 500_000, "AMD"),
        ("20 lari", "20 lari", 2_000, "GEL"),
        ("5 hazar dram", "5 hazar dram", 500_000, "AMD"),
    ],
)
def test_sums(text: str, said: str, minor: int, currency: str) -> None:
    assert kinds_of(text) == [("money", said, {"amount_minor": minor, "currency": currency})]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("нас 5 человек", [5]),
        ("двадцать пять", [25]),
        ("քսանհինգ", [25]),
        ("երեսուն երեք", [33]),
        ("ოცდახუთი", [25]),
        ("ორმოცდათერთმეტი", [51]),
        ("ოთხმოცდაცხრამეტი", [99]),
        ("жиырма бес", [25]),
        ("тоқсан тоғыз", [99]),
        ("twenty-five", [25]),
        ("сто двадцать", [120]),
        ("հարյուր", [100]),
        ("заказ 4512", [4512]),
        ("2,5 литра", [2.5]),
        ("1,5 часа", [1.5]),
        ("15 000", [15000]),
        ("W2", []),
        ("vosem", [8]),
    ],
)
def test_numbers(text: str, values: list[float]) -> None:
    assert [one.value for one in find_entities(text, ARMENIA) if one.kind == "number"] == values


def test_nothing_is_looked_for_inside_an_address() -> None:
    assert kinds_of("anna@mail.ru https://example.com/2026/12/25?x=15:30", ARMENIA, SALON) == []


def test_a_number_inside_another_entity_is_none_of_its_own() -> None:
    assert [kind for kind, _, _ in kinds_of("завтра в 3, 5000 драм, 077123456")] == ["time", "money", "phone"]


# --- names
# -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("my name is Ani", "Ani"),
        ("My name is John Smith and I want a haircut", "John Smith"),
        ("i'm anna, can you call me", "Anna"),
        ("меня зовут Анна Петрова", "Анна Петрова"),
        ("запишите на имя Сергея", "Сергей"),
        ("на имя Анны", "Анна"),
        ("зовут гурген", "Гурген"),
        ("իմ անունը Անի է", "Անի"),
        ("անունս Տիգրան Հակոբյան է", "Տիգրան Հակոբյան"),
        ("Կարեն անունով", "Կարեն"),
        ("მე მქვია ნინო", "ნინო"),
        ("ნინოს სახელზე ჩამწერეთ", "ნინო"),
        ("ჩემი სახელია გიორგი ბერიძე", "გიორგი ბერიძე"),
        ("менің атым Айгүл", "Айгүл"),
        ("есімім Нұрлан", "Нұрлан"),
        ("Айгүл атына жазыңыз", "Айгүл"),
        ("menya zovut Anna", "Anna"),
        ("anuns Karen e", "Karen"),
        ("me mqvia Nino", "Nino"),
        ("menin atym Nurlan", "Nurlan"),
        ("Анна", "Анна"),
    ],
)
def test_names_said_as_such(text: str, value: str) -> None:
    assert [one.value for one in find_entities(text, ARMENIA) if one.kind == "name"] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "i am late",
        "I'm very unhappy",
        "я опаздываю",
        "меня зовут",
        "это дорого",
        "ես ուշանում եմ",
        "мен кешігемін",
        "tell me any news",
        "it's been a week",
    ],
)
def test_what_is_no_name(text: str) -> None:
    assert not [one for one in find_entities(text, ARMENIA) if one.kind == "name"]


# --- the firm's own
# -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "said", "value"),
    [
        ("на женскую стрижку", "service", "женскую стрижку", "cut-w"),
        ("zhenskuyu strizhku mozhno", "service", "zhenskuyu strizhku", "cut-w"),
        ("женскю стришку", "service", "женскю стришку", "cut-w"),
        ("women's haircut please", "service", "women's haircut", "cut-w"),
        ("կանացի սանրվածքի համար", "service", "կանացի սանրվածքի", "cut-w"),
        ("kanaci sanrvacqi hamar", "service", "kanaci sanrvacqi", "cut-w"),
        ("ქალის თმის შეჭრაზე", "service", "ქალის თმის შეჭრაზე", "cut-w"),
        ("әйелдер шаш қиюға", "service", "әйелдер шаш қиюға", "cut-w"),
        ("стрижку", "service", "стрижку", ["cut-w", "cut-m"]),
        ("маникюра", "service", "маникюра", "nails"),
        ("маникур", "service", "маникур", "nails"),
        ("manikyur", "service", "manikyur", "nails"),
        ("manicure", "service", "manicure", "nails"),
        ("მანიკიურზე", "service", "მანიკიურზე", "nails"),
        ("մատնահարդարման", "service", "մատնահարդարման", "nails"),
        ("մանիկյուրի", "service", "մանիկյուրի", "nails"),
        ("коррекцию бровей", "service", "коррекцию бровей", "brows"),
        ("қас түзетуге", "service", "қас түзетуге", "brows"),
        ("kas tuzetu", "service", "kas tuzetu", "brows"),
        ("к Анне", "staff", "Анне", "anna"),
        ("у Анны Петровой", "staff", "Анны Петровой", "anna"),
        ("with anna", "staff", "anna", "anna"),
        ("Տիգրանի մոտ", "staff", "Տիգրանի", "tigran"),
        ("k Tigranu", "staff", "Tigranu", "tigran"),
        ("ნინოსთან", "staff", "ნინოსთან", "nino"),
        ("Айгүлге", "staff", "Айгүлге", "aigul"),
        ("Aigulge", "staff", "Aigulge", "aigul"),
        ("на Абовяна 12", "branch", "Абовяна 12", "abovyan"),
        ("Աբովյան 12 հասցեում", "branch", "Աբովյան 12", "abovyan"),
        ("на Комитасе", "branch", "Комитасе", "komitas"),
        ("Կոմիտասի վրա", "branch", "Կոմիտասի", "komitas"),
    ],
)
def test_the_firms_own_names(text: str, kind: str, said: str, value: object) -> None:
    assert kinds_of(text, ARMENIA, SALON) == [(kind, said, value)]


@pytest.mark.parametrize(
    "text", ["здравствуйте", "сколько стоит", "where are you", "իմ անունը", "რა ღირს", "рахмет", "12"]
)
def test_other_words_are_not_the_firms_own(text: str) -> None:
    assert not [one for one in kinds_of(text, ARMENIA, SALON) if one[0] in ("service", "staff", "branch")]


def test_several_things_in_one_message() -> None:
    text = "меня зовут Карен, хочу маникюр в пятницу в 3 к Анне, 077 12 34 56"
    assert [(kind, said) for kind, said, _ in kinds_of(text, ARMENIA, SALON)] == [
        ("name", "Карен"),
        ("service", "маникюр"),
        ("time", "пятницу в 3"),
        ("staff", "Анне"),
        ("phone", "077 12 34 56"),
    ]


def test_the_little_words_of_a_name_mean_nothing_alone() -> None:
    """A name with "at" in it is not meant by each hour."""
    names = {"c": "Air conditioner cleaning", "w": "Washing machine repair at home", "s": "Check-up at the workshop"}
    crew = Gazetteer([Entry(id_, "service", {"en": [name]}) for id_, name in names.items()])
    said = "air conditioner cleaning tomorrow at 15:00"
    services = [one for one in kinds_of(said, ARMENIA, crew) if one[0] == "service"]
    assert services == [("service", "air conditioner cleaning", "c")]
    assert ("service", "repair at home", "w") in kinds_of("a repair at home at 3 pm", ARMENIA, crew)


CUTS = {
    "woman": ("Կանացի կտրվածք", "ქალის თმის შეჭრა", "Әйелдер шашын қию", "Женская стрижка", "Women's haircut"),
    "man": ("Տղամարդու կտրվածք", "მამაკაცის თმის შეჭრა", "Ерлер шашын қию", "Мужская стрижка", "Men's haircut"),
    "child": ("Մանկական կտրվածք", "ბავშვის თმის შეჭრა", "Балалар шашын қию", "Детская стрижка", "Children's haircut"),
    "beard": ("Մորուքի խնամք", "წვერის მოვლა", "Сақал күтімі", "Стрижка бороды", "Beard trim"),
    "colour": ("Մազերի ներկում", "თმის შეღებვა", "Шаш бояу", "Окрашивание волос", "Hair colouring"),
}


def barber(*cuts: str) -> Gazetteer:
    """A firm with these, by their names in all languages, and known by what such services are commonly called."""
    own = [Entry(cut, "service", {one: [name] for one, name in zip(LANGUAGES, CUTS[cut], strict=True)}) for cut in cuts]
    return Gazetteer(with_usual(own))


def services_of(text: str, firm: Gazetteer) -> list[object]:
    return [value for kind, _, value in kinds_of(text, GEORGIA, firm) if kind == "service"]


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("მამაკაცის თმის შეჭრა მინდა", "man"),
        ("კაცის შეჭრა", "man"),
        ("კაცის თმის შეჭრა მინდა ხვალ", "man"),
        ("თმის შეჭრა კაცისთვის", "man"),
        ("kacis shechra minda", "man"),
        ("ქალის შეჭრა", "woman"),
        ("qalis tmis shechra", "woman"),
        ("ბავშვის შეჭრა", "child"),
        ("стрижка для мужчины", "man"),
        ("подстричь мужа", "man"),
        ("стрижка для жены", "woman"),
        ("стрижка ребёнку", "child"),
        ("կտրվածք տղամարդու համար", "man"),
        ("txamardu ktrvacq", "man"),
        ("kanaci ktrvacq", "woman"),
        ("еркек шаш қию", "man"),
        ("erler shash qiu", "man"),
        ("әйел шашын қию", "woman"),
        ("балама шаш қию", "child"),
        ("haircut for my husband", "man"),
        ("ladies haircut", "woman"),
        ("kids haircut", "child"),
    ],
)
def test_for_whom_a_service_is(text: str, whom: str) -> None:
    """Of a cut for each the one that is said; where there is none for him, another's is not taken for his."""
    assert services_of(text, barber("woman", "man", "child", "beard", "colour")) == [whom]
    if whom != "child":  # for a child, any cut may do
        other = "woman" if whom == "man" else "man"
        assert services_of(text, barber(other, "beard", "colour")) == []
        assert services_of(text, barber(whom, "beard", "colour")) == [whom]


@pytest.mark.parametrize(
    "text", ["თმის შეჭრა მალე მინდა", "стрижка", "haircut", "շուտ կտրվածք", "қалай шаш қию", "men shash qiu"]
)
def test_who_does_not_say_for_whom_is_asked(text: str) -> None:
    """Soon (მალე), how (қалай) and I (men) are near words for a man and a woman, and mean neither."""
    assert services_of(text, barber("woman", "man")) == [["woman", "man"]]


def test_a_cut_for_everybody_is_a_mans_too() -> None:
    own = [Entry("woman", "service", {"ru": ["Женская стрижка"]}), Entry("any", "service", {"ru": ["Стрижка"]})]
    assert services_of("мужская стрижка", Gazetteer(with_usual(own))) == ["any"]
    both = barber("woman", "man")
    assert services_of("мужская стрижка и женская стрижка", both) == ["man", "woman"]


def test_a_service_between_a_day_and_its_hour_stays_one_of_its_own() -> None:
    found = find_entities("в пятницу на маникюр в 3", ARMENIA, SALON)
    assert [(one.kind, one.text) for one in found] == [("time", "пятницу"), ("service", "маникюр")]
    assert found[0].value == {"from": "2026-11-27T15:00", "to": None, "grain": "hour", "ambiguous": False}
