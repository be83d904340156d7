"""Channels that are known by their folders (``bot.folders``), as doors like all others."""

from typing import Any

from barev.gates import MAKERS, Gate, Maker
from barev.opening import to_languages
from barev.settings import Settings, SettingsError
from bot.folders import ChannelFolder, House, list_folders
from conversation.channels import FarIntake
from conversation.ports import Texts


def list_makers() -> list[Maker]:
    """Of all doors."""
    return [*MAKERS, *(_to_maker(folder) for folder in list_folders())]


def _to_maker(folder: ChannelFolder[Any]) -> Maker:
    def make(settings: Settings, intake: FarIntake, texts: Texts) -> Gate | None:
        house = House(
            intake=intake,
            texts=texts,
            language=to_languages(settings)[0],
            business=settings.business.name,
            public_url=settings.server.public_url.rstrip("/"),
            file_limit=settings.files.file_limit_mb * 1024 * 1024,
        )
        try:
            door = folder.make(dict(settings.folders)[folder.name], house)
        except ValueError as error:
            raise SettingsError(str(error)) from error
        if door is None:
            return None
        return Gate(folder.name, door.carrier, door.listener, door.add_to, close=door.close, label=folder.label)

    return make
