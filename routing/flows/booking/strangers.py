"""A specialist who is asked for by name and is none of the firm's: "with Zorro", "к Зорро", "Զորոյի մոտ"."""

import re
from typing import TYPE_CHECKING, Final

from conversation.messages import Language
from routing.flows.booking.wanted import PROVIDER, booking_of, doers, services_of
from routing.flows.booking.words import find_said
from routing.flows.commands import find_command, phrases
from routing.flows.reading import wish_of
from routing.flows.steps import Choose
from routing.understanding.entities.first_names import first_name
from routing.understanding.entities.lexicon import look_up

if TYPE_CHECKING:
    from routing.flows.turn import Turn

STRANGER: Final = "stranger"
"""A slot: the name that nobody here has."""
_CHARS: Final = 40
_NAME_WORDS: Final = 2
_NAME: Final = r"(?P<name>[^\W\d_][\w'’-]{1,39})"
_ASKED: Final[dict[Language, tuple[re.Pattern[str], ...]]] = {
    "en": (re.compile(rf"\bwith {_NAME}", re.IGNORECASE),),
    "ru": (re.compile(rf"\b(?:ко?|у|k|u) {_NAME}", re.IGNORECASE),),
    "hy": (re.compile(r"(?P<name>[^\W\d_]\w{1,39}?)յ?ի (?:մոտ|հետ)\b"), re.compile(rf"{_NAME} (?:mot|het)\b")),
    "ka": (re.compile(r"(?P<name>[^\W\d_]\w{1,39}?)ს?თან\b"), re.compile(r"(?P<name>[^\W\d_]\w{1,39}?)s?tan\b")),
    "kk": (re.compile(r"(?<=[\w,] )(?P<name>[^\W\d_]\w{1,39}?)(?:ға|ге|қа|ке|мен|бен|пен)\b"),),
}
"""How a specialist is named in each language."""
_NOBODY: Final = phrases(
    "իմ, մեր, ձեր, ձեզ, նրա, նրանց, մասնագետ, վարպետ, բժիշկ, ընկերուհ, ընկերոջ, երեխա",
    "თქვენ, ჩემ, ჩვენ, ვი, ვინმე, მა, მათ, სხვა, სპეციალისტ, ოსტატ, ექიმ, სტილისტ, ნებისმიერ, სახლ, მეტრო, ბავშვ",
    "მეგობარ, ოფის, ფილიალ, სალონ",
    "маған, бізге, сізге, оған, бала, дос, маман, дәрігер, шебер, кез, кім",
    "вам, вас, нам, нас, мне, меня, нему, ней, ним, них, новому, любому, мастеру, врачу, специалисту, доктору, метро",
    "you, me, us, him, her, them, my, your, our, the, a, an, anybody, anyone, any, whoever, somebody, someone, doctor",
)


def find_stranger(turn: "Turn") -> str:
    """The name of a specialist whom nobody here is called like; empty where none is asked for."""
    text, understood = turn.heard.text, turn.heard.understood
    own = _ASKED[turn.state.language]
    others = [one for language, patterns in _ASKED.items() if language != turn.state.language for one in patterns]
    for pattern in (*own, *others) if asks_whom(turn) else own:
        for match in pattern.finditer(text):
            start, end = match.span("name")
            known = any(one.kind != "name" and one.start < end and start < one.end for one in understood.entities)
            if not known and _is_name(match["name"]):
                return (first_name(match["name"]) or match["name"]).strip()[:_CHARS]
    return _bare_name(turn)


def asks_whom(turn: "Turn") -> bool:
    """Whether he is asked just now with whom."""
    return isinstance(turn.step, Choose) and turn.step.slot == PROVIDER


def _bare_name(turn: "Turn") -> str:
    """A name and nothing else, in answer to the question with whom."""
    text, understood = turn.heard.text.strip(" .!"), turn.heard.understood
    words = text.split()
    if not asks_whom(turn) or not 0 < len(words) <= _NAME_WORDS or find_command(text) or find_said(text):
        return ""
    if wish_of(understood, turn.rules, idle=False) or {one.kind for one in understood.entities} - {"name"}:
        return ""
    return text[:_CHARS] if all(word.isalpha() and _is_name(word) for word in words) else ""


def _is_name(word: str) -> bool:
    """One that is known, or is written like one and means nothing else."""
    if word.casefold() in _NOBODY:
        return False
    if first_name(word) is not None:
        return True
    georgian = "ა" <= word[0] <= "ჿ"
    return (georgian or word[0].isupper()) and not look_up(word).readings


def tell_stranger(turn: "Turn") -> bool:
    """Says that nobody of the name does what is wanted, and who does; False where there was no such name."""
    name = turn.slots.pop(STRANGER, "")
    services = services_of(turn)
    if not name or not services:
        return False
    able = doers(services)
    others = [one.name for one in booking_of(turn).providers(turn.state.language) if one.id in able]
    what = ", ".join(one.name for one in services)
    turn.say(turn.text("booking.nobody_called", who=name, what=what, others=", ".join(others) or "—"))
    return True
