"""What can be booked in the demo business: services, who does them, rooms and devices, and when they work.

Names are in Armenian, Georgian, Kazakh, Russian and English, in this order; prices in whole drams, laris and tenges.
"""

from dataclasses import dataclass
from typing import Final

from conversation.messages import JsonObject

Forms = tuple[str, str, str, str, str]
LANGUAGES: Final = ("hy", "ka", "kk", "ru", "en")
_MON_TO_SAT: Final = ("mon", "tue", "wed", "thu", "fri", "sat")
_MON_TO_FRI: Final = _MON_TO_SAT[:5]
TEN_TO_EIGHT: Final[JsonObject] = {day: [["10:00", "20:00"]] for day in _MON_TO_SAT}
WITH_LUNCH: Final[JsonObject] = {
    **{day: [["09:00", "13:00"], ["14:00", "18:00"]] for day in _MON_TO_FRI},
    "sat": [["10:00", "14:00"]],
}
ALL_DAYS: Final[JsonObject] = {day: [["08:00", "22:00"]] for day in (*_MON_TO_SAT, "sun")}


@dataclass(frozen=True, slots=True)
class Group:
    """A group of services."""

    key: str
    name: Forms


@dataclass(frozen=True, slots=True)
class Who:
    """A specialist (``kind`` provider), a room, a chair or a device. ``cycle``: so many days on and so many off from
    10 to 20 in place of ``weekly``."""

    key: str
    branch: str
    name: Forms
    weekly: JsonObject
    kind: str = "provider"
    level: str = ""
    skills: tuple[str, ...] = ()
    cycle: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class What:
    """A service. ``doers``: keys of specialists, with a price of his own where it differs; ``needs``: for each any of
    these."""

    key: str
    group: str
    name: Forms
    minutes: int
    price: int
    doers: tuple[tuple[str, int | None], ...]
    needs: tuple[tuple[str, ...], ...] = ()
    capacity: int = 1
    after_min: int = 0


