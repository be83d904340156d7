"""The clinic in Tbilisi: Georgian in its own and in Latin letters, Russian, English and a guest from Armenia."""

from typing import Final

from barev.demo.people import TBILISI
from barev.demo.script import Customer, Page, Story, Talk, a, gave, note, rated, resolved, snoozed, taken, v
from barev.demo.tbilisi_family import FAMILY

PAGES: Final = {
    "home": Page("/tbilisi", {"ka": "კლინიკა თბილისში", "ru": "Клиника в Тбилиси", "en": "Clinic in Tbilisi"}),
    "children": Page("/tbilisi/pediatrics", {"ka": "პედიატრია", "ru": "Педиатрия", "en": "Pediatrics"}),
    "lab": Page("/tbilisi/laboratory", {"ka": "ლაბორატორია", "ru": "Лаборатория", "en": "Laboratory"}),
    "scan": Page("/tbilisi/ultrasound", {"ka": "ექოსკოპია", "ru": "УЗИ", "en": "Ultrasound"}),
    "dentist": Page("/tbilisi/dentistry", {"ka": "სტომატოლოგია", "ru": "Стоматология", "en": "Dentistry"}),
    "doctors": Page("/tbilisi/doctors", {"ka": "ჩვენი ექიმები", "ru": "Наши врачи", "en": "Our doctors"}),
    "prices": Page("/tbilisi/prices", {"ka": "ფასები", "ru": "Цены", "en": "Prices"}),
}

GOOGLE = "https://www.google.com/"
FACEBOOK = "https://l.facebook.com/"

CUSTOMERS: Final = (
    Customer("ketevan", "ქეთევან მჭედლიძე", "ka", "GE", "+995555000201", referrer=FACEBOOK),
    Customer("levan", "Levan Kapanadze", "ka", "GE", "+995591000202"),
    Customer("natia", "ნათია გოგოლაძე", "ka", "GE", "+995599000203", "natia.g@example.com"),
    Customer("olga", "Ольга Соколова", "ru", "GE", "+995577000204", note="Страховка от работодателя"),
    Customer("irakli", "ირაკლი ჯაფარიძე", "ka", "GE", "+995551000205"),
    Customer("daniel", "", "en", "GE", referrer=GOOGLE),
    Customer("armine", "Արմինե Պողոսյան", "hy", "AM", "+37455000207"),
    Customer("tamar", "თამარ ლომიძე", "ka", "GE", "+995568000208", "tamar.l@example.com", "ოჯახი: 4 ადამიანი"),
    Customer("giga", "გიგა წიკლაური", "ka", "GE", "+995593000209"),
    Customer("elene", "ელენე აბაშიძე", "ka", "GE", "+995595000210"),
    Customer("maria", "Мария", "ru", "GE", "+995598000211"),
    Customer("sophie", "Sophie Martin", "en", "US", "+12025550112", "sophie.m@example.com", referrer=GOOGLE),
    Customer("davit", "დავით ხარაძე", "ka", "GE", "+995555000213"),
    Customer("nana", "ნანა კობახიძე", "ka", "GE", "+995599000214", referrer=FACEBOOK),
    Customer("artyom", "Артём", "ru", "GE", email="artyom@example.com"),
)

