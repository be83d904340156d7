"""Settings kept in the store and changed in the desk: what there is, within which bounds, and who may change it.

A new one is a line in ``KEYS`` and a text in five languages; read it by ``read_whole`` or ``read_text`` in the
transaction that needs it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from business.team import rights
from business.team.deeds import record_deed
from conversation import clock
from conversation.errors import Rejected
from conversation.messages import Agent, Json
from crm_store import Tx, settings_table
from crm_store.engine import Store

EDIT: Final = "settings.edit"
CLOCK: Final = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
"""A time of day."""


@dataclass(frozen=True, slots=True)
class Key:
    """One setting. ``kind``: a whole number from ``least`` to ``most``, a text of ``most`` characters, one of
    ``choices``, yes or no (flag), or a time of day ``HH:MM`` (clock); ``label``: its text's key; ``permission``: who
    may change it."""

    kind: Literal["whole", "text", "choice", "flag", "clock"]
    default: Json
    label: str
    least: int = 0
    most: int = 1_000
    choices: tuple[str, ...] = ()
    permission: str = EDIT

    def fits(self, value: Json) -> bool:
        """Whether a value may be kept."""
        if self.kind == "whole":
            whole = isinstance(value, int) and not isinstance(value, bool)
            return whole and self.least <= int(str(value)) <= self.most
        if self.kind == "choice":
            return value in self.choices
        if self.kind == "flag":
            return isinstance(value, bool)
        if self.kind == "clock":
            return isinstance(value, str) and CLOCK.fullmatch(value) is not None
        return isinstance(value, str) and self.least <= len(value) <= self.most


_FOR_EVER_DAYS = 36_500
KEYS: Final[dict[str, Key]] = {
    "retention.messages_days": Key("whole", 0, "access.setting.retention_messages", most=_FOR_EVER_DAYS),
    "retention.contacts_bin_days": Key("whole", 30, "access.setting.retention_contacts_bin", most=_FOR_EVER_DAYS),
    "retention.audit_days": Key("whole", 0, "access.setting.retention_audit", most=_FOR_EVER_DAYS),
    "retention.imports_days": Key("whole", 0, "access.setting.retention_imports", most=_FOR_EVER_DAYS),
    "backup.every_hours": Key("whole", 24, "access.setting.backup_every", least=1, most=8_760),
    "backup.keep": Key("whole", 7, "access.setting.backup_keep", least=1, most=1_000),
    "backup.folder": Key("text", "", "access.setting.backup_folder", most=1_000),
    "backup.remind_hours": Key("whole", 48, "access.setting.backup_remind", least=1, most=8_760),
    "notices.sms": Key("flag", False, "access.setting.notices_sms"),
    "notices.sms_per_day": Key("whole", 10, "access.setting.notices_sms_per_day", least=1),
    "notices.digest_at": Key("clock", "20:00", "access.setting.notices_digest_at"),
    "own_page.days": Key("whole", 60, "pages.setting.link_days", least=1, most=3_650),
    "business.name_order": Key(
        "choice",
        "by_country",
        "access.setting.name_order",
        choices=("by_country", "given_family", "family_given", "family_given_patronymic"),
    ),
}
"""All settings of the store. Days of 0: kept for ever. ``business.name_order``: how a full name is put together.
``notices.sms``: agents who set a phone are told by SMS too, ``notices.sms_per_day`` of them to each in 24 hours;
``notices.digest_at``: when the day is summed up, by the clock of the oldest branch."""


def read(tx: Tx, key: str) -> Json:
    """The value of a setting, its default where none was set. Raises KeyError for an unknown one."""
    known = KEYS[key]
    kept = settings_table.get(tx, key)
    return kept if kept is not None and known.fits(kept) else known.default


def read_whole(tx: Tx, key: str) -> int:
    """The value of a setting that is a whole number."""
    return int(str(read(tx, key)))


def read_text(tx: Tx, key: str) -> str:
    """The value of a setting that is a text or a choice."""
    return str(read(tx, key))


def read_all(tx: Tx, keys: Mapping[str, Key]) -> dict[str, Json]:
    """Every setting's value, in the order in which they are shown: one query."""
    kept = settings_table.get_all(tx, list(keys))
    return {name: kept[name] if name in kept and key.fits(kept[name]) else key.default for name, key in keys.items()}


class StoreSettings:
    """Reads and changes them for agents. ``keys``: those it is for."""

    def __init__(self, store: Store, keys: Mapping[str, Key]) -> None:
        self._store = store
        self.keys = keys

    async def read_all(self) -> dict[str, Json]:
        """See the function of this name."""
        return await self._store.read(lambda tx: read_all(tx, self.keys))

    async def change(self, actor: Agent, values: Mapping[str, Json], remote: str) -> dict[str, Json]:
        """Sets what is given (None: back to the default), all or nothing; returns all.

        Raises Rejected invalid for an unknown one or a value out of bounds, forbidden.
        """
        for key, value in values.items():
            known = self.keys.get(key)
            if known is None or (value is not None and not known.fits(value)):
                raise Rejected("invalid", "error.field_wrong", field=key)

        def write(tx: Tx) -> dict[str, Json]:
            doer = actor
            for permission in sorted({self.keys[key].permission for key in values}):
                doer = rights.require_now(tx, actor, permission)
            before = read_all(tx, self.keys)
            for key, value in values.items():
                settings_table.put(tx, key, None if value == self.keys[key].default else value, clock.now())
            after = read_all(tx, self.keys)
            changed = [key for key in after if after[key] != before[key]]
            if changed:
                was, now = ({key: state[key] for key in changed} for state in (before, after))
                record_deed(tx, doer, "settings.changed", "settings", 0, before=was, after=now, remote=remote)
            return after

        return await self._store.writer.run(write)
