"""Every preset is whole: names in all languages, settings that there are, resources for what its services need."""

import pytest

from business.booking.presets import NAMES, read_preset
from business.booking.settings import KEYS, PREFIX
from conversation.language import LANGUAGES


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_is_whole(name: str) -> None:
    data = read_preset(name)
    services = [one for group in data["groups"] for one in group["services"]]
    for forms in (
        data["title"],
        data["about"],
        *(one["name"] for one in (*data["groups"], *services, *data["resources"])),
    ):
        assert set(forms) == set(LANGUAGES)
        assert all(forms.values())
    for key, value in data["settings"].items():
        assert KEYS[f"{PREFIX}{key}"].fits(value), key
    kinds = {one["kind"] for one in data["resources"]}
    assert "provider" in kinds
    for one in services:
        assert set(one.get("needs", ())) <= kinds - {"provider"}
