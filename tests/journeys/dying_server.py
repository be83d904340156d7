"""The product that dies, once, on the way from a request to its answer, as a power cut would end it.

Run as a program: ``dying_server.py POINT MARK serve ...``. POINT: ``undone``, when all is written and nothing
committed; ``unanswered``, when it is committed and not told. MARK: a file made at the death; where it is, nobody dies.
"""

import os
import signal
import sys
from pathlib import Path

from aiohttp import web

from barev.cli import main
from conversation.messages import JsonObject
from crm_store import Tx, idempotency
from desk.rest.api import Api
from desk.rest.routes import Answer


def die(mark: Path) -> None:
    """Without a last word."""
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)


def die_undone(mark: Path) -> None:
    """At the end of the transaction of a request with a key."""
    finish = idempotency.finish

    def last(tx: Tx, scope: str, key: str, response: JsonObject) -> None:
        finish(tx, scope, key, response)
        die(mark)

    idempotency.finish = last


def die_unanswered(mark: Path) -> None:
    """When something was added and its answer is about to leave."""
    respond = Api._respond

    def silent(self: Api, answer: Answer) -> web.StreamResponse:
        if answer.headers.get("Location"):
            die(mark)
        return respond(self, answer)

    Api._respond = silent  # type: ignore[method-assign]  # that is what this program is for


if __name__ == "__main__":
    {"undone": die_undone, "unanswered": die_unanswered}[sys.argv[1]](Path(sys.argv[2]))
    sys.exit(main(sys.argv[3:]))
