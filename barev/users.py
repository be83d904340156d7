"""``barev user add``: beside a running server or before the first one."""

from barev.opening import open_founded, to_languages
from barev.serve import run
from barev.settings import Settings
from business.team.accounts import Accounts, AccountSettings
from business.team.permissions import RoleName
from conversation.errors import BarevError, Unavailable
from conversation.messages import Language
from conversation.texts import Catalogue
from conversation.wire import error_text


class UserError(Exception):
    """It was refused; ``status`` is the command's exit status."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def add_user(
    settings: Settings, login: str, password: str, role: RoleName, name: str | None, language: Language | None
) -> str:
    """Adds the user; returns the line to print. Raises UserError, ServeError."""
    return run(_add_user(settings, login, password, role, name, language))


async def _add_user(
    settings: Settings, login: str, password: str, role: RoleName, name: str | None, language: Language | None
) -> str:
    store, _ = await open_founded(settings)
    given = settings.desk
    limits = AccountSettings(
        given.session_days, given.password_min, given.failed_per_login, given.failed_per_address, given.failed_window_s
    )
    try:
        await Accounts(store, limits).add_user(login, password, role, name, language or to_languages(settings)[0])
    except BarevError as error:
        status = 1 if isinstance(error, Unavailable) else 2
        raise UserError(error_text(Catalogue(), "en", error), status) from error
    finally:
        await store.close()
    return f"added {login.strip().casefold()} as {role}"
