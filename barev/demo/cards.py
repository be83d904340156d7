"""What the demo's firm knows of its customers beside the talks: groups, sources, birthdays, children, pets, cars.

Notes and tasks too, in the languages of those who wrote them."""

from dataclasses import dataclass
from typing import Final, Literal

CategoryKey = Literal["vip", "newcomer", "problem"]


@dataclass(frozen=True, slots=True)
class Thing:
    """Whom or what a customer comes about."""

    kind: Literal["child", "pet", "car", "other"]
    name: str
    birthday: str | None = None
    plate: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Kin:
    """Somebody else to be asked. ``phone``: as it is written at home."""

    name: str
    relation: str
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Todo:
    """A task: ``due_h`` hours from now, before it where negative; ``done_h``: so many hours ago."""

    title: str
    by: str
    due_h: float | None = None
    done_h: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A customer's card. ``notes``: (login, days ago, text); ``curator``: a login."""

    given: str | None = None
    family: str | None = None
    form: str | None = None
    code: str | None = None
    birthday: str | None = None
    source: str | None = None
    curator: str | None = None
    groups: tuple[str, ...] = ()
    category: CategoryKey | None = None
    things: tuple[Thing, ...] = ()
    kin: tuple[Kin, ...] = ()
    notes: tuple[tuple[str, float, str], ...] = ()
    todos: tuple[Todo, ...] = ()
    custom: tuple[tuple[str, str | bool], ...] = ()


BRIDES: Final = "Հարսանեկան փաթեթ"
FAMILIES: Final = "საოჯახო პაკეტი"
REGULARS: Final = "Тұрақты клиенттер"
COMPANIES: Final = "Организации"
GROUPS: Final = (BRIDES, FAMILIES, REGULARS, COMPANIES)
FRIENDS_AM: Final = "Ընկերների խորհրդով"
FRIENDS_GE: Final = "მეგობრის რჩევით"
SOURCES: Final = ("Instagram", "Facebook", "Google", "2GIS", FRIENDS_AM, FRIENDS_GE)
FIELDS: Final = (("loyalty_card", "Loyalty card", "text"), ("newsletter", "Newsletter", "flag"))
CATEGORIES: Final[tuple[tuple[CategoryKey, str, str], ...]] = (
    ("vip", "VIP", "#b45309"),
    ("newcomer", "Newcomer", "#15803d"),
    ("problem", "Needs care", "#b91c1c"),
)

