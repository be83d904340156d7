"""Numbers in a text, in digits and in words, that are no part of anything else."""

from typing import NamedTuple

from routing.understanding.entities.symbols import Symbol

_MOST_DIGITS = 15


class NumberFound(NamedTuple):
    """``value``: whole where it can be."""

    start: int
    end: int
    value: int | float


def find_numbers(row: list[Symbol]) -> list[NumberFound]:
    """The numbers of a row. A word for one stands alone to count: "the first one" is none."""
    found: list[NumberFound] = []
    place = 0
    while place < len(row):
        one = row[place]
        if one.sign == "Z" and "/" not in str(one.value):
            found.append(_whole(one.start, one.end, float(str(one.value))))
        elif one.sign == "N" and isinstance(one.value, float) and one.value < 10**_MOST_DIGITS:
            fraction = _fraction(row, place)
            if fraction is not None:
                found.append(_whole(one.start, row[place + 2].end, float(f"{int(one.value)}.{fraction}")))
                place += 2
            elif one.digits or (one.value != 1 and not _is_ordinal(row, place)) or len(row) == 1:
                found.append(_whole(one.start, one.end, one.value))
        place += 1
    return found


def _fraction(row: list[Symbol], place: int) -> str | None:
    """The digits behind a comma that touches both: 2,5."""
    if place + 2 >= len(row) or not row[place].digits:
        return None
    comma, digits = row[place + 1], row[place + 2]
    near = row[place].end == comma.start and comma.end == digits.start
    return digits.text if near and comma.text in (",", ".") and digits.sign == "N" and digits.digits in (1, 2) else None


def _is_ordinal(row: list[Symbol], place: int) -> bool:
    return place + 1 < len(row) and row[place + 1].sign == "#"


def _whole(start: int, end: int, value: float) -> NumberFound:
    return NumberFound(start, end, int(value) if value == int(value) else value)
