"""What salons, clinics, dentists and garages commonly do, in five languages: known before a firm has named its own
services. The ids are words, which no id of the store is."""

from typing import Final

from conversation.messages import Language
from routing.understanding.entities.gazetteer import Entry

_NAMED: Final[dict[str, dict[Language, str]]] = {
    "haircut": {
        "en": "haircut|hair cut",
        "ru": "стрижка|подстричься|постричься|стрижку",
        "hy": "կտրվածք|սանրվածք|վարսահարդարում|մազերի կտրվածք",
        "ka": "თმის შეჭრა|შეჭრა|ვარცხნილობა",
        "kk": "шаш қию|шаш алдыру|шаш кесу",
    },
    "beard": {
        "en": "beard trim",
        "ru": "стрижка бороды|бритьё",
        "hy": "մորուքի կտրվածք",
        "ka": "წვერის შესწორება",
        "kk": "сақал қию|сақал алу",
    },
    "manicure": {
        "en": "manicure",
        "ru": "маникюр",
        "hy": "մատնահարդարում|մանիկյուր",
        "ka": "მანიკური",
        "kk": "маникюр",
    },
    "pedicure": {"en": "pedicure", "ru": "педикюр", "hy": "ոտնահարդարում|պեդիկյուր", "ka": "პედიკური", "kk": "педикюр"},
    "colouring": {
        "en": "hair colouring|hair coloring|dyeing",
        "ru": "окрашивание|покраска волос|мелирование",
        "hy": "մազերի ներկում|ներկում",
        "ka": "თმის შეღებვა|შეღებვა",
        "kk": "шаш бояу",
    },
    "brows": {
        "en": "eyebrow shaping",
        "ru": "коррекция бровей",
        "hy": "հոնքերի ձևավորում",
        "ka": "წარბების კორექცია",
        "kk": "қас түзету",
    },
    "massage": {"en": "massage", "ru": "массаж", "hy": "մերսում", "ka": "მასაჟი", "kk": "массаж|уқалау"},
    "teeth_cleaning": {
        "en": "teeth cleaning|dental cleaning",
        "ru": "чистка зубов|профессиональная чистка",
        "hy": "ատամների մաքրում",
        "ka": "კბილების წმენდა",
        "kk": "тіс тазалау",
    },
    "filling": {
        "en": "tooth filling",
        "ru": "пломба",
        "hy": "ատամի պլոմբ",
        "ka": "კბილის დაბჟენა",
        "kk": "тіс пломбасы",
    },
    "check_up": {
        "en": "check-up",
        "ru": "осмотр",
        "hy": "բժշկական զննում",
        "ka": "სამედიცინო შემოწმება",
        "kk": "дәрігерлік тексеру",
    },
    "ultrasound": {"en": "ultrasound", "ru": "узи", "hy": "ուլտրաձայնային|սոնոգրաֆիա", "ka": "ექოსკოპია", "kk": "узи"},
    "oil_change": {
        "en": "oil change",
        "ru": "замена масла",
        "hy": "յուղի փոխում",
        "ka": "ზეთის შეცვლა",
        "kk": "май ауыстыру",
    },
    "tyres": {
        "en": "tyre change|tire change",
        "ru": "шиномонтаж|замена шин",
        "hy": "անվադողերի փոխում",
        "ka": "საბურავების შეცვლა",
        "kk": "шина ауыстыру|дөңгелек ауыстыру",
    },
    "car_wash": {"en": "car wash", "ru": "автомойка", "hy": "ավտոլվացում", "ka": "ავტორეცხვა", "kk": "көлік жуу"},
}
USUAL_SERVICES: Final = tuple(
    Entry(key, "service", {language: said.split("|") for language, said in names.items()})
    for key, names in _NAMED.items()
)
"""One entry each."""
