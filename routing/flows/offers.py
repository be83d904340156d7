"""Buttons: how many of them a channel shows, and which one is meant by a number or by words."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from conversation.messages import Button
from routing.flows.commands import phrases, plain_words
from routing.flows.steps import Ask, Step

MORE: Final = "!more"
_MENU: Final = ("book", "prices", "visit", "request", "me", "language")
_MORE_WORDS: Final = phrases(
    "more, show more, show me more, ещё, больше, покажи ещё, покажите ещё, eshe, bolshe",
    "էլի, ավելի շատ, eli, კიდევ, მეტი, კიდევ მაჩვენეთ, kidev, meti, тағы, көбірек, тағы көрсет, tagy, kobirek",
)
"""What the next page is asked for by, whatever stands on its button."""
_PREFIX_CHARS: Final = 4
_NUMBER_CHARS: Final = 4


class Shown(NamedTuple):
    """What of the buttons is shown: as buttons, or written out as lines of the text."""

    buttons: tuple[Button, ...]
    lines: tuple[str, ...]


def menu(text: Callable[[str], str]) -> list[Button]:
    """What the bot does by itself, and a person."""
    return [*(Button(f">{name}", text(f"menu.{name}")) for name in _MENU), Button("!human", text("menu.human"))]


def beside(step: Ask, text: Callable[[str], str]) -> list[Button]:
    """What may be pressed at a question that is answered in words."""
    skip = [("!skip", "skip")] if step.optional else []
    return [Button(value, text(key)) for value, key in (*skip, *step.buttons)]


def page_of(buttons: Sequence[Button], page: int, limit: int) -> tuple[list[Button], bool]:
    """The buttons of a page, and whether there are others."""
    if limit == 0 or len(buttons) <= limit:
        return list(buttons), False
    size = max(limit - 1, 1)
    pages = -(-len(buttons) // size)
    start = page % pages * size
    return list(buttons[start : start + size]), True


def shown(buttons: Sequence[Button], page: int, limit: int, numbered: bool, more: str) -> Shown:
    """A page of them on a channel that shows so many. ``numbered``: a number may be typed for one."""
    mine, others = page_of(buttons, page, limit)
    if limit == 0:
        return Shown(
            (), tuple(f"{f'{number}.' if numbered else '–'} {one.label}" for number, one in enumerate(mine, 1))
        )
    return Shown((*mine, *([Button(MORE, more)] if others else [])), ())


def by_number(step: Step | None, limit: int) -> bool:
    """Whether a number means the button of that place. At a question it may be the answer itself: where a channel
    writes its buttons out, only if a count is asked for."""
    return not isinstance(step, Ask) or (limit == 0 and step.kind != "number")


def find_chosen(text: str, buttons: Sequence[Button], page: int, limit: int, numbered: bool, more: str) -> str | None:
    """The value of the button that is meant: by its number on the page, by its words, or by how they begin. ``more``:
    what the button says that shows the next page."""
    said = plain_words(text)
    if not said or not buttons:
        return None
    mine, others = page_of(buttons, page, limit)
    whole = " ".join(said)
    if whole.isdecimal() and len(whole) <= _NUMBER_CHARS:
        place = int(whole)
        if numbered and others and place == len(mine) + 1:
            return MORE
        return mine[place - 1].value if numbered and 1 <= place <= len(mine) else None
    labels = {one.value: " ".join(plain_words(one.label)) for one in buttons}
    if others and limit:
        labels[MORE] = " ".join(plain_words(more))
    same = [value for value, label in labels.items() if label == whole]
    if same:
        return same[0]
    if MORE in labels and whole in _MORE_WORDS:
        return MORE
    begun = [value for value, label in labels.items() if label.startswith(whole)]
    return begun[0] if len(begun) == 1 and len(whole) >= _PREFIX_CHARS else None
