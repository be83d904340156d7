"""What the owner sets of an inbox, typed. ``inboxes.settings`` of the store holds it as JSON; whatever of that does not
fit (written by an older Barev, or by hand) counts as not set, so that a chat never goes dark."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast

from conversation.forms import AskedKind
from conversation.language import LANGUAGES
from conversation.messages import Json, JsonObject, Language

Words = Mapping[Language, str]
"""A text by language; a language that has none takes the first that has one."""
Scheme = Literal["auto", "light", "dark"]
Side = Literal["right", "left"]
Likeness = Literal["initials", "logo", "agent"]
Often = Literal["visitor", "day", "page"]

COLOUR: Final = r"^#[0-9a-fA-F]{6}$"
KEY: Final = r"^[a-z][a-z0-9_]{0,39}$"
VARIABLES: Final[Mapping[str, str]] = {
    "--barev-background": r"^#[0-9a-fA-F]{6}$",
    "--barev-text": r"^#[0-9a-fA-F]{6}$",
    "--barev-radius": r"^[0-9]{1,2}px$",
    "--barev-size": r"^(4[4-9]|[5-7][0-9]|80)px$",
    "--barev-space": r"^[0-9]{1,3}px$",
    "--barev-font": r"^[A-Za-z0-9 ,\"'-]{1,120}$",
}
"""The variables that may be set here, and how their values are written."""
TEXT_MOST: Final = 500
CONSENT_MOST: Final = 4_000
LABEL_MOST: Final = 120
FIELDS_MOST: Final = 12
CHOICES_MOST: Final = 20
BUTTONS_MOST: Final = 8
RULES_MOST: Final = 10
PATTERN_MOST: Final = 200
AFTER_MOST_S: Final = 3_600


@dataclass(frozen=True, slots=True)
class Look:
    """``accent``: the one colour; what is written on it is chosen for contrast. ``agent_id``: whose face it is."""

    accent: str = "#0f766e"
    scheme: Scheme = "auto"
    side: Side = "right"
    likeness: Likeness = "initials"
    agent_id: int | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """A field of the form."""

    key: str
    kind: AskedKind
    label: Words = field(default_factory=dict)
    required: bool = False
    choices: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Consent:
    """What must be agreed to; ``version`` 0: nothing was ever asked."""

    version: int = 0
    texts: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuickButton:
    """A beginning to press; ``text``: what is then said, the label where there is none."""

    label: Words
    text: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proactive:
    """A word from us: on pages whose address fits ``pages`` (``*`` is anything), ``after_s`` seconds on the page, once
    for a visitor, a day or a page."""

    key: str
    pages: str
    after_s: int
    often: Often
    text: Words


@dataclass(frozen=True, slots=True)
class WidgetSettings:
    """Everything of a website's inbox but its name, domains and secrets. ``bot``: it answers first."""

    look: Look = Look()
    title: Words = field(default_factory=dict)
    greeting: Words = field(default_factory=dict)
    away: Words = field(default_factory=dict)
    form: tuple[Question, ...] = (Question("name", "name"), Question("phone", "phone"), Question("email", "email"))
    consent: Consent = Consent()
    buttons: tuple[QuickButton, ...] = ()
    proactive: tuple[Proactive, ...] = ()
    rating: bool = True
    transcript: bool = True
    sound: bool = True
    bot: bool = False


def say(words: Words, language: Language) -> str:
    """A text in a language, else in English, else in the first there is; empty where there is none."""
    return words.get(language) or words.get("en") or next(iter(words.values()), "")


# --- from and to JSON
# ---------------------------------------------------------------------------------------------------


def parse(raw: JsonObject) -> WidgetSettings:
    """The settings in a store's JSON."""
    usual = WidgetSettings()
    switches = _bag(raw.get("switches"))
    texts = _bag(raw.get("texts"))
    consent = _bag(raw.get("consent"))
    version = consent.get("version")
    form = raw.get("form")
    return WidgetSettings(
        look=_look(_bag(raw.get("look"))),
        title=words_of(texts.get("title")),
        greeting=words_of(texts.get("greeting")),
        away=words_of(texts.get("away")),
        form=usual.form if not isinstance(form, list) else tuple(filter(None, map(_question, form))),
        consent=Consent(version if isinstance(version, int) else 0, words_of(consent.get("texts"))),
        buttons=tuple(filter(None, map(_button, _list(raw.get("buttons"))))),
        proactive=tuple(filter(None, map(_proactive, _list(raw.get("proactive"))))),
        rating=switches.get("rating") is not False,
        transcript=switches.get("transcript") is not False,
        sound=switches.get("sound") is not False,
        bot=has_bot(raw),
    )


