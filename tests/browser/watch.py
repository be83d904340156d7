"""What the pages of a browser window complain about: nothing is the only good answer."""

from dataclasses import dataclass, field

from playwright.async_api import BrowserContext, ConsoleMessage, Dialog, Request, WebError

# Who am I, asked with a session that ended meanwhile (a removed demo): the browser calls the answer an error.
ENDED = "status of 401"
# What Chromium says of its own accord about every request that found no server.
OUTAGE = ("net::ERR_", "WebSocket connection to")


@dataclass
class Watch:
    """Hears the console, uncaught errors, refusals by security policies and alerts of all pages of a context."""

    expected: list[str] = field(default_factory=lambda: [ENDED])
    heard: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        """Begins to listen."""
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("dialog", self._dialog)
        context.on("request", self._request)

    def expect_outage(self) -> None:
        """The server goes away in this test; the browser's own lines about it are no complaint."""
        self.expected += OUTAGE

    @property
    def complaints(self) -> list[str]:
        """Everything that was not to be expected."""
        return [line for line in self.heard if not any(words in line for words in self.expected)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning", "assert"}:
            self.heard.append(f"{message.type}: {message.text} ({message.location.get('url')})")

    def _error(self, error: WebError) -> None:
        self.heard.append(f"uncaught: {error.error}")

    async def _dialog(self, dialog: Dialog) -> None:
        self.heard.append(f"{dialog.type}: {dialog.message}")
        await dialog.dismiss()

    def _request(self, request: Request) -> None:
        self.asked.append(request.url)
