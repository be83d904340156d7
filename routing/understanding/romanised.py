"""The habits in which people of a country type their language without its letters, and the way back.

One table a language, a letter and the Latin spellings in use, the commonest first. Forwards it makes examples for
training; backwards, with the words of the corpus as a lexicon, it gives back what a multilingual model knows: the
language in its own letters. Sources: GOST 7.79-2000 B and BGN/PCGN for Russian, the alphabets of Kazakhstan of 2019 and
2021, ISO 9985 and the national system of Georgia (2002), and what chats do to them.
"""

import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from conversation.messages import Language
from conversation.search_key import fold
from routing.understanding.normal import comparable
from routing.understanding.scripts import Script, script_of

_TABLES: Final[dict[Language, str]] = {
    "hy": """
        ա-a բ-b գ-g դ-d ե-e,ye զ-z է-e ը-y,@,e թ-t ժ-zh,j ի-i լ-l խ-x,kh ց-c,ts ծ-c,ts կ-k հ-h ձ-dz,z ղ-gh,x,q
        չ-ch,4 ճ-ch,tch մ-m յ-y,j ն-n շ-sh,w ո-o,vo պ-p ջ-j,dj ր-r ռ-r,rr ս-s վ-v տ-t ւ-v փ-p,ph ք-q,k օ-o ֆ-f
        ու-u,ou""",
    "ka": """
        ა-a ბ-b გ-g დ-d ე-e ვ-v ზ-z თ-t ი-i კ-k ლ-l მ-m ნ-n ო-o პ-p ჟ-zh,j რ-r ს-s ტ-t უ-u ფ-f,p ქ-q,k ღ-gh,g
        ყ-y,k,q შ-sh,s ჩ-ch,4 ც-c,ts ძ-dz,z წ-w,ts,c ჭ-ch,tch ხ-x,kh ჯ-j ჰ-h""",
    "kk": """
        а-a ә-a,ae б-b в-v г-g ғ-g,gh д-d е-e ё-yo ж-zh,j з-z і-i и-i й-i,y к-k қ-q,k л-l м-m н-n ң-n,ng о-o
        ө-o п-p р-r с-s т-t у-u,w ұ-u ү-u ф-f х-kh,h һ-h ц-ts,c ч-ch,4 ш-sh,w щ-sh ъ- ы-y,i ь- э-e ю-yu,iu
        я-ya,ia""",
    "ru": """
        а-a б-b в-v г-g д-d е-e,ye ё-e,yo ж-zh,j з-z и-i й-y,i,j к-k л-l м-m н-n о-o п-p р-r с-s т-t у-u ф-f
        х-h,kh,x ц-ts,c ч-ch,4 ш-sh,w щ-sch,shch,sh ъ- ы-y,i ь-,' э-e ю-yu,u,iu я-ya,ia,ja""",
}
_IN_RUSSIAN: Final = {
    "hy": """
        ա-а բ-б գ-г դ-д ե-е զ-з է-э ը-ы,э թ-т ժ-ж ի-и լ-л խ-х ծ-ц կ-к հ-h,х,г ձ-дз,з ղ-г,х ճ-ч մ-м յ-й ն-н շ-ш
        ո-о,во չ-ч պ-п ջ-дж ռ-р ս-с վ-в տ-т ր-р ց-ц ւ-в փ-п ք-к օ-о ֆ-ф ու-у""",
    "ka": """
        ა-а ბ-б გ-г დ-д ე-е ვ-в ზ-з თ-т ი-и კ-к ლ-л მ-м ნ-н ო-о პ-п ჟ-ж რ-р ს-с ტ-т უ-у ფ-п,ф ქ-к ღ-г ყ-к შ-ш
        ჩ-ч ც-ц ძ-дз წ-ц ჭ-ч ხ-х ჯ-дж ჰ-х""",
    "kk": "ә-а ғ-г қ-к ң-н ө-о ұ-у ү-у һ-х і-и",
}
_NATIVE: Final[dict[Language, Script]] = {
    "hy": "armenian",
    "ka": "georgian",
    "kk": "cyrillic",
    "ru": "cyrillic",
    "en": "latin",
}
_WORD: Final = re.compile(r"[^\W_]+|[\W_]+")


def _letters(table: str) -> dict[str, list[str]]:
    pairs = (pair.partition("-") for pair in table.split())
    return {letter: spellings.split(",") for letter, _, spellings in pairs}


_LATIN: Final = {language: _letters(table) for language, table in _TABLES.items()}
_RUSSIAN: Final = {language: _letters(table) for language, table in _IN_RUSSIAN.items()}


def romanise(text: str, language: Language, chance: random.Random, russian: bool = False) -> str:
    """The text in Latin (or Russian) letters by one hand's habits, drawn from ``chance``; as it is for English."""
    table = (_RUSSIAN if russian else _LATIN).get(language, {})
    hand = {letter: _habit(spellings, chance) for letter, spellings in table.items()}
    plain = text.casefold().replace("ու", hand.get("ու", "ու"))
    return "".join(hand.get(one, one) for one in plain)


def _habit(spellings: list[str], chance: random.Random) -> str:
    return spellings[0] if len(spellings) == 1 or chance.random() < 0.5 else chance.choice(spellings[1:])


def _backwards(table: Mapping[str, list[str]]) -> tuple[re.Pattern[str], dict[str, str]]:
    """The letter each spelling stands for: the one whose commoner spelling it is, of equals the first of the table."""
    found: dict[str, str] = {}
    for place in range(max(map(len, table.values()))):
        for letter, spellings in table.items():
            if place < len(spellings) and spellings[place]:
                found.setdefault(spellings[place], letter)
    longest_first = sorted(found, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), found


_BACK: Final = {language: _backwards(table) for language, table in _LATIN.items()}

Lexicon = Mapping[str, str]


def make_lexicon(texts: Iterable[str], language: Language) -> dict[str, str]:
    """Sound to word, the commonest one where several sound alike; of words in the language's own letters."""
    counts: Counter[tuple[str, str]] = Counter()
    for text in texts:
        for word in _WORD.findall(text.casefold()):
            if script_of(word) == _NATIVE[language] and (sound := comparable(word)):
                counts[sound, word] += 1
    found: dict[str, str] = {}
    for (sound, word), _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        found.setdefault(sound, word)
    return found


def to_native(text: str, language: Language, lexicon: Lexicon) -> str:
    """The text in the language's own letters: known words by their sound, others letter by letter; never raises."""
    if language == "en":
        return text
    return "".join(_word_back(part, language, lexicon) for part in _WORD.findall(text))


def _word_back(word: str, language: Language, lexicon: Lexicon) -> str:
    script = script_of(word)
    if script == "none" or (script == _NATIVE[language] and language != "kk"):
        return word
    known = lexicon.get(comparable(word))
    if known is not None or script == _NATIVE[language]:
        return known or word
    pattern, letters = _BACK[language]
    return pattern.sub(lambda found: letters[found[0]], word.casefold() if script == "latin" else fold(word))
