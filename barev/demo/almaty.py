"""The repair crew in Almaty: Kazakh in its own and in Latin letters, Russian in both, and English."""

from typing import Final

from barev.demo.people import ALMATY
from barev.demo.script import Customer, Page, Story, Talk, a, escalated, note, rated, resolved, snoozed, taken, v

PAGES: Final = {
    "home": Page("/almaty", {"kk": "Тұрмыстық техника жөндеу", "ru": "Ремонт техники", "en": "Appliance repair"}),
    "washer": Page("/almaty/washing-machines", {"kk": "Кір жуғыш машина", "ru": "Стиральные машины", "en": "Washers"}),
    "fridge": Page("/almaty/refrigerators", {"kk": "Тоңазытқыш", "ru": "Холодильники", "en": "Refrigerators"}),
    "air": Page("/almaty/air-conditioners", {"kk": "Кондиционер", "ru": "Кондиционеры", "en": "Air conditioners"}),
    "stove": Page("/almaty/stoves", {"kk": "Плита мен пеш", "ru": "Плиты и духовки", "en": "Stoves and ovens"}),
    "prices": Page("/almaty/prices", {"kk": "Бағалар", "ru": "Цены", "en": "Prices"}),
    "order": Page("/almaty/order", {"kk": "Тапсырысым", "ru": "Мой заказ", "en": "My order"}),
}

GOOGLE = "https://www.google.com/"
MAPS = "https://2gis.kz/almaty"

CUSTOMERS: Final = (
    Customer("aizhan", "Айжан Сәрсенова", "kk", "KZ", "+77010000301", referrer=MAPS),
    Customer("ruslan", "", "ru", "KZ", "+77770000302"),
    Customer("serik", "Серік Жұмабаев", "kk", "KZ", "+77070000303"),
    Customer("marina", "Марина Ли", "ru", "KZ", "+77470000304", "marina.li@example.com"),
    Customer(
        "bolat", "Болат Омаров", "kk", "KZ", "+77050000305", note="Домофон істемейді, алдын ала қоңырау шалу керек"
    ),
    Customer("priya", "Priya Nair", "en", "KZ", "+77010000306", "priya.nair@example.com", referrer=GOOGLE),
    Customer("gulnara", "Gulnara", "kk", "KZ", "+77760000307"),
    Customer("viktor", "Виктор Павлов", "ru", "KZ", "+77070000308", note="Заказ 20417, компрессор"),
    Customer("dinara", "Динара Әбдірахманова", "kk", "KZ", "+77470000309"),
    Customer("azamat", "Azamat", "kk", "KZ", "+77770000310"),
    Customer("sergey", "Сергей", "ru", "KZ", "+77010000311", "sergey.k@example.com"),
    Customer("thomas", "Thomas Weber", "en", "KZ", "+77050000312", referrer=GOOGLE),
    Customer("zarina", "Зарина Ахметова", "ru", "KZ", "+77760000313", referrer=MAPS),
    Customer("erlan", "Ерлан Қасымов", "kk", "KZ", "+77070000314"),
)

