"""What a column of a stranger's table means: by its heading in five languages, else by what stands in it."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from business.exchange.people import to_day, to_email, to_phone

CUSTOM: Final = "custom."
NEW_FIELD: Final = "custom.*"
"""The target of a column that becomes a new field of the firm's own, named by its heading."""
TARGETS: Final = (
    *("name", "given_name", "family_name", "patronymic", "phone", "email", "code", "address_form", "language"),
    *("country", "birthday", "source", "curator", "groups", "categories", "note", "created_at"),
)
MANY: Final = frozenset({"phone", "email", "groups", "categories", "note"})
"""Targets that several columns may have."""

_WORDS: Final[Mapping[str, str]] = {
    "name": """name|full name|fullname|display name|client|customer|contact|client name|customer name|contact name
        |person|имя клиента|клиент|фио|ф и о|полное имя|контакт|покупатель|заказчик|наименование|название
        |имя и фамилия|фамилия имя|фамилия имя отчество|անուն ազգանուն|անուն ազգանունը|հաճախորդ
        |ամբողջական անուն|անուն ազգանուն հայրանուն|կոնտակտ|ազգանուն անուն|სახელი გვარი|სახელი და გვარი
        |გვარი სახელი|კლიენტი|მომხმარებელი|სრული სახელი|კონტაქტი|аты жөні|аты-жөні|тегі аты|толық аты
        |тұтынушы|байланыс|тегі аты әкесінің аты""",
    "given_name": "given name|first name|firstname|given|forename|имя|անուն|անունը|სახელი|аты|есімі|есім|ат",
    "family_name": "family name|last name|lastname|surname|family|фамилия|ազգանուն|ազգանունը|გვარი|тегі|тек|фамилиясы",
    "patronymic": "patronymic|middle name|middlename|отчество|հայրանուն|հայրանունը|მამის სახელი|әкесінің аты",
    "phone": """phone|phone number|mobile|mobile phone|cell|tel|telephone|whatsapp|viber|phone 1|phone 2|phone1
        |phone2|other phone|home phone|work phone|телефон|номер телефона|мобильный|моб|сотовый|тел
        |моб телефон|мобильный телефон|сотовый телефон|номер|телефон 1|телефон 2|доп телефон|телефоны
        |контактный телефон|հեռախոս|հեռախոսահամար|հեռ|բջջային|հեռախոսի համար|հեռախոս 1|հեռախոս 2|ტელეფონი
        |ტელეფონის ნომერი|მობილური|ნომერი|ტელ|ұялы телефон|телефон нөмірі|ұялы|нөмірі|байланыс телефоны""",
    "email": """email|e mail|mail|email address|e mail address|почта|эл почта|электронная почта|емейл|имейл
        |электронный адрес|էլ փոստ|էլփոստ|էլեկտրոնային փոստ|էլ հասցե|ელ ფოსტა|ელფოსტა|ელექტრონული ფოსტა
        |მეილი|იმეილი|электрондық пошта|эл пошта|пошта""",
    "code": """code|client code|customer code|id|client id|customer id|card|card number|external id|код|код клиента
        |номер карты|карта|номер клиента|ид|կոդ|հաճախորդի կոդ|քարտ|քարտի համար|կոდ|კოდი|კლიენტის კოდი|ბარათი
        |ბარათის ნომერი|клиент коды|тұтынушы коды|карта нөмірі""",
    "address_form": """address form
        |salutation|form of address|title|обращение|դիմելաձև|դիմելու ձև|მიმართვა|მიმართვის ფორმა
        |қаратпа|үндеу""",
    "language": "language|lang|locale|язык|լեզու|լեզուն|ენა|тіл|тілі",
    "country": "country|country code|страна|երկիր|ქვეყანა|ел|елі|мемлекет",
    "birthday": """birthday|birth date|date of birth|dob|birthdate|день рождения|дата рождения|др|д р|ծննդյան օր
        |ծննդյան ամսաթիվ|ծննդյան օրը|ծննդյան տարեթիվ|ծնունդ|დაბადების დღე|დაბადების თარიღი|туған күні
        |туған күн|туылған күні""",
    "source": """source|lead source|how did you hear|how found|источник|откуда узнал|откуда|рекламный источник
        |աղբյուր|աղբյուրը|որտեղից է իմացել|წყარო|საიდან გაიგო|дереккөз|қайдан білді|көзі""",
    "curator": """curator|manager|responsible|owner|assigned to|менеджер|ответственный|куратор|պատասխանատու|կուրատոր
        |մենեջեր|პასუხისმგებელი|მენეჯერი|კურატორი|жауапты|менеджері|жетекші""",
    "groups": "group|groups|группа|группы|խումբ|խմբեր|ჯგუფი|ჯგუფები|топ|топтар|тобы",
    "categories": """category|categories|tag|tags|label|labels|segment|status|категория|категории|метка|метки|теги|тег
        |сегмент|կատեգորիա|կատեգորիաներ|պիտակ|պիտակներ|კატეგორია|კატეგორიები|ტეგი|ტეგები|санат|санаттар
        |санаты|белгі""",
    "note": """note|notes|comment|comments|remark|description|memo|примечание|примечания|комментарий|комментарии
        |заметка|заметки|описание|նշում|նշումներ|մեկնաբանություն|գրառում|შენიშვნა|შენიშვნები|კომენტარი
        |აღწერა|ескертпе|ескерту|түсініктеме|пікір|жазба""",
    "created_at": """created at|created|customer since|date added|registration date|added|дата создания|дата регистрации
        |дата добавления|клиент с|создан|ստեղծվել է|գրանցման ամսաթիվ|შექმნის თარიღი|რეგისტრაციის თარიღი
        |тіркелген күні|құрылған күні""",
}
_PUNCTUATION: Final = re.compile(r"[\W_]+")
_BY_WORD: Final[dict[str, str]] = {
    _PUNCTUATION.sub(" ", word.casefold()).strip(): target
    for target, words in _WORDS.items()
    for word in words.split("|")
}
_NAME_WORD: Final = re.compile(r"[^\W\d_][^\d_]{1,79}\Z")
_PHONE_CHARS: Final = re.compile(r"[+\d\s().eE,'\-]{5,40}\Z")


