"""The catalogue: five languages say the same things, each in its own letters, and filling in a text never fails."""

import json
import re
from pathlib import Path

import pytest

from conversation.language import LANGUAGES, plural_categories, plural_category
from conversation.messages import Language
from conversation.texts import FOLDER, VALUE_LIMIT, Catalogue, fields_of, fill, one_line
from crm_store.exporting import KINDS

ROOT = Path(__file__).parents[2]
PACKAGES = ("barev", "business", "chat_widget", "conversation", "crm_store", "desk", "routing")
SECTIONS = sorted(path.stem for path in (FOLDER / "en").glob("*.json"))
CATEGORIES = ("one", "few", "many", "other")

CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
LETTERS: dict[Language, str] = {
    "hy": "".join(map(chr, range(0x561, 0x588))),
    "ka": "".join(map(chr, range(0x10D0, 0x10F1))),
    "kk": CYRILLIC + "әғқңөұүһі",
    "ru": CYRILLIC,
    "en": "abcdefghijklmnopqrstuvwxyz",
}
# Names of products, formats and keys that are written in Latin letters everywhere, and the wire's own words.
LATIN_EVERYWHERE = {
    *("Apple", "Google", "Outlook", "iCal"),
    *(
        "Barev",
        "Telegram",
        "Viber",
        "SMS",
        "SIP",
        "QR",
        "CSV",
        "XLSX",
        "ZIP",
        "Markdown",
        "UTF",
        "JSON",
        "API",
        "UUID",
        "ISO",
        "URL",
        "IP",
        "ID",
        "IANA",
        "UTC",
    ),
    *("Enter", "Shift", "Ctrl", "Cmd", "Esc", "Alt", "Tab"),
    *("identity", "hash", "PNG", "JPEG", "WebP"),
    *("Rasa", "YAML", "UTF", "nlu", "yml", "text", "intent", "check", "true", "false", "null", "parking"),
    *("client", "id", "online", "away", "offline", "VIP"),
}
LANGUAGE_NAMES = {"Հայերեն", "ქართული", "Қазақша", "Русский", "English"}


def load(language: Language, section: str) -> dict[str, str]:
    texts = json.loads((FOLDER / language / f"{section}.json").read_bytes())
    assert isinstance(texts, dict)
    return texts


def base_of(key: str) -> str:
    head, _, last = key.rpartition(".")
    return head if last in CATEGORIES else key


def grouped(language: Language, section: str) -> dict[str, dict[str, str]]:
    """Texts by key without its plural category, each with its variants ("" for one that does not count)."""
    groups: dict[str, dict[str, str]] = {}
    for key, text in load(language, section).items():
        base = base_of(key)
        groups.setdefault(base, {})["" if base == key else key.removeprefix(base + ".")] = text
    return groups


def words_of(text: str) -> list[str]:
    plain = re.sub(r"\{[a-z_]+\}", " ", text)
    return [word for word in re.findall(r"[^\W\d_]+", plain) if word not in LANGUAGE_NAMES]


def is_latin_everywhere(word: str) -> bool:
    """A name of the list, or the single letter that a key of the keyboard bears."""
    return word in LATIN_EVERYWHERE or bool(re.fullmatch("[A-Z]", word))


def all_texts() -> list[tuple[Language, str, str, str]]:
    return [
        (language, section, key, text)
        for language in LANGUAGES
        for section in SECTIONS
        for key, text in load(language, section).items()
    ]


def test_every_language_has_the_same_sections() -> None:
    assert {"activity", "error", "form", "greeting", "reply", "time"} <= set(SECTIONS)
    for language in LANGUAGES:
        assert sorted(path.stem for path in (FOLDER / language).glob("*.json")) == SECTIONS


@pytest.mark.parametrize("section", SECTIONS)
def test_every_language_has_the_same_keys_and_fields(section: str) -> None:
    english = grouped("en", section)
    assert english
    for language in LANGUAGES:
        texts = grouped(language, section)
        assert texts.keys() == english.keys(), f"{language}/{section}"
        for key, variants in texts.items():
            counts = "" not in english[key]
            expected = set(plural_categories(language)) if counts else {""}
            assert variants.keys() == expected, f"{language} {section}.{key}"
            fields = {frozenset(fields_of(text)) for text in (*variants.values(), *english[key].values())}
            assert len(fields) == 1, f"{language} {section}.{key} has other fields"


def test_texts_are_clean() -> None:
    for language, section, key, text in all_texts():
        where = f"{language} {section}.{key}"
        assert re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)*", key), where
        assert text.strip() == text, where
        assert text, where
        assert "  " not in text, where
        assert not re.sub(r"\{[a-z_]+\}", "", text).count("{"), where
        assert not re.sub(r"\{[a-z_]+\}", "", text).count("}"), where


def test_texts_are_in_the_letters_of_their_language() -> None:
    strange = [
        f"{language} {section}.{key}: {word}"
        for language, section, key, text in all_texts()
        for word in words_of(text)
        if set(word.lower()) - set(LETTERS[language]) - {"և"} and not is_latin_everywhere(word)
    ]
    assert strange == []


def test_kazakh_is_not_russian() -> None:
    for section in SECTIONS:
        kazakh, russian = load("kk", section), load("ru", section)
        assert set("".join(kazakh.values())) & set("әғқңөұүі"), section
        same = [key for key in kazakh.keys() & russian.keys() if kazakh[key] == russian[key]]
        assert len(same) <= len(kazakh) / 4, same


def test_armenian_and_georgian_are_never_in_capitals() -> None:
    for language, section, key, text in all_texts():
        for word in words_of(text) if language in ("hy", "ka") else []:
            assert word in LATIN_EVERYWHERE or len(word) < 2 or not word.isupper(), (
                f"{language} {section}.{key}: {word}"
            )