NOW: Final = (
    Talk(
        "aizhan",
        "washer",
        ago_min=2,
        lines=(
            v(0, "Сәлеметсіз бе! Кір жуғыш машинадан су ағып тұр, шебер тез келе ала ма?"),
            v(1, "Бостандық ауданында тұрамын"),
        ),
    ),
    Talk(
        "ruslan",
        "fridge",
        ago_min=14,
        lines=(
            v(0, "zdravstvuyte, holodilnik perestal morozit, a morozilka rabotaet"),
            v(1, "skolko budet stoit diagnostika i mojno li segodnya?"),
        ),
    ),
    Talk(
        "serik",
        "air",
        agent="aigerim",
        ago_min=17,
        lines=(
            v(0, "Кондиционерді тазалау қанша тұрады?"),
            taken(1),
            a(2, "Сәлеметсіз бе, Серік! Бір кондиционерді тазалау 12 000 ₸, шебердің келуі осы бағаға кіреді."),
            v(2, "Екеуі бар, жеңілдік бола ма"),
            a(1, "Екеуіне 21 000 ₸ болады. Мекенжайыңыз бен ыңғайлы уақытты жазып жіберіңізші."),
        ),
    ),
    Talk(
        "marina",
        "order",
        agent="daniyar",
        ago_min=5,
        lines=(
            v(0, "Мастер должен был приехать ещё час назад, его до сих пор нет. Где он?"),
            taken(2),
            a(3, "Марина, извините за задержку! Мастер в пробке на Аль-Фараби, будет минут через 20.", edited=True),
            v(1, "Хорошо, жду"),
            v(24, "20 минут прошло, никто не звонил"),
        ),
    ),
    Talk(
        "bolat",
        "order",
        agent="aigerim",
        ago_min=330,
        lines=(
            v(0, "Кешегі шебер сорғыны ауыстыру керек деді. Бөлшек келді ме?"),
            taken(2),
            a(3, "Сәлеметсіз бе, Болат аға! Сорғы ертең таңертең қоймаға келеді, келген бойда хабарласамын."),
            v(2, "Жарайды, күтемін"),
            a(1, "Түсінгеніңізге рақмет!"),
            note(1, "Сорғы келген соң шебер Нұрланды жіберу. Домофон істемейді, қоңырау шалсын."),
            snoozed(1, hours=15),
        ),
    ),
    Talk(
        "priya",
        "air",
        ago_min=31,
        lines=(
            v(0, "Hi, the AC in our office is blowing warm air. Do you service offices?"),
            v(1, "6 units, near Dostyk avenue. We'd need an invoice."),
        ),
    ),
    Talk(
        "gulnara",
        "stove",
        agent="aigerim",
        ago_min=25,
        unread=True,
        lines=(
            v(0, "salemetsizbe, gaz plita jondeisizder me?"),
            taken(1),
            a(1, "Сәлеметсіз бе! Иә, жөндейміз. Не болды: от жанбай ма, әлде газ иісі шыға ма?"),
            v(2, "bir konforkasy janbaidy, iisi jok"),
            a(2, "Түсінікті. Шебердің келуі 5 000 ₸, жөндеу бағасын көрген соң айтады. Ертең 11:00 ыңғайлы ма?"),
        ),
    ),
    Talk(
        "viktor",
        "order",
        agent="daniyar",
        ago_min=33,
        lines=(
            v(0, "Вы меняли компрессор два месяца назад, опять гудит. Это гарантия?"),
            taken(2),
            a(1, "Здравствуйте, Виктор! Гарантия на работу — 6 месяцев. Подскажите, пожалуйста, номер заказа."),
            v(2, "20417. И диспетчер сказал, что выезд платный, как это понимать?"),
            note(2, "По гарантии выезд бесплатный, диспетчер ошибся. Нужен звонок старшего мастера."),
            escalated(1),
        ),
    ),
)

