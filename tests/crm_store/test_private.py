"""A new store survives a power cut: its folders' names are synced, each in the folder above it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

_OPEN = """
import asyncio, sys
from crm_store.engine import StoreUrl, open_store
async def main():
    store = await open_store(StoreUrl.parse("sqlite:///" + sys.argv[1]))
    await store.close()
asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.strace
def test_every_new_folder_is_synced(tmp_path: Path, strace: str) -> None:
    output, store = tmp_path / "trace", tmp_path / "new" / "data" / "barev.db"
    traced = [strace, "-f", "-y", "-e", "trace=fsync,fdatasync", "-o", str(output)]
    subprocess.run([*traced, sys.executable, "-c", _OPEN, str(store)], check=True, timeout=120)
    synced = re.findall(r"sync\(\d+<([^>]+)>\) += 0", output.read_text())
    assert {str(tmp_path), str(tmp_path / "new"), str(store.parent)} <= set(synced)
    assert store.stat().st_mode & 0o777 == 0o600
