"""Words of danger in five languages and in Latin letters; and what only sounds like it."""

import pytest

from routing.flows.danger import find_danger, number_to_call

DANGERS = {
    "gas": [
        "Խոհանոցում գազի հոտ է գալիս",
        "გაზის სუნი დგას სადარბაზოში",
        "Үйде газдың иісі шығып тұр",
        "у нас сильно пахнет газом",
        "Утечка газа!!!",
        "I smell gas in the kitchen",
        "there is a gas leak",
        "u nas pahnet gazom",
    ],
    "fire": [
        "Հրդեհ է մեր շենքում",
        "ხანძარია მეზობელთან",
        "Өрт шықты, көмектесіңіз",
        "Пожар!",
        "the socket is on fire",
        "проводка загорелась",
    ],
    "flood": [
        "Խողովակը պայթել է",
        "მილი გასკდა და წყალი მოდის",
        "Үйді су басып жатыр",
        "Нас затопили соседи",
        "the pipe burst",
    ],
    "health": [
        "Արյունահոսություն ունեմ",
        "სისხლდენა არ ჩერდება",
        "Қан тоқтамай жатыр",
        "кровь не останавливается после удаления",
        "he is not breathing",
    ],
}
CALM = [
    "сколько я должен за газ",
    "счёт за газ 1234567",
    "Գազի վարձը որքա՞ն է",
    "გაზის გადასახადი მინდა გადავიხადო",
    "газдың ақысы қанша",
    "gas bill payment",
    "договоримся на пятницу",
    "please don't fire him",
    "сдать кровь на анализ",
    "потоковая линия",
    "горит лампочка на счётчике",
    "спорт",
]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, said in DANGERS.items() for text in said])
def test_danger_is_heard(kind: str, text: str) -> None:
    """In any language, however it is said."""
    assert find_danger(text) == kind


@pytest.mark.parametrize("text", CALM)
def test_calm_is_left_calm(text: str) -> None:
    """A bill is no danger."""
    assert find_danger(text) is None


def test_the_numbers_are_the_countrys() -> None:
    """Georgia has one for all; a country that is not known gets 112."""
    assert (number_to_call("AM", "gas"), number_to_call("GE", "gas")) == ("104, 112", "112")
    assert number_to_call("FR", "fire") == "112"
