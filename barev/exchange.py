"""Import and export, made for one store: for the server and for the commands."""

import asyncio
from dataclasses import dataclass

from barev import __version__
from barev.settings import Settings
from business.booking.visits import Visits
from business.exchange.exports import Exports
from business.exchange.imports import Imports, ImportSettings
from business.exchange.runner import ImportRunner
from business.exchange.tables import TableLimits
from business.exchange.uploads import Uploads
from business.exchange.visits import VisitRows
from business.team.staff import Publish
from conversation import clock
from crm_store.engine import Store

_MB = 1024 * 1024
_HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class ImportParts:
    """What imports consist of."""

    imports: Imports
    runner: ImportRunner
    uploads: Uploads

    async def sweep(self) -> None:
        """Removes the files of imports that are old enough, once an hour."""
        await self.imports.sweep(clock.now())
        await asyncio.sleep(_HOUR_S)


def make_imports(
    settings: Settings,
    store: Store,
    country: str | None = None,
    visits: Visits | None = None,
    publish: Publish = lambda _: None,
) -> ImportParts:
    """Imports over this store and data folder. ``country``: of phones without a code; the business's where None.
    ``visits``: by which those of a file are booked; ``publish``: is told of their calendars."""
    given = settings.exchange
    uploads = Uploads(settings.data_dir, given.upload_limit_mb * _MB, given.folder_limit_mb * _MB)
    made = ImportSettings(
        country=country or settings.business.country,
        limits=TableLimits(given.rows_limit, given.unpacked_limit_mb * _MB),
        batch_s=given.batch_ms / 1000,
        rest=given.rest,
        lease_s=given.lease_s,
    )
    imports = Imports(store, uploads, made)
    booked = None if visits is None else VisitRows(visits, settings.business.country)
    return ImportParts(imports, ImportRunner(store, imports, uploads, made, booked, publish), uploads)


def make_exports(settings: Settings, store: Store) -> Exports:
    """Exports of this store and data folder."""
    return Exports(store, settings.data_dir, settings.exchange.page, __version__)
