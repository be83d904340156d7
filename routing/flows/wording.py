"""The firm's own wording of what the bot says, over the catalogue: the whole firm's, and over that an inbox's."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from business.inboxes.service import EDIT
from business.team import rights
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import Rejected
from conversation.language import LANGUAGES
from conversation.messages import Agent, Language
from conversation.ports import Texts
from conversation.texts import fields_of, fill
from crm_store import Tx, bot_texts, inboxes
from crm_store.bot_texts import Own
from crm_store.engine import Store

SECTION: Final = "flow"
TEXT_MOST: Final = 1_000
LABEL_MOST: Final = 60
"""What stands on a button is short, whatever carries it."""
_LABELS: Final = ("menu.", "title.", "label.", "press.")
_LABEL_KEYS: Final = ("more", "skip", "yes", "change", "stop")
_BRACE = re.compile(r"\{[a-z_]+\}|[{}]")


class Worded(NamedTuple):
    """By language and key: the standard texts, the firm's own, and (where one was asked for) an inbox's own."""

    standard: Own
    firm: Own
    inbox: Own


class OwnTexts:
    """The catalogue with own wording over it (the port ``Texts``)."""

    def __init__(self, texts: Texts, own: Own) -> None:
        self._texts = texts
        self._own = own

    def get(self, language: Language, key: str, **fields: object) -> str:
        """See the port."""
        section, _, rest = key.partition(".")
        own = self._own.get((language, rest)) if section == SECTION else None
        return self._texts.get(language, key, **fields) if own is None else fill(own, fields)

    def section(self, language: Language, prefix: str) -> dict[str, str]:
        """See the port."""
        section, _, within = prefix.partition(".")
        start = within and within + "."
        texts = self._texts.section(language, prefix)
        if section == SECTION:
            own = {key: text for (one, key), text in self._own.items() if one == language and key.startswith(start)}
            texts |= {key.removeprefix(start): text for key, text in own.items()}
        return texts


def load_texts(tx: Tx, texts: Texts, inbox_id: int) -> Texts:
    """What the bot says in an inbox, as it is worded at this moment."""
    own = bot_texts.read_in_force(tx, inbox_id)
    return OwnTexts(texts, own) if own else texts


def most_of(key: str) -> int:
    """How many characters a text may have."""
    return LABEL_MOST if key.startswith(_LABELS) or key in _LABEL_KEYS else TEXT_MOST


class Wording:
    """Reads and changes it for agents."""

    def __init__(self, store: Store, texts: Texts) -> None:
        self._store = store
        self._texts = texts

    async def read(self, inbox_id: int | None) -> Worded:
        """Everything. Raises Rejected not_found for an unknown inbox."""

        def load(tx: Tx) -> Worded:
            _require_inbox(tx, inbox_id)
            own = {} if inbox_id is None else bot_texts.read_level(tx, inbox_id)
            return Worded(self._standard(), bot_texts.read_level(tx, None), own)

        return await self._store.read(load)

    async def change(
        self, actor: Agent, inbox_id: int | None, language: Language, texts: Mapping[str, str | None], remote: str
    ) -> Worded:
        """Words what is given (None: back to what holds without it), all or nothing. Counts from the bot's next answer
        on, in every process. Raises Rejected with the key of the text that is at fault, forbidden, not_found."""
        wanted = self.check(language, texts)

        def write(tx: Tx) -> None:
            doer = rights.require_now(tx, actor, EDIT)
            _require_inbox(tx, inbox_id)
            before = bot_texts.read_level(tx, inbox_id)
            was = {key: before.get((language, key)) for key in wanted}
            changed = {key: text for key, text in wanted.items() if was[key] != text}
            if not changed:
                return
            bot_texts.put(tx, inbox_id, language, changed, clock.now())
            told = {f"{language}.{key}": was[key] for key in changed}
            now = {f"{language}.{key}": text for key, text in changed.items()}
            record_deed(tx, doer, "bot_texts.changed", "inbox", inbox_id or 0, before=told, after=now, remote=remote)

        await self._store.writer.run(write)
        return await self.read(inbox_id)

    def check(self, language: Language, texts: Mapping[str, str | None]) -> dict[str, str | None]:
        """The texts as they may be kept. Raises Rejected invalid or too_large with the key as the field."""
        standard = self._texts.section(language, SECTION)
        checked: dict[str, str | None] = {}
        for key, given in texts.items():
            if key not in standard:
                raise Rejected("invalid", "bot.key_unknown", field=key[:80])
            checked[key] = None if given is None else _checked(key, given.strip(), standard[key])
        return checked

    def _standard(self) -> Own:
        return {(one, key): text for one in LANGUAGES for key, text in self._texts.section(one, SECTION).items()}


def _checked(key: str, text: str, standard: str) -> str:
    if not text:
        raise Rejected("invalid", "bot.text_empty", field=key)
    if len(text) > most_of(key):
        raise Rejected("too_large", "error.text_too_long", field=key, limit=most_of(key))
    wanted = fields_of(standard)
    odd = [hole for hole in _BRACE.findall(text) if hole[1:-1] not in wanted]
    if odd:
        raise Rejected("invalid", "bot.field_unknown", field=key, hole=odd[0])
    missing = [name for name in wanted if name not in fields_of(text)]
    if missing:
        raise Rejected("invalid", "bot.field_missing", field=key, hole=f"{{{missing[0]}}}")
    return text


def _require_inbox(tx: Tx, inbox_id: int | None) -> None:
    if inbox_id is not None and inboxes.find_inbox(tx, inbox_id) is None:
        raise Rejected("not_found", "error.inbox_not_found")
