"""The readable tables of times: ``text | expected`` under a ``now:``, a file a language.

Expected: ``11-27T15:00 hour`` (a year that is missing is 2026), ``..`` between from and to, ``?`` for ambiguous, ``;``
between several times, ``-`` for none. The firm is open from 10 to 20, and stands in the zone of the table's language.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from routing.understanding.entities.find import find_entities
from routing.understanding.entities.frame import Frame
from routing.understanding.understood import Entity

TABLES: Final = Path(__file__).parent / "times"
ZONES: Final = {
    "hy": "Asia/Yerevan",
    "ka": "Asia/Tbilisi",
    "kk": "Asia/Almaty",
    "ru": "Asia/Yerevan",
    "en": "Asia/Yerevan",
}
_NO_YEAR: Final = re.compile(r"(^|\.\.)(\d\d-\d\d)(?=[T. ]|$)")


class Line(NamedTuple):
    """One expression, when it was said, and what it means."""

    text: str
    frame: Frame
    expected: str


def lines_of(path: Path) -> Iterator[Line]:
    """The lines of a table."""
    zone = ZoneInfo(ZONES[path.stem])
    frame: Frame | None = None
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("now:"):
            frame = Frame(datetime.fromisoformat(line.removeprefix("now:").strip()).replace(tzinfo=zone), zone)
        elif line and not line.startswith("#"):
            text, _, expected = line.rpartition("|")
            assert frame is not None, f"{path}: a now must stand above the first expression"
            said = " ; ".join(_NO_YEAR.sub(r"\g<1>2026-\2", one.strip()) for one in expected.split(" ; "))
            yield Line(text.strip(), frame, said)


def told(text: str, frame: Frame) -> str:
    """The times of a text as a table has them."""
    return " ; ".join(show(one) for one in find_entities(text, frame) if one.kind == "time") or "-"


def show(entity: Entity) -> str:
    """One time as a table has it."""
    value = entity.value
    assert isinstance(value, dict)
    to = f"..{value['to']}" if value["to"] is not None else ""
    return f"{value['from']}{to} {value['grain']}" + (" ?" if value["ambiguous"] else "")
