"""What runs in the process that learns: it is handed a folder, leaves models in it, and says on its output how far it
is. It may be killed at any time. When the process that started it dies, it takes the folder away, for there are
customers' words in it, and ends.

``job.json``: {"own": [example...], "checks": [example...], "vectors": path or null}, an example being [text, language,
intent]. ``current.npz``: the model in force, absent for the starter model. Lines on the output are JSON objects:
``{"vectors": done, "of": count}`` and, for each model that is ready, ``{"model": file, "tiers", "examples", "before",
"after"}``; ``before`` and ``after`` count the checks that the model in force and the new one have right."""

import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread

from routing.understanding.corpus import Example, read_corpus
from routing.understanding.embedding import E5Process, model_name
from routing.understanding.model import STARTER, Model, load_model, save_model
from routing.understanding.own import count_right, learn_words, with_own
from routing.understanding.reading import Reader
from routing.understanding.tier1 import Embedder, EmbedderGone
from routing.understanding.training import train
from routing.understanding.vector_file import VectorFile


def _say(**line: object) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


@dataclass(slots=True)
class _Work:
    folder: Path
    examples: list[Example]
    own: int
    checks: list[Example]
    current: Model
    reader: Reader

    def tell(self, name: str, model: Model | None, embedder: Embedder | None) -> None:
        """Measures a model (None: the one in force is all there is) beside the one in force, and leaves it."""
        before = count_right(self.current, self.reader, self.checks, embedder)
        after = before
        if model is not None:
            after = count_right(model, self.reader, self.checks, embedder)
            save_model(self.folder / name, model, self.reader)
        tiers = 2 if embedder is not None and (model or self.current).tier1 is not None else 1
        _say(model=name, tiers=tiers, examples=len(set(self.examples)), before=before, after=after)

    def learn_words(self, embedder: Embedder | None) -> None:
        """The first tier, with the second of the model in force where that tells the same intents apart."""
        model = learn_words(self.current, self.reader, self.examples, self.own)
        if embedder is not None and model.intents == self.current.intents:
            model = replace(model, tier1=self.current.tier1, together=self.current.together)
        self.tell("words.npz", model, embedder)

    def learn_both(self, embedder: VectorFile) -> None:
        """Both tiers; the first one at once, where vectors are to be waited for. Raises EmbedderGone."""
        natives = [self.reader.native(self.reader.read(one.text, one.language)) for one in self.examples]
        if embedder.count_new(natives):
            self.learn_words(embedder)
            embedder.embed(natives)
        self.tell("both.npz", train(self.examples, self.reader, embedder), embedder)


def _examples(rows: Sequence[Sequence[str | None]]) -> list[Example]:
    return [Example(text or "", intent, language) for text, language, intent in rows]  # type: ignore[arg-type]  # as written


def main(folder: Path) -> None:
    """Does the job that lies in the folder."""
    os.nice(10)
    job = json.loads((folder / "job.json").read_text("utf-8"))
    own, current = _examples(job["own"]), folder / "current.npz"
    model, reader = load_model(current if current.exists() else STARTER)
    work = _Work(folder, with_own(read_corpus(), own), len(own), _examples(job["checks"]), model, reader)
    if not job["vectors"]:
        work.learn_words(None) if own else work.tell("", None, None)
        return
    process = E5Process()
    kept = VectorFile(process, Path(job["vectors"]), model_name(), say=lambda done, of: _say(vectors=done, of=of))
    try:
        work.learn_both(kept) if own else work.tell("", None, kept)
    except EmbedderGone as error:
        sys.stderr.write(f"{error}\n")
        work.learn_words(None) if own else work.tell("", None, None)
    finally:
        kept.close()
        process.close()


def _end_with_maker(folder: Path) -> None:
    """Nobody writes to the input: it ends when the process at its other end does."""
    os.read(0, 1)  # below Python's buffer, whose lock would be held when this process ends by itself
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


if __name__ == "__main__":
    Thread(target=_end_with_maker, args=[Path(sys.argv[1])], daemon=True).start()
    main(Path(sys.argv[1]))
