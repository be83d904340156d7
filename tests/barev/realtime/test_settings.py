"""Whom to trust and whom to let in."""

import pytest

from barev.realtime import Settings

PROXIES = ("10.0.0.0/8", "192.0.2.7", "2001:db8::/32")


@pytest.mark.parametrize(
    ("peer", "forwarded", "remote"),
    [
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.9, 192.0.2.7 , 10.9.9.9", "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6, nonsense, 10.9.9.9", "10.9.9.9"),
        ("10.0.0.1", "10.1.1.1, 10.2.2.2", "10.1.1.1"),
        ("10.0.0.1", "203.0.113.9:4711", "203.0.113.9"),
        ("10.0.0.1", '"[2001:db9::1]:4711"', "2001:db9::1"),
        ("2001:db8::5", "2001:db9::1", "2001:db9::1"),
        ("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.1", None, "203.0.113.1"),
        ("203.0.113.1", "6.6.6.6", "203.0.113.1"),
        ("", "6.6.6.6", ""),
        ("fe80::1%eth0", "6.6.6.6", "fe80::1%eth0"),
    ],
)
def test_remote(peer: str, forwarded: str | None, remote: str) -> None:
    assert Settings(trusted_proxies=PROXIES).remote(peer, forwarded) == remote


def test_nobody_is_trusted_unasked() -> None:
    assert Settings().remote("127.0.0.1", "6.6.6.6") == "127.0.0.1"


@pytest.mark.parametrize("proxies", [("nonsense",), ("10.0.0.0/99",), ("",)])
def test_wrong_proxies_are_refused(proxies: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Settings(trusted_proxies=proxies)


@pytest.mark.parametrize(
    ("origin", "host", "accepted"),
    [
        ("https://shop.example", "our.example", True),
        ("https://our.example", "our.example", True),
        ("http://our.example:8080", "our.example:8080", True),
        ("https://our.example.evil", "our.example", False),
        ("null", "our.example", False),
        ("https://our.example", None, False),
        ("http://[", "our.example", False),
        ("", None, True),
        (None, None, True),
    ],
)
def test_origins(origin: str | None, host: str | None, accepted: bool) -> None:
    assert Settings(origins=("https://shop.example",)).accepts_origin(origin, host) is accepted
    assert Settings().accepts_origin(origin, host)