def test_armenian_has_its_own_punctuation() -> None:
    for language, section, key, text in all_texts():
        if language == "hy":
            assert "?" not in text, f"{section}.{key}: the question mark is ՞, on the stressed vowel"
            assert not re.search(r"[^\W\d_]:(\s|$)", text), f"{section}.{key}: the full stop is ։, not a colon"


def test_errors_are_whole_sentences() -> None:
    for language in LANGUAGES:
        stop = "։" if language == "hy" else "."
        assert [key for key, text in load(language, "error").items() if not text.endswith(stop)] == []


def known(catalogue: Catalogue, language: Language, key: str) -> bool:
    try:
        return bool(catalogue.get(language, key))
    except KeyError:
        return False


def test_every_key_that_the_code_names_exists() -> None:
    catalogue = Catalogue()
    named = set[str]()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            code = path.read_text(encoding="utf-8")
            named |= set(re.findall(r'"((?:error|reply|greeting|access)\.[a-z_]+)"', code))
            named |= {f"activity.{name}" for name in re.findall(r'\bActivity\(\s*"([a-z_]+)"', code)}
    assert "error.text_too_long" in named
    missing = {key for key in named for language in LANGUAGES if not known(catalogue, language, key)}
    assert sorted(missing) == []


def test_every_error_code_has_its_text() -> None:
    for code in ("invalid", "unauthorized", "forbidden", "not_found", "conflict", "already_taken", "slot_taken"):
        assert Catalogue().get("en", f"error.{code}")
    for code in ("too_large", "too_many", "unavailable"):
        assert Catalogue().get("en", f"error.{code}")


def test_every_kind_of_export_has_its_name() -> None:
    """The keys are put together, so nobody else asks for them."""
    assert {f"kind.{kind.name}" for kind in KINDS} <= load("en", "exchange").keys()


def test_fields_are_filled_in() -> None:
    texts = Catalogue()
    assert texts.get("en", "error.already_taken", name="Nino") == "Nino has already taken this conversation."
    assert texts.get("hy", "error.field_missing", field="text") == "Լրացված չէ՝ text։"


def test_counting_picks_the_plural() -> None:
    texts = Catalogue()
    said = [texts.get("ru", "error.rate", seconds=seconds) for seconds in (1, 3, 7, 21, 0.5, 2.0)]
    assert [text.rpartition("через ")[2] for text in said] == [
        *("1 секунду.", "3 секунды.", "7 секунд.", "21 секунду.", "0.5 секунды.", "2 секунды.")
    ]
    assert texts.get("en", "error.rate", seconds=1).endswith("in 1 second.")
    assert texts.get("en", "error.rate", seconds="soon").endswith("in soon seconds.")
    assert texts.get("en", "error.rate").endswith("in … seconds.")


class Nasty:
    def __str__(self) -> str:
        raise RuntimeError("no text of me")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("{seconds} {0.__class__} %s", "{seconds} {0.__class__} %s"),
        ("x" * 5000, "x" * VALUE_LIMIT + "…"),
        ("a\x00b\u202ec\ud800d\n", "a b c d "),
        (Nasty, "…"),
        (float("inf"), "inf"),
        (None, "None"),
        ("<b>&amp;", "<b>&amp;"),
    ],
)
def test_hostile_values_never_raise(value: object, shown: str) -> None:
    texts = Catalogue()
    value = Nasty() if value is Nasty else value
    assert texts.get("en", "error.event_unknown", event=value) == f"Unknown event: {shown}."
    for language in LANGUAGES:
        assert texts.get(language, "error.rate", seconds=value).encode()


def test_a_number_too_long_to_print_is_left_out() -> None:
    assert fill("{n}!", {"n": 10**5000}) == "…!"


def test_fill_reads_a_value_once() -> None:
    assert fill("{a} {b} {c}", {"a": "{b}", "b": "{a}"}) == "{b} {a} …"


def test_a_name_is_one_line_of_letters_in_their_order() -> None:
    assert one_line(" Ani\n\tPetrosyan\x07 \u202enaira\u2066 \ud800") == "Ani Petrosyan naira"
    assert one_line("مريم 👩\u200d🦰 Մարիամ") == "مريم 👩\u200d🦰 Մարիամ"


def test_unknown_keys_are_key_errors() -> None:
    texts = Catalogue()
    for key in ("error.nonsense", "nonsense.key", "error", "", "../../secret.key", "error.rate.dual"):
        with pytest.raises(KeyError):
            texts.get("en", key)


def test_sections_come_raw_and_apart(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "widget.json").write_text(
        '{"list.empty": "Nothing, {name}", "list.more": "More", "title": "Chat"}'
    )
    texts = Catalogue(tmp_path)
    section = texts.section("en", "widget")
    assert section == {"list.empty": "Nothing, {name}", "list.more": "More", "title": "Chat"}
    section.clear()
    assert texts.section("en", "widget.list") == {"empty": "Nothing, {name}", "more": "More"}
    assert texts.section("en", "other") == {}
    assert texts.section("hy", "widget") == {}


def test_a_file_is_read_once_and_late(tmp_path: Path) -> None:
    texts = Catalogue(tmp_path)
    assert texts.section("ka", "form") == {}
    (tmp_path / "ka").mkdir()
    (tmp_path / "ka" / "form.json").write_text('{"name": "სახელი"}', encoding="utf-8")
    assert texts.get("ka", "form.name") == "სახელი"
    (tmp_path / "ka" / "form.json").unlink()
    assert texts.get("ka", "form.name") == "სახელი"


def test_every_plural_variant_is_reachable() -> None:
    for language in LANGUAGES:
        reached = {plural_category(language, count) for count in (*range(200), 0.5, 1.5)}
        assert reached == set(plural_categories(language))
