"""REST: the catalogue of services and their groups."""

from collections.abc import Mapping
from typing import Final

from business.booking import catalogue
from business.booking.catalogue import EDIT, MOST_NEEDS, Service, Services, ServiceWish
from business.booking.forms import ABOUT_LIMIT, NAME_LIMIT
from business.exchange.services import ServiceImport
from business.money import Money, digits_of, format_money
from conversation.clock import to_iso
from conversation.language import form_in
from conversation.messages import Json, JsonObject, Language
from conversation.ports import Texts
from conversation.wire import get_int
from crm_store import Tx, services
from crm_store.engine import Store
from crm_store.rows import AnyRow
from crm_store.services import Does
from desk.rest.api import Answer, Call, Route, page_of
from desk.rest.imports import uploaded
from desk.rest.lists import current, list_query, wanted
from desk.rest.schemas import CURRENCY, ID, MOMENT, TEXT, WHOLE, Schema, forms, listed, or_null, record, several
from desk.settings import DeskSettings

_MOST_DOERS: Final = 500
_DAY_MIN: Final = 24 * 60
_MOST_PRICE: Final = 10**12
_FLAG: Schema = {"type": "boolean"}
_MINUTES: Schema = {"type": "integer", "minimum": 5, "maximum": _DAY_MIN}
_BUFFER: Schema = {"type": "integer", "minimum": 0, "maximum": _DAY_MIN}
_PRICE: Schema = {"type": "integer", "minimum": 0, "maximum": _MOST_PRICE}
_POSITION: Schema = {"type": "integer", "minimum": 0, "maximum": 10**6}
_DAY: Schema = {"type": "string", "format": "date", "pattern": "^20[0-9]{2}-[0-9]{2}-[0-9]{2}$"}
_MARK: Schema = {"type": "string", "maxLength": 64}
COLOUR: Schema = {"type": "string", "pattern": "^#[0-9A-Fa-f]{6}$"}
_DOER = record({"id": ID, "duration_min": or_null(_MINUTES), "price_minor": or_null(_PRICE)}, ["id"])
_NEEDS: Schema = {
    "type": "array",
    "maxItems": MOST_NEEDS,
    "items": {**several(ID, 100), "minItems": 1},
    "description": "What it takes beside its provider: of each list any one (rooms, chairs, devices).",
}
_BODY: Mapping[str, Schema] = {
    "names": forms(NAME_LIMIT),
    "descriptions": forms(ABOUT_LIMIT),
    "group_id": or_null(ID),
    "duration_min": _MINUTES,
    "price_minor": or_null(_PRICE),
    "currency": or_null(CURRENCY),
    "code": or_null(_MARK),
    "barcode": or_null(_MARK),
    "article": or_null(_MARK),
    "buffer_before_min": _BUFFER,
    "buffer_after_min": _BUFFER,
    "capacity": {"type": "integer", "minimum": 1, "maximum": 1000, "description": "Seats of one session."},
    "online": _FLAG,
    "step_min": or_null(_MINUTES),
    "colour": or_null(COLOUR),
    "promotion": {"type": "string", "maxLength": 500},
    "promo_price_minor": {**or_null(_PRICE), "description": "What it costs on the days of its promotion."},
    "promo_from": or_null(_DAY),
    "promo_until": {**or_null(_DAY), "description": "The last day; null: until it is taken away."},
    "position": _POSITION,
    "providers": {"type": "array", "items": _DOER, "maxItems": _MOST_DOERS},
    "needs": _NEEDS,
}
_COLUMNS: Final = tuple(name for name in _BODY if name not in ("names", "descriptions", "providers", "needs"))
_SHOWN_DOER = record({"id": WHOLE, "duration_min": or_null(WHOLE), "price_minor": or_null(WHOLE)})
_NAMED = record({"id": WHOLE, "name": TEXT})
SERVICE = record(
    {
        "id": WHOLE,
        "name": {"type": "string", "description": "In the reader's language."},
        "names": forms(NAME_LIMIT),
        "description": TEXT,
        "descriptions": forms(ABOUT_LIMIT),
        "group": or_null(_NAMED),
        "duration_min": WHOLE,
        "price_minor": or_null(WHOLE),
        "currency": or_null(TEXT),
        "currency_digits": {"type": "integer", "description": "How many digits of the price are after the point."},
        "price": or_null(TEXT),
        "code": or_null(TEXT),
        "barcode": or_null(TEXT),
        "article": or_null(TEXT),
        "buffer_before_min": WHOLE,
        "buffer_after_min": WHOLE,
        "capacity": WHOLE,
        "online": _FLAG,
        "step_min": or_null(WHOLE),
        "colour": or_null(TEXT),
        "promotion": TEXT,
        "promo_price_minor": or_null(WHOLE),
        "promo_from": or_null(TEXT),
        "promo_until": or_null(TEXT),
        "promoted": {"type": "boolean", "description": "Whether it has a promotion that is not over."},
        "position": WHOLE,
        "providers": {"type": "array", "items": _SHOWN_DOER},
        "needs": {"type": "array", "items": {"type": "array", "items": WHOLE}},
        "bookings": {"type": "integer", "description": "Of the last year and those ahead."},
        "archived_at": or_null(MOMENT),
    }
)
_GROUP_BODY = {"names": forms(NAME_LIMIT), "position": _POSITION}
_GROUP = record({"id": WHOLE, "name": TEXT, "names": forms(NAME_LIMIT), "position": WHOLE, "services": WHOLE})
_IMPORTED = record(
    {
        "added": WHOLE,
        "changed": WHOLE,
        "left_out": WHOLE,
        "problems": {"type": "array", "items": record({"row": WHOLE, "message": TEXT})},
    }
)
_EXAMPLE: JsonObject = {"names": {"en": "Haircut", "ru": "Стрижка"}, "duration_min": 45, "price_minor": 600_000}


