"""The words in which customers are told of their visits: the catalogue's, and over them the firm's own.

Each may name the visit, the place and the firm by fields; a line whose fields are all empty is left out.
"""

import re
from collections.abc import Mapping
from typing import Final, cast

from business.team import rights
from business.team.deeds import record_deed
from business.team.settings import EDIT
from conversation import clock
from conversation.errors import Rejected
from conversation.language import LANGUAGES
from conversation.messages import Agent, JsonObject, Language
from conversation.ports import Texts
from conversation.texts import fields_of, fill
from crm_store import Tx, settings_table
from crm_store.engine import Store

TELLS: Final = ("booked", "ask", "remind", "moved", "cancelled", "offer")
"""What there is to tell; ``outreach.tell.<name>`` is its text."""
FIELDS: Final = ("name", "service", "specialist", "date", "time", "address", "city", "firm", "phone")
REQUIRED: Final = ("date", "time")
"""Without them nobody knows which visit is meant."""
TEXT_MOST: Final = 600
_KEY: Final = "outreach.texts"
_BRACE: Final = re.compile(r"\{[a-z_]*\}|[{}]")
Own = Mapping[tuple[Language, str], str]
"""The firm's own texts by language and name."""


def load_own(tx: Tx) -> Own:
    """The firm's own words."""
    kept = settings_table.get(tx, _KEY)
    by_language = kept if isinstance(kept, dict) else {}
    return {
        (language, name): str(text)
        for language in LANGUAGES
        for name, text in cast("JsonObject", by_language.get(language) or {}).items()
    }


def word(texts: Texts, own: Own, language: Language, name: str, fields: Mapping[str, str]) -> str:
    """A text with its fields filled in. A line in which only empty fields are named is left out."""
    return fill_lines(own.get((language, name)) or texts.section(language, "outreach.tell")[name], fields)


def sample(texts: Texts, language: Language, name: str, given: str) -> str:
    """A text with made-up values, as a customer would read it. Raises Rejected as ``check_text`` does."""
    made_up = texts.section(language, "outreach.sample")
    return fill_lines(check_text(name, given), {one: made_up[one] for one in FIELDS})


def fill_lines(pattern: str, fields: Mapping[str, str]) -> str:
    """A text with its fields filled in, but for the lines of which all fields are empty."""
    lines = []
    for line in pattern.split("\n"):
        named = fields_of(line)
        if not named or any(fields.get(one) for one in named):
            lines.append(_tidy(fill(line, {one: fields.get(one, "") for one in FIELDS})))
    return "\n".join(line for line in lines if line)


def check_text(name: str, given: str) -> str:
    """A firm's own text as it may be kept. Raises Rejected invalid or too_large."""
    text = given.strip()
    if name not in TELLS:
        raise Rejected("invalid", "bot.key_unknown", field=name[:80])
    if not text:
        raise Rejected("invalid", "bot.text_empty", field=name)
    if len(text) > TEXT_MOST:
        raise Rejected("too_large", "error.text_too_long", field=name, limit=TEXT_MOST)
    odd = [hole for hole in _BRACE.findall(text) if hole[1:-1] not in FIELDS]
    if odd:
        raise Rejected("invalid", "bot.field_unknown", field=name, hole=odd[0])
    missing = [one for one in REQUIRED if one not in fields_of(text)]
    if missing:
        raise Rejected("invalid", "bot.field_missing", field=name, hole=f"{{{missing[0]}}}")
    return text


class TellWording:
    """Reads and changes the words for agents."""

    def __init__(self, store: Store, texts: Texts) -> None:
        self._store = store
        self._texts = texts

    def standard(self, language: Language) -> dict[str, str]:
        """The catalogue's texts by name."""
        section = self._texts.section(language, "outreach.tell")
        return {name: section[name] for name in TELLS}

    async def read(self) -> Own:
        """The firm's own."""
        return await self._store.read(load_own)

    async def change(self, actor: Agent, language: Language, given: Mapping[str, str | None], remote: str) -> Own:
        """Words what is given (None: back to the catalogue's), all or nothing. Raises Rejected with the name of the
        text that is at fault, forbidden."""
        wanted = {name: None if text is None else check_text(name, text) for name, text in given.items()}

        def write(tx: Tx) -> Own:
            doer = rights.require_now(tx, actor, EDIT)
            before = load_own(tx)
            mine = {name: text for (one, name), text in before.items() if one == language}
            changed = {name: text for name, text in wanted.items() if mine.get(name) != text}
            if not changed:
                return before
            after = {name: text for name, text in {**mine, **changed}.items() if text is not None}
            kept = {one: {name: text for (other, name), text in before.items() if other == one} for one in LANGUAGES}
            kept[language] = after
            settings_table.put(tx, _KEY, cast("JsonObject", kept), clock.now())
            was = {f"{language}.{name}": mine.get(name) for name in changed}
            now = {f"{language}.{name}": text for name, text in changed.items()}
            record_deed(tx, doer, "outreach_texts.changed", "settings", 0, before=was, after=now, remote=remote)
            return load_own(tx)

        return await self._store.writer.run(write)


def _tidy(line: str) -> str:
    """Without the signs that stood between fields of which one is empty."""
    line = re.sub(r"([,;:·—–-])(\s*[,;·—–-])+", r"\1", line)
    return re.sub(r"^[\s,;·—–-]+|[\s,;·—–-]+$", "", line).replace("  ", " ")
