"""Messengers that are set up in the desk: the token is checked, kept and shown nowhere; the door opens and shuts while
the server runs."""

from pathlib import Path

import pytest

from tests.clients import agent, connected
from tests.journeys.test_rights import code_of, office
from tests.product import Product
from tests.telegram_api import TOKEN, Person, telegram_api
from tests.viber_api import TOKEN as VIBER_TOKEN
from tests.viber_api import Person as ViberPerson
from tests.viber_api import viber_api

pytestmark = [
    pytest.mark.slow,
    # aiohttp, under the official client, does not close a line that was reset
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]
ANI = Person(4711, "Ani", "hy", "ani_m")


async def test_a_token_opens_the_door_at_once(tmp_path: Path, free_port: int) -> None:
    async with telegram_api() as api, viber_api() as viber:
        settings = {"TELEGRAM_API_URL": api.url, "TELEGRAM_POLL_S": "5", "VIBER_API_URL": viber.url}
        settings |= {"SERVER_PUBLIC_URL": f"http://127.0.0.1:{free_port}", "OUTBOX_LEASE_S": "2"}
        product = Product(
            tmp_path / "data", port=free_port, environment={f"BAREV_{key}": one for key, one in settings.items()}
        )
        async with office(product, "olga:owner", "ani:agent") as (olga, ani):
            desk = agent(product.address, olga.token)
            async with connected(desk):
                await desk.get("hello")
                none = {"by": None, "name": "", "error": "", "since": None}
                assert (await olga.get("/doors"))["items"] == [
                    {"channel": one, **none} for one in ("telegram", "viber")
                ]
                assert code_of(await ani.ask("GET", "/doors")) == "403 forbidden"
                assert code_of(await ani.ask("PUT", "/doors/telegram", {"token": TOKEN})) == "403 forbidden"
                for channel, wrong in (
                    ("telegram", "4242:another-bot_of-nobody_0123456789abcdef"),
                    ("viber", "no-such-token"),
                ):
                    refused = await olga.ask("PUT", f"/doors/{channel}", {"token": wrong}, Accept_Language="hy")
                    assert code_of(refused) == "409 conflict"
                    assert "տոկենով" in refused[1]["detail"]
                status, shown = await olga.ask("PUT", "/doors/telegram", {"token": TOKEN})
                assert (status, shown["by"], shown["name"]) == (200, "desk", "@salon_test_bot")
                await api.says(ANI, "Barev")
                seen = await desk.wait_for("message", lambda one: one["text"] == "Barev")
                status, shown = await olga.ask("PUT", "/doors/viber", {"token": VIBER_TOKEN})
                assert (status, shown["name"]) == (200, "Salon")
                await viber.set_up.wait()
                await viber.says(ViberPerson(), "From Viber")
                await desk.wait_for("message", lambda one: one["text"] == "From Viber")
                assert (await olga.ask("DELETE", "/doors/telegram"))[0] == 204
                assert code_of(await olga.ask("DELETE", "/doors/telegram")) == "404 not_found"

                shown = (await olga.get(f"/conversations/{seen['conversation_id']}"))["channel"]
                assert shown == "telegram"
                assert (await olga.ask("PUT", "/doors/telegram", {"token": TOKEN}))[0] == 200
                await api.says(ANI, "Again")
                await desk.wait_for("message", lambda one: one["text"] == "Again")
                audit = await olga.get("/audit?entity=settings")
                deeds = [one["action"] for one in audit["items"]]
                assert deeds.count("door.set_up") == 3
                assert deeds.count("door.shut") == 1
            everything = [str(await olga.get(path)) for path in ("/audit", "/doors", "/settings")] + [product.log]
            for secret in (TOKEN, TOKEN.partition(":")[2], VIBER_TOKEN):
                assert not [one for one in everything if secret in one]
