"""An import while people talk: how many rows a second, and what the talk feels of it. Beside it a bare loop that parses
the same file and inserts it into two tables of SQLite, without looking for anybody."""

import csv
import http.client
import io
import json
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

from barev.bench.barev_side import HOST, Site
from barev.bench.fleet import BenchError
from barev.bench.load import Load, Sample

_BOUNDARY = "----barev-bench"
_WAIT_S = 180.0


def make_file(rows: int) -> bytes:
    """A file of people, each tenth of whom comes twice."""
    text = io.StringIO(newline="")
    lines = csv.writer(text, delimiter=";", lineterminator="\r\n")
    lines.writerow(["Имя", "Фамилия", "Телефон", "Почта", "Группа", "Примечание"])
    for number in range(rows):
        person = number if number % 10 else number // 2
        name = f"Имя{person}", f"Фамилия{person}"
        lines.writerow([*name, f"077 {100_000 + person}", f"p{person}@example.am", "Постоянные", f"номер {number}"])
    return text.getvalue().encode("cp1251")


def insert_barely(content: bytes, folder: Path) -> float:
    """Rows a second of the bare loop, into a file that is synced as the store's is."""
    began = time.perf_counter()
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as store:
        store.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
            "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, note TEXT);"
            "CREATE TABLE phones (value TEXT, person INTEGER); CREATE INDEX by_value ON phones (value);"
        )
        lines = list(csv.reader(io.StringIO(content.decode("cp1251"), newline=""), delimiter=";"))[1:]
        store.execute("BEGIN IMMEDIATE")
        people = ((number, f"{row[0]} {row[1]}", row[5]) for number, row in enumerate(lines))
        store.executemany("INSERT INTO people VALUES (?, ?, ?)", people)
        store.executemany("INSERT INTO phones VALUES (?, ?)", ((row[2], number) for number, row in enumerate(lines)))
        store.execute("COMMIT")
    return len(lines) / (time.perf_counter() - began)


class Importer:
    """A manager who imports through the REST API."""

    def __init__(self, site: Site, token: str) -> None:
        self._web = http.client.HTTPConnection(HOST, site.port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}"}

    def upload(self, content: bytes) -> int:
        """Sends the file; returns the import's id."""
        head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="people.csv"\r\n\r\n'.encode()
        body = head + content + f"\r\n--{_BOUNDARY}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}
        return int(str(self._ask("POST", "/imports", 201, body, kind)["id"]))

    def run(self, import_id: int) -> None:
        """Begins the import."""
        self._ask("POST", f"/imports/{import_id}/run", 202)

    def state(self, import_id: int) -> Mapping[str, object]:
        """How far it is."""
        return self._ask("GET", f"/imports/{import_id}", 200)

    def _ask(
        self, method: str, path: str, status: int, body: bytes | None = None, more: Mapping[str, str] | None = None
    ) -> Mapping[str, object]:
        self._web.request(method, f"/api/v1{path}", body, {**self._headers, **(more or {})})
        answer = self._web.getresponse()
        text = answer.read()
        if answer.status != status:
            raise BenchError(f"{method} {path}: {answer.status} {text[:200].decode('utf-8', 'replace')}")
        found: Mapping[str, object] = json.loads(text)
        return found

    def close(self) -> None:
        """Hangs up."""
        self._web.close()


def import_while_talking(
    importer: Importer, load: Load, content: bytes, per_s: float, seconds: float
) -> tuple[float, Sample, bool]:
    """Rows a second of an import, the talk of its first ``seconds``, and whether it went on all that time."""
    import_id = importer.upload(content)
    importer.run(import_id)
    sample = load.pace(per_s, seconds, 0.0)
    throughout = importer.state(import_id)["state"] == "running"
    deadline = time.monotonic() + _WAIT_S
    while (one := importer.state(import_id))["state"] == "running":
        if time.monotonic() > deadline:
            raise BenchError(f"the import is not done after {_WAIT_S:.0f} s: {one['done']} of {one['rows']} rows")
        time.sleep(0.1)
    if one["state"] != "done" or one["wrong"]:
        raise BenchError(f"the import failed: {one['state']}, {one['wrong']} wrong rows, {one['message']}")
    began, ended = (datetime.fromisoformat(str(one[name])) for name in ("started_at", "finished_at"))
    return int(str(one["rows"])) / max((ended - began).total_seconds(), 1e-3), sample, throughout
