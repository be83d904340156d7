"""Texts are put in order alike by both stores and by the key that is kept, whatever is written in them."""

import random

import pytest
from sqlalchemy import Text, literal, select

from crm_store import Tx
from crm_store.engine import Store
from crm_store.ordering import order_key, ordered

_ODD = [
    "",
    " ",
    "«»",
    "Ёлка Қыз Іңкәр «Ани»",
    "Ա՛նի ԵՎ և օր",
    "ᲐᲜᲐ ანა",
    "Émile O'Neil-Łódź ÅŇẞ",
    "100% \\ 'a' \"b\" :c",
]


def _any_text(chance: random.Random) -> str:
    codes = (chance.choice((0x20, 0xC0, 0x300, 0x400, 0x530, 0x10A0, 0x1C90, 0x4E00)) for _ in range(20))
    return "".join(chr(code + chance.randrange(96)) for code in codes)


async def test_the_store_makes_the_same_key(store: Store) -> None:
    chance = random.Random(7)
    texts = [*_ODD, *(_any_text(chance) for _ in range(200))]

    def read(tx: Tx) -> list[str | None]:
        return [tx.scalar(select(ordered(literal(one, Text())))) for one in texts]

    assert await store.read(read) == [order_key(one) for one in texts]


@pytest.mark.parametrize(
    "alphabet",
    [
        "аәбвгғдежзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
        "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ",
        "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
        "abcdefghijklmnopqrstuvwxyz",
    ],
)
def test_each_alphabet_keeps_its_order_in_both_cases(alphabet: str) -> None:
    letters = list(alphabet)
    keys = [order_key(one) or "" for one in letters]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    assert [order_key(one.upper()) for one in letters] == [order_key(one) for one in letters]


def test_what_says_nothing_has_no_key() -> None:
    assert order_key("") is order_key(None) is order_key("«»") is None
