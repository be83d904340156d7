"""Writes the lock files anew: what ``make lock`` does. Standard library, and uv fetched for the moment.

``requirements.lock`` is what the product runs with, ``requirements-dev.lock`` adds what its tests and checks need,
``requirements-node.lock`` is Node.js for a machine that has none. They hold for every platform and every Python from
3.11 on, carry hashes and no addresses. ``package-lock.json`` is npm's.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOWEST_PYTHON = "3.11"


def uv_compile(uv: Path, target: str, *arguments: str) -> None:
    """Resolve pyproject.toml into the lock file ``target``; pins that still hold stay, unless ``--upgrade``."""
    command = [str(uv), "pip", "compile", "--universal", "--quiet", "--python-version", LOWEST_PYTHON]
    command += ["--generate-hashes", "--no-header"]
    command += ["--output-file", target, *arguments]
    subprocess.run(command, cwd=ROOT, check=True)


def main() -> None:
    """Rewrite the three lock files; ``--upgrade`` takes the newest releases the floors allow."""
    upgrade = [word for word in sys.argv[1:] if word == "--upgrade"]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--target", folder, "uv"], check=True)
        uv = Path(folder, "bin", "uv.exe" if os.name == "nt" else "uv")
        product = ["pyproject.toml", "--group", "setup", "--extra", "meaning", "--extra", "smpp"]
        dev = [*product, "--extra", "dev", "--extra", "bench", "--constraint", "requirements.lock"]
        uv_compile(uv, "requirements.lock", *product, *upgrade)
        uv_compile(uv, "requirements-dev.lock", *dev, *upgrade)
        uv_compile(uv, "requirements-node.lock", "--group", "node", *upgrade)
    subprocess.run(["npm", "update" if upgrade else "install", "--package-lock-only"], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
