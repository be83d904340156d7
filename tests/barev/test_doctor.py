"""Every finding has its words in five languages; what is wrong is found, and what is well is not complained of."""

import asyncio
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from barev.settings import terminal_language
from conversation import clock
from conversation.language import LANGUAGES
from conversation.texts import Catalogue
from tests.product import Product, running

ROOT = Path(__file__).parents[2]
TLS = ROOT / "tests" / "data" / "tls"
pytestmark = pytest.mark.slow


def examine(product: Product, *words: str, **settings: str) -> tuple[int, dict[str, dict[str, str]]]:
    """``barev doctor``; its status, and what it found by the check's name."""
    product.environment = {f"BAREV_{name.upper()}": value for name, value in settings.items()}
    done = product.run("doctor", "--json", *words)
    assert done.stderr == ""
    return done.returncode, {one["check"]: one for one in json.loads(done.stdout)}


@pytest.fixture
def product(tmp_path: Path) -> Product:
    """A store with an owner in it; nothing serves it."""
    made = Product(tmp_path / "data")
    assert made.add_user("ani", "owner").returncode == 0
    return made


def test_every_finding_has_its_words() -> None:
    """In every language; and no words are left over."""
    named: dict[str, set[str]] = {}
    for path in (ROOT / "barev" / "doctor").glob("*.py"):
        code = re.sub(r"\s+", " ", path.read_text(encoding="utf-8"))
        for state, key in re.findall(r"\b(ok|warn|wrong)\( ?[^,()]+, \"([a-z_]+)\"", code):
            named.setdefault(key, set()).add(state)
    assert len(named) > 35
    wanted = set(named) | {f"{key}_mend" for key, states in named.items() if states != {"ok"}}
    for language in LANGUAGES:
        assert set(Catalogue().section(language, "doctor")) == wanted


def test_a_sound_installation(product: Product) -> None:
    status, found = examine(product)
    assert status == 0
    assert {one["check"] for one in found.values() if one["state"] == "wrong"} == set()
    assert {"settings", "store_there", "schema", "sound", "private", "clock", "timezone"} <= set(found)
    assert found["public_none"]["state"] == found["backup_none"]["state"] == "warn"
    assert "server.public_url" in found["public_none"]["mend"]


def test_nothing_there_yet(tmp_path: Path) -> None:
    status, found = examine(Product(tmp_path / "data"))
    assert (status, found["store_none"]["state"]) == (0, "warn")
    assert not (tmp_path / "data").exists()


def spoil_pages(product: Product) -> None:
    """As a failing disk would."""
    with (product.data / "barev.db").open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 4)


def open_to_all(product: Product) -> None:
    """As a careless copy would."""
    (product.data / "barev.db").chmod(0o644)


def make_newer(product: Product) -> None:
    """As a newer version would."""
    with closing(sqlite3.connect(product.data / "barev.db", isolation_level=None)) as database:
        database.execute("UPDATE alembic_version SET version_num = '0999'")


def let_backups_grow_old(product: Product) -> None:
    """As a server that was off for a week would."""
    state = json.dumps({"since_ms": 1, "last_ms": clock.now_ms() - 200 * 3_600_000, "error": "no room"})
    with closing(sqlite3.connect(product.data / "barev.db", isolation_level=None)) as database:
        database.execute("INSERT INTO settings VALUES ('backup.state', ?, 1)", (state,))


@pytest.mark.parametrize(
    ("spoil", "check"),
    [
        (spoil_pages, "damaged"),
        (open_to_all, "readable"),
        (make_newer, "schema_newer"),
        (let_backups_grow_old, "backup_old"),
    ],
)
def test_what_is_wrong_with_the_store(product: Product, spoil: Any, check: str) -> None:
    spoil(product)
    status, found = examine(product)
    assert (status, found[check]["state"]) == (1, "wrong")
    assert found[check]["mend"]


@pytest.mark.parametrize(
    ("settings", "check", "state"),
    [
        ({"business_timezone": "Asia/Nowhere"}, "timezone_unknown", "wrong"),
        ({"business_languages": "hy,xx"}, "setting_wrong", "wrong"),
        ({"server_host": "0.0.0.0"}, "open_http", "warn"),
        ({"server_public_url": "chat.example.am"}, "public_no_url", "wrong"),
        ({"server_public_url": "http://127.0.0.1:9"}, "public_silent", "wrong"),
        ({"server_public_url": "https://127.0.0.1:9"}, "proxy_untrusted", "warn"),
        ({"logs_level": "debug"}, "debug", "warn"),
        ({"sms_driver": "modem", "sms_url": "modem:/dev/none?pin=4711"}, "sms_missing", "wrong"),
        ({"sms_driver": "smpp", "sms_url": "smpp://firm:s3cret@127.0.0.1:9"}, "sms_missing", "wrong"),
        ({"sms_driver": "smpp", "sms_url": "smpp://firm:s3cret@"}, "letters_wrong", "wrong"),
        ({"server_tls_cert": str(TLS / "one.pem")}, "cert_wrong", "wrong"),
        ({"server_tls_cert": str(TLS / "one.pem"), "server_tls_key": str(TLS / "two.key")}, "cert_wrong", "wrong"),
        ({"store_url": "postgresql://barev:s3cret@127.0.0.1:9/barev"}, "store_lost", "wrong"),
        (
            {"store_url": "postgresql://barev@127.0.0.1:9/barev", "redis_url": "redis://:s3cret@127.0.0.1:9"},
            "redis_silent",
            "wrong",
        ),
    ],
)
def test_what_is_wrong_with_the_settings(product: Product, settings: dict[str, str], check: str, state: str) -> None:
    status, found = examine(product, **settings)
    assert found[check]["state"] == state
    assert status == int(any(one["state"] == "wrong" for one in found.values()))
    assert "s3cret" not in json.dumps(found)


