"""All routes about contacts, in one place for the wiring."""

from business.contacts.service import Contacts
from conversation.ports import Texts
from desk.rest.api import Route
from desk.rest.bin import BinRoutes
from desk.rest.catalogues import CatalogueRoutes
from desk.rest.contact_life import ContactLifeRoutes
from desk.rest.contacts import ContactRoutes
from desk.rest.tasks import TaskRoutes
from desk.settings import DeskSettings


def contact_routes(settings: DeskSettings, contacts: Contacts, texts: Texts) -> list[Route]:
    """The operations on contacts, catalogues, tasks and the bin."""
    return [
        *ContactRoutes(settings, contacts).routes(),
        *ContactLifeRoutes(settings, contacts, texts).routes(),
        *CatalogueRoutes(contacts).routes(),
        *TaskRoutes(settings, contacts).routes(),
        *BinRoutes(settings, contacts).routes(),
    ]
