"""Log-in: passwords, and how failures are counted."""

from business.team.accounts import Failures
from business.team.passwords import check_password, hash_password


def test_passwords() -> None:
    """Only the right one passes; an unknown login is as wrong as a wrong password; a broken hash lets nobody in."""
    kept = hash_password("գաղտնի-1234")
    assert kept.startswith("$argon2id$")
    assert check_password(kept, "գաղտնի-1234")
    assert not check_password(kept, "գաղտնի-1235")
    assert not check_password(None, "no such login, but the same work")
    assert not check_password("not a hash", "x")


def test_failures_throttle_and_are_forgotten() -> None:
    """After three failures within a minute a key waits until the first of them is a minute old; others do not wait."""
    failures = Failures(limit=3, window_s=60.0)
    for at in (0.0, 10.0, 20.0):
        assert failures.wait_s("ani", at) == 0.0
        failures.add("ani", at)
    assert failures.wait_s("ani", 21.0) == 39.0
    assert failures.wait_s("aram", 21.0) == 0.0
    assert failures.wait_s("ani", 60.5) == 0.0
    failures.add("ani", 61.0)
    assert failures.wait_s("ani", 61.0) == 9.0
    failures.forget("ani")
    assert failures.wait_s("ani", 61.0) == 0.0
