"""The files to begin with: a few invented people, or visits of theirs, with every column, in the reader's language."""

import csv
import io
from datetime import timedelta
from typing import Final

from business.exchange import visit_rows
from business.exchange.cells import guard
from business.exchange.xlsx import MEDIA, write_book
from conversation import clock
from conversation.messages import Language
from conversation.ports import Texts

CSV_MEDIA: Final = "text/csv; charset=utf-8"
_COLUMNS: Final = (
    *("name", "phone", "email", "birthday", "language", "groups", "categories", "source", "note", "code"),
)
_PEOPLE: Final[dict[Language, tuple[tuple[str, ...], ...]]] = {
    "hy": (
        ("Անի Պետրոսյան", "077 123456", "ani@example.am", "1990-03-08", "hy", "", "", "", "", "1001"),
        ("Արամ Սարգսյան", "+374 99 654321", "", "12.05.1985", "hy", "", "", "", "", "1002"),
    ),
    "ka": (
        ("ნინო ბერიძე", "555 12 34 56", "nino@example.ge", "1990-03-08", "ka", "", "", "", "", "1001"),
        ("გიორგი კაპანაძე", "+995 599 65 43 21", "", "12.05.1985", "ka", "", "", "", "", "1002"),
    ),
    "kk": (
        ("Айгүл Серікқызы", "8 701 123 45 67", "aigul@example.kz", "1990-03-08", "kk", "", "", "", "", "1001"),
        ("Нұрлан Ахметов", "+7 702 765 43 21", "", "12.05.1985", "kk", "", "", "", "", "1002"),
    ),
    "ru": (
        ("Анна Иванова", "+7 701 123 45 67", "anna@example.kz", "1990-03-08", "ru", "", "", "", "", "1001"),
        ("Пётр Смирнов", "+7 702 765 43 21", "", "12.05.1985", "ru", "", "", "", "", "1002"),
    ),
    "en": (
        ("Ann Smith", "+374 77 123456", "ann@example.com", "1990-03-08", "en", "", "", "", "", "1001"),
        ("Peter Brown", "+995 599 65 43 21", "", "12.05.1985", "en", "", "", "", "", "1002"),
    ),
}


def make_sample(form: str, texts: Texts, language: Language, kind: str = "contacts") -> tuple[bytes, str]:
    """The sample as ``csv`` or ``xlsx``: its bytes and content type. Headings are those the import knows."""
    if kind == visit_rows.KIND:
        return _written(form, _visits(texts, language))
    headings = [texts.get(language, f"exchange.target.{name}") for name in _COLUMNS]
    words = {
        name: texts.get(language, f"exchange.sample.{name}") for name in ("groups", "categories", "source", "note")
    }
    rows = [
        [words.get(name, "") or cell for name, cell in zip(_COLUMNS, person, strict=True)]
        for person in _PEOPLE[language]
    ]
    return _written(form, [headings, *rows])


def _visits(texts: Texts, language: Language) -> list[list[str]]:
    """A visit to come, of two services, and one that is over."""
    get = texts.get
    (ann, ann_phone, *_), (peter, peter_phone, *_) = _PEOPLE[language]
    today = clock.now().date()
    one, other, who = (get(language, f"exchange.sample.{name}") for name in ("service", "service_more", "specialist"))
    note = get(language, "exchange.sample.note")
    coming = (today + timedelta(days=7)).isoformat()
    gone = (today - timedelta(days=30)).strftime("%d.%m.%Y")
    words = {status: get(language, f"exchange.status.{status}") for status in ("booked", "done")}
    rows: list[dict[str, str]] = [
        {"date": coming, "time": "15:30", "duration": "60; 30", "service": f"{one}; {other}", "specialist": who}
        | {"name": ann, "phone": ann_phone, "status": words["booked"], "price": "8000; 4000", "discount": "1000"}
        | {"note": note},
        {"date": gone, "time": "10:00", "service": one, "name": peter, "phone": peter_phone, "status": words["done"]}
        | {"price": "8000"},
    ]
    headings = [get(language, f"exchange.visit.{target}") for target in visit_rows.TARGETS]
    return [headings, *([row.get(target, "") for target in visit_rows.TARGETS] for row in rows)]


def _written(form: str, rows: list[list[str]]) -> tuple[bytes, str]:
    if form == "xlsx":
        return write_book(rows), MEDIA
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([guard(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig"), CSV_MEDIA
