"""Words of danger: gas, fire, flood, bleeding, somebody not breathing. They go to a person at once, and the number to
call is said first. Better once too often than once too seldom; but a bill for gas is no danger."""

import re
import unicodedata
from typing import Final, Literal

Danger = Literal["gas", "fire", "flood", "health"]

_SPELLED: Final[dict[Danger, tuple[str, ...]]] = {
    "gas": (
        r"գազ\w*\s+(\w+\s+)?(հոտ|արտահոսք)|(հոտ|արտահոսք)\w*\s+(\w+\s+)?գազ",
        r"gaz\w*\s+(\w+\s+)?(hot|artahosq)\w*",
        r"(გაზ|აირ)\w*\s+(\w+\s+)?(სუნ|გაჟონ|ჟონ|გაპარ)|(სუნ|ჟონ)\w*\s+(\w+\s+)?(გაზ|აირ)",
        r"gaz\w*\s+(\w+\s+)?(suni|gajon|gazhon)\w*",
        r"газ\w*\s+(\w+\s+)?(иіс|шығып|ағып|жайыл)|газ\w*\s+(\w+\s+)?(iis|shygyp)",
        r"пахнет\s+(\w+\s+)?газом|газом\s+(\w+\s+)?(пахнет|воняет)|воняет\s+газом|запах\w*\s+газа|утеч\w+\s+газа|газ\w*\s+утеч",
        r"pahnet\s+gazom|gazom\s+pahnet|zapah\s+gaza|utechka\s+gaza",
        r"gas\s+(leak|smell|is leaking)|leak\w*\s+gas|smell\w*\s+(of\s+|like\s+)?gas|smells?\s+gas",
    ),
    "fire": (
        r"հրդեհ|այրվում\s+է|կրակ\s+է|hrdeh|ayrvum\s+e\b",
        r"ხანძ\w+|იწვის|ცეცხლი\s+(გაჩნდა|უჩნდება|ეკიდება)|khandzar|xandzar|iwvis",
        r"өрт\b|өртен\w*|жанып\s+жатыр|ort\s+shyqty|janyp\s+jatyr",
        r"пожар|горим\b|горит\s+(дом|квартир|проводк|кухн|офис|щит|розетк)",
        r"(дом|квартир\w*|проводк\w*|кухн\w*|щит\w*|розетк\w*)\s+горит|загорел(ся|ась|ось)|дымит\s+проводк|pozhar|goryt?\s+dom",
        r"\b(on fire|house fire|fire in|there is (a )?fire|there's (a )?fire|caught fire|is burning)\b",
    ),
    "flood": (
        r"հեղեղ\w*|ջուրը?\s+(\w+\s+)?(լցվում|հեղեղ)|խողովակ\w*\s+(պայթ|ճաք)|heghegh|xoxovak\w*\s+payt",
        r"წყალ\w*\s+(\w+\s+)?(ვარდნ|დატბორ|მოვარდ)|დატბორ\w*|მილი\s+(გასკდა|გატყდა)|mili\s+gaskda|datbor",
        r"су\s+(\w+\s+)?басып|су\s+басты|құбыр\s+жарыл|topan|su\s+basyp",
        r"потоп|затопи\w*|заливает|затаплива\w*|прорвал\w*\s+(\w+\s+)?труб|труб\w*\s+(\w+\s+)?(прорвал|лопнул)|хлещет\s+вод|вод\w*\s+хлещет",
        r"zatopil\w*|zalivaet|prorvalo\s+trub|truba\s+lopnula",
        r"\b(flood\w*|burst pipe|pipe\s+(has\s+)?burst|water is (pouring|gushing))\b",
    ),
    "health": (
        r"արյուն\w*\s+(\w+\s+)?(հոս|գն)|արյունահոս|չի\s+շնչում|գիտակցությունը\s+կորց|aryun\w*\s+hos|chi\s+shnchum",
        r"სისხლ\w*\s+(\w+\s+)?(დის|მოდის|სდის|დენა)|სისხლდენ|არ\s+სუნთქავს|გონება\s+დაკარგ|siskhldena|ar\s+suntqavs",
        r"қан\s+(\w+\s+)?(кет|ағ|тоқта)|тыныс\s+алмай|есінен\s+тан|qan\s+(ketip|agyp)",
        r"кровотеч|кров\w*\s+(\w+\s+)?(хлещет|не останавлив|идёт|идет|течёт|течет)",
        r"(хлещет|течёт|течет|идёт|идет)\s+кров|не\s+дыш[аиу]|потеря\w*\s+сознани|без\s+сознания",
        r"krovotech|krov\s+(idet|ne ostan)",
        r"\b(bleeding|can'?t breathe|not breathing|unconscious|heart attack|passed out)\b",
    ),
}
_PATTERNS: Final = {kind: re.compile(rf"(?<!\w)(?:{'|'.join(all_)})") for kind, all_ in _SPELLED.items()}
_ANYWHERE: Final[dict[Danger, str]] = {"gas": "112", "fire": "112", "flood": "112", "health": "112"}
_NUMBERS: Final[dict[str, dict[Danger, str]]] = {
    "AM": {"gas": "104, 112", "fire": "101, 112", "flood": "112", "health": "103, 112"},
    "GE": _ANYWHERE,
    "KZ": {"gas": "104, 112", "fire": "101, 112", "flood": "112", "health": "103, 112"},
    "RU": {"gas": "104, 112", "fire": "101, 112", "flood": "112", "health": "103, 112"},
}
"""Whom to call: in Armenia and Kazakhstan the services have numbers of their own beside 112, in Georgia 112 is all."""


def find_danger(text: str) -> Danger | None:
    """What danger a message tells of."""
    plain = unicodedata.normalize("NFC", text[:2000]).casefold().replace("’", "'")
    return next((kind for kind, pattern in _PATTERNS.items() if pattern.search(plain)), None)


def number_to_call(country: str, danger: Danger) -> str:
    """The emergency numbers of a country; 112 where its own are not known."""
    return _NUMBERS.get(country, _ANYWHERE)[danger]
