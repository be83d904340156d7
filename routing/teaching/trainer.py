"""Has models trained of what the firm taught, in a process of their own, by one of the processes of the store."""

import asyncio
import json
import logging
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple

from conversation import clock
from conversation.events import Event, TeachingChanged
from crm_store import Tx, learned_models, learning
from crm_store.engine import Store
from crm_store.learned_models import Progress
from crm_store.learning import Taught

log = logging.getLogger(__name__)
LOOK_S: Final = 5.0
REST_S: Final = 1.0
"""How long nothing may be taught before it is learned from: labels come several in a row."""
_LEASE_S: Final = 20.0
_RENEW_S: Final = 5.0
_SCRIPT: Final = "routing.understanding.train_process"


class _Trained(NamedTuple):
    model: str
    tiers: int
    examples: int
    before: int
    after: int


class _Job(NamedTuple):
    of: int
    taught: Sequence[Taught]
    current: bytes | None


@cache
def starter_mark() -> str:
    """Which starter model this program has: models trained beside another one are trained anew."""
    return blake2b(files("routing.understanding").joinpath("starter.npz").read_bytes(), digest_size=8).hexdigest()


class Trainer:
    """One a process; whoever comes first trains. ``vectors``: the file of sentence vectors in the data folder; None:
    there is no second tier."""

    def __init__(
        self, store: Store, publish: Callable[[Event], None], vectors: Path | None, holder: str, rest_s: float = REST_S
    ) -> None:
        self._store = store
        self._publish = publish
        self._vectors = vectors
        self._holder = holder
        self._rest_s = rest_s
        self._asked = asyncio.Event()
        self._failed = 0

    def heard(self, _event: TeachingChanged) -> None:
        """A listener: something else is taught."""
        self._asked.set()

    async def work(self) -> None:
        """Trains whenever something else is taught, until it is cancelled. Raises BarevError, and is then to be called
        anew."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._asked.wait()
            self._asked.clear()
            while await self.train_if_due():
                pass

    async def train_if_due(self) -> bool:
        """Trains if something is taught that no model has learned and no other process is at it; whether it did."""
        mark = await asyncio.to_thread(starter_mark)
        if not await self._store.read(self._is_due):
            return False
        await asyncio.sleep(self._rest_s)
        job = await self._store.writer.run(lambda tx: self._take(tx, mark))
        if job is None:
            return False
        try:
            await self._train(job, mark)
        except (OSError, ValueError, EOFError) as error:
            log.error("training failed, the model in force stays: %s", error)
            self._failed = job.of
            await self._say(job.of, "failed", 0, 0)
            return False
        return True

    def _is_due(self, tx: Tx) -> bool:
        """Also where the program has another starter model since."""
        taught = learned_models.told(tx).taught
        latest = learned_models.find_latest(tx)
        learned = latest is not None and latest.of == taught and latest.starter == starter_mark()
        progress = learned_models.get_progress(tx)
        held = progress is not None and progress.stage != "failed" and progress.until_ms > clock.now_ms()
        return bool(taught) and taught != self._failed and (not learned or self._is_half_done(progress)) and not held

    def _is_half_done(self, progress: Progress | None) -> bool:
        """Somebody died after the first tier was learned, and before the second was."""
        return self._vectors is not None and progress is not None and progress.stage == "vectors"

    def _take(self, tx: Tx, mark: str) -> _Job | None:
        if not self._is_due(tx):
            return None
        of, _, in_force = learned_models.told(tx)
        row = learned_models.find_in_force(tx)
        current = learned_models.read_data(tx, in_force) if row is not None and row.starter == mark else None
        self._lease(tx, of, "words", 0, 0)
        return _Job(of, learning.list_taught(tx), current)

    def _lease(self, tx: Tx, of: int, stage: str, done: int, total: int) -> None:
        until_ms = clock.now_ms() + int(_LEASE_S * 1000)
        learned_models.put_progress(tx, Progress(self._holder, until_ms, of, stage, done, total), clock.now())

    async def _say(self, of: int, stage: str, done: int, total: int) -> None:
        await self._store.writer.run(lambda tx: self._lease(tx, of, stage, done, total))

    # --- the process that learns ------------------------------------------------------------------------------------

    async def _train(self, job: _Job, mark: str) -> None:
        with tempfile.TemporaryDirectory(prefix="barev-learn-") as name:
            folder = Path(name)
            await asyncio.to_thread(self._prepare, folder, job)
            with (folder / "errors").open("wb") as errors:
                pipe = asyncio.subprocess.PIPE
                process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", _SCRIPT, str(folder), stdin=pipe, stdout=pipe, stderr=errors
                )
                try:
                    await self._follow(process, job, mark, folder)
                finally:
                    if process.returncode is None:
                        process.kill()
                    await process.wait()
                    await self._store.writer.run(lambda tx: self._free(tx, job.of))

    async def _follow(self, process: asyncio.subprocess.Process, job: _Job, mark: str, folder: Path) -> None:
        """Takes what it says until it ends, or until something newer is taught while it reckons vectors. Raises
        EOFError where it ended without a model."""
        began, stage, output = asyncio.get_running_loop().time(), ("words", 0, 0), process.stdout
        models = 0
        while output is not None:
            try:
                async with asyncio.timeout(_RENEW_S):
                    line = await output.readline()
            except TimeoutError:
                await self._say(job.of, *stage)
                continue
            if not line:
                break
            said = json.loads(line)
            if "vectors" in said:
                stage = ("vectors", said["vectors"], said["of"])
                await self._say(job.of, *stage)
                if (await self._store.read(learned_models.told)).taught != job.of:
                    return
                continue
            trained = _Trained(*(said[key] for key in ("model", "tiers", "examples", "before", "after")))
            data = await asyncio.to_thread((folder / trained.model).read_bytes) if trained.model else None
            took_ms = round((asyncio.get_running_loop().time() - began) * 1000)
            await self._keep(job, mark, trained, data, took_ms)
            models += 1
        if await process.wait() or not models:
            said_last = (folder / "errors").read_text("utf-8", "replace").strip().splitlines()[-1:]
            raise EOFError(f"the process that learns ended with {process.returncode} {' '.join(said_last)}")

    async def _keep(self, job: _Job, mark: str, trained: _Trained, data: bytes | None, took_ms: int) -> None:
        """Puts a model in force, or says that it is worse than the one that is. One that others follow (its sentence
        vectors are still to come) is passed over in silence if it is worse."""
        refused = trained.after < trained.before
        followed = self._vectors is not None and trained.model == "words.npz"
        if refused and followed:
            return
        values = {
            "of": job.of,
            "starter": mark,
            "tiers": trained.tiers,
            "examples": trained.examples,
            "own": sum(not one.checks for one in job.taught),
            "checked": sum(one.checks for one in job.taught),
            "right_before": trained.before,
            "right_after": trained.after,
            "refused": refused,
            "took_ms": took_ms,
        }

        def write(tx: Tx) -> None:
            if data is None:
                learned_models.drop_data(tx)
            learned_models.insert_model(tx, None if refused else data, **values, trained_at=clock.now())

        await self._store.writer.run(write, lambda _: self._publish(TeachingChanged()))
        log.info(
            "learned from %d examples in %d ms: %d of %d checks right, %d before%s",
            trained.examples,
            took_ms,
            trained.after,
            values["checked"],
            trained.before,
            "; it is worse and not taken" if refused else "",
        )

    def _prepare(self, folder: Path, job: _Job) -> None:
        def rows(checks: bool) -> list[tuple[str, str | None, str | None]]:
            return [(one.text, one.language, one.intent) for one in job.taught if one.checks == checks]

        said = {"own": rows(False), "checks": rows(True), "vectors": self._vectors and str(self._vectors)}
        (folder / "job.json").write_text(json.dumps(said, ensure_ascii=False), "utf-8")
        if job.current is not None:
            (folder / "current.npz").write_bytes(job.current)

    def _free(self, tx: Tx, of: int) -> None:
        progress = learned_models.get_progress(tx)
        if progress is not None and progress.process == self._holder and progress.of == of:
            learned_models.put_progress(tx, None, clock.now())