GROUPS: Final = (
    Group("nails", ("Եղունգներ", "ფრჩხილები", "Тырнақ күтімі", "Ногти", "Nails")),
    Group("hair", ("Մազեր", "თმა", "Шаш", "Волосы", "Hair")),
    Group("face", ("Դեմք", "სახე", "Бет күтімі", "Лицо", "Face")),
    Group("doctors", ("Բժիշկներ", "ექიმები", "Дәрігерлер", "Врачи", "Doctors")),
    Group("tests", ("Հետազոտություններ", "გამოკვლევები", "Тексерулер", "Обследования", "Examinations")),
    Group("repair", ("Վերանորոգում", "შეკეთება", "Жөндеу", "Ремонт", "Repair")),
)
WHO: Final = (
    Who(
        "sona",
        "yerevan",
        ("Սոնա Ավագյան", "სონა ავაგიანი", "Сона Авагян", "Сона Авагян", "Sona Avagyan"),
        TEN_TO_EIGHT,
        level="top",
        skills=("nails", "gel"),
    ),
    Who(
        "marine",
        "yerevan",
        ("Մարինե Գալստյան", "მარინე გალსტიანი", "Марине Галстян", "Марине Галстян", "Marine Galstyan"),
        TEN_TO_EIGHT,
        level="top",
        skills=("hair", "colour"),
    ),
    Who(
        "davit",
        "yerevan",
        ("Դավիթ Մկրտչյան", "დავით მკრტჩიანი", "Давит Мкртчян", "Давид Мкртчян", "Davit Mkrtchyan"),
        TEN_TO_EIGHT,
        skills=("men", "beard"),
        cycle=(2, 2),
    ),
    Who(
        "eva",
        "yerevan",
        ("Եվա Սահակյան", "ევა სააკიანი", "Ева Саакян", "Ева Саакян", "Eva Sahakyan"),
        TEN_TO_EIGHT,
        skills=("make-up", "nails"),
    ),
    Who(
        "chair",
        "yerevan",
        ("Ներկման բազկաթոռ", "შეღებვის სავარძელი", "Шаш бояу креслосы", "Кресло для окрашивания", "Colouring chair"),
        ALL_DAYS,
        "chair",
    ),
    Who("studio", "yerevan", ("Ստուդիա", "სტუდია", "Студия", "Студия", "Studio"), ALL_DAYS, "room"),
    Who(
        "tamar",
        "tbilisi",
        ("Թամար Կապանաձե", "თამარ კაპანაძე", "Тамар Капанадзе", "Тамара Капанадзе", "Tamar Kapanadze"),
        WITH_LUNCH,
        level="MD",
        skills=("therapy",),
    ),
    Who(
        "levan",
        "tbilisi",
        ("Լևան Ծերեթելի", "ლევან წერეთელი", "Леван Церетели", "Леван Церетели", "Levan Tsereteli"),
        WITH_LUNCH,
        level="MD, PhD",
        skills=("heart", "ultrasound"),
    ),
    Who(
        "ketevan",
        "tbilisi",
        ("Քեթևան Լոմիձե", "ქეთევან ლომიძე", "Кетеван Ломидзе", "Кетеван Ломидзе", "Ketevan Lomidze"),
        WITH_LUNCH,
        skills=("nurse",),
    ),
    Who("cabinet2", "tbilisi", ("Կաբինետ 2", "კაბინეტი 2", "2-кабинет", "Кабинет 2", "Room 2"), ALL_DAYS, "room"),
    Who("cabinet5", "tbilisi", ("Կաբինետ 5", "კაბინეტი 5", "5-кабинет", "Кабинет 5", "Room 5"), ALL_DAYS, "room"),
    Who(
        "scanner",
        "tbilisi",
        ("Ուլտրաձայնային սարք", "ექოსკოპიის აპარატი", "УДЗ аппараты", "Аппарат УЗИ", "Ultrasound scanner"),
        ALL_DAYS,
        "device",
    ),
    Who(
        "erlan",
        "almaty",
        ("Երլան Թյուլեգենով", "ერლან ტიულეგენოვი", "Ерлан Төлегенов", "Ерлан Тулегенов", "Yerlan Tulegenov"),
        TEN_TO_EIGHT,
        skills=("washers", "stoves"),
    ),
    Who(
        "timur",
        "almaty",
        ("Թիմուր Ախմետով", "თიმურ ახმეტოვი", "Тимур Ахметов", "Тимур Ахметов", "Timur Akhmetov"),
        TEN_TO_EIGHT,
        skills=("refrigerators", "air conditioners"),
        cycle=(5, 2),
    ),
    Who(
        "van",
        "almaty",
        ("Ծառայողական ավտոմեքենա", "სერვისის ავტომობილი", "Қызметтік көлік", "Сервисный фургон", "Service van"),
        ALL_DAYS,
        "device",
    ),
)
WHAT: Final = (
    What(
        "manicure",
        "nails",
        (
            "Մատնահարդարում գել-լաքով",
            "მანიკური გელ-ლაქით",
            "Гель-лак жағылған маникюр",
            "Маникюр с гель-лаком",
            "Gel manicure",
        ),
        90,
        8_000,
        (("sona", 9_000), ("eva", None)),
    ),
    What(
        "pedicure",
        "nails",
        ("Ոտնահարդարում", "პედიკური", "Педикюр", "Педикюр", "Pedicure"),
        60,
        9_000,
        (("sona", None), ("eva", None)),
    ),
    What(
        "womens_cut",
        "hair",
        ("Կանացի կտրվածք", "ქალის თმის შეჭრა", "Әйелдер шашын қию", "Женская стрижка", "Women's haircut"),
        60,
        7_000,
        (("marine", None),),
    ),
    What(
        "mens_cut",
        "hair",
        ("Տղամարդու կտրվածք", "მამაკაცის თმის შეჭრა", "Ерлер шашын қию", "Мужская стрижка", "Men's haircut"),
        30,
        5_000,
        (("davit", None), ("marine", 6_000)),
    ),
    What(
        "childs_cut",
        "hair",
        ("Մանկական կտրվածք", "ბავშვის თმის შეჭრა", "Балалар шашын қию", "Детская стрижка", "Children's haircut"),
        30,
        4_000,
        (("davit", None), ("marine", None)),
    ),
    What(
        "beard",
        "hair",
        ("Մորուքի խնամք", "წვერის მოვლა", "Сақал күтімі", "Стрижка бороды", "Beard trim"),
        25,
        3_500,
        (("davit", None),),
    ),
    What(
        "colour",
        "hair",
        ("Մազերի ներկում", "თმის შეღებვა", "Шаш бояу", "Окрашивание волос", "Hair colouring"),
        180,
        25_000,
        (("marine", None),),
        (("chair",),),
        after_min=15,
    ),
    What(
        "brows",
        "face",
        (
            "Հոնքերի ձևավորում և ներկում",
            "წარბების კორექცია და შეღებვა",
            "Қасты түзету және бояу",
            "Коррекция и окрашивание бровей",
            "Eyebrow shaping and tint",
        ),
        40,
        6_000,
        (("eva", None),),
    ),
    What(
        "makeup",
        "face",
        ("Երեկոյան դիմահարդարում", "საღამოს მაკიაჟი", "Кешкі макияж", "Вечерний макияж", "Evening make-up"),
        60,
        15_000,
        (("eva", None),),
    ),
    What(
        "makeup_class",
        "face",
        (
            "Դիմահարդարման դաս խմբով",
            "მაკიაჟის ჯგუფური გაკვეთილი",
            "Макияж бойынша топтық сабақ",
            "Групповой урок макияжа",
            "Make-up class",
        ),
        120,
        12_000,
        (("eva", None),),
        (("studio",),),
        capacity=8,
    ),
    What(
        "therapist",
        "doctors",
        (
            "Թերապևտի խորհրդատվություն",
            "თერაპევტის კონსულტაცია",
            "Терапевт кеңесі",
            "Консультация терапевта",
            "General practitioner",
        ),
        30,
        80,
        (("tamar", None),),
        (("cabinet2", "cabinet5"),),
    ),
    What(
        "cardiologist",
        "doctors",
        (
            "Սրտաբանի խորհրդատվություն",
            "კარდიოლოგის კონსულტაცია",
            "Кардиолог кеңесі",
            "Консультация кардиолога",
            "Cardiologist",
        ),
        40,
        90,
        (("levan", None),),
        (("cabinet2", "cabinet5"),),
    ),
    What(
        "ultrasound",
        "tests",
        (
            "Որովայնի ուլտրաձայնային հետազոտություն",
            "მუცლის ღრუს ექოსკოპია",
            "Құрсақ қуысының УДЗ-сы",
            "УЗИ брюшной полости",
            "Abdominal ultrasound",
        ),
        30,
        70,
        (("levan", None), ("tamar", None)),
        (("cabinet5",), ("scanner",)),
        after_min=5,
    ),
    What(
        "blood",
        "tests",
        (
            "Արյան ընդհանուր հետազոտություն",
            "სისხლის საერთო ანალიზი",
            "Жалпы қан талдауы",
            "Общий анализ крови",
            "Complete blood count",
        ),
        10,
        25,
        (("ketevan", None),),
    ),
    What(
        "washer",
        "repair",
        (
            "Լվացքի մեքենայի վերանորոգում տանը",
            "სარეცხი მანქანის შეკეთება სახლში",
            "Кір жуғыш машинаны үйде жөндеу",
            "Ремонт стиральной машины на дому",
            "Washing machine repair at home",
        ),
        90,
        8_000,
        (("erlan", None),),
        (("van",),),
        after_min=30,
    ),
    What(
        "fridge",
        "repair",
        (
            "Սառնարանի վերանորոգում տանը",
            "მაცივრის შეკეთება სახლში",
            "Тоңазытқышты үйде жөндеу",
            "Ремонт холодильника на дому",
            "Refrigerator repair at home",
        ),
        120,
        10_000,
        (("timur", None),),
        (("van",),),
        after_min=30,
    ),
    What(
        "air",
        "repair",
        (
            "Օդորակիչի մաքրում",
            "კონდიციონერის გაწმენდა",
            "Кондиционерді тазалау",
            "Чистка кондиционера",
            "Air conditioner cleaning",
        ),
        60,
        12_000,
        (("timur", None), ("erlan", None)),
        after_min=30,
    ),
    What(
        "check",
        "repair",
        (
            "Ախտորոշում արհեստանոցում",
            "დიაგნოსტიკა სახელოსნოში",
            "Шеберханадағы диагностика",
            "Диагностика в мастерской",
            "Check-up at the workshop",
        ),
        30,
        5_000,
        (("erlan", None), ("timur", None)),
    ),
)
CURRENCIES: Final = {"yerevan": "AMD", "tbilisi": "GEL", "almaty": "KZT"}


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit of the demo: so many days from today (worked ones are found from there on), at a time of the wall where
    it is done. ``status`` of "": as the hour says. ``series``: those of one name recur together; ``session``: a seat in
    the group session of that name."""

    customer: str
    service: str
    who: str
    days: int
    at: str
    status: str = ""
    needs: tuple[str, ...] = ()
    series: str = ""
    session: str = ""


VISITS: Final = (
    Visit("mane", "manicure", "sona", -21, "15:00", "paid"),
    Visit("hasmik", "womens_cut", "marine", -14, "12:00", "paid"),
    Visit("narek", "mens_cut", "davit", -12, "18:00", "paid"),
    Visit("karine", "pedicure", "eva", -10, "11:00", "no_show"),
    Visit("svetlana", "brows", "eva", -9, "13:00", "paid"),
    Visit("ani", "manicure", "eva", -7, "16:00", "paid"),
    Visit("inna", "makeup", "eva", -4, "17:00", "done"),
    Visit("mane", "manicure", "sona", 1, "15:00", "confirmed"),
    Visit("emily", "pedicure", "sona", 1, "11:00", "booked"),
    Visit("hasmik", "womens_cut", "marine", 1, "16:30", "confirmed"),
    Visit("svetlana", "colour", "marine", 3, "10:00", "booked", ("chair",)),
    Visit("arpine", "brows", "eva", 2, "12:00", "booked"),
    Visit("gor", "beard", "davit", 2, "18:00", "confirmed"),
    # today, in all branches
    Visit("lilit", "manicure", "sona", 0, "10:30"),
    Visit("karine", "pedicure", "sona", 0, "12:30"),
    Visit("inna", "manicure", "sona", 0, "16:00"),
    Visit("ani", "womens_cut", "marine", 0, "11:00"),
    Visit("tigran", "mens_cut", "marine", 0, "13:00"),
    Visit("gayane", "colour", "marine", 0, "14:30", needs=("chair",)),
    Visit("arpine", "brows", "eva", 0, "10:00"),
    Visit("emily", "makeup", "eva", 0, "15:00"),
    Visit("narek", "mens_cut", "davit", 0, "12:00"),
    Visit("gor", "beard", "davit", 0, "17:30"),
    Visit("ketevan", "therapist", "tamar", 0, "09:30", needs=("cabinet2",)),
    Visit("irakli", "therapist", "tamar", 0, "11:00", needs=("cabinet2",)),
    Visit("natia", "ultrasound", "tamar", 0, "12:00", needs=("cabinet5", "scanner")),
    Visit("olga", "cardiologist", "levan", 0, "10:00", needs=("cabinet5",)),
    Visit("davit", "cardiologist", "levan", 0, "12:15", needs=("cabinet2",)),
    Visit("elene", "blood", "ketevan", 0, "09:15"),
    Visit("nana", "blood", "ketevan", 0, "10:30"),
    Visit("aizhan", "washer", "erlan", 0, "10:00", needs=("van",)),
    Visit("serik", "check", "erlan", 0, "15:00"),
    Visit("marina", "fridge", "timur", 0, "12:30", needs=("van",)),
    Visit("zarina", "air", "timur", 0, "17:00"),
    # what was and what is to come in the clinic and with the repair crew
    Visit("levan", "therapist", "tamar", -8, "10:00", "paid", ("cabinet2",)),
    Visit("maria", "blood", "ketevan", -6, "09:30", "paid"),
    Visit("giga", "cardiologist", "levan", -5, "11:00", "no_show", ("cabinet5",)),
    Visit("tamar", "ultrasound", "levan", 1, "10:00", "confirmed", ("cabinet5", "scanner")),
    Visit("armine", "therapist", "tamar", 2, "10:30", "booked", ("cabinet2",)),
    Visit("sophie", "cardiologist", "levan", 3, "12:00", "booked", ("cabinet2",)),
    Visit("gulnara", "washer", "erlan", -11, "14:00", "paid", ("van",)),
    Visit("viktor", "fridge", "timur", -3, "10:00", "done", ("van",)),
    Visit("dinara", "air", "erlan", 1, "11:00", "confirmed"),
    Visit("azamat", "check", "timur", 2, "10:30", "booked"),
    # one who comes every week, and a class with seats
    Visit("lilit", "pedicure", "eva", -6, "18:30", "paid", series="lilit"),
    Visit("lilit", "pedicure", "eva", 1, "18:30", "confirmed", series="lilit"),
    Visit("lilit", "pedicure", "eva", 8, "18:30", "booked", series="lilit"),
    Visit("lilit", "pedicure", "eva", 15, "18:30", "booked", series="lilit"),
    Visit("gayane", "makeup_class", "eva", 4, "15:00", "confirmed", ("studio",), session="class"),
    Visit("svetlana", "makeup_class", "eva", 4, "15:00", "booked", ("studio",), session="class"),
    Visit("ani", "makeup_class", "eva", 4, "15:00", "booked", ("studio",), session="class"),
)
"""Customers are those of each branch's talks. New ones are put last: a later start finds visits by their places."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Somebody who waits for a time: from which day from today to which."""

    customer: str
    service: str
    who: str
    days: tuple[int, int]
    hours: tuple[str, str]


WISHES: Final = (
    Waits("narek", "womens_cut", "marine", (0, 6), ("17:00", "20:00")),
    Waits("daniel", "therapist", "tamar", (0, 4), ("09:00", "13:00")),
)
