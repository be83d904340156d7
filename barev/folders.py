"""Channels that are known by their folders (``bot.folders``), as doors like all others."""

from typing import Any

from aiohttp import web

from barev.gates import MAKERS, Gate, Maker
from barev.opening import to_languages
from barev.settings import Settings, SettingsError
from bot.folders import ChannelFolder, Door, House, list_folders
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
        return None if door is None else _to_gate(folder, door)

    return make


def _to_gate(folder: ChannelFolder[Any], door: Door) -> Gate:
    async def close(_app: web.Application) -> None:
        if door.close is not None:
            await door.close()

    def add_to(app: web.Application) -> None:
        if door.add_to is not None:
            door.add_to(app)
        app.on_cleanup.append(close)

    return Gate(folder.name, door.carrier, door.listener, add_to, label=folder.label)
