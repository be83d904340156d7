"""What agents are told, in each one's language, and the outgoing row that tells it."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from conversation.messages import Button, Channel, JsonObject, Language
from conversation.ports import Texts
from crm_store import Tx, notices
from crm_store.notices import PURPOSE, Waiting

Act = Literal["take", "resolve"]
Kind = Literal["assigned", "waiting", "answer"]
STOP: Final = "/stop"
"""What an agent writes to be told nothing more."""
_MARK: Final = "n."
_ACTS: Final[tuple[Act, ...]] = ("take", "resolve")
_SAID_MOST: Final = 400
_SHORT_MOST: Final = 60
_HOLDS: Final = timedelta(hours=12)
"""A notice that could not be sent for so long is of no use any more."""


class Notice(NamedTuple):
    """Something for one agent's address. ``key``: what has this key was said before; ``agent_id``: None for what is
    said to somebody who is no agent (any more)."""

    channel: Channel
    to: str
    agent_id: int | None
    language: Language
    text: str
    key: str
    conversation_id: int | None = None
    buttons: tuple[Button, ...] = ()
    subject: str = ""


def write(tx: Tx, one: Notice, at: datetime) -> bool:
    """Puts it among what is to be sent; False where it was said before."""
    payload: JsonObject = {
        "id": secrets.token_hex(16),
        "text": one.text,
        "subject": one.subject,
        "language": one.language,
        "agent_id": one.agent_id,
        "buttons": [[button.value, button.label] for button in one.buttons],
    }
    return notices.write(
        tx,
        channel=one.channel,
        purpose=PURPOSE,
        payload=payload,
        dedupe_key=one.key,
        not_before=at,
        expires_at=at + _HOLDS,
        created_at=at,
        conversation_id=one.conversation_id,
        recipient=one.to,
    )


def read_buttons(payload: JsonObject) -> tuple[Button, ...]:
    """The buttons of such a row."""
    kept = payload.get("buttons")
    pairs = [one for one in kept if isinstance(one, list) and len(one) == 2] if isinstance(kept, list) else []
    return tuple(Button(str(value), str(label)) for value, label in pairs)


def read_press(value: str) -> tuple[Act, int] | None:
    """What a button of a notice asks for, and of which conversation; None: it is no such button."""
    if not value.startswith(_MARK):
        return None
    name, _, number = value.removeprefix(_MARK).partition(".")
    act = next((one for one in _ACTS if one == name), None)
    return None if act is None or not number.isdecimal() or len(number) > 18 else (act, int(number))


class Wording:
    """``link``: where a conversation is at the desk; empty where the server has no public address."""

    def __init__(self, texts: Texts, base: str) -> None:
        self._texts = texts
        self._base = base

    def say(self, language: Language, key: str, **fields: object) -> str:
        """One of the texts for agents."""
        return self._texts.get(language, f"notices.{key}", **{"stop": STOP, **fields})

    def refusal(self, language: Language, key: str, fields: dict[str, object]) -> str:
        """Why something was refused, as it is said at the desk."""
        return self._texts.get(language, key, **fields)

    def buttons(self, language: Language, conversation_id: int, acts: Sequence[Act] = _ACTS) -> tuple[Button, ...]:
        """Under a notice."""
        return tuple(Button(f"{_MARK}{act}.{conversation_id}", self.say(language, f"button.{act}")) for act in acts)

    def waiting(self, language: Language, kind: Kind, talk: Waiting, at: datetime) -> str:
        """Of a conversation: who waits, since when, his last word, and how it is answered."""
        who = self._who(language, talk)
        minutes = max(1, round((at - talk.waiting_since).total_seconds() / 60))
        head = self.say(language, f"of.{kind}", who=who, minutes=minutes)
        said = _cut(talk.said.strip(), _SAID_MOST) or self.say(language, "no_words")
        return "\n\n".join(filter(None, (head, said, self.say(language, "how"), self.link(talk.id))))

    def short(self, language: Language, kind: Kind, talk: Waiting, at: datetime) -> str:
        """The same for the phone: without what was said."""
        minutes = max(1, round((at - talk.waiting_since).total_seconds() / 60))
        head = self.say(language, f"of.{kind}", who=_cut(talk.name, _SHORT_MOST), minutes=minutes)
        return " ".join(filter(None, (head, self.link(talk.id))))

    def task(self, language: Language, title: str) -> str:
        """Of something to be done."""
        return self.say(language, "of.task", title=_cut(title.strip(), _SAID_MOST))

    def link(self, conversation_id: int) -> str:
        """Where the conversation is at the desk."""
        return f"{self._base}/desk/#/dialogs/{conversation_id}" if self._base else ""

    def _who(self, language: Language, talk: Waiting) -> str:
        name = _cut(talk.name.strip(), _SHORT_MOST) or self.say(language, "no_name")
        where = self.say(language, f"channel.{talk.channel}")
        return ", ".join(filter(None, (name, where, talk.branch)))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
