"""For how many a booking is: "for two", "нас трое", and whether several services are to be done at once."""

from typing import TYPE_CHECKING, Final

from routing.flows.booking.wanted import ORDER, SEATS, services_of
from routing.flows.booking.words import Said
from routing.flows.commands import phrases, plain_words
from routing.flows.ports import Entity

if TYPE_CHECKING:
    from routing.flows.turn import Turn

SEATS_MOST: Final = 999
"""Of more it is only known that they are more; no service has so many."""
_DIGITS: Final = 3
_SAID: Final[dict[int, frozenset[str]]] = {
    2: phrases(
        "երկուսի համար, երկու հոգու համար, երկու հոգի, երկուսով, երկու տեղ, erkusi hamar, erku hogu hamar, erku hogi",
        "ორისთვის, ორი კაცისთვის, ორი ადამიანისთვის, ორნი ვართ, ორი ადგილი, oristvis, orni vart",
        "екі адамға, екі кісіге, екеумізге, екеуіміз, екі орын, eki adamga, ekeumizge",
        "на двоих, для двоих, нас двое, вдвоём, вдвоем, двое, два места, на двух человек, na dvoih, vdvoem, nas dvoe",
        "for two, for two people, two of us, two people, two seats, two places, for both of us",
    ),
    3: phrases(
        "երեքի համար, երեք հոգու համար, երեք հոգի, երեքով, երեք տեղ, ereqi hamar, ereq hogi",
        "სამისთვის, სამი კაცისთვის, სამი ადამიანისთვის, სამნი ვართ, სამი ადგილი, samistvis, samni vart",
        "үш адамға, үш кісіге, үшеумізге, үшеуіміз, үш орын, ush adamga, usheumizge",
        "на троих, для троих, нас трое, втроём, втроем, трое, три места, na troih, vtroem, nas troe",
        "for three, three of us, three people, three seats, three places",
    ),
    4: phrases(
        "չորսի համար, չորս հոգու համար, չորս հոգի, չորսով, չորս տեղ, chorsi hamar, chors hogi",
        "ოთხისთვის, ოთხი კაცისთვის, ოთხი ადამიანისთვის, ოთხნი ვართ, ოთხი ადგილი, otxistvis, otkhistvis",
        "төрт адамға, төрт кісіге, төртеумізге, төртеуіміз, төрт орын, tort adamga",
        "на четверых, для четверых, нас четверо, вчетвером, четверо, четыре места, na chetveryh, vchetverom",
        "for four, four of us, four people, four seats, four places",
    ),
    5: phrases(
        "հինգի համար, հինգ հոգու համար, հինգ հոգի, հինգով, հինգ տեղ, hingi hamar, hing hogi",
        "ხუთისთვის, ხუთი კაცისთვის, ხუთი ადამიანისთვის, ხუთნი ვართ, ხუთი ადგილი, xutistvis, khutistvis",
        "бес адамға, бес кісіге, бесеумізге, бесеуіміз, бес орын, bes adamga",
        "на пятерых, для пятерых, нас пятеро, впятером, пятеро, пять мест, na pyateryh, vpyaterom",
        "for five, five of us, five people, five seats, five places",
    ),
}
_COUNTED: Final = phrases(
    "հոգի, հոգու, տեղ, hogi, hogu",
    "კაცი, კაცისთვის, ადამიანი, ადამიანისთვის, ადგილი",
    "адам, адамға, кісі, кісіге, орын",
    "человек, человека, места, мест, chelovek, mest",
    "people, persons, seats, places",
)
_OF_TIME: Final = phrases("o, oclock, pm, am, p, a, hour, hours, day, days, week, weeks, minutes, thirty, fifteen")


def hear_seats(turn: "Turn", said: frozenset[Said], found: list[Entity]) -> tuple[bool, list[Entity]]:
    """Whether a message says for how many; and the times that it names, but for what was no time: "ორისთვის"."""
    words = plain_words(turn.heard.text)
    at_once, counted = "at_once" in said, _find(words)
    if at_once:
        turn.slots[ORDER] = "parallel"
    if counted is None:
        return at_once, found
    count, phrase = counted
    turn.slots[SEATS] = str(min(count, SEATS_MOST))
    return True, [one for one in found if f" {' '.join(plain_words(one.text))} " not in f" {phrase} "]


def says_seats(text: str) -> bool:
    """Whether a message says for how many."""
    return _find(plain_words(text)) is not None


def _count(digits: str) -> int:
    return max(int(digits), 1) if len(digits) <= _DIGITS else SEATS_MOST


def _find(words: list[str]) -> tuple[int, str] | None:
    for first in range(len(words)):
        if words[first].isdecimal() and words[first + 1 : first + 2] and words[first + 1] in _COUNTED:
            return _count(words[first]), " ".join(words[first : first + 2])
        for length in (3, 2, 1):
            phrase = " ".join(words[first : first + length])
            count = next((count for count, known in _SAID.items() if phrase in known), None)
            if count is not None and not set(words[first + length : first + length + 1]) & _OF_TIME:
                return count, phrase
    return None


def fit_seats(turn: "Turn") -> None:
    """No more than the services have."""
    services = services_of(turn)
    seats = int(turn.slots.get(SEATS, "1"))
    scarce = min(services, key=lambda one: one.seats, default=None)
    if scarce is None or seats <= scarce.seats:
        return
    turn.say(turn.text("booking.seats_most", what=scarce.name, most=scarce.seats))
    turn.slots[SEATS] = str(scarce.seats)
