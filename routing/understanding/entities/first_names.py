"""First names that are common in our three countries, and the Russian and English ones: as they are written at home."""

from functools import cache
from typing import Final

from conversation.messages import Language
from routing.understanding.entities.tokens import Script, key_of, script_of

_NAMES: Final[dict[Language, str]] = {
    "hy": """
        Անի Անահիտ Անուշ Արփինե Աստղիկ Արմինե Աննա Արևիկ Ալինա Գայանե Գոհար Դիանա Եվա Զարուհի Էլեն Էլինա Թամարա
        Իննա Լուսինե Լիլիթ Լիանա Լաուրա Կարինե Հասմիկ Հեղինե Հռիփսիմե Մարիամ Մարինե Մարի Մանե Մերի Մելինե Միլենա
        Նարե Նարինե Նունե Նելլի Նվարդ Շուշան Ռուզաննա Ռիմա Սաթենիկ Սիրանուշ Սիլվա Սյուզաննա Սոնա Սոֆի Վարդուհի
        Տաթևիկ Տաթև Քրիստինե Օֆելյա Ֆլորա Աշոտ Ալեքսանդր Անդրանիկ Արա Արամ Արեն Արմեն Արման Արսեն Արտակ Արտաշես
        Արտուր Արթուր Արտյոմ Բագրատ Գագիկ Գարիկ Գևորգ Գոռ Գրիգոր Դավիթ Էդգար Էդուարդ Էրիկ Երվանդ Թաթուլ Թիգրան
        Լևոն Կարեն Հակոբ Հայկ Հարություն Հովհաննես Հովիկ Հրանտ Հրայր Մհեր Մանվել Մարտին Միքայել Մկրտիչ Նարեկ
        Ներսես Նիկոլայ Սամվել Սարգիս Սերգեյ Սուրեն Ռաֆայել Ռոբերտ Ռուբեն Վահագն Վահե Վահան Վազգեն Վարդան Վիգեն
        Տիգրան Տարոն Ֆելիքս""",
    "ka": """
        ნინო ანა ანი მარიამი მარი თამარი თამუნა ნანა ნათია ნათელა ნესტანი ნინი ლანა ლელა ლია ლიკა ლალი ლუიზა
        მაია მანანა მაკა მაგდა ეკა ეკატერინე ელენე ელისო ეთერი თეა თეონა თინათინი თინა იამზე ირინა ირმა ია კეტი
        ქეთი ქეთევანი ქეთინო ხატია ხათუნა სალომე სოფიო სოფო სოფია ნატო ნატალია რუსუდანი ცირა დარეჯანი დალი
        გვანცა ბარბარე ანასტასია შორენა გიორგი გია გიგა დავითი დათო ლევანი ლაშა ლუკა ნიკა ნიკოლოზი ალექსანდრე
        სანდრო საბა ირაკლი ილია ზურაბი ზურა ზაზა თორნიკე თემური თენგიზი ბექა ბესიკი ბესო გელა გოგა გოჩა ვახო
        ვახტანგი ვაჟა ავთანდილი არჩილი ამირანი მამუკა მერაბი მიხეილი მიშა ოთარი პაატა რევაზი რეზო რამაზი როინი
        შალვა შოთა ჯაბა ჯემალი ედუარდი კახა კობა კახაბერი""",
    "kk": """
        Айгүл Айгерім Айжан Айнұр Айша Айдана Ақмарал Ақерке Алия Алма Аружан Асель Әсел Әйгерім Әлия Бақыт
        Балжан Баян Ботагөз Гүлнар Гүлмира Гүлсім Гүлжан Дана Данагүл Дариға Динара Жанар Жанна Жұлдыз Жібек
        Зарина Зере Зәуре Индира Кәмила Қарлығаш Лаура Ләззат Мадина Мәдина Мақпал Меруерт Мөлдір Назгүл Назерке
        Нұргүл Нұрай Перизат Раушан Роза Салтанат Сандуғаш Сания Сәуле Тоғжан Томирис Ұлжан Шолпан Шынар Инжу
        Камила Сауле Гульнара Айгерим Айнур Назгуль Меруерт Жанель Абай Айбек Айдар Айдос Ақан Алмас Алмат Арман
        Асан Асхат Аян Әділ Әлихан Бауыржан Бекзат Берік Болат Дамир Данияр Дархан Даурен Дәурен Дәулет Ербол
        Ерлан Ержан Ерасыл Жандос Жанибек Жасұлан Қайрат Қанат Қуаныш Марат Мұрат Мақсат Нұрлан Нұржан Нұрсұлтан
        Олжас Өмір Рүстем Рустам Санжар Саян Серік Самат Талғат Тимур Тимұр Төлеген Шыңғыс Бахытжан Нурлан Мурат
        Кайрат Серик Берик Болатбек Мади Мирас Мейіржан Руслан Темирлан Азамат Аслан Бейбіт""",
    "ru": """
        Анна Анастасия Настя Александра Алина Алиса Алла Алёна Ангелина Антонина Валентина Валерия Варвара Вера
        Вероника Виктория Вика Галина Дарья Даша Диана Ева Евгения Екатерина Катя Елена Лена Елизавета Лиза
        Жанна Зоя Инна Ирина Ира Карина Кира Кристина Ксения Лариса Лидия Лилия Любовь Людмила Люда Маргарита
        Марина Мария Маша Милана Надежда Надя Наталья Наташа Нина Оксана Олеся Ольга Оля Полина Раиса Регина
        Римма Светлана Света Снежана София Софья Тамара Татьяна Таня Ульяна Эльвира Юлия Юля Яна Александр Саша
        Алексей Лёша Анатолий Андрей Антон Аркадий Арсений Артём Артур Богдан Борис Вадим Валентин Валерий
        Василий Виктор Виталий Влад Владимир Вова Владислав Всеволод Вячеслав Слава Геннадий Георгий Герман Глеб
        Григорий Гриша Даниил Данил Денис Дмитрий Дима Евгений Женя Егор Иван Ваня Игорь Илья Кирилл Константин
        Костя Лев Леонид Максим Марк Матвей Михаил Миша Никита Николай Коля Олег Павел Паша Пётр Роман Рома
        Руслан Семён Сергей Серёжа Станислав Стас Степан Тимофей Фёдор Эдуард Юрий Юра Ярослав""",
    "en": """
        Alice Amanda Amelia Amy Andrea Angela Anna Anne Ashley Barbara Betty Carol Caroline Catherine Charlotte
        Chloe Christine Claire Daisy Diana Donna Dorothy Elizabeth Ella Emily Emma Eva Fiona Grace Hannah Helen
        Isabella Jane Jennifer Jessica Jill Joan Joanna Judy Julia Karen Kate Katherine Kelly Kim Laura Linda
        Lisa Lucy Margaret Maria Martha Mary Megan Melissa Mia Michelle Monica Nancy Natalie Nicole Olivia
        Pamela Rachel Rebecca Rose Ruth Samantha Sandra Sarah Sharon Sophia Sophie Stephanie Susan Teresa
        Victoria Zoe Aaron Adam Alan Albert Alex Alexander Andrew Anthony Arthur Ben Benjamin Brian Charles
        Chris Christopher Daniel David Dennis Donald Edward Eric Frank Gary George Greg Harry Henry Jack Jacob
        James Jason Jeffrey Jeremy Joe John Jonathan Joseph Joshua Justin Keith Kenneth Kevin Larry Liam Luke
        Martin Matthew Michael Mike Nathan Nicholas Nick Noah Oliver Oscar Patrick Paul Peter Philip Richard
        Robert Ryan Sam Samuel Scott Simon Stephen Steve Steven Thomas Timothy Tom Walter William""",
}
_CASES: Final[dict[Script, tuple[tuple[str, str], ...]]] = {
    "armenian": tuple((one, "") for one in ("ն", "ը", "ի", "ին", "ից", "ու", "ով", "յի", "յին", "յից")),
    "georgian": (
        *((one, "ი") for one in ("ს", "ის", "მა", "ისთვის", "თან", "ით", "ზე")),
        *((one, "") for one in ("ს", "ის", "მ", "სთვის", "სთან", "თან", "თი", "ზე")),
    ),
    "cyrillic": (
        *((one, "а") for one in ("ы", "и", "е", "у", "ой")),
        *((one, "я") for one in ("и", "е", "ю", "ей")),
        *((one, "ь") for one in ("я", "и", "ю", "ем")),
        *((one, "й") for one in ("я", "ю", "ем", "е")),
        *((one, "") for one in ("а", "у", "ом", "е", "ға", "ге", "қа", "ке", "ның", "нің", "дың", "дің", "тың", "тің")),
        *((one, "") for one in ("мен", "бен", "пен", "ды", "ді", "ны", "ні", "дан", "ден", "нан", "нен")),
    ),
    "latin": tuple((one, "") for one in ("s", "'s", "in", "n", "is")),
    "other": (),
}


@cache
def _known() -> dict[str, str]:
    """By key, the name as it is written at home; the first of those that sound alike."""
    found: dict[str, str] = {}
    for language, names in _NAMES.items():
        for name in names.split() if language != "en" else ():
            found.setdefault(key_of(name), name)
    return found


@cache
def _spelled() -> frozenset[str]:
    return frozenset(name.casefold() for names in _NAMES.values() for name in names.split())


def first_name(word: str) -> str | None:
    """The first name that a word is, in any of its cases and in any script; written in the word's own letters. None for
    other words."""
    low = word.casefold()
    if low in _spelled():
        return word
    bases = [
        word[: len(word) - len(ending)] + nominative
        for ending, nominative in _CASES[script_of(word)]
        if low.endswith(ending) and len(low) - len(ending) >= 2
    ]
    spelled = next((base for base in bases if base.casefold() in _spelled()), None)
    if spelled is not None or key_of(word) in _known():
        return spelled or word
    return next((base for base in bases if key_of(base) in _known()), None)
