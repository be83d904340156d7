"""The catalogue, the staff, the schedules and the settings of booking, put together for REST."""

from collections.abc import Callable

from barev.exchange import make_imports
from barev.settings import Settings
from business.booking import settings as booking
from business.booking.catalogue import Services
from business.booking.presets import Presets
from business.booking.presets.reading import OWN
from business.booking.schedules import Schedules
from business.booking.staffing import Staffing
from business.exchange.services import ServiceImport
from business.team.settings import StoreSettings
from business.team.staff import Publish
from conversation.messages import Json
from conversation.ports import Texts
from crm_store.engine import Store
from desk.rest.api import Route
from desk.rest.presets import PresetRoutes
from desk.rest.resources import ResourceRoutes
from desk.rest.schedules import ScheduleRoutes
from desk.rest.services import ServiceRoutes
from desk.rest.settings import Place, SettingRoutes
from desk.settings import DeskSettings

_SETTINGS = Place(
    "/booking-settings",
    "booking_settings",
    "All settings of booking",
    None,
    booking.EDIT,
    {"booking.step_min": 30, "booking.notice_min": None},
)


def catalogue_routes(
    settings: Settings, store: Store, texts: Texts, desk: DeskSettings, publish: Publish, proves: Callable[[], bool]
) -> list[Route]:
    """What is booked, with whom and when. ``proves``: whether a door is open by which the booking page can have a phone
    proven."""
    country = settings.business.country

    def note(name: str, value: Json) -> str | None:
        idle = name == "booking.phone_check" and value == "telegram" and not proves()
        return "catalogue.phone_check_idle" if idle else None

    lists = ServiceImport(store, make_imports(settings, store).uploads, publish, country)
    return [
        *ServiceRoutes(desk, store, Services(store, publish, country), lists, texts).routes(),
        *ResourceRoutes(desk, store, Staffing(store, publish)).routes(),
        *ScheduleRoutes(store, Schedules(store, publish)).routes(),
        *PresetRoutes(Presets(store, publish, country, settings.data_dir / OWN)).routes(),
        *SettingRoutes(StoreSettings(store, booking.KEYS), texts, _SETTINGS, note).routes(),
    ]