class ServiceRoutes:
    """Everybody reads the catalogue; who may edit services changes it."""

    def __init__(
        self, settings: DeskSettings, store: Store, deeds: Services, lists: ServiceImport, texts: Texts
    ) -> None:
        self._settings = settings
        self._store = store
        self._services = deeds
        self._lists = lists
        self._texts = texts

    def routes(self) -> list[Route]:
        """The operations."""
        query = list_query(
            services.services_in("en"),
            self._settings.page,
            q={**TEXT, "maxLength": 200},
            provider_id=ID,
            archived={"type": "boolean", "default": False},
        )
        return [
            Route(
                "GET", "/services", self.list_services, "The services that can be booked", {200: listed(SERVICE)}, query
            ),
            Route("GET", "/services/{id}", self.get_service, "One service", {200: SERVICE}),
            Route(
                "POST",
                "/services",
                self.add_service,
                "Adds a service",
                {201: SERVICE},
                body=record(_BODY, ["names", "duration_min"]),
                permission=EDIT,
                once=True,
                example=_EXAMPLE,
            ),
            Route(
                "PATCH",
                "/services/{id}",
                self.change_service,
                "Changes what is given of a service; archived, it is not booked any more",
                {200: SERVICE},
                body=record({**_BODY, "archived": _FLAG}, []),
                permission=EDIT,
            ),
            Route(
                "DELETE",
                "/services/{id}",
                self.remove_service,
                "Deletes a service that was never booked",
                {204: None},
                permission=EDIT,
            ),
            Route(
                "POST",
                "/services/import",
                self.import_services,
                "Takes a price list: a table of services",
                {200: _IMPORTED},
                query={
                    "check": {"type": "boolean", "default": False, "description": "Only say what would come of it."}
                },
                permission=EDIT,
                upload=record({"file": {"type": "string", "format": "binary"}}, ["file"]),
            ),
            Route(
                "GET",
                "/service-groups",
                self.list_groups,
                "All groups of services, in their order",
                {200: listed(_GROUP)},
            ),
            Route(
                "POST",
                "/service-groups",
                self.add_group,
                "Adds a group of services",
                {201: _GROUP},
                body=record(_GROUP_BODY, ["names"]),
                permission=EDIT,
                once=True,
                example={"names": {"en": "Hair", "ru": "Волосы"}},
            ),
            Route(
                "PATCH",
                "/service-groups/{id}",
                self.change_group,
                "Changes what is given of a group of services",
                {200: _GROUP},
                body=record(_GROUP_BODY, []),
                permission=EDIT,
            ),
            Route(
                "DELETE",
                "/service-groups/{id}",
                self.remove_group,
                "Takes a group away; its services stay without one",
                {204: None},
                permission=EDIT,
            ),
        ]

    async def list_services(self, call: Call) -> Answer:
        """In the firm's order, unless another is asked for. ``q``: words of a name in any language, the code, the
        barcode or the article; ``archived``: those instead of the current ones."""
        asked = current(wanted(call, services.services_in(call.language), self._settings.page))
        words, provider_id = call.query_text("q"), call.query_int("provider_id", None, 1, 10**15 - 1)

        def read(tx: Tx) -> tuple[list[Service], str | None]:
            page = services.page_services(tx, asked, call.language, words, provider_id)
            return catalogue.complete(tx, list(page.rows)), page.next

        found, following = await self._store.read(read)
        return page_of([show_service(one, call.language) for one in found], following)

    async def get_service(self, call: Call) -> Answer:
        """Archived or not."""
        return Answer(show_service(await self._services.find(call.path_id()), call.language))

    async def add_service(self, call: Call) -> Answer:
        """A name in one language at least, and how long it takes."""

        def answer(added: Service) -> Answer:
            location = {"Location": f"/api/v1/services/{added.row.id}"}
            return Answer(show_service(added, call.language), status=201, headers=location)

        wish, kept = _read_service(call.body), call.kept(answer)
        return answer(await self._services.add(call.session.agent, wish, call.remote, kept))

    async def change_service(self, call: Call) -> Answer:
        """``names``, ``providers`` and ``needs``: exactly these. What is booked already stays as it was booked."""
        wish = _read_service(call.body)
        changed = await self._services.change(call.session.agent, call.path_id(), wish, call.remote)
        return Answer(show_service(changed, call.language))

    async def remove_service(self, call: Call) -> Answer:
        """One that was booked is archived instead."""
        await self._services.remove(call.session.agent, call.path_id(), call.remote)
        return Answer(None, status=204)

    async def import_services(self, call: Call) -> Answer:
        """CSV, XLSX or JSON lines with headings: name (or ``name_ru``, ...), group, duration, price, code, barcode,
        article, seats, free before, free after, description, promotion, in any of the five languages. What has the
        code, the barcode or the name of a service corrects it; rows that cannot be understood are left out, and told
        of."""
        _, chunks = await uploaded(call)
        check = call.request.query.get("check") == "true"
        done = await self._lists.take(call.session.agent, chunks, call.language, call.remote, check=check)
        problems = [
            {"row": one.row, "message": self._texts.get(call.language, one.key, **one.fields)} for one in done.problems
        ]
        shown = {"added": done.added, "changed": done.changed, "left_out": done.left_out, "problems": problems}
        return Answer(shown)

    async def list_groups(self, call: Call) -> Answer:
        """With how many services are in each."""
        rows = await self._store.read(services.list_groups)
        return page_of([_show_group(row, call.language) for row in rows], None)

    async def add_group(self, call: Call) -> Answer:
        """A name in one language at least."""

        def answer(added: AnyRow) -> Answer:
            return Answer(_show_group(added, call.language), status=201)

        values, kept = _read_group(call.body), call.kept(answer)
        return answer(await self._services.add_group(call.session.agent, values, call.remote, kept))

    async def change_group(self, call: Call) -> Answer:
        """``names``: exactly these."""
        values = _read_group(call.body)
        changed = await self._services.change_group(call.session.agent, call.path_id(), values, call.remote)
        return Answer(_show_group(changed, call.language))

    async def remove_group(self, call: Call) -> Answer:
        """Nothing else changes."""
        await self._services.remove_group(call.session.agent, call.path_id(), call.remote)
        return Answer(None, status=204)