def test_a_line_that_is_down(product: Product, tmp_path: Path) -> None:
    """As the server that holds it found it."""
    (tmp_path / "port").touch()
    state = json.dumps({"error": "the SIM asks for its PUK", "since": 1_772_300_000_000})
    with closing(sqlite3.connect(product.data / "barev.db", isolation_level=None)) as database:
        database.execute("INSERT INTO doors (name, holder, until, state) VALUES ('sms', 'x', 1, ?)", (state,))
    _, found = examine(product, sms_driver="modem", sms_url=f"modem:{tmp_path / 'port'}")
    assert found["sms_down"]["state"] == "wrong"
    assert "PUK" in found["sms_down"]["text"]
    assert "2026-02-28" in found["sms_down"]["text"]


def test_a_check_that_checks_nothing(product: Product) -> None:
    """Telegram is to prove phones on the booking page, and there is no bot; with one it is silent."""
    with closing(sqlite3.connect(product.data / "barev.db", isolation_level=None)) as database:
        database.execute("INSERT INTO settings VALUES ('booking.phone_check', '\"telegram\"', 1)")
    assert examine(product)[1]["proof_idle"]["state"] == "warn"
    given = {"telegram_token": "1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "telegram_api_url": "http://127.0.0.1:9"}
    assert "proof_idle" not in examine(product, **given)[1]


def test_the_certificate(product: Product, tmp_path: Path) -> None:
    """Its dates and its names, beside the key's rights."""
    for end in ("pem", "key"):
        shutil.copyfile(TLS / f"one.{end}", tmp_path / f"own.{end}")
    (tmp_path / "own.key").chmod(0o644)
    given = {"server_tls_cert": str(tmp_path / "own.pem"), "server_tls_key": str(tmp_path / "own.key")}
    _, found = examine(product, **given, server_public_url="https://chat.example.am:9")
    assert (found["cert"]["state"], found["cert_name"]["state"]) == ("ok", "wrong")
    assert "localhost, 127.0.0.1" in found["cert_name"]["text"]
    assert "own.key" in found["readable"]["mend"]
    shutil.copyfile(TLS / "old.pem", tmp_path / "own.pem")
    shutil.copyfile(TLS / "old.key", tmp_path / "own.key")
    status, found = examine(product, **given)
    assert (status, found["cert_ended"]["state"]) == (1, "wrong")


@pytest.mark.slow
async def test_the_public_address(product: Product) -> None:
    """It is found to be us, with live connections; another program there is found out."""
    async with running(product):
        status, found = await asyncio.to_thread(examine, product, server_public_url=product.address)
        assert (status, found["public"]["state"], found["websocket"]["state"]) == (0, "ok", "ok")
        _, found = await asyncio.to_thread(examine, product, server_public_url=f"{product.address}/elsewhere")
        assert found["public_other"]["state"] == "wrong"


def test_it_speaks_the_language_of_the_terminal(product: Product) -> None:
    for language, word in (("ka_GE", "პარამეტრები"), ("C", "settings")):
        environment = {**product.environ(), "LC_ALL": language, "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(product.command("doctor"), env=environment, capture_output=True, check=False)
        assert word in done.stdout.decode()
        assert b"\xe2\x86\x92" in done.stdout  # how to mend what is not ok


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "kk_KZ.UTF-8"}, "kk"),
        ({"LANG": "kk_KZ.UTF-8", "LC_ALL": "ru_RU"}, "ru"),
        ({"LANG": "de_DE"}, "en"),
        ({"LC_ALL": "", "LANG": "ka"}, "ka"),
        ({}, "en"),
    ],
)
def test_whose_language_that_is(environ: dict[str, str], language: str) -> None:
    assert terminal_language(environ) == language


def test_bad_words_are_refused(product: Product) -> None:
    done = subprocess.run([sys.executable, "-m", "barev", "doctor", "--config", "nothing.toml"], check=False)
    assert done.returncode == 2
