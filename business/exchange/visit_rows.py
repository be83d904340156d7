"""One row of a table of visits: what its columns mean, and what it says."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from business.exchange.cells import split_cells
from business.exchange.headings import fold_heading
from business.exchange.people import one_line, to_day, to_phone
from business.exchange.rows import NAME_LIMIT, NOTE_LIMIT, YES
from business.money import parse_money
from conversation.messages import Json, JsonObject
from crm_store.models import AppointmentStatus

KIND: Final = "visits"
TARGETS: Final = (
    *("date", "time", "duration", "service", "specialist", "name", "phone", "status"),
    *("price", "discount", "seats", "at_once", "note", "warning"),
)
NOTHING: Final = "-"
"""Of several values in a cell, one that is none."""
NEEDED: Final = ("date", "service")
MOST_SERVICES: Final = 6
_WORDS: Final[Mapping[str, str]] = {
    "date": """date|day|visit date|starts|start|starts at|date and time|дата|день|дата визита|дата записи|дата и время
        |начало|ամսաթիվ|օր|այցի ամսաթիվ|ամսաթիվ և ժամ|თარიღი|დღე|ვიზიტის თარიღი|თარიღი და დრო|күні|күн
        |келу күні|күні мен уақыты""",
    "time": "time|hour|start time|время|час|время начала|ժամ|ժամը|սկիզբ|დრო|საათი|დაწყების დრო|уақыты|уақыт|сағат",
    "duration": """duration|minutes|length|duration min|длительность|длительность мин|длительность минут|минут
        |продолжительность|duration minutes|տևողություն|տևողություն րոպե|րոպե|ხანგრძლივობა|ხანგრძლივობა წუთი
        |ұзақтығы минут|ხანგრძლივობა წთ|წუთი|ұзақтығы|ұзақтығы мин|минуты""",
    "service": """service|services|service code|procedure|услуга|услуги|код услуги|процедура|ծառայություն
        |ծառայություններ|ծառայության կոդ|მომსახურება|სერვისი|მომსახურების კოდი|қызмет|қызметтер|қызмет коды""",
    "specialist": """specialist|staff|employee|provider|master|doctor|with|специалист|сотрудник|мастер|врач|исполнитель
        |մասնագետ|աշխատակից|վարպետ|բժիշկ|სპეციალისტი|თანამშრომელი|ოსტატი|ექიმი|маман|қызметкер|шебер|дәрігер""",
    "name": """name|client|customer|contact|full name|client name|customer name|клиент|имя|фио|имя клиента|контакт
        |покупатель|հաճախորդ|անուն|անուն ազգանուն|կլիենտ|კლიენტი|სახელი|სახელი გვარი|клиент аты|аты жөні|аты
        |тұтынушы""",
    "phone": """phone|mobile|phone number|tel|телефон|номер телефона|мобильный|тел|հեռախոս|հեռախոսահամար|հեռ|ტელეფონი
        |ტელეფონის ნომერი|ტელ|телефон нөмірі|нөмірі""",
    "status": "status|state|статус|состояние|կարգավիճակ|վիճակ|სტატუსი|მდგომარეობა|күйі|мәртебесі",
    "price": "price|cost|sum|цена|стоимость|сумма|գին|արժեք|ფასი|ღირებულება|бағасы|баға",
    "discount": "discount|скидка|զեղչ|ფასდაკლება|жеңілдік",
    "seats": "seats|places|мест|места|տեղեր|ადგილები|орын|орын саны",
    "at_once": "at once|parallel|одновременно|միաժամանակ|ერთდროულად|бір мезгілде",
    "note": """note|notes|comment|примечание|комментарий|заметка|նշում|մեկնաբանություն|შენიშვნა|კომენტარი|ескертпе
        |пікір""",
    "warning": "warning|предупреждение|զգուշացում|გაფრთხილება|ескерту",
}
_BY_WORD: Final = {fold_heading(word): target for target, words in _WORDS.items() for word in words.split("|")}
_STATUSES: Final[Mapping[AppointmentStatus, str]] = {
    "booked": "booked|planned|new|записан|записана|запись|новая|ожидание|ожидает|գրանցված|ჩაწერილი|жазылған|жазылды",
    "confirmed": "confirmed|подтвержден|подтверждён|подтверждено|подтверждена|հաստատված|დადასტურებული|расталған"
    "|расталды",
    "arrived": "arrived|came|пришел|пришёл|пришла|եկել է|եկած|მოვიდა|келді",
    "done": "done|completed|finished|оказано|выполнено|завершен|завершён|завершена|կատարված|ավարտված|შესრულებული"
    "|დასრულებული|орындалды|аяқталды",
    "paid": "paid|оплачено|оплачен|оплачена|վճարված|გადახდილი|төленді|төленген",
    "no_show": "no show|no_show|missed|не пришел|не пришёл|не пришла|неявка|չի եկել|չեկավ|არ მოვიდა|келмеді",
    "cancelled": "cancelled|canceled|отменен|отменён|отменена|отменено|отмена|չեղարկված|გაუქმებული|бас тартылды"
    "|болдырылмады|күші жойылды",
}
_BY_STATUS: Final = {fold_heading(word): status for status, words in _STATUSES.items() for word in words.split("|")}
_TIME: Final = re.compile(r"(\d{1,2})(?:[:.\-](\d{2}))?(?::\d{2})?\s*([ap])?\.?m?\.?(?:\s*[-–—].*)?\Z", re.IGNORECASE)
_AFTER_DAY: Final = re.compile(r"[T ,]\s*(\d{1,2}[:.]\d{2}.*)\Z")
_LENGTH: Final = re.compile(r"(?:(\d{1,2}):)?(\d{1,3})(?:[.,]0+)?(?::00)?\D*\Z")
_DAY_MIN: Final = 24 * 60
Reading = Callable[[str], int | None]


@dataclass(slots=True)
class VisitRow:
    """What a row says. ``wall``: ``YYYY-MM-DDTHH:MM``. Of several services in one visit each list has one value a
    service, or none; ``specialists`` and ``seats`` may have one for all. ``phone``: (E.164, as people read it).
    ``remarks`` as those of a ``Person``."""

    row: int
    wall: str = ""
    services: list[str] = field(default_factory=list)
    specialists: list[str] = field(default_factory=list)
    minutes: list[int | None] = field(default_factory=list)
    prices: list[int | None] = field(default_factory=list)
    seats: list[int | None] = field(default_factory=list)
    name: str = ""
    phone: tuple[str, str] | None = None
    status: AppointmentStatus | None = None
    discount_minor: int = 0
    at_once: bool = False
    note: str = ""
    warning: str = ""
    remarks: list[JsonObject] = field(default_factory=list)
    wrong: bool = False

    def remark(self, code: str, /, *, wrong: bool = True, **fields: Json) -> None:
        """Notes what the reader of the report shall know of this row."""
        self.remarks.append({"key": f"exchange.row.{code}", "fields": fields})
        self.wrong = self.wrong or wrong


def guess_visits(headings: Sequence[str]) -> dict[int, str]:
    """A target for each column whose heading says it."""
    found: dict[int, str] = {}
    for column, heading in enumerate(headings):
        plain = heading.strip()
        target = plain if plain in TARGETS else _BY_WORD.get(fold_heading(plain))
        if target is not None and target not in found.values():
            found[column] = target
    return found


class VisitReader:
    """Reads rows by a mapping of columns to targets. ``country``: of phones without a code; ``currency``: of prices."""

    def __init__(self, mapping: Mapping[int, str], country: str, currency: str) -> None:
        self._mapping = sorted(mapping.items())
        self._country = country
        self._currency = currency

    def read(self, row: int, cells: Sequence[str]) -> VisitRow:
        """The visit of a row."""
        said = {target: cells[column].strip() for column, target in self._mapping if column < len(cells)}
        visit = VisitRow(row)
        _take_moment(visit, said.get("date", ""), said.get("time", ""))
        visit.services = [one for one in split_cells(said.get("service", "")) if one]
        if not visit.services:
            visit.remark("visit_no_service")
        elif len(visit.services) > MOST_SERVICES:
            visit.remark("visit_services", most=MOST_SERVICES)
        visit.specialists = split_cells(said.get("specialist", ""))
        visit.minutes = _numbers(visit, said.get("duration", ""), "duration", _to_minutes)
        visit.seats = _numbers(visit, said.get("seats", ""), "seats", _to_seats)
        visit.prices = _numbers(visit, said.get("price", ""), "price", self._to_sum)
        visit.discount_minor = next(iter(_numbers(visit, said.get("discount", ""), "discount", self._to_sum)), 0) or 0
        for target, values in (("duration", visit.minutes), ("price", visit.prices)):
            if values and len(values) != len(visit.services):
                visit.remark("visit_counts", field=target, given=len(values), services=len(visit.services))
        visit.at_once = said.get("at_once", "").casefold() in YES
        visit.name = one_line(said.get("name", ""))[:NAME_LIMIT]
        visit.note, visit.warning = said.get("note", "")[:NOTE_LIMIT], said.get("warning", "")[:NOTE_LIMIT]
        self._take_phone(visit, said.get("phone", ""))
        _take_status(visit, said.get("status", ""))
        if not visit.name and visit.phone is None:
            visit.remark("visit_nobody")
        return visit

    def _take_phone(self, visit: VisitRow, cell: str) -> None:
        first = next((one for one in re.split(r"[;,|\n]", cell) if one.strip()), "")
        if first:
            visit.phone = to_phone(first, self._country)
            if visit.phone is None:
                visit.remark("phone_wrong", value=first[:100])

    def _to_sum(self, cell: str) -> int | None:
        try:
            minor = parse_money(cell, self._currency).minor
        except ValueError:
            return None
        return minor if 0 <= minor < 10**12 else None


def _take_moment(visit: VisitRow, date: str, time: str) -> None:
    day = to_day(date, future=True)
    if day is None or day.startswith("-"):
        visit.remark("visit_day", value=date[:100])
        return
    tail = _AFTER_DAY.search(date)
    said = time or (tail[1] if tail else "")
    match = _TIME.match(said)
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
    if match and match[3] and hour <= 12:
        hour = hour % 12 + (12 if match[3].lower() == "p" else 0)
    if hour > 23 or minute > 59:
        visit.remark("visit_time", value=said[:100])
        return
    visit.wall = f"{day}T{hour:02}:{minute:02}"


def _take_status(visit: VisitRow, cell: str) -> None:
    if cell:
        visit.status = _BY_STATUS.get(fold_heading(cell))
        if visit.status is None:
            visit.remark("visit_status", value=cell[:100])


def _numbers(visit: VisitRow, cell: str, target: str, read: Reading) -> list[int | None]:
    found: list[int | None] = []
    for part in split_cells(cell):
        given = part not in ("", NOTHING)
        value = read(part) if given else None
        if given and value is None:
            visit.remark("visit_value", field=target, value=part[:100])
        found.append(value)
    return found


def _to_minutes(cell: str) -> int | None:
    match = _LENGTH.match(cell)
    minutes = int(match[1] or 0) * 60 + int(match[2]) if match else 0
    return minutes if 0 < minutes <= _DAY_MIN else None


def _to_seats(cell: str) -> int | None:
    return int(cell) if cell.isdecimal() and 0 < int(cell) <= 1000 else None


def value_at(values: Sequence[int | None], place: int) -> int | None:
    """The value of one of several services: its own, or the one said for all."""
    return values[place] if place < len(values) else values[0] if len(values) == 1 else None


def word_at(values: Sequence[str], place: int) -> str:
    """The same for words."""
    word = values[place] if place < len(values) else values[0] if len(values) == 1 else ""
    return "" if word == NOTHING else word