CARDS: Final[dict[str, Known]] = {
    "lilit": Known("Լիլիթ", "Հակոբյան", birthday="1997-05-14", source="Instagram", category="newcomer"),
    "svetlana": Known(
        "Светлана",
        "Орлова",
        form="Вы",
        code="KRV-103",
        birthday="1984-11-02",
        source=FRIENDS_AM,
        curator="arman",
        category="vip",
        notes=(("arman", 40, "Осветляется с весны, волосы чувствительные. Аммиачные красители не предлагать."),),
        todos=(Todo("Подтвердить консультацию на субботу", "arman", due_h=20),),
        custom=(("loyalty_card", "K-2207"), ("newsletter", True)),
    ),
    "gayane": Known(
        "Գայանե",
        "Մելքոնյան",
        form="դուք",
        birthday="1999-08-21",
        source=FRIENDS_AM,
        curator="anahit",
        groups=(BRIDES,),
        category="vip",
        kin=(Kin("Մարիամ Մելքոնյան", "մայր", "093 000 144"), Kin("Տիգրան", "փեսացու")),
        notes=(("anahit", 1, "Ուզում է բաց ծաղիկներ, առանց քողի։ Լուսանկարները կուղարկի երեկոյան։"),),
        todos=(
            Todo("Ստուգել Սոնայի և Մարինեի գրաֆիկը", "anahit", due_h=5, note="Չորս հոգի, երկու վարպետ"),
            Todo("Ուղարկել պայմանագիրը", "anahit", done_h=20),
        ),
    ),
    "hasmik": Known("Հասմիկ", "Ավետիսյան", birthday="--03-08", source="Instagram", custom=(("newsletter", True),)),
    "mane": Known(
        "Mane",
        "Petrosyan",
        code="KRV-107",
        birthday="1991-01-19",
        curator="anahit",
        groups=(),
        category="vip",
        todos=(Todo("Անվճար ուղղել գել-լաքը", "anahit", due_h=-2),),
        custom=(("loyalty_card", "K-0031"), ("newsletter", False)),
    ),
    "karine": Known(
        "Կարինե",
        "Սիմոնյան",
        category="problem",
        notes=(("arman", 6, "Երկու անգամ սպասել է։ Հաջորդ այցին զանգահարել մեկ ժամ առաջ։"),),
        todos=(Todo("Զանգահարել Կարինեին և առաջարկել 20 % զեղչ", "arman", due_h=-20),),
    ),
    "ketevan": Known(
        "ქეთევან",
        "მჭედლიძე",
        form="თქვენ",
        source="Facebook",
        category="newcomer",
        things=(Thing("child", "ლუკა", "2022-04-11", note="ალერგია პენიცილინზე"),),
    ),
    "natia": Known("ნათია", "გოგოლაძე", birthday="1988-12-05", source=FRIENDS_GE, curator="nino"),
    "olga": Known("Ольга", "Соколова", form="Вы", groups=(COMPANIES,), kin=(Kin("Страховая «Опора»", "страховщик"),)),
    "tamar": Known(
        "თამარ",
        "ლომიძე",
        form="თქვენ",
        code="KRV-208",
        birthday="1988-02-17",
        source=FRIENDS_GE,
        curator="nino",
        groups=(FAMILIES,),
        category="vip",
        things=(
            Thing("child", "ნიკა", "2020-06-30", note="ნემსის ეშინია"),
            Thing("child", "ანა", "2015-09-12"),
        ),
        kin=(Kin("გიორგი ლომიძე", "მეუღლე", "599 00 02 18"),),
        notes=(("nino", 0.1, "წინა ანალიზები მიღებულია, ექიმმა ნახა."),),
        todos=(Todo("შაბათის განრიგის შეთანხმება გიორგისთან", "nino", due_h=26, note="კარდიოლოგი ქმრისთვის, 70 ₾"),),
    ),
    "davit": Known("დავით", "ხარაძე", birthday="1975-07-24", groups=(FAMILIES,)),
    "serik": Known(
        "Серік",
        "Жұмабаев",
        form="Сіз",
        birthday="1980-10-10",
        source="2GIS",
        groups=(REGULARS,),
        things=(Thing("other", "Кір жуғыш машина", note="Samsung WW70, 2019 ж."),),
    ),
    "marina": Known(
        "Марина",
        "Ли",
        form="Вы",
        code="KRV-304",
        source="Google",
        curator="daniyar",
        groups=(COMPANIES,),
        kin=(Kin("Алексей Ли", "завхоз", "8 (747) 000 0344"),),
        todos=(Todo("Выставить счёт за три кондиционера", "daniyar", due_h=44),),
    ),
    "bolat": Known(
        "Болат",
        "Омаров",
        birthday="--09-01",
        curator="aigerim",
        groups=(REGULARS,),
        things=(Thing("car", "Lada Largus", plate="123ABC02", note="Аулаға кіру үшін рұқсат керек"),),
    ),
    "viktor": Known(
        "Виктор",
        "Павлов",
        category="problem",
        curator="daniyar",
        things=(Thing("pet", "Барс", note="Большая собака, предупредить мастера"),),
        notes=(("daniyar", 2, "Ждёт компрессор вторую неделю, обещали ответ поставщика."),),
        todos=(Todo("Узнать у поставщика про компрессор, заказ 20417", "daniyar", due_h=-5),),
    ),
}
