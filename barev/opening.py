"""Opening the store for any command: the right one, migrated, with a business in it."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import get_args

from barev.serve import ServeError
from barev.settings import Settings, SettingsError
from business.booking.rezoning import follow_rules
from business.team.founding import Firm, found_business
from conversation import clock
from conversation.errors import BarevError
from conversation.messages import Language
from crm_store import Tx
from crm_store.engine import Store, StoreUrl, open_store
from crm_store.errors import StoreUnfit
from crm_store.writer import WriterLimits

log = logging.getLogger(__name__)
OnState = Callable[[bool], None]


def to_languages(settings: Settings) -> tuple[Language, ...]:
    """The languages of the business, the default first. Raises SettingsError for one we do not speak."""
    known: dict[str, Language] = {language: language for language in get_args(Language)}
    wrong = [name for name in settings.business.languages if name not in known]
    if wrong or not settings.business.languages:
        raise SettingsError(f"business.languages: {', '.join(wrong) or 'empty'}; there are: {', '.join(known)}")
    return tuple(known[name] for name in settings.business.languages)


async def open_founded(settings: Settings, on_state: OnState | None = None) -> tuple[Store, bytes]:
    """The store, and the secret of visitors' tokens. ``on_state``: hears when the store is lost and back.

    Raises ServeError where it cannot be opened, SettingsError for an address that is none.
    """
    firm = Firm(
        settings.business.name, settings.business.timezone, settings.business.country, to_languages(settings)[0]
    )
    limits = WriterLimits(settings.store.batch, settings.store.queue_limit)
    url = store_address(settings)
    upgrade = _BackupFirst(settings.data_dir)
    try:
        store = await open_store(url, limits, readers=settings.store.readers, on_state=on_state, before_upgrade=upgrade)
    except (StoreUnfit, UpgradeError) as error:
        raise ServeError(str(error)) from error
    except BarevError as error:
        cause = error.__cause__ or error.__context__ or error
        raise ServeError(f"the store {url} cannot be opened: {str(cause) or type(cause).__name__}") from error
    try:
        secret = await found_business(store, firm)
        await follow_rules(store)
        return store, secret
    except BaseException:
        await store.close()
        raise


class UpgradeError(Exception):
    """The upgrade has not begun."""


class _BackupFirst:
    """Writes a backup into the data folder before tables change; without one they do not."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def __call__(self, tx: Tx, stored: str, head: str) -> None:
        from barev.backup.archive import BackupError, make_folder
        from barev.backup.making import name_for, write_backup

        target = self._data / "backups" / name_for(clock.now(), f"before-upgrade-{stored}")
        log.warning("the store is upgraded from %s to %s; before that it is backed up to %s", stored, head, target)
        try:
            make_folder(target.parent)
            made = write_backup(tx, self._data, target, alone=True)
        except BackupError as error:
            raise UpgradeError(f"the store was not upgraded: before that it must be backed up, and {error}") from error
        log.warning("backed up: %d rows, %d files, %d bytes", made.rows, made.files, made.size)


def store_address(settings: Settings) -> StoreUrl:
    """Where the store is. Raises SettingsError for an address that is none."""
    if not settings.store.url:
        return StoreUrl(sqlite=settings.data_dir / "barev.db")
    try:
        return StoreUrl.parse(settings.store.url)
    except ValueError as error:
        raise SettingsError(f"store.url: {error}") from error
