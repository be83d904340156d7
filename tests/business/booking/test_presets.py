"""Every preset is whole: names in all languages, settings that there are, resources for what its services need."""

from pathlib import Path

import pytest

from business.booking.presets import NAMES, list_presets, read_preset
from business.booking.settings import KEYS, PREFIX
from conversation.errors import Rejected
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


OWN = """
title = { en = "Tattoo" }
about = { en = "Long sittings." }

[[groups]]
name = { en = "Tattoo" }
services = [{ name = { en = "A sitting" }, minutes = 180, needs = ["chair"] }]

[[resources]]
kind = "chair"
name = { en = "Chair" }
"""


def test_an_own_file_is_a_preset_like_the_others(tmp_path: Path) -> None:
    """Beside those of the product, or in the place of one of them; what is wrong with a file is said."""
    (tmp_path / "tattoo.toml").write_text(OWN, encoding="utf-8")
    (tmp_path / "salon.toml").write_text(OWN.replace("Tattoo", "Mine"), encoding="utf-8")
    (tmp_path / "Not A Name.toml").write_text(OWN, encoding="utf-8")
    offered = {one.name: one.title["en"] for one in list_presets(tmp_path)}
    assert list(offered) == [*NAMES, "tattoo"]
    assert (offered["tattoo"], offered["salon"]) == ("Tattoo", "Mine")
    for wrong, why in (
        (OWN.replace("minutes = 180", "minutes = 0"), "minutes = 0"),
        (OWN.replace('kind = "chair"', 'kind = "sofa"'), "sofa"),
        (OWN.replace('needs = ["chair"]', 'needs = ["room"]'), "room"),
        (OWN.replace('title = { en = "Tattoo" }', ""), "title"),
        (OWN + "[settings]\nstep = 5\n", "step"),
        ("title = ", "Invalid value"),
    ):
        (tmp_path / "tattoo.toml").write_text(wrong, encoding="utf-8")
        assert "tattoo" not in {one.name for one in list_presets(tmp_path)}
        with pytest.raises(Rejected) as refused:
            read_preset("tattoo", tmp_path)
        assert why in str(refused.value.fields["why"])
    for name in ("../salon", "zoo"):
        with pytest.raises(Rejected):
            read_preset(name, tmp_path)
