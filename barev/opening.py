"""Opening the store for any command: the right one, migrated, with a business in it."""

from typing import get_args

from barev.serve import ServeError
from barev.settings import Settings, SettingsError
from business.team.founding import Firm, found_business
from conversation.errors import BarevError
from conversation.messages import Language
from crm_store.engine import Store, open_store


def to_languages(settings: Settings) -> tuple[Language, ...]:
    """The languages of the business, the default first. Raises SettingsError for one we do not speak."""
    known: dict[str, Language] = {language: language for language in get_args(Language)}
    wrong = [name for name in settings.business.languages if name not in known]
    if wrong or not settings.business.languages:
        raise SettingsError(f"business.languages: {', '.join(wrong) or 'empty'}; there are: {', '.join(known)}")
    return tuple(known[name] for name in settings.business.languages)


async def open_founded(settings: Settings) -> tuple[Store, bytes]:
    """The store, and the secret of visitors' tokens. Raises ServeError, SettingsError."""
    firm = Firm(
        settings.business.name, settings.business.timezone, settings.business.country, to_languages(settings)[0]
    )
    try:
        store = await open_store(settings.store.url, settings.data_dir)
    except BarevError as error:
        raise ServeError(f"the store cannot be opened: {error.__cause__ or error}") from error
    try:
        return store, await found_business(store, firm)
    except BaseException:
        await store.close()
        raise
