"""An importing office: files in, reports out, as the desk and the command do it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row, func, select

from business.exchange.imports import CONTACTS, RUN, Imports, ImportSettings
from business.exchange.runner import ImportRunner
from business.exchange.saying import say
from business.exchange.tables import TableLimits
from business.exchange.uploads import Uploads
from conversation.messages import Language
from conversation.texts import Catalogue
from crm_store import imports
from crm_store.engine import Store
from crm_store.imports import Import, ImportLine
from crm_store.models import AddressRow, ContactKeyRow, ContactRow
from crm_store.paging import Wanted

MB = 1024 * 1024


@dataclass
class Office:
    """Imports over a store and a folder."""

    store: Store
    folder: Path
    country: str = "AM"
    rows: int = 200_000

    def __post_init__(self) -> None:
        self.settings = settings = ImportSettings(self.country, TableLimits(self.rows, 64 * MB), rest=0.0)
        self.uploads = Uploads(self.folder, 20 * MB, 100 * MB)
        self.imports = Imports(self.store, self.uploads, settings)
        self.runner = ImportRunner(self.store, self.imports, self.uploads, settings)

    async def upload(self, content: bytes, name: str = "people.csv", kind: str = CONTACTS) -> Import:
        """A file comes."""

        async def chunks() -> AsyncIterator[bytes]:
            for start in range(0, len(content), 1000):
                yield content[start : start + 1000]

        return await self.imports.upload(None, name, chunks(), "en", None, kind=kind)

    async def work(self, import_id: int, kind: str = RUN) -> Import:
        """A check, an import or an undo from its beginning to its end."""
        await self.imports.start(None, import_id, kind)
        while await self.runner.work_once():
            pass
        return await self.imports.get(import_id)

    async def bring(
        self, content: bytes | str, mapping: Mapping[str, object] | None = None, **options: object
    ) -> Import:
        """Uploads and imports."""
        one = await self.upload(content.encode() if isinstance(content, str) else content)
        if mapping is not None or options:
            one = await self.imports.plan(one.id, mapping, options or None)
        return await self.work(one.id)

    async def lines(self, import_id: int) -> list[ImportLine]:
        """The report."""
        return (await self.store.read(lambda tx: imports.page_lines(tx, import_id, Wanted(limit=100_000))))[0]

    async def said(self, import_id: int, language: Language = "en") -> dict[int, str]:
        """What the report says of each row."""
        texts = Catalogue()
        lines = await self.lines(import_id)
        return {line.row: " ".join(say(texts, language, one) for one in line.remarks) for line in lines}

    async def contacts(self) -> Sequence[Row[Any]]:
        """All contacts in order of id."""
        query = select(*ContactRow.__table__.c).order_by(ContactRow.id)
        return await self.store.read(lambda tx: tx.execute(query).all())

    async def addresses(self) -> list[tuple[int, str, str]]:
        """(contact, channel, value) of all addresses, in order."""
        query = select(AddressRow.contact_id, AddressRow.channel, AddressRow.value).order_by(AddressRow.id)
        return [(a, b, c) for a, b, c in await self.store.read(lambda tx: tx.execute(query).all())]

    async def digits(self, contact_id: int) -> str:
        """The digits that a contact is found by."""
        query = select(ContactKeyRow.digits).where(ContactKeyRow.contact_id == contact_id)
        return await self.store.read(lambda tx: tx.scalar(query)) or ""

    async def count(self) -> int:
        """How many contacts there are."""
        return await self.store.read(lambda tx: tx.scalar(select(func.count()).select_from(ContactRow)) or 0)


def counts(one: Import) -> tuple[int, int, int, int]:
    """Added, updated, skipped, wrong."""
    return one.added, one.updated, one.skipped, one.wrong