def fold_heading(text: str) -> str:
    """A heading as it is looked up: casefolded words without punctuation."""
    return _PUNCTUATION.sub(" ", text.casefold()).strip()


def find_target(heading: str) -> str | None:
    """The target that a heading names, None for a word nobody knows."""
    plain = heading.strip()
    if plain in TARGETS:
        return plain
    folded = fold_heading(plain)
    if folded in _BY_WORD:
        return _BY_WORD[folded]
    unnumbered = re.sub(r"\s*\d+$", "", folded)
    found = _BY_WORD.get(unnumbered)
    return found if found in MANY else None


def is_header(cells: Sequence[str], country: str) -> bool:
    """Whether a first row names the columns: it has a known word, or nothing that is somebody's own."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if any(find_target(cell) is not None or cell.startswith(CUSTOM) for cell in filled):
        return True
    own = (
        to_phone(cell, country) or to_email(cell) or to_day(cell) or cell.replace(".", "").isdigit() for cell in filled
    )
    return not any(own) and len(filled) > 1


def guess_mapping(
    headings: Sequence[str], samples: Sequence[Sequence[str]], fields: Mapping[str, str], country: str
) -> dict[int, str]:
    """A target for each column where one can be guessed. ``samples``: values of each column, ``fields``: labels of
    the firm's own fields by key."""
    by_label = {fold_heading(label): key for key, label in fields.items()} | {fold_heading(key): key for key in fields}
    found: dict[int, str] = {}
    for column, heading in enumerate(headings):
        if heading.startswith(CUSTOM) and len(heading) > len(CUSTOM):
            found[column] = heading
            continue
        key = by_label.get(fold_heading(heading))
        target = find_target(heading) or (CUSTOM + key if key is not None else None)
        if target is not None and (target in MANY or target not in found.values()):
            found[column] = target
    for column, values in enumerate(samples):
        if column not in found:
            target = _guess_by_content([value for value in values if value.strip()], country)
            if target is not None and target not in found.values():
                found[column] = target
    _settle_names(found)
    return found


def _settle_names(found: dict[int, str]) -> None:
    """A lone "Name" without a family name beside it is the whole name."""
    targets = set(found.values())
    if "given_name" in targets and not targets & {"name", "family_name"}:
        found.update({column: "name" for column, target in found.items() if target == "given_name"})


def _guess_by_content(values: Sequence[str], country: str) -> str | None:
    if not values:
        return None
    most = 0.6 * len(values)
    if sum(to_email(value) is not None for value in values) > most:
        return "email"
    if sum(to_day(value) is not None for value in values) > most:
        return "birthday"
    if sum(bool(_PHONE_CHARS.match(value)) and to_phone(value, country) is not None for value in values) > most:
        return "phone"
    worded = sum(bool(_NAME_WORD.match(value)) and 2 <= len(value.split()) <= 4 for value in values)
    return "name" if worded > most else None
