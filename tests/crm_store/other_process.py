"""A process of its own beside the test's: writes messages into conversations, many at a time.

Arguments: the store's URL, the count of messages, the number in flight, a name, then ``conversation:contact`` ids.
Says "ready" when open, waits for a line, writes, says the ids that were acknowledged as JSON.
"""

import asyncio
import json
import sys

from crm_store.appending import Appended, NewMessage
from crm_store.engine import StoreUrl, open_store


async def main(url: str, count: int, in_flight: int, name: str, places: list[tuple[int, int]]) -> None:
    """See the module."""
    store = await open_store(StoreUrl.parse(url))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)
    acknowledged: list[int] = []
    finished = asyncio.Event()
    sent = 0

    def send() -> None:
        nonlocal sent
        conversation_id, contact_id = places[sent % len(places)]
        sent += 1
        client_id = f"{name}-{sent}"
        store.writer.append(
            NewMessage(
                conversation_id, "visitor", contact_id, "", contact_id, client_id, "text", False, name, None, None, sent
            ),
            heard,
        )

    def heard(outcome: object) -> None:
        assert isinstance(outcome, Appended), outcome
        acknowledged.append(outcome.id)
        if sent < count:
            send()
        elif len(acknowledged) == count:
            finished.set()

    for _ in range(in_flight):
        send()
    await finished.wait()
    await store.close()
    sys.stdout.write(json.dumps(acknowledged))


if __name__ == "__main__":
    asyncio.run(
        main(
            sys.argv[1],
            int(sys.argv[2]),
            int(sys.argv[3]),
            sys.argv[4],
            [(int(a), int(b)) for a, b in (place.split(":") for place in sys.argv[5:])],
        )
    )