NOW: Final = (
    Talk(
        "ketevan",
        "children",
        ago_min=7,
        lines=(
            v(0, "გამარჯობა, 4 წლის ბავშვს ერთი კვირაა ახველებს. პედიატრთან ხვალ შეიძლება ჩაწერა?"),
            v(1, "სასურველია დღის პირველ ნახევარში"),
        ),
    ),
    Talk(
        "levan",
        "lab",
        ago_min=19,
        lines=(
            v(0, "gamarjobat, gushin sisxlis analizi chavabare da pasuxi rodis iqneba?"),
            v(1, "kapanadze levani"),
        ),
    ),
    Talk(
        "natia",
        "scan",
        agent="nino",
        ago_min=12,
        lines=(
            v(0, "მუცლის ღრუს ექოსკოპია რა ღირს და მომზადება სჭირდება?"),
            taken(1),
            a(2, "გამარჯობა, ნათია! მუცლის ღრუს ექოსკოპია 70 ₾ ღირს. მობრძანდით უზმოზე: ბოლო კვება 6 საათით ადრე."),
            v(2, "წყლის დალევა შეიძლება?", quotes=1),
            a(1, "ცოტა წყალი შეიძლება, გაზიანი სასმელი არა."),
            a(1, "ჩაგწეროთ? ხვალ 9:30 და 11:00 თავისუფალია."),
        ),
    ),
    Talk(
        "olga",
        "doctors",
        agent="giorgi",
        ago_min=3,
        lines=(
            v(0, "Здравствуйте. Вы принимаете по корпоративной страховке?"),
            taken(1),
            a(2, "Здравствуйте, Ольга! Да, работаем с большинством компаний. Какая у вас и есть ли направление?"),
            v(3, "Полис с собой, направления нет. К кардиологу оно обязательно?"),
        ),
    ),
    Talk(
        "irakli",
        "doctors",
        agent="nino",
        ago_min=260,
        lines=(
            v(0, "ნევროლოგთან, ბატონ გელაშვილთან მინდა კონსულტაცია"),
            taken(2),
            a(2, "გამარჯობა, ირაკლი! ექიმი შვებულებაშია და ორ დღეში ბრუნდება. სხვა ნევროლოგთან ხვალ შეიძლება."),
            v(4, "დაველოდები, მირჩევნია მასთან"),
            a(1, "კარგით. როგორც კი განრიგი გაიხსნება, მაშინვე მოგწერთ."),
            note(1, "გელაშვილის განრიგი ზეგ დილით იხსნება, პირველივე თავისუფალი დრო ირაკლის შევთავაზოთ."),
            snoozed(1, hours=40),
        ),
    ),
    Talk(
        "daniel",
        "dentist",
        ago_min=38,
        lines=(
            v(0, "Hello, how much is teeth cleaning and do you have a dentist who speaks English?"),
            v(1, "also is saturday possible"),
        ),
    ),
    Talk(
        "armine",
        "dentist",
        agent="giorgi",
        ago_min=9,
        lines=(
            v(0, "Բարև ձեզ, Երևանից եմ, մի քանի օրով Թբիլիսիում։ Վաղն ատամնաբույժի մոտ ազատ ժամ կա՞"),
            taken(1),
            note(2, "Anahit, can you help in Armenian? The dentist is free tomorrow at 16:00 and 17:30."),
            gave(0.5, "anahit"),
            a(3, "Բարև ձեզ, Արմինե։ Այո, վաղն ազատ է ժամը 16:00-ին և 17:30-ին։ Ո՞րն է ձեզ հարմար։", by="anahit"),
            v(2, "17:30-ը լավ է"),
            a(1, "Գրանցեցի՝ վաղը 17:30։ Հասցեն՝ Ճավճավաձեի պողոտա 34, երկրորդ հարկ։", by="anahit"),
        ),
    ),
    FAMILY,
)

