"""What a short text means as an answer to buttons: a number, the words of one, a plain yes or no. Whatever may mean
something else means nothing here."""

from collections.abc import Sequence
from typing import Final, Literal

from conversation.messages import Button
from routing.carrying.pieces import read_number
from routing.flows.booking.words import said_words
from routing.flows.commands import command_words, consists_of, phrases

CHARS: Final = 60
"""What is longer says more than an answer."""
_POLITE: Final = phrases(
    "խնդրում եմ, շնորհակալություն, շնորհակալ եմ, xndrum em, shnorhakalutyun, merci",
    "გთხოვთ, მადლობა, დიდი მადლობა, gtxovt, madloba",
    "өтінемін, рахмет, көп рахмет, rahmet",
    "пожалуйста, спасибо, большое спасибо, конечно, pozhaluista, spasibo, konechno",
    "please, thanks, thank you, of course, sorry",
)
_YES: Final = command_words("yes") | said_words("comes")
_NO: Final = command_words("no") | said_words("stays_away")


def read_word(text: str) -> Literal["yes", "no", ""]:
    """A plain yes or no, politely or not."""
    return "yes" if consists_of(text, _YES, _POLITE) else "no" if consists_of(text, _NO, _POLITE) else ""


def read_press(text: str, buttons: Sequence[Button]) -> Button | None:
    """The button that is meant: its number, its words, or a yes or no where its value ends so."""
    bare = text.strip().rstrip(".!").casefold()
    named = next((one for one in buttons if one.label.casefold() == bare), None)
    found = read_number(text, buttons) or named
    word = "" if found is not None else read_word(text)
    return found or next((one for one in buttons if word and one.value.endswith(f":{word}")), None)
