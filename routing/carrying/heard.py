"""What was heard elsewhere as a message holds it: words for the agent, and what else is kept of it."""

from typing import Final

from conversation.channels import Heard, Place
from conversation.messages import Attachment, JsonObject
from crm_store.types import dump_json

_MAP: Final = "https://www.openstreetmap.org/?mlat={0:.5f}&mlon={1:.5f}#map=17/{0:.5f}/{1:.5f}"


def read_words(heard: Heard) -> str:
    """What the agent reads of a message that is no text."""
    if heard.place is not None:
        return "\n".join([*([heard.place.title] if heard.place.title else []), _MAP.format(*heard.place[:2])])
    if heard.card is not None and not heard.text:
        return f"{heard.card.name}\n{heard.card.phone}".strip()
    return heard.text


def read_content(heard: Heard, files: tuple[Attachment, ...]) -> str | None:
    """What else is kept of it, as JSON text; None: nothing."""
    content: JsonObject = {}
    if files:
        content["attachments"] = [_shown(one) for one in files]
    if heard.place is not None:
        content["place"] = _place(heard.place)
    if heard.card is not None:
        content["card"] = {"name": heard.card.name, "phone": heard.card.phone}
    return dump_json(content) if content else None


def _shown(file: Attachment) -> JsonObject:
    return {key: value for key, value in file._asdict().items() if value is not None}


def _place(place: Place) -> JsonObject:
    return {"latitude": place.latitude, "longitude": place.longitude, "title": place.title}
