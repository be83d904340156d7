"""The beauty salon in Yerevan: Armenian in its own and in Latin letters, Russian and English."""

from typing import Final

from barev.demo.people import YEREVAN
from barev.demo.script import Customer, Page, Story, Talk, a, note, rated, resolved, snoozed, taken, v

PAGES: Final = {
    "home": Page(
        "/yerevan", {"hy": "Գեղեցկության սրահ Երևանում", "ru": "Салон красоты в Ереване", "en": "Beauty salon"}
    ),
    "nails": Page("/yerevan/nails", {"hy": "Մատնահարդարում", "ru": "Маникюр и педикюр", "en": "Manicure and pedicure"}),
    "hair": Page("/yerevan/hair", {"hy": "Կտրվածք և սանրվածք", "ru": "Стрижки и укладка", "en": "Haircuts"}),
    "colour": Page("/yerevan/colour", {"hy": "Մազերի ներկում", "ru": "Окрашивание волос", "en": "Hair colouring"}),
    "bride": Page("/yerevan/bride", {"hy": "Հարսի կերպար", "ru": "Свадебный образ", "en": "For brides"}),
    "shop": Page("/yerevan/shop", {"hy": "Խնամքի միջոցներ", "ru": "Косметика для ухода", "en": "Care products"}),
    "gift": Page("/yerevan/gift-card", {"hy": "Նվեր քարտ", "ru": "Подарочная карта", "en": "Gift card"}),
}

GOOGLE = "https://www.google.com/"
INSTAGRAM = "https://l.instagram.com/"

CUSTOMERS: Final = (
    Customer("lilit", "Լիլիթ Հակոբյան", "hy", "AM", "+37491000101", referrer=INSTAGRAM),
    Customer("tigran", "Tigran", "hy", "AM", "+37493000102"),
    Customer("svetlana", "Светлана Орлова", "ru", "AM", "+37477000103", "s.orlova@example.com", "Пьёт чай без сахара"),
    Customer("gayane", "Գայանե Մելքոնյան", "hy", "AM", "+37494000104", note="Հարսանիքը երեք շաբաթից, չորս հոգի"),
    Customer("hasmik", "Հասմիկ Ավետիսյան", "hy", "AM", "+37455000105", "hasmik.av@example.com"),
    Customer("emily", "Emily Carter", "en", "GB", "+447700900106", "emily.carter@example.com", referrer=GOOGLE),
    Customer("mane", "Mane Petrosyan", "hy", "AM", "+37443000107", note="Մշտական հաճախորդ, նախընտրում է Սոնային"),
    Customer("ani", "Անի Խաչատրյան", "hy", "AM", "+37498000108"),
    Customer("narek", "Նարեկ Վարդանյան", "hy", "AM", "+37491000109", "narek.v@example.com"),
    Customer("karine", "Կարինե Սիմոնյան", "hy", "AM", "+37499000110"),
    Customer("james", "James", "en", "US", email="james.w@example.com", referrer=GOOGLE),
    Customer("inna", "Инна", "ru", "AM", "+37495000112", referrer=INSTAGRAM),
    Customer("arpine", "Արփինե Ղազարյան", "hy", "AM", "+37477000113"),
    Customer("gor", "Gor Manukyan", "hy", "AM", "+37493000114"),
)

