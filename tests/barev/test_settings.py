"""Settings: file, environment, flags, in that order; a mistake is one plain line."""

from pathlib import Path

import pytest

from barev.settings import SettingsError, check_redis, load


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A settings file."""
    path = tmp_path / "barev.toml"
    path.write_text(
        '[business]\nname = "Salon"\nlanguages = ["hy", "ru"]\n[server]\nport = 8000\n[visitor]\nper_s = 5\n',
        encoding="utf-8",
    )
    return path


def test_each_place_is_over_the_one_before(config: Path) -> None:
    """The environment is over the file, a flag over both; what nobody names keeps its default."""
    environment = {"BAREV_SERVER_PORT": "8001", "BAREV_SOCKETS_LEAN": "off", "BAREV_BUSINESS_LANGUAGES": "ka, en"}
    settings = load(str(config), {"server.host": "127.0.0.2", "server.port": None}, environment)
    assert (settings.server.host, settings.server.port) == ("127.0.0.2", 8001)
    assert settings.business.languages == ("ka", "en")
    assert settings.business.name == "Salon"
    assert settings.visitor.rate.per_s == 5.0
    assert settings.sockets.lean is False
    assert settings.desk.session_days == 30
    assert load(str(config), {"server.port": 8002}, environment).server.port == 8002


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[busines]\nname = 'x'\n", "no section 'busines'"),
        ("[business]\nnames = 'x'\n", "no setting business.names"),
        ("[server]\nport = 'many'\n", "server.port"),
        ("[server]\nport = -1\n", "server.port"),
        ("[server]\nport = 65536\n", "server.port"),
        ("[server]\nport = true\n", "server.port"),
        ("[sockets]\nlean = 'perhaps'\n", "sockets.lean"),
        ("[business]\nname = 5\n", "business.name"),
        ("port = \n", "Invalid value"),
        ("server = 5\n", "no section 'server'"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, said: str) -> None:
    """One line that says where the mistake is."""
    path = tmp_path / "wrong.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=said) as refused:
        load(str(path), {}, {})
    assert "\n" not in str(refused.value)


def test_a_missing_file_that_was_named(tmp_path: Path) -> None:
    """Named and not there is a mistake; not named and not there is none."""
    with pytest.raises(SettingsError, match="no settings file"):
        load(str(tmp_path / "none.toml"), {}, {})


def test_a_secret_is_not_shown() -> None:
    """The text of all settings holds no token."""
    settings = load(None, {}, {"BAREV_TELEGRAM_TOKEN": "123:secret", "BAREV_LLM_KEY": "secret"})
    assert "secret" not in repr(settings)
    assert settings.telegram.token == "123:secret"


@pytest.mark.parametrize(
    ("redis", "store", "said"),
    [
        ("redis://127.0.0.1", "", "SQLite serves one process"),
        ("unix:///run/redis", "sqlite:////srv/barev.db", "SQLite serves one process"),
        ("127.0.0.1:6379", "postgresql://127.0.0.1/barev", "begins with redis://"),
    ],
)
def test_redis_joins_processes_on_postgresql_only(redis: str, store: str, said: str) -> None:
    settings = load(None, {}, {"BAREV_REDIS_URL": redis, "BAREV_STORE_URL": store})
    with pytest.raises(SettingsError, match=said):
        check_redis(settings)


def test_redis_with_postgresql_or_without_an_address_is_fine() -> None:
    check_redis(load(None, {}, {}))
    check_redis(load(None, {}, {"BAREV_REDIS_URL": "rediss://r", "BAREV_STORE_URL": "postgresql://h/d"}))
