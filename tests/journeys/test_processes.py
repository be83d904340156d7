"""Several processes are one desk: whoever is connected where, each hears what concerns him, in order and in full."""

from pathlib import Path

import pytest

from tests.clients import agent, connected, visitor
from tests.processes import all_running, make_processes
from tests.servers import RedisServer

pytestmark = pytest.mark.slow


async def test_a_visitor_on_one_and_an_agent_on_another_talk(
    tmp_path: Path, postgres_url: str, redis_server: RedisServer
) -> None:
    """Messages, typing, read marks, taking and resolving cross; presence agrees everywhere."""
    one, other = make_processes(tmp_path, postgres_url, redis_server, 2)
    async with all_running(one, other):
        assert one.add_user("ani").returncode == 0
        ani = agent(other.address, await other.log_in("ani"))
        guest = visitor(one.address)
        async with connected(guest, ani):
            await ani.get("hello")
            here = await guest.get("hello")
            if not here["agents_online"]:
                here = await guest.wait_for("presence", lambda told: told["agents_online"] == 1)
            assert here["reply_expected"]["now"] is True
            sent = await guest.send("Good day")
            heard = await ani.wait_for("message", lambda told: told["text"] == "Good day")
            assert (heard["id"], heard["seq"], heard["change"]) == (sent["id"], sent["seq"], sent["change"])
            number = heard["conversation_id"]
            await ani.get("take", {"conversation_id": number})
            await guest.wait_for("conversation", lambda told: (told.get("assignee") or {}).get("name") == "ani")
            await ani.get("typing", {"conversation_id": number, "on": True})
            await guest.wait_for("typing", lambda told: told["on"])
            await guest.get("typing", {"on": True})
            await ani.wait_for("typing", lambda told: told["author"]["kind"] == "visitor")
            answer = await ani.get(
                "reply",
                {
                    "conversation_id": number,
                    "client_id": "00000000-0000-4000-8000-000000000001",
                    "text": "How can I help?",
                },
            )
            told = await guest.wait_for("message", lambda told: told["text"] == "How can I help?")
            assert told["id"] == answer["id"]
            await guest.get("read", {"seq": told["seq"]})
            await ani.wait_for("read", lambda told: told["side"] == "visitor")
            assert (await ani.get("open", {"conversation_id": number}))["conversation"]["visitor_online"] is True
            await ani.get("resolve", {"conversation_id": number})
            await guest.wait_for("conversation", lambda told: told["status"] == "resolved")
        assert "ERROR" not in one.log + other.log, one.log + other.log
