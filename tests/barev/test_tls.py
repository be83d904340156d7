"""HTTPS without a proxy: both carriers, a certificate that is renewed meanwhile, and files that will not do."""

import asyncio
import shutil
import signal
import ssl
from pathlib import Path

import aiohttp
import pytest

from barev.settings import Server, SettingsError
from barev.tls import Certificate
from tests import clients
from tests.product import Product, running

FILES = Path(__file__).parents[1] / "data" / "tls"


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate and its key, to be replaced."""
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    put(cert, key, "one")
    return cert, key


def put(cert: Path, key: Path, name: str) -> None:
    """Puts another pair in their place, as a renewal does."""
    shutil.copyfile(FILES / f"{name}.pem", cert)
    shutil.copyfile(FILES / f"{name}.key", key)


async def issued_to(port: int) -> str:
    """Whom the certificate of a new connection names."""
    trusting = ssl.create_default_context(cafile=FILES / "one.pem")
    trusting.load_verify_locations(FILES / "two.pem")
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting)
    subject = dict(part for parts in writer.get_extra_info("peercert")["subject"] for part in parts)
    writer.close()
    await writer.wait_closed()
    assert await reader.read() == b""
    return str(subject["organizationName"])


@pytest.mark.slow
@pytest.mark.parametrize("lean", ["on", "off"])
async def test_a_talk_over_tls_goes_on_while_the_certificate_is_renewed(
    tmp_path: Path, pair: tuple[Path, Path], lean: str
) -> None:
    cert, key = pair
    flags = ["--tls-cert", str(cert), "--tls-key", str(key)]
    environment = {"BAREV_SOCKETS_LEAN": lean, "BAREV_SERVER_HSTS_S": "3600"}
    product = Product(tmp_path / "data", flags=flags, environment=environment)
    assert product.add_user("ani").returncode == 0
    async with running(product):
        assert product.said[-1] == f"barev ready on https://127.0.0.1:{product.port}"
        visitor = clients.visitor(product.address, ssl_verify=False)
        polling = clients.visitor(product.address, ssl_verify=False, transports=("polling",))
        async with clients.connected(visitor, polling):
            await visitor.send("before")
            assert await issued_to(product.port) == "one"
            put(cert, key, "two")
            product.signal(signal.SIGHUP)
            async with asyncio.timeout(20):
                while await issued_to(product.port) != "two":
                    pass
            await visitor.send("after")
            await polling.send("by polling too")
            async with aiohttp.ClientSession() as web:
                carriers = await text_of(web, f"{product.address}/metrics")
                assert f'barev_connections{{carrier="{"lean" if lean == "on" else "stock"}"}}' in carriers
                assert ('barev_connections{carrier="lean"} 1' in carriers) is (lean == "on")
                body = {"login": "ani", "password": "parol-1234"}
                async with web.post(f"{product.address}/api/v1/session", json=body, ssl=False) as answer:
                    assert answer.status == 200
                    assert "Secure" in answer.headers["Set-Cookie"]
                    assert answer.headers["Strict-Transport-Security"] == "max-age=3600"
        assert await product.stop() == 0


async def text_of(web: aiohttp.ClientSession, url: str) -> str:
    """A page."""
    async with web.get(url, ssl=False) as answer:
        assert answer.status == 200
        return await answer.text()


async def test_a_broken_renewal_keeps_the_old_one(pair: tuple[Path, Path], caplog: pytest.LogCaptureFixture) -> None:
    """It is complained of once, and taken when it is mended."""
    cert, key = pair
    certificate = Certificate(cert, key)
    shutil.copyfile(FILES / "two.pem", cert)
    for _ in range(3):
        await certificate.look()
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 1
    assert "the key does not belong to the certificate" in said[0]
    shutil.copyfile(FILES / "two.key", key)
    with caplog.at_level("INFO"):
        await certificate.look()
        await certificate.look()
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]


def test_nothing_given_is_no_https() -> None:
    assert Certificate.from_settings(Server()) is None


@pytest.mark.parametrize(
    ("cert", "key", "said"),
    [
        ("one.pem", "", "belong together"),
        ("", "one.key", "belong together"),
        ("one.pem", "two.key", "does not belong"),
        ("one.key", "one.key", "no certificate or no key in PEM form"),
        ("nothing.pem", "one.key", "nothing.pem: No such file"),
    ],
)
def test_files_that_will_not_do(cert: str, key: str, said: str) -> None:
    given = [str(FILES / name) if name else "" for name in (cert, key)]
    with pytest.raises(SettingsError, match=said):
        Certificate.from_settings(Server(tls_cert=given[0], tls_key=given[1]))
