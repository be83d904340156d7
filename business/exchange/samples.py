"""The file to begin with: a few invented people with every column, in the reader's language."""

import csv
import io
from typing import Final

from business.exchange.cells import guard
from business.exchange.xlsx import MEDIA, write_book
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


def make_sample(form: str, texts: Texts, language: Language) -> tuple[bytes, str]:
    """The sample as ``csv`` or ``xlsx``: its bytes and content type. Headings are those the import knows."""
    headings = [texts.get(language, f"exchange.target.{name}") for name in _COLUMNS]
    words = {
        name: texts.get(language, f"exchange.sample.{name}") for name in ("groups", "categories", "source", "note")
    }
    rows = [
        [words.get(name, "") or cell for name, cell in zip(_COLUMNS, person, strict=True)]
        for person in _PEOPLE[language]
    ]
    if form == "xlsx":
        return write_book([headings, *rows]), MEDIA
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([guard(cell) for cell in row] for row in (headings, *rows))
    return text.getvalue().encode("utf-8-sig"), CSV_MEDIA