def read_columns(body: JsonObject, columns: tuple[str, ...], nullable: frozenset[str]) -> dict[str, Json]:
    """What a body that fits its schema sets: null empties what may be empty and says nothing of the rest. Texts are
    trimmed, an empty one empties."""
    values: dict[str, Json] = {}
    for name in columns:
        value = body.get(name)
        if isinstance(value, str):
            value = value.strip()
            value = None if value == "" and name in nullable else value
        elif isinstance(value, float):
            value = int(value)
        if value is not None or (name in body and name in nullable):
            values[name] = value
    return values


_NULLABLE: Final = frozenset(
    {"group_id", "price_minor", "currency", "code", "barcode", "article", "step_min", "colour"}
    | {"promo_price_minor", "promo_from", "promo_until"}
)


def _read_service(body: JsonObject) -> ServiceWish:
    values = read_columns(body, _COLUMNS, _NULLABLE)
    for given, column in (("names", "name"), ("descriptions", "description")):
        if body.get(given) is not None:
            values[column] = body[given]
    doers = body.get("providers")
    needs = body.get("needs")
    archived = body.get("archived")
    return ServiceWish(
        values,
        tuple(_read_doer(one) for one in doers if isinstance(one, dict)) if isinstance(doers, list) else None,
        tuple(tuple(int(str(one)) for one in need) for need in needs if isinstance(need, list))
        if isinstance(needs, list)
        else None,
        archived if isinstance(archived, bool) else None,
    )


def _read_doer(one: JsonObject) -> Does:
    def whole(name: str) -> int | None:
        return None if one.get(name) is None else get_int(one, name, least=0, most=_MOST_PRICE)

    return Does(get_int(one, "id"), whole("duration_min"), whole("price_minor"))


def _read_group(body: JsonObject) -> dict[str, Json]:
    values = read_columns(body, ("position",), frozenset())
    return values if body.get("names") is None else {**values, "name": body["names"]}


def show_service(service: Service, language: Language) -> dict[str, object]:
    """A service as REST shows it."""
    row = service.row
    group = None if row.group_id is None else {"id": row.group_id, "name": form_in(row.group_name, language)}
    money = None if row.price_minor is None else Money(row.price_minor, row.currency)
    return {
        "id": row.id,
        "name": form_in(row.name, language),
        "names": row.name,
        "description": form_in(row.description, language),
        "descriptions": row.description,
        "group": group,
        **{name: getattr(row, name) for name in _COLUMNS if name != "group_id"},
        "currency_digits": 0 if money is None else digits_of(money.currency),
        "price": None if money is None else format_money(money),
        "providers": [
            {"id": one.provider_id, "duration_min": one.duration_min, "price_minor": one.price_minor}
            for one in service.doers
        ],
        "needs": [list(need) for need in service.needs],
        "bookings": row.bookings,
        "promoted": row.promoted,
        "archived_at": None if row.archived_at is None else to_iso(row.archived_at),
    }


def _show_group(row: AnyRow, language: Language) -> dict[str, object]:
    return {
        "id": row.id,
        "name": form_in(row.name, language),
        "names": row.name,
        "position": row.position,
        "services": row.services,
    }
