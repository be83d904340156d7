"""What salons, clinics, dentists and garages commonly do, in five languages: known before a firm has named its own
services. The ids are words, which no id of the store is."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from conversation.messages import Language
from routing.understanding.entities.gazetteer import Entry, Gazetteer
from routing.understanding.entities.tokens import tokens_of

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


def with_usual(own: Sequence[Entry]) -> Iterable[Entry]:
    """A firm's own services, which are also known by what such services are commonly called, in all languages: a cut
    called "Стрижка" by the words for one in Armenian, and where there are a man's and a woman's, both by it. What such
    firms commonly do beside those is known as it was."""
    whole: dict[str, set[str]] = {}
    parts: dict[str, set[str]] = {}
    for entry in own:
        for name in (name for names in entry.names.values() for name in names):
            tokens = tokens_of(name)
            for found in _usual().find(tokens):
                all_of_it = found.start == tokens[0].start and found.end == tokens[-1].end
                for usual in found.ids:
                    (whole if all_of_it else parts).setdefault(usual, set()).add(entry.id)
    meant = {usual: whole.get(usual) or parts[usual] for usual in (*whole, *parts)}
    more: dict[str, list[Entry]] = {}
    for one in USUAL_SERVICES:
        for number in meant.get(one.id, ()):
            more.setdefault(number, []).append(one)
    yield from (_known_as(entry, more.get(entry.id, ())) for entry in own)
    yield from (one for one in USUAL_SERVICES if one.id not in meant)


@cache
def _usual() -> Gazetteer:
    return Gazetteer(USUAL_SERVICES)


def _known_as(entry: Entry, usual: Sequence[Entry]) -> Entry:
    names = {language: list(said) for language, said in entry.names.items()}
    for one in usual:
        for language, said in one.names.items():
            names.setdefault(language, []).extend(said)
    return replace(entry, names=names) if usual else entry