PAST: Final = (
    Talk(
        "dinara",
        "prices",
        agent="aigerim",
        days=1,
        at="16:40",
        lines=(
            v(0, "Сәлеметсіз бе, шаңсорғышты жөндейсіздер ме? Өзім алып келсем бола ма"),
            taken(1),
            a(1, "Сәлеметсіз бе, Динара! Иә, Абай 52, күн сайын 9:00–19:00. Диагностика тегін."),
            v(2, "Жақсы, ертең барамын"),
            a(1, "Күтеміз!"),
            resolved(1),
            rated(3, 5),
        ),
    ),
    Talk(
        "marina",
        "washer",
        agent="daniyar",
        days=1,
        at="10:15",
        lines=(
            v(0, "Здравствуйте, стиральная машина не сливает воду. Когда может приехать мастер?"),
            taken(1),
            a(2, "Здравствуйте, Марина! Завтра с 13:00 до 14:00, выезд 5 000 ₸, при ремонте он бесплатный."),
            v(3, "Подходит. Тимирязева 42, кв 18"),
            a(1, "Записали, заказ 20655. Мастер позвонит за полчаса."),
            resolved(1),
        ),
    ),
    Talk(
        "bolat",
        "washer",
        agent="aigerim",
        days=2,
        at="11:20",
        lines=(
            v(0, "Машина айналмайды, қатты дыбыс шығарады"),
            taken(2),
            a(2, "Сәлеметсіз бе! Шебер бүгін сағат 17:00-де бара алады. Мекенжайыңыз?"),
            v(1, "Жетісу-2, 15 үй, 40 пәтер"),
            a(1, "Қабылданды, шебер Нұрлан барады."),
            resolved(2),
            rated(420, 5),
        ),
    ),
    Talk(
        "azamat",
        "fridge",
        agent="aigerim",
        days=5,
        at="18:30",
        lines=(
            v(0, "salem, tongazytkysh jondeu kansha turady shamamen"),
            taken(1),
            a(2, "Сәлеметсіз бе! Ақауына байланысты: 8 000 ₸-ден бастап. Газ толтыру 25 000 ₸."),
            v(2, "kymbat eken, oilanamyn"),
            a(1, "Әрине. Диагностика 5 000 ₸, жөндесек, оның ақысы алынбайды."),
            resolved(30),
            rated(4, 4),
        ),
    ),
    Talk(
        "sergey",
        "order",
        agent="daniyar",
        days=7,
        at="12:05",
        lines=(
            v(0, "Добрый день, пылесос готов? заказ 20398"),
            taken(1),
            a(2, "Добрый день, Сергей! Готов, ремонт вышел 9 500 ₸. Заберёте сами или привезти?"),
            v(2, "А доставка сколько? Я на Саина"),
            a(1, "1 500 ₸, курьер может быть сегодня с 18 до 20."),
            v(1, "Давайте доставкой"),
            a(1, "Оформили. Оплатить можно курьеру картой или переводом."),
            resolved(1),
            rated(500, 5, "Всё привезли вовремя, работает как новый"),
        ),
    ),
    Talk(
        "thomas",
        "stove",
        agent="daniyar",
        days=10,
        at="09:55",
        lines=(
            v(0, "Good morning! The oven door doesnt close any more. Is it something you fix?"),
            taken(1),
            a(2, "Good morning, Thomas! Yes, usually it is the hinge: 7,000–12,000 ₸ with the part."),
            v(1, "ok, tomorrow evening?"),
            a(1, "Tomorrow at 18:30. Please send the address."),
            v(1, "Samal-2, building 33, apt 7"),
            a(1, "Thank you, order 20341 is booked."),
            resolved(1),
            rated(6, 5),
        ),
    ),
    Talk(
        "zarina",
        "prices",
        agent="daniyar",
        days=15,
        at="15:00",
        lines=(
            v(0, "Почему замена ремня стоит 14 тысяч, если сам ремень 3?"),
            taken(4),
            a(2, "Здравствуйте, Зарина! В цену входят разборка, выезд и гарантия 6 месяцев."),
            v(3, "всё равно дорого"),
            a(2, "Если привезёте машину к нам, работа обойдётся в 9 000 ₸."),
            v(6, "Спасибо, подумаю"),
            resolved(10),
            rated(15, 3),
        ),
    ),
    Talk(
        "erlan",
        "air",
        agent="aigerim",
        days=23,
        at="14:45",
        lines=(
            v(0, "Кондиционер орнату қанша күнге созылады?"),
            taken(1),
            a(2, "Сәлеметсіз бе, Ерлан! Орнату 3–4 сағат алады, бағасы 35 000 ₸."),
            v(2, "Сенбіде келе аласыздар ма"),
            a(1, "Иә, сенбі күні сағат 10:00-де барамыз."),
            v(1, "Рақмет"),
            resolved(1),
            rated(2, 5, "Тез әрі таза жасады"),
        ),
    ),
)

STORY: Final = Story(ALMATY, PAGES, CUSTOMERS, NOW + PAST)
