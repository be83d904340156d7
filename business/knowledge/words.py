"""Which words of a question count, and by what they are found in an article whatever their endings are."""

from functools import cache
from typing import Final, NamedTuple

from conversation.search_key import fold

_SHORT: Final = 4
_LONG: Final = 6
_SAYS_NOTHING: Final = """
a an the and or but if of to in on at by for from with about as is are am was were be been being do does did have has
had can could will would shall should may might must i you he she it we they me him her us them my your his its our
their this that these those there here what which who whom whose when where why how not no yes any some all please
hello hi tell know want need get us get just also so than then too very much many more

и или но а что чего чем как какой какая какие какое где когда кто кого кому зачем почему ли же бы не нет да на в во с со
к ко по о об от до из у за для при над под без через я ты вы мы он она оно они мне меня мной вас вам нас нам его ее их
мой моя мое мои ваш ваша ваше ваши это эта этот эти то та тот те там тут здесь есть был была было были быть будет можно
нужно надо если так уже еще очень скажите подскажите пожалуйста здравствуйте привет хочу узнать

և եւ ու կամ բայց որ ինչ ինչպես ինչպե՞ս որտեղ երբ ով ում ինչու է եմ ես ենք եք են էի էր ոչ այո չէ չի մի այս այդ այն իմ քո
ձեր մեր նրա իր ինձ քեզ ձեզ մեզ նրան դուք մենք նրանք նա համար մասին հետ մեջ վրա առանց պետք կարող կարելի կա կան թե եթե
շատ էլ ասեք խնդրում բարեւ բարև ուզում իմանալ արդյոք լինում

და ან მაგრამ რომ რა რას როგორ სად როდის ვინ ვის რატომ არის ვარ ხარ ვართ ხართ არიან იყო არ არა კი დიახ ეს ეგ ის ამ იმ
ჩემი შენი თქვენი ჩვენი მისი მე შენ თქვენ ჩვენ ის ისინი თვის შესახებ ერთად თუ უნდა შეიძლება შემიძლია მაქვს აქვს გაქვთ
ძალიან უფრო გთხოვთ მითხარით გამარჯობა მინდა ვიცოდე

және мен пен бен немесе бірақ не қалай қандай қайда қашан кім кімге неге үшін туралы бар жоқ ма ме ба бе па пе емес иә
бұл ол осы сол менің сенің сіздің біздің оның маған саған сізге бізге оған сіз біз олар керек болады бола болмайды екен
ғой да де та те егер өте көп айтыңызшы сәлем сәлеметсіз өтінемін қалаймын білгім келеді
"""


class Word(NamedTuple):
    """A word by its beginning and by more of it: words with other endings share at least the first."""

    short: str
    long: str


@cache
def _idle() -> frozenset[str]:
    return frozenset(word for line in _SAYS_NOTHING.split() for word in fold(line).split())


def words_of(text: str) -> list[Word]:
    """The words of a text that say something, in whatever letters they are written; all of them where none does."""
    folded = fold(text).split()
    telling = [word for word in folded if word not in _idle() and (len(word) > 1 or word.isdigit())]
    return [Word(word[:_SHORT], word[:_LONG]) for word in telling]


def question_key(text: str, most_words: int = 24) -> str:
    """By which the same question is known again: its folded words. Empty where it has none."""
    return " ".join(fold(text).split()[:most_words])
