"""Personal names said as such ("my name is Ani", "меня зовут …", "… სახელზე"), or a first name that is all there is."""

from functools import cache
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from routing.understanding.entities.first_names import first_name
from routing.understanding.entities.lexicon import look_up
from routing.understanding.entities.tokens import Token, key_of, script_of

_AFTER: Final = """
my_name_is my_name's my_names_is name_is the_name_is name's call_me this_is_the_name under_the_name
under_the_name_of
in_the_name_of my_full_name_is on_the_name_of
меня_зовут мене_зовут зовут_меня зовут мое_имя моё_имя на_имя имя имя_мое имя_фамилия фио фамилия моя_фамилия
под_именем
իմ_անունը իմ_անունն անունս անունը անունն անուն_ազգանուն անուն_ազգանունս ազգանունս im_anuny im_anune anuns
im_anunn anunys
მე_მქვია მქვია ჩემი_სახელია ჩემი_სახელი სახელი სახელია გვარი სახელი_გვარი სახელად სახელზე me_mqvia mqvia mkvia
me_mkvia chemi_saxelia
менің_атым атым есімім менің_есімім аты-жөнім атым_жөнім аты_жөнім menin_atym atym menim_atym meniñ_atım esimim
"""
_KNOWN: Final = """
i_am i'm im this_is it_is it's its я это ես ես_եմ es მე მე_ვარ me_var мен бұл men
"""
"""Before a known first name only."""
_BEFORE: Final = """
անունով անունովը անվամբ anunov სახელზე სახელით saxelze saxelit atyna атына деген_атқа есіміне
"""
_NO_NAME: Final = """
is not a an the and i please want would here for at on and_i и а я хочу мой телефон номер тел phone number есть
է եմ և իսկ
ուզում հեռախոս հեռախոսս համարս მინდა და მაქვს ტელეფონი ნომერი ვარ და მე және телефоным телефон маған менің
жазыңыз можно запишите
мне на в пожалуйста please minda da em uzum ev hochu telefon հեռախոսահամարս ձեզ вам вас нас you your mine late
interested any very may will mark rose grace so not_in sure sorry still all
"""
_MOST_WORDS: Final = 3
_FEW_WORDS: Final = 3
_MOST_APART: Final = 3
"""Characters between the words of a name and those that tell it."""


class NameFound(NamedTuple):
    """``value``: the name, a known first name in its first case. ``said``: told as a name, or only known as one."""

    start: int
    end: int
    value: str
    said: bool


@cache
def _phrases(kind: Literal["after", "known", "before"]) -> dict[str, tuple[tuple[str, ...], ...]]:
    table = {"after": _AFTER, "known": _KNOWN, "before": _BEFORE}[kind]
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in table.split():
        keys = tuple(key_of(word) for word in phrase.replace("-", "_").split("_"))
        found.setdefault(keys[0], []).append(keys)
    return {first: tuple(sorted(these, key=len, reverse=True)) for first, these in found.items()}


@cache
def _stop() -> frozenset[str]:
    return frozenset(word for phrase in _NO_NAME.split() for word in phrase.split("_"))


def find_names(tokens: list[Token]) -> list[NameFound]:
    """The personal names that a text tells, in their order."""
    words = [token for token in tokens if token.kind == "word"]
    keys = [key_of(token.text) for token in words]
    touching = [other.start - one.end <= _MOST_APART for one, other in pairwise(words)]
    found: list[NameFound] = []
    place = 0
    while place < len(words):
        name, end = _at(words, keys, touching, place)
        if name is not None and (not found or name.start >= found[-1].end):
            found.append(name)
        place = max(end, place + 1)
    return found or _alone(words)


def _at(words: list[Token], keys: list[str], touching: list[bool], place: int) -> tuple[NameFound | None, int]:
    for phrase in _phrases("after").get(keys[place], ()):
        if tuple(keys[place : place + len(phrase)]) == phrase:
            end = place + len(phrase)
            name = _name_from(words, touching, end, known=False)
            if name is not None:
                return name, end
    for phrase in _phrases("known").get(keys[place], ()):
        if tuple(keys[place : place + len(phrase)]) == phrase:
            end = place + len(phrase)
            name = _name_from(words, touching, end, known=True)
            if name is not None:
                return name, end
    for phrase in _phrases("before").get(keys[place], ()):
        if tuple(keys[place : place + len(phrase)]) == phrase and place:
            begin = place - 1
            while begin and place - begin < 2 and touching[begin - 1] and _may_be(words[begin - 1]):
                begin -= 1
            if _may_be(words[place - 1]):
                return _name(words[begin:place]), place + len(phrase)
    return None, place + 1


def _name_from(words: list[Token], touching: list[bool], begin: int, known: bool) -> NameFound | None:
    if begin >= len(words) or not touching[begin - 1]:
        return None
    if known and (first_name(words[begin].text) is None or words[begin].text.casefold() in _stop()):
        return None
    end = begin
    while end < len(words) and end - begin < _MOST_WORDS and (end == begin or _near(words[end - 1], words[end])):
        if not _may_be(words[end]) or (end > begin and not _continues(words[begin], words[end])):
            break
        end += 1
    return _name(words[begin:end]) if end > begin else None


def _near(one: Token, other: Token) -> bool:
    return other.start - one.end == 1


def _may_be(word: Token) -> bool:
    if len(word.text) < 2 or word.text.casefold() in _stop():
        return False
    if first_name(word.text) is not None:
        return True
    seen = look_up(word.text)
    return seen.guessed or not seen.readings


def _continues(first: Token, word: Token) -> bool:
    """A second word of a name is written as the first: with a capital, where the script has them."""
    if script_of(word.text) == "georgian":
        return word.text.endswith(("შვილი", "ძე", "ია", "უა", "ური", "იანი", "ავა", "შვილის", "ძის")) or bool(
            first_name(word.text)
        )
    return word.text[0].isupper() or (
        first.text[0].islower()
        and word.text.casefold().endswith(("յան", "yan", "ян", "ov", "ova", "ов", "ова", "ев", "ева"))
    )


def _name(words: list[Token]) -> NameFound:
    said = [word.text.strip("՛՜՞") for word in words]
    plain = [first_name(word) or word for word in said]
    value = " ".join(word[0].upper() + word[1:] if script_of(word) != "georgian" else word for word in plain)
    return NameFound(words[0].start, words[-1].end, value, said=True)


def _alone(words: list[Token]) -> list[NameFound]:
    """A known first name that is nearly all a message says, as an answer to who is asking."""
    if not 0 < len(words) <= _FEW_WORDS or first_name(words[0].text) is None or look_up(words[0].text).readings:
        return []
    if len(words) > 1 and not all(_may_be(word) and word.text[0].isupper() for word in words):
        return []
    return [_name(words)._replace(said=False)]
