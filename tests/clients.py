"""A visitor's and an agent's client, as anybody could write them from the contract with the official Python client."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import socketio

ANSWER_S = 60.0


class Client:
    """One connection to a namespace. ``heard`` keeps every event in order of arrival."""

    def __init__(
        self,
        address: str,
        namespace: str,
        auth: dict[str, Any],
        transports: tuple[str, ...],
        ssl_verify: bool = True,
    ) -> None:
        self.address = address
        self.namespace = namespace
        self.auth = auth
        self.transports = list(transports)
        self.headers: dict[str, str] = {}
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.refused: Any = None
        self._news = asyncio.Condition()
        self.sio = socketio.AsyncClient(reconnection=False, ssl_verify=ssl_verify)
        self.sio.on("*", self._hear, namespace=namespace)
        self.sio.on("connect_error", self._refuse, namespace=namespace)

    async def _hear(self, event: str, payload: dict[str, Any]) -> None:
        async with self._news:
            self.heard.append((event, payload))
            self._news.notify_all()

    async def _refuse(self, data: Any) -> None:
        self.refused = data

    async def connect(self) -> None:
        """Raises socketio.exceptions.ConnectionError where it is not let in; ``refused`` says why."""
        await self.sio.connect(
            self.address,
            headers=self.headers,
            auth=self.auth,
            namespaces=[self.namespace],
            transports=self.transports,
            wait_timeout=ANSWER_S,
        )

    async def close(self) -> None:
        """Goes away."""
        await self.sio.disconnect()

    async def ask(self, event: str, data: Any = None) -> dict[str, Any]:
        """Sends an event and returns its acknowledgement."""
        answer = await self.sio.call(event, {} if data is None else data, namespace=self.namespace, timeout=ANSWER_S)
        assert isinstance(answer, dict), answer
        return answer

    async def get(self, event: str, data: Any = None) -> dict[str, Any]:
        """Like ``ask``, and it must be ok."""
        answer = await self.ask(event, data)
        assert answer.get("ok") is True, (event, answer)
        return answer

    async def wait_for(self, event: str, wanted: Callable[[dict[str, Any]], bool] = lambda _: True) -> dict[str, Any]:
        """The first event of that name that fits, arrived already or yet to come."""

        def find() -> dict[str, Any] | None:
            return next((payload for name, payload in self.heard if name == event and wanted(payload)), None)

        async with asyncio.timeout(ANSWER_S), self._news:
            await self._news.wait_for(lambda: find() is not None)
        found = find()
        assert found is not None
        return found

    def events(self, event: str) -> list[dict[str, Any]]:
        """All events of that name so far."""
        return [payload for name, payload in self.heard if name == event]

    async def send(self, text: str, **more: Any) -> dict[str, Any]:
        """Sends a visitor's message under a new client id."""
        return await self.get("message", {"client_id": str(uuid.uuid4()), "text": text, **more})


def visitor(address: str, token: str | None = None, **more: Any) -> Client:
    """A visitor of the shop's page."""
    transports, ssl_verify = more.pop("transports", ("websocket",)), more.pop("ssl_verify", True)
    auth = {"page_url": "https://shop.example/hair", "page_title": "Haircuts", "language": "en", **more}
    return Client(address, "/visitor", auth if token is None else {**auth, "token": token}, transports, ssl_verify)


def agent(address: str, token: str, **more: Any) -> Client:
    """An agent with a session."""
    return Client(address, "/desk", {"token": token, "language": "en"}, more.pop("transports", ("websocket",)))


@asynccontextmanager
async def connected(*clients: Client) -> AsyncIterator[None]:
    """Connects all, and takes all away afterwards."""
    try:
        for client in clients:
            await client.connect()
        yield
    finally:
        for client in clients:
            await client.close()