PAST: Final = (
    Talk(
        "giga",
        "lab",
        agent="nino",
        days=1,
        at="11:10",
        lines=(
            v(0, "გამარჯობა, ანალიზის პასუხი ელფოსტაზე შეგიძლიათ გამომიგზავნოთ?"),
            taken(1),
            a(2, "გამარჯობა, გიგა! დიახ, მოგვწერეთ თქვენი ელფოსტა და დაბადების წელი."),
            v(2, "giga.ts@example.com, 1991"),
            a(3, "გამოგზავნილია. თუ რამე გაუგებარი იქნება, ექიმი უფასოდ განგიმარტავთ."),
            v(1, "დიდი მადლობა"),
            resolved(1),
            rated(2, 5),
        ),
    ),
    Talk(
        "elene",
        "children",
        agent="giorgi",
        days=3,
        at="15:25",
        lines=(
            v(0, "აცრაზე მინდა ბავშვის ჩაწერა, 2 წლისაა"),
            taken(1),
            a(1, "გამარჯობა, ელენე! ხუთშაბათს 10:00-ზე ან პარასკევს 12:30-ზე შეგვიძლია მიგიღოთ."),
            v(2, "პარასკევს"),
            a(1, "ჩაგწერეთ: პარასკევი, 12:30. აცრის ბარათი თან წამოიღეთ."),
            resolved(1),
            rated(5, 5, "ძალიან ყურადღებიანები ხართ"),
        ),
    ),
    Talk(
        "maria",
        "home",
        agent="giorgi",
        days=5,
        at="13:00",
        lines=(
            v(0, "Записана на 12:15, уже 13:00, а врач ещё не принял"),
            taken(3),
            a(1, "Мария, приносим извинения, у врача был экстренный пациент. Вас пригласят через 10 минут."),
            v(14, "Приняли, спасибо. Но предупреждать надо"),
            a(2, "Вы правы. Теперь при задержке больше 15 минут мы присылаем сообщение."),
            resolved(2),
            rated(30, 3, "Врач хороший, ожидание долгое"),
        ),
    ),
    Talk(
        "sophie",
        "home",
        agent="giorgi",
        days=7,
        at="10:30",
        lines=(
            v(0, "Good morning, can you issue a vaccination certificate in English?"),
            taken(1),
            a(2, "Good morning, Sophie! Yes, it is ready the same day and costs 20 ₾. Please bring your passport."),
            v(1, "Great, I'll come today"),
            a(1, "We are open until 20:00, reception is on the ground floor."),
            resolved(1),
            rated(2, 5, "Quick and friendly"),
        ),
    ),
    Talk(
        "levan",
        "prices",
        agent="nino",
        days=8,
        at="17:50",
        lines=(
            v(0, "gamarjoba sisxlis saerto analizi ra girs?"),
            taken(1),
            a(1, "გამარჯობა! სისხლის საერთო ანალიზი 25 ₾ ღირს, პასუხი მეორე დღეს მზადაა."),
            v(1, "da dilit ramden saatze ixsnebit? 8ze sheidzleba?"),
            a(1, "ლაბორატორია 8:00-ზე იხსნება, ჩაწერა არ არის საჭირო."),
            v(1, "gaixare"),
            resolved(2),
        ),
    ),
    Talk(
        "davit",
        "doctors",
        agent="nino",
        days=11,
        at="09:40",
        lines=(
            v(0, "ხვალინდელი ვიზიტი უნდა გავაუქმო, ქალაქში არ ვიქნები"),
            taken(1),
            a(1, "გამარჯობა, დავით! ვიზიტი გაუქმებულია. გნებავთ სხვა დღეს ჩაგწეროთ?"),
            v(3, "ჯერ არა, მოგვიანებით დავრეკავ"),
            resolved(1),
            rated(1, 4),
        ),
    ),
    Talk(
        "nana",
        "doctors",
        agent="giorgi",
        days=18,
        at="14:15",
        lines=(
            v(0, "დერმატოლოგი შაბათს იღებს?"),
            taken(1),
            a(1, "გამარჯობა, ნანა! დიახ, შაბათს 10:00-დან 14:00-მდე. კონსულტაცია 80 ₾ ღირს."),
            v(1, "11 საათზე ჩამწერეთ"),
            a(1, "ჩაწერილი ხართ შაბათს, 11:00-ზე."),
            resolved(1),
            v(180, "უკაცრავად, 12-ზე რომ გადავიტანოთ?"),
            a(1, "დიახ, გადავიტანეთ 12:00-ზე."),
            v(1, "მადლობა!"),
            resolved(1),
            rated(2, 5),
        ),
    ),
    Talk(
        "artyom",
        "prices",
        agent="giorgi",
        days=24,
        at="18:20",
        lines=(
            v(0, "У вас можно сделать МРТ колена?"),
            v(25, "Есть кто живой?"),
            taken(6),
            a(1, "Артём, извините за долгий ответ. МРТ у нас нет, но мы даём направление в партнёрский центр."),
            v(5, "уже нашёл, спасибо"),
            resolved(1),
            rated(2, 2, "Долго ждал ответа"),
        ),
    ),
)

STORY: Final = Story(TBILISI, PAGES, CUSTOMERS, NOW + PAST)
