"""Files of examples: any text is read or refused in words, and what is written is read again as it was."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from conversation.errors import Rejected
from conversation.language import LANGUAGES
from crm_store.learning import Taught
from routing.teaching.files import FORMS, read_file, write_jsonl, write_rasa

SAID = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1).filter(str.strip)
TAUGHT = st.lists(
    st.builds(
        Taught,
        st.just(""),
        SAID.map(str.strip),
        st.sampled_from([None, *LANGUAGES]),
        st.none() | st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True).filter(lambda name: name != "nlu_fallback"),
        st.booleans(),
    )
)


@given(st.text(), st.sampled_from([None, *FORMS]))
def test_any_text_is_read_or_refused(text: str, form: str | None) -> None:
    with suppress(Rejected):
        read = read_file(text, next((one for one in FORMS if one == form), None))
        numbers = [*(one.number for one in read.lines), *(one.number for one in read.wrong)]
        assert all(1 <= number <= len(text) + 1 for number in numbers)


@given(TAUGHT)
def test_json_lines_come_back_as_they_were(taught: list[Taught]) -> None:
    read = read_file(write_jsonl(taught), "jsonl")
    assert not read.wrong
    back = [(one.text, one.intent, one.language, one.checks) for one in read.lines]
    outside = [None if one.intent == "out_of_scope" else one.intent for one in taught]
    assert back == [(one.text, intent, one.language, one.checks) for one, intent in zip(taught, outside, strict=True)]


def test_rasa_examples_of_both_kinds_are_read_with_their_lines() -> None:
    text = (
        "nlu:\n- intent: Ask/Price List\n  examples: |\n    - how much is [a haircut](service)?\n\n"
        '    - and [that]{"entity": "x"}\n- intent: greet\n  examples:\n  - text: |\n      - hello\n  - yes\n'
    )
    read = read_file(text, "rasa")
    assert [(one.number, one.text, one.intent) for one in read.lines] == [
        (4, "how much is a haircut?", "ask_price_list"),
        (6, "and that", "ask_price_list"),
        (9, "hello", "greet"),
        (11, "yes", "greet"),
    ]
    assert read.wrong == []


@given(TAUGHT)
def test_rasa_files_hold_all_but_the_checks(taught: list[Taught]) -> None:
    plain = [one for one in taught if not one.checks and "[" not in one.text]
    read = read_file(write_rasa(plain, [("ноготочки", "Маникюр: «все»")]), "rasa")
    intents = {one: None if one in ("out_of_scope", None) else one for one in {row.intent for row in plain}}
    assert sorted((one.text, one.intent or "") for one in read.lines) == sorted(
        (one.text, (intents[one.intent] or "").strip("_")) for one in plain
    )
    assert read.synonyms == [("ноготочки", "Маникюр: «все»")]
