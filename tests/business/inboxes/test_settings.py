"""Whatever the store holds of an inbox, a visitor meets a chat; and what was set is read back as it was set."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from business.inboxes.identity import Person, check_identity, sign
from business.inboxes.settings import WidgetSettings, parse, show
from business.inboxes.shown import Inbox
from conversation.language import LANGUAGES
from conversation.texts import Catalogue

_LEAF: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9)
)
_WORDS = st.dictionaries(st.sampled_from([*LANGUAGES, "fr"]), st.text(max_size=9) | _LEAF)
_NAMES = (
    *("look", "texts", "form", "consent", "buttons", "proactive", "switches", "accent", "scheme", "side", "agent_id"),
    *("variables", "title", "greeting", "away", "key", "kind", "label", "required", "choices", "version", "pages"),
    *("after_s", "often", "text", "rating", "--barev-radius", "logo"),
)
_ANY = st.recursive(
    _LEAF | _WORDS | st.sampled_from(["name", "choice", "text", "#A1b2c3", "left", "dark", "agent", "day", "4px"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=6),
    max_leaves=25,
)


@given(st.dictionaries(st.sampled_from(_NAMES), _ANY, max_size=8))
def test_anything_is_read_and_then_stays_what_it_is(raw: dict[str, Any]) -> None:
    settings = parse(raw)
    assert parse(show(settings)) == settings
    inbox = Inbox(1, "key", "Shop", (), settings, Catalogue())
    for language in LANGUAGES:
        face = inbox.face(language)
        assert all(one.label for one in face.asked.fields)
        assert (face.asked.consent is None) == (not settings.consent.texts)


def test_nothing_set_asks_for_nothing() -> None:
    assert parse({}) == WidgetSettings()
    face = Inbox(1, "key", "Shop", (), parse({}), Catalogue()).face("hy")
    assert [(one.key, one.required) for one in face.asked.fields] == [
        ("name", False),
        ("phone", False),
        ("email", False),
    ]
    assert face.asked.consent is None
    assert (face.title, face.greeting, face.away) == ("", "", "")


@given(st.text(min_size=1, max_size=50).filter(str.isprintable), st.text(min_size=1))
def test_only_the_secret_signs(person_id: str, secret: str) -> None:
    assert check_identity(secret, {"id": person_id}, sign(secret, person_id), 0) == Person(person_id)