NOW: Final = (
    Talk(
        "lilit",
        "nails",
        ago_min=4,
        lines=(
            v(0, "Բարև ձեզ, վաղը ժամը 5-ից հետո մատնահարդարման համար ազատ տեղ ունե՞ք"),
            v(1, "Եվ որքա՞ն կարժենա գել-լաքով"),
        ),
    ),
    Talk(
        "tigran",
        "hair",
        ago_min=11,
        lines=(
            v(0, "barev dzez"),
            v(0.5, "txamardu mazeri ktrvacqy qani dram a? vaxy 7ic heto karox em gal?"),
        ),
    ),
    Talk(
        "svetlana",
        "colour",
        agent="arman",
        ago_min=2,
        lines=(
            v(0, "Здравствуйте! Хочу уйти из чёрного в русый, длина до лопаток. Сколько примерно будет стоить?"),
            taken(2),
            a(2, "Здравствуйте, Светлана! Выход из чёрного занимает 5–6 часов и стоит от 45 000 ֏."),
            a(1, "Точную цену мастер назовёт на консультации, она бесплатная."),
            v(3, "А волосы сильно пострадают? я уже осветлялась весной"),
            a(3, "Поэтому сначала делаем тест-прядь. Если волосы не готовы, осветляем в два этапа.", quotes=1),
            v(4, "Поняла. На консультацию можно в субботу утром?"),
        ),
    ),
    Talk(
        "gayane",
        "bride",
        agent="anahit",
        ago_min=22,
        unread=True,
        lines=(
            v(0, "Բարև ձեզ, հարսանիքս երեք շաբաթից է։ Հարսի սանրվածք և դիմահարդարում եմ ուզում"),
            taken(3),
            a(2, "Շնորհավորում ենք, Գայանե։ Հարսի փաթեթը փորձնական սանրվածքի հետ արժե 85 000 ֏։"),
            v(4, "Իսկ կարո՞ղ եք առավոտյան 8-ին տուն գալ"),
            a(2, "Այո, Երևանում մեր վարպետները տուն են գալիս, հավելավճարը 10 000 ֏ է։ Քանի՞ հոգու համար է պետք։"),
            v(3, "Ես, մայրս և երկու հարսնաքույր"),
            note(1, "Չորս հոգի, երկու վարպետ է պետք։ Ստուգել Սոնայի և Մարինեի գրաֆիկը մինչև երեկո։"),
            a(6, "Շատ լավ, կգան երկու վարպետ։ Փորձնական սանրվածքի համար հինգշաբթի ժամը 18:00-ն հարմա՞ր է ձեզ։"),
        ),
    ),
    Talk(
        "hasmik",
        "shop",
        agent="anahit",
        ago_min=170,
        lines=(
            v(0, "Բարև ձեզ, «Լավանդա» շամպունը նորից վաճառքում կլինի՞"),
            taken(1),
            a(2, "Բարև ձեզ, Հասմիկ։ Նոր խմբաքանակը վաղը կեսօրին կստանանք։ Պահե՞նք ձեզ համար մեկ հատ։"),
            v(2, "Երկու հատ, եթե կարելի է։ Աջափնյակ առաքո՞ւմ եք"),
            a(3, "Իհարկե։ Երևանում առաքումը 1 000 ֏ է, 15 000 ֏-ից բարձր պատվերի դեպքում՝ անվճար։"),
            v(1, "Շնորհակալություն, կսպասեմ"),
            a(1, "Ձեզ էլ շնորհակալություն։ Հենց ստանանք, կգրեմ։"),
            snoozed(1, hours=20),
        ),
    ),
    Talk(
        "emily",
        "nails",
        agent="anahit",
        ago_min=15,
        lines=(
            v(0, "Hi, I'm in Yerevan until Friday. Can I get a pedicure without an appointment?"),
            taken(1),
            a(2, "Hello Emily! Walk-ins are welcome until noon, later it's safer to book. Which day suits you?"),
            v(2, "Tomorrow around 11? And do you take cards"),
            a(2, "Tomorrow at 11:00 is free, I have put your name down. A pedicure is 9,000 ֏ and cards are fine."),
            a(0.5, "We are on Abovyan 18, five minutes from Republic Square."),
        ),
    ),
    Talk(
        "mane",
        "nails",
        ago_min=26,
        lines=(
            v(0, "barev, 3 or araj dzez mot gel lak em arel"),
            v(0.5, "arden 2 exungis laky poknvum a(( ergu shabat piti mnar"),
            v(1, "kareli a uxxel? anvchar a erevi che?"),
        ),
    ),
)

