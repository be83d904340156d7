"""A store to search in: contacts and messages in five languages, the same ones for the same seed."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from conversation import clock
from crm_store import Tx, conversations
from crm_store.counters import next_events
from crm_store.demo_rows import SeededRows
from crm_store.models import AddressRow, ContactRow, ConversationRow, MessageRow

_SEED = 20_261_121
_BATCH = 2_000
_TALK = 50
"""Messages a conversation."""
_GIVEN = {
    "hy": "Անի Գայանե Հակոբ Արմեն Լուսինե Տիգրան Նարե Հովհաննես Շուշան Խաչատուր Մարիամ Դավիթ Անահիտ Վարդան",
    "ka": "გიორგი ნინო თამარ ქეთევან ლევან მარიამ დავით ხათუნა ზურაბ ანა შოთა ნათია ირაკლი სოფიო",
    "kk": "Нұрсұлтан Айгүл Әсел Ерлан Қайрат Жанар Дінмұхамед Сәуле Бақытжан Гүлнар Шыңғыс Әлия Ғалым Мөлдір",
    "ru": "Анна Сергей Елена Дмитрий Наталья Александр Юлия Михаил Ксения Фёдор Татьяна Евгений Ольга Артём",
    "en": "Anna James Mary Alexander Sophia George Julia Michael Victoria Thomas Emily Charles Grace Henry",
}
_FAMILY = {
    "hy": ("յան", "ա բե գա դա եր զո թա լու խա կա հա ղա մա նա շա պո սա վա տե փի քա օհա ռու սի"),
    "ka": ("შვილი ძე ავა იანი", "ა ბე გი და ვა ზა თო კა ლო მა ნი პა რუ სა ტო ფი ქა ღვი ჩა ცე ჭა ხა ჯა"),
    "kk": ("ов ева ұлы қызы", "а ба ға да ер жа қа ма нұ өт са тө үс шы ыб әл ке то"),
    "ru": ("ов ова ин ина ский енко", "а бо ва го до жу за ка ло ми ни ор пе ро со ту фё ха че ша щер"),
    "en": ("son ton ley man er", "a be cu da el fo gra ha jo ki la mo ne po ri sa ta wa"),
}
_WORDS = {
    "hy": "բարև ձեզ շնորհակալություն վաղը ժամը գինը պատվեր հասցե խնդրում եմ ինչքան արժե կարող եք գրանցվել այո ոչ",
    "ka": "გამარჯობა გმადლობთ ხვალ საათი ფასი შეკვეთა მისამართი გთხოვთ რამდენი ღირს შეიძლება ჩაწერა დიახ არა",
    "kk": "сәлеметсіз бе рахмет ертең сағат бағасы тапсырыс мекенжай өтінемін қанша тұрады жазылу болады иә жоқ",
    "ru": "здравствуйте спасибо завтра время цена заказ адрес пожалуйста сколько стоит можно записаться да нет на в",
    "en": "hello thanks tomorrow time price order address please how much is can book yes no the a for to at",
}
_CODES = {"hy": "+374", "ka": "+995", "kk": "+7", "ru": "+7", "en": "+44"}
_DIGITS = {"hy": 8, "ka": 9, "kk": 10, "ru": 10, "en": 10}
LANGUAGES = tuple(_GIVEN)


class Speech:
    """Words as often as people use them: a few very often, very many rarely (Zipf)."""

    def __init__(self, language: str, chance: random.Random, rare: int = 12_000) -> None:
        syllables = _FAMILY[language][1].split() + _FAMILY[language][0].split()
        invented = ("".join(chance.choices(syllables, k=chance.choice((2, 2, 3, 3, 4)))) for _ in range(rare))
        self._words = [*_WORDS[language].split(), *invented]
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(len(self._words))))
        self._chance = chance

    def say(self) -> str:
        """A message of 4 to 14 words."""
        words = self._chance.choices(self._words, cum_weights=self._weights, k=self._chance.randint(4, 14))
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class Person:
    """A contact to be."""

    name: str
    language: str
    phone: str


def people(count: int) -> Iterator[Person]:
    """So many contacts, always the same."""
    chance = random.Random(_SEED)
    for number in range(count):
        language = LANGUAGES[number % len(LANGUAGES)]
        endings, syllables = (text.split() for text in _FAMILY[language])
        stem = "".join(chance.choices(syllables, k=chance.choice((1, 2, 2, 3)))).capitalize()
        given = chance.choice(_GIVEN[language].split())
        digits = "".join(chance.choices("0123456789", k=_DIGITS[language]))
        yield Person(f"{given} {stem}{chance.choice(endings)}", language, _CODES[language] + digits)


Write = Callable[[Callable[[Tx], None]], None]


def fill(write: Write, contacts: int, messages: int) -> None:
    """Adds contacts and messages in many transactions, unindexed. ``write`` runs one of them."""
    batch: list[Person] = []
    for person in people(contacts):
        batch.append(person)
        if len(batch) == _BATCH:
            _write_people(write, batch)
            batch = []
    _write_people(write, batch)
    chance = random.Random(_SEED + 1)
    speeches = [Speech(language, chance) for language in LANGUAGES]
    talks = -(-messages // _TALK)
    for begin in range(0, talks, _BATCH // _TALK):
        some = range(begin, min(begin + _BATCH // _TALK, talks))
        texts = {talk: [speeches[talk % len(speeches)].say() for _ in range(_TALK)] for talk in some}
        write(lambda tx, t=texts: _add_talks(tx, t))  # type: ignore[misc]  # a default binds the loop's value


def _write_people(write: Write, batch: list[Person]) -> None:
    write(lambda tx: _add_people(tx, batch))


def _add_people(tx: Tx, batch: list[Person]) -> None:
    if not batch:
        return
    rows, at = SeededRows(tx), clock.now()
    plain: dict[str, Any] = {"created_at": at, "updated_at": at}
    rows.add(ContactRow, {n: {"name": one.name, "language": one.language, **plain} for n, one in enumerate(batch)})
    stated = [
        {"contact_id": rows.id_of(ContactRow, n), "channel": "phone", "value": one.phone, "created_at": at}
        for n, one in enumerate(batch)
    ]
    rows.add_dependent(AddressRow, stated)


def _add_talks(tx: Tx, texts: dict[int, list[str]]) -> None:
    rows, at = SeededRows(tx), clock.now()
    inbox = conversations.find_inbox(tx, "web", None)
    assert inbox is not None  # noqa: S101  # the store was founded
    contact_ids = {talk: talk + 1 for talk in texts}
    web = {
        talk: {"contact_id": contact_ids[talk], "channel": "web", "value": f"bench-{talk}", "created_at": at}
        for talk in texts
    }
    rows.add(AddressRow, web)
    heads = {
        talk: {
            "contact_id": contact_ids[talk],
            "address_id": rows.id_of(AddressRow, talk),
            "inbox_id": inbox.id,
            "team_id": inbox.team_id,
            "channel": "web",
            "last_seq": len(said),
            "last_change": len(said),
            "created_at": at,
        }
        for talk, said in texts.items()
    }
    rows.add(ConversationRow, heads)
    event = next_events(tx, sum(map(len, texts.values())))
    added: list[dict[str, Any]] = []
    for talk, said in texts.items():
        for seq, text in enumerate(said, 1):
            added.append(
                {
                    "id": event + len(added),
                    "conversation_id": rows.id_of(ConversationRow, talk),
                    "contact_id": contact_ids[talk],
                    "seq": seq,
                    "change": seq,
                    "event": event + len(added),
                    "author_kind": "visitor",
                    "author_id": contact_ids[talk],
                    "author_name": "",
                    "text": text,
                    "channel": "web",
                    "address_id": rows.id_of(AddressRow, talk),
                    "at": at,
                }
            )
    rows.add_dependent(MessageRow, added)
