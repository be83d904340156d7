"""The API's description is true: a fuzzer (schemathesis) holds a real server to it, as an owner and as an agent."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from barev.http import DESCRIBED
from barev.settings import load
from barev.wiring import open_server
from desk.rest.routes import PREFIX
from tests.conftest import Scale
from tests.product import Product, running

HERE = Path(__file__).parent
FUZZER = Path(sys.executable).parent / "schemathesis"
PASSWORD = "parol-1234"
# Failed log-ins are what a fuzzer makes; their throttling has tests of its own.
UNTHROTTLED = {"BAREV_DESK_FAILED_PER_ADDRESS": "1000000", "BAREV_DESK_FAILED_PER_LOGIN": "1000000"}


def fuzz(address: str, token: str, examples: int, phases: str, folder: Path, seed: int | None) -> str:
    """Runs the fuzzer to its end; what it said. Fails with it where it found something. ``seed``: None for new data."""
    command = [str(FUZZER), "--config-file", str(HERE / "schemathesis.toml"), "run"]
    command += [f"{address}/api/v1/openapi.json", "-H", f"Authorization: Bearer {token}", "--no-color"]
    command += ["--max-examples", str(examples), "--phases", phases, "--warnings", "off"]
    command += [] if seed is None else ["--seed", str(seed)]
    own = {"BAREV_TEST_ADDRESS": address, "BAREV_TEST_PASSWORD": PASSWORD, "PYTHONWARNINGS": "ignore"}
    environment = {**os.environ, **own, "SCHEMATHESIS_HOOKS": str(HERE / "schemathesis_hooks.py")}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=3600
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-20_000:]
    return said


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("role", ["owner", "agent"])
async def test_the_server_does_what_its_description_says(role: str, tmp_path: Path, scale: Scale) -> None:
    """Every operation: answers fit their schemas, wrong data is refused and right data taken, other methods are 405,
    no session is 401, and nothing is a fault of ours."""
    product = Product(tmp_path / "data", environment=UNTHROTTLED)
    product.add_user("ani", role, PASSWORD)
    product.add_user("leaver", "agent", PASSWORD)
    async with running(product):
        token = await product.log_in("ani")
        examples = scale.rounds(usual=2, full=300)
        quick = role == "agent" and not scale.full  # the borders of every value were tried as an owner
        phases = "examples,fuzzing" if quick else "examples,coverage,fuzzing,stateful"
        seed = None if scale.full else 2026  # new data are for make soak
        said = await asyncio.to_thread(fuzz, product.address, token, examples, phases, tmp_path, seed)
        assert "failed" not in product.log, product.log[-5000:]
    assert "No issues found" in said or "passed" in said, said[-3000:]


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[web.Application]:
    """The application as a server has it."""
    settings = load(None, {"store.data": str(tmp_path), "server.port": 0}, {})
    server = await open_server(settings)
    yield server.runner.app
    await server.close(1.0)


async def test_every_route_is_described_and_the_reverse(app: web.Application) -> None:
    """Under /api/v1 there is nothing but what the description names; HEAD goes with GET, OPTIONS with everything."""
    registered = {
        (route.method.lower(), route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None and route.resource.canonical.startswith(PREFIX)
    }
    described = json.loads(app[DESCRIBED])
    named = {(method, path) for path, item in described["paths"].items() for method in item}
    assert {one for one in registered if one[0] not in ("head", "options")} == named
    gets = {path for method, path in named if method == "get"}
    assert {path for method, path in registered if method == "head"} == gets
    assert {path for method, path in registered if method == "options"} == {path for _, path in named}


async def test_the_description_is_whole(app: web.Application) -> None:
    """Names are given once, every operation says what it is for, every permission and parameter is said."""
    described = json.loads(app[DESCRIBED])
    operations = [one for item in described["paths"].values() for one in item.values()]
    names = [one["operationId"] for one in operations]
    assert sorted(set(names)) == sorted(names)
    assert all(one["summary"] and one["tags"] and "security" in one for one in operations)
    for path, item in described["paths"].items():
        for method, one in item.items():
            parts = {each["name"] for each in one.get("parameters", []) if each["in"] == "path"}
            assert parts == set(re.findall(r"\{(\w+)\}", path)), (method, path)
            assert method not in ("get", "delete") or "requestBody" not in one or path == "/api/v1/demo", path
    refused = described["paths"]["/api/v1/audit"]["get"]
    assert "`audit.read`" in refused["description"]