PAST: Final = (
    Talk(
        "ani",
        "hair",
        agent="anahit",
        days=1,
        at="14:20",
        lines=(
            v(0, "Բարև ձեզ, ուզում եմ կտրվածքի գրանցվել վաղվա համար"),
            taken(1),
            a(1, "Բարև ձեզ, Անի։ Վաղն ազատ է ժամը 12:00-ին և 16:30-ին։ Ո՞րն է հարմար։"),
            v(1, "16:30, Մարինեի մոտ"),
            a(1, "Գրանցեցի՝ վաղը 16:30, Մարինե, կտրվածքը 7 000 ֏ է։ Սպասում ենք ձեզ։"),
            v(1, "Մերսի"),
            resolved(),
            rated(3, 5),
        ),
    ),
    Talk(
        "narek",
        "gift",
        agent="arman",
        days=2,
        at="18:05",
        lines=(
            v(0, "Կնոջս համար նվեր քարտ եմ ուզում գնել, 30 000 դրամանոց։ Կարո՞ղ եք այսօր առաքել Կոմիտաս"),
            taken(1),
            a(2, "Բարև ձեզ, Նարեկ։ Այո, առաքիչը կլինի ժամը 19:30-ից 20:30-ը։ Վճարեք տեղում՝ կանխիկ կամ քարտով։"),
            v(1, "Հիանալի է։ Բացիկի վրա գրեք՝ «Սիրով, Նարեկ»"),
            a(2, "Կգրենք։ Պատվերի համարը՝ 1184։"),
            v(95, "Ստացանք, շատ շնորհակալ ենք"),
            a(2, "Շնորհավոր ձեր տոնը։"),
            resolved(),
            rated(2, 5, "Շատ արագ և ջերմ սպասարկում"),
        ),
    ),
    Talk(
        "mane",
        "nails",
        agent="anahit",
        days=4,
        at="11:40",
        lines=(
            v(0, "barev Anahit jan, vaxy Sonan azat a?"),
            taken(1),
            a(1, "Բարև, Մանե։ Սոնան վաղն ազատ է ժամը 15:00-ին։ Գրանցե՞մ գել-լաքի։"),
            v(0.5, "ha, grancir"),
            a(1, "Գրանցեցի, վաղը կտեսնվենք։"),
            resolved(2),
        ),
    ),
    Talk(
        "karine",
        "home",
        agent="arman",
        days=6,
        at="17:30",
        lines=(
            v(0, "Այսօր ժամը 4-ին էի գրանցված, բայց կես ժամ սպասեցի։ Սա արդեն երկրորդ անգամն է"),
            taken(4),
            a(2, "Կներեք, Կարինե", deleted=True),
            a(1, "Ներողություն ենք խնդրում, Կարինե։ Նախորդ այցելուն ուշացել էր, և մենք պետք է ձեզ զգուշացնեինք։"),
            note(1, "Երկրորդ ուշացումն է։ Հաջորդ այցին 20 % զեղչ, համաձայնեցված է Դատոյի հետ։"),
            a(3, "Հաջորդ այցելության համար ձեզ 20 % զեղչ ենք տալիս։"),
            v(5, "Լավ, տեսնենք"),
            resolved(5),
            rated(20, 2, "Կես ժամ սպասեցի, բայց գոնե պատասխանեցին"),
        ),
    ),
    Talk(
        "james",
        "hair",
        agent="anahit",
        days=9,
        at="12:15",
        lines=(
            v(0, "hi how much for a beard trim, and do i need to book?"),
            taken(1),
            a(1, "Hi James! A beard trim is 3,500 ֏ and takes 25 minutes. No booking needed before 5 pm."),
            v(1, "perfect thx"),
            resolved(2),
            rated(1, 5),
        ),
    ),
    Talk(
        "inna",
        "home",
        agent="arman",
        days=13,
        at="10:50",
        lines=(
            v(0, "Добрый день, сколько стоит коррекция бровей с окрашиванием?"),
            taken(1),
            a(1, "Добрый день, Инна! 6 000 ֏, занимает около 40 минут."),
            v(1, "а хной или краской?"),
            a(1, "Как вам больше нравится, цена одинаковая. Хна держится дольше."),
            v(2, "Тогда хной, на среду после обеда"),
            a(2, "Записали вас на среду, 14:00. До встречи!", edited=True),
            resolved(3),
            rated(4, 5, "Спасибо, всё чётко"),
        ),
    ),
    Talk(
        "arpine",
        "hair",
        agent="anahit",
        days=17,
        at="16:10",
        lines=(
            v(0, "Բարև ձեզ, 5 տարեկան տղայիս մազերը կկտրե՞ք, մի քիչ վախենում է"),
            taken(2),
            a(2, "Բարև ձեզ, Արփինե։ Իհարկե, մանկական կտրվածքը 4 000 ֏ է, մուլտֆիլմ էլ ունենք։"),
            v(3, "Ինչ լավ է։ Շաբաթ օրը կգանք"),
            a(1, "Շաբաթ ժամը 11:00-ին ձեզ կսպասենք։"),
            resolved(1),
            rated(2, 5),
        ),
    ),
    Talk(
        "svetlana",
        "hair",
        agent="arman",
        days=21,
        at="13:35",
        lines=(
            v(0, "Здравствуйте, можно перенести стрижку с четверга на пятницу?"),
            taken(1),
            a(2, "Здравствуйте, Светлана! В пятницу свободно в 12:30 и 18:00."),
            v(3, "18:00"),
            a(1, "Перенесли на пятницу, 18:00."),
            resolved(1),
            rated(8, 4),
        ),
    ),
    Talk(
        "gor",
        "home",
        agent="anahit",
        days=27,
        at="19:45",
        lines=(
            v(0, "barev dzez, erevi aknocners moracel em dzez mot"),
            taken(3),
            a(4, "Բարև ձեզ, Գոռ։ Այո, սև շրջանակով ակնոցը մեր ընդունարանում է։"),
            v(1, "uraa, vaxy kgam ktanem, mersi"),
            resolved(2),
            rated(1, 4),
        ),
    ),
)

STORY: Final = Story(YEREVAN, PAGES, CUSTOMERS, NOW + PAST)