def show(settings: WidgetSettings) -> JsonObject:
    """The settings as JSON, whole: what ``parse`` reads."""
    look = settings.look
    return {
        "look": {
            "accent": look.accent,
            "scheme": look.scheme,
            "side": look.side,
            "likeness": look.likeness,
            "agent_id": look.agent_id,
            "variables": dict(look.variables),
        },
        "texts": {
            "title": _show(settings.title),
            "greeting": _show(settings.greeting),
            "away": _show(settings.away),
        },
        "form": [
            {
                "key": one.key,
                "kind": one.kind,
                "label": _show(one.label),
                "required": one.required,
                "choices": [_show(choice) for choice in one.choices],
            }
            for one in settings.form
        ],
        "consent": {"version": settings.consent.version, "texts": _show(settings.consent.texts)},
        "buttons": [{"label": _show(one.label), "text": _show(one.text)} for one in settings.buttons],
        "proactive": [
            {
                "key": one.key,
                "pages": one.pages,
                "after_s": one.after_s,
                "often": one.often,
                "text": _show(one.text),
            }
            for one in settings.proactive
        ],
        "switches": {
            "rating": settings.rating,
            "transcript": settings.transcript,
            "sound": settings.sound,
            "bot": settings.bot,
        },
    }


def has_bot(raw: JsonObject) -> bool:
    """Whether the bot answers first in an inbox that has these settings."""
    return _bag(raw.get("switches")).get("bot") is True


def words_of(value: Json) -> Words:
    """Texts by language; blank ones count as none."""
    given = _bag(value)
    return {one: text.strip() for one in LANGUAGES if isinstance(text := given.get(one), str) and text.strip()}


def _show(words: Words) -> JsonObject:
    return {str(language): text for language, text in words.items()}


def _bag(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _one_of(value: Json, words: tuple[str, ...], usual: str) -> Any:
    return value if value in words else usual


def _look(raw: JsonObject) -> Look:
    usual = Look()
    accent, agent_id = raw.get("accent"), raw.get("agent_id")
    given = _bag(raw.get("variables"))
    return Look(
        accent=accent.lower() if isinstance(accent, str) and re.fullmatch(COLOUR, accent) else usual.accent,
        scheme=_one_of(raw.get("scheme"), ("auto", "light", "dark"), usual.scheme),
        side=_one_of(raw.get("side"), ("right", "left"), usual.side),
        likeness=_one_of(raw.get("likeness"), ("initials", "logo", "agent"), usual.likeness),
        agent_id=agent_id if isinstance(agent_id, int) and not isinstance(agent_id, bool) else None,
        variables={
            name: value
            for name, pattern in VARIABLES.items()
            if isinstance(value := given.get(name), str) and re.fullmatch(pattern, value)
        },
    )


def _question(value: Json) -> Question | None:
    raw = _bag(value)
    kind, key = raw.get("kind"), raw.get("key")
    if kind in ("name", "phone", "email"):
        key = kind
    if kind not in ("name", "phone", "email", "choice", "text") or not isinstance(key, str) or not re.match(KEY, key):
        return None
    choices = tuple(filter(None, map(words_of, _list(raw.get("choices"))))) if kind == "choice" else ()
    return Question(key, cast("AskedKind", kind), words_of(raw.get("label")), raw.get("required") is True, choices)


def _button(value: Json) -> QuickButton | None:
    label = words_of(_bag(value).get("label"))
    return QuickButton(label, words_of(_bag(value).get("text"))) if label else None


def _proactive(value: Json) -> Proactive | None:
    raw = _bag(value)
    text, pages, after_s = words_of(raw.get("text")), raw.get("pages"), raw.get("after_s")
    if not text:
        return None
    often: Often = _one_of(raw.get("often"), ("visitor", "day", "page"), "visitor")
    seconds = int(after_s) if isinstance(after_s, int | float) and not isinstance(after_s, bool) else 10
    key = raw.get("key")
    return Proactive(
        key if isinstance(key, str) and key else "1",
        pages.strip() if isinstance(pages, str) and pages.strip() else "*",
        min(max(seconds, 0), AFTER_MOST_S),
        often,
        text,
    )
