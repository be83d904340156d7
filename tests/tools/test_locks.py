"""The locks hold no address, no path, and exactly what pyproject.toml allows."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parent.parent.parent
PYTHON_LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-node.lock"]


def pins(lock: str) -> dict[str, Version]:
    """{name: version} of a Python lock."""
    rows = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", (ROOT / lock).read_text(), re.MULTILINE)
    return {name.lower(): Version(version) for name, version in rows}


@pytest.mark.parametrize("lock", PYTHON_LOCKS)
def test_a_python_lock_holds_no_address_and_no_path(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.findall(r"://|^\s*-(?!-hash=)\S+|file:|(?:^|\s)/\w+", text, re.MULTILINE)


@pytest.mark.parametrize("lock", PYTHON_LOCKS)
def test_every_pin_has_hashes(lock: str) -> None:
    entries = re.split(r"^(?=[A-Za-z0-9])", (ROOT / lock).read_text(), flags=re.MULTILINE)
    without = [entry.split()[0] for entry in entries if entry.strip() and "--hash=sha256:" not in entry]
    assert without == []


def test_the_npm_lock_holds_no_download_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert len(packages) > 10
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert not name or "integrity" in package, name


def test_the_dev_lock_is_the_product_lock_and_more() -> None:
    product, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {name: dev.get(name) for name in product} == product
    assert len(dev) > len(product)


def test_the_locks_satisfy_pyproject() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {
        "requirements.lock": [*config["project"]["dependencies"], *config["dependency-groups"]["setup"]],
        "requirements-dev.lock": config["project"]["optional-dependencies"]["dev"],
        "requirements-node.lock": config["dependency-groups"]["node"],
    }
    for lock, lines in wanted.items():
        pinned = pins(lock)
        for requirement in map(Requirement, lines):
            fits = pinned[requirement.name.lower()] in requirement.specifier
            assert fits, f"{lock} is stale: {requirement}; make lock"
