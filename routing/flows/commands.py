"""Words that mean the same at any point of a talk: a person, stop, back, the menu, yes, no, skip, a language. In the
five languages and as they are typed in Latin letters. Only a whole message of such words counts."""

import re
import unicodedata
from typing import Final, Literal

from conversation.language import OWN_NAMES
from conversation.messages import Language

Command = Literal["human", "stop", "back", "menu", "skip", "yes", "no"]

_WORD = re.compile(r"[^\W_]+(?:['’`՛՜՞-][^\W_]+)*")
_MARKS: Final = str.maketrans("ё", "е", "՛՜՞'’`")
"""Dots over a letter are mostly left out, and marks inside a word."""


def plain_words(text: str) -> list[str]:
    """The words of a text in small letters, without marks and dots: what is compared."""
    plain = unicodedata.normalize("NFC", text[:2000]).casefold().translate(_MARKS)
    return _WORD.findall(plain)


def phrases(*lines: str) -> frozenset[str]:
    """Phrases between commas, as they are compared."""
    return frozenset(" ".join(plain_words(one)) for line in lines for one in line.split(","))


_COMMANDS: Final[dict[Command, frozenset[str]]] = {
    "human": phrases(
        "օպերատոր, մարդ, կենդանի մարդ, մարդու հետ, մենեջեր, աշխատակից, օպերատորի հետ, operator hy, mard, mardu het",
        "ოპერატორი, ადამიანი, ცოცხალი ადამიანი, მენეჯერი, ოპერატორთან დამაკავშირეთ, operatori, adamiani, menejeri",
        "оператор, адам, тірі адам, менеджер, қызметкер, маман, операторға қосыңыз, adam, tiri adam",
        "оператор, человек, живой человек, менеджер, сотрудник, позовите человека, позовите оператора",
        "operator, chelovek, zhivoi chelovek, menedzher",
        "human, person, agent, a human, real person, live agent, manager",
        "talk to a human, talk to a person, переключите на оператора, нужен оператор, нужен человек",
    ),
    "stop": phrases(
        "ստոպ, դադարեցնել, չեղարկել, բավական է, պետք չէ, stop, petq che, dadarecnel",
        "სტოპ, შეწყვეტა, გაუქმება, საკმარისია, აღარ მინდა, არ არის საჭირო, stopi, agar minda, gauqmeba",
        "стоп, тоқта, тоқтату, болдырмау, керек емес, жетеді, toqta, kerek emes, boldyrmau",
        "стоп, хватит, отмена, отменить, прекрати, не надо, не нужно, передумал, передумала, закончить",
        "otmena, hvatit, ne nado, quit, exit, cancel, never mind, nevermind, enough, abort",
    ),
    "back": phrases(
        "հետ, ետ, վերադառնալ, նախորդը, het, veradarnal",
        "უკან, დაბრუნება, წინა, ukan, dabruneba",
        "артқа, кері, қайту, artqa, keri",
        "назад, обратно, вернуться, вернись, предыдущее, nazad, obratno, vernutsya, back, go back, previous",
    ),
    "menu": phrases(
        "մենյու, գլխավոր, սկիզբ, սկսել, մենյուն, menyu, glkhavor",
        "მენიუ, მთავარი, დასაწყისი, თავიდან, meniu, mtavari",
        "мәзір, бас мәзір, басы, mazir, bas mazir",
        "меню, главное меню, в начало, сначала, старт, начать, start, menu, main menu, home, menyu, v nachalo",
    ),
    "skip": phrases(
        "բաց թողնել, հաջորդը, bac toghnel, hajordy",
        "გამოტოვება, შემდეგი, gamotoveba, shemdegi",
        "өткізу, келесі, otkizu, kelesi",
        "пропустить, пропускаю, дальше, propustit, dalshe, skip, next, pass",
    ),
    "yes": phrases(
        "այո, հա, ճիշտ է, լավ, համաձայն եմ, ayo, ha, lav, chisht e",
        "კი, დიახ, ჰო, სწორია, თანახმა ვარ, კარგი, ki, diax, diakh, ho, kargi",
        "иә, ия, дұрыс, жарайды, мақұл, ia, iya, durys, jaraidy, zharaidy",
        "да, ага, угу, верно, правильно, всё верно, все верно, хорошо, ок, окей, подтверждаю, da, aga, verno, horosho",
        "yes, yep, yeah, y, ok, okay, sure, right, correct, confirm, that is right",
    ),
    "no": phrases(
        "ոչ, չէ, սխալ է, voch, che",
        "არა, არასწორია, ara, ara gmadlobt",
        "жоқ, қате, дұрыс емес, joq, zhoq",
        "нет, неверно, неправильно, не верно, не так, net, neverno, ne tak, no, nope, wrong, not right, incorrect",
    ),
}
_KNOWN: Final[dict[str, Command]] = {phrase: command for command, all_ in _COMMANDS.items() for phrase in all_}
_NO_FIRST: Final = phrases(
    "ոչ", "չէ", "voch", "che", "არა", "ara", "жоқ", "joq", "zhoq", "нет", "net", "no", "nope", "не", "not"
)
_LANGUAGES: Final[dict[Language, frozenset[str]]] = {
    "hy": phrases("հայերեն, hayeren, armenian, in armenian, по-армянски, по армянски, армянский, на армянском"),
    "ka": phrases("ქართული, ქართულად, qartuli, kartuli, georgian, in georgian, по-грузински, по грузински, грузинский"),
    "kk": phrases("қазақша, қазақ тілінде, qazaqsha, kazakh, in kazakh, по-казахски, по казахски, казахский, казакша"),
    "ru": phrases("русский, по-русски, по русски, на русском, russian, in russian, ռուսերեն, რუსულად, орысша, rusuli"),
    "en": phrases("english, in english, по-английски, по английски, английский, անգլերեն, ინგლისურად, ағылшынша"),
}


def find_command(text: str) -> Command | None:
    """Which command a whole message is."""
    return _KNOWN.get(" ".join(plain_words(text)))


def begins_with_no(text: str) -> bool:
    """Whether a message sets something right: "no, on Friday"."""
    words = plain_words(text)
    return bool(words) and words[0] in _NO_FIRST


def begins_with(text: str, command: Literal["yes", "no"]) -> bool:
    """Whether a message begins with a yes or a no: "yes, of course"."""
    words = plain_words(text)
    known = _COMMANDS[command]
    return any(" ".join(words[:count]) in known for count in range(1, len(words) + 1))


def command_words(command: Command) -> frozenset[str]:
    """The phrases that mean a command."""
    return _COMMANDS[command]


def consists_of(text: str, known: frozenset[str], beside: frozenset[str] = frozenset()) -> bool:
    """Whether a text is made of known phrases alone, of ``beside`` too but not only."""
    words, found, first = plain_words(text), False, 0
    while first < len(words):
        ends = range(len(words), first, -1)
        end = next((one for one in ends if " ".join(words[first:one]) in known | beside), None)
        if end is None:
            return False
        found = found or " ".join(words[first:end]) in known
        first = end
    return found


def find_language(text: str) -> Language | None:
    """Which language a whole message asks for by its name."""
    said = " ".join(plain_words(text))
    named = {" ".join(plain_words(name)): language for language, name in OWN_NAMES.items()}
    return named.get(said) or next((one for one, names in _LANGUAGES.items() if said in names), None)
