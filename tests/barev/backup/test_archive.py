"""The file: what goes in comes out, and nothing that is cut off, altered or foreign passes for a backup."""

import json
import random
import zipfile
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barev.backup.archive import BackupError, Reader, writing
from crm_store.dumping import Column

AT = datetime(2026, 11, 24, 10, 0, 0, tzinfo=UTC)
COLUMNS = (Column("id", "int"), Column("text", "text"), Column("flag", "bool"), Column("share", "float"))
SAID: dict[str, Any] = {"product": "0", "store": "sqlite", "revision": "0004", "highest": {"things": 9}, "missing": []}

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
rows_of = st.lists(
    st.tuples(
        st.integers(-(2**63), 2**63 - 1),
        st.none() | texts,
        st.none() | st.booleans(),
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
    ),
    max_size=40,
)


def write(path: Path, rows: list[Any], files: dict[str, bytes] | None = None, **said: object) -> Path:
    """A backup of one table."""
    with writing(path, AT) as writer:
        writer.write_table("things", COLUMNS, [rows[start : start + 7] for start in range(0, len(rows), 7)])
        for name, content in (files or {}).items():
            writer.write_file(name, BytesIO(content))
        writer.write_manifest(**{**SAID, **said})
    return path


def read(path: Path) -> tuple[list[Any], dict[str, bytes]]:
    """All of it, verified."""
    with Reader(path) as reader:
        reader.verify()
        files = {}
        for name in reader.manifest.files:
            out = BytesIO()
            reader.extract(name, out)
            files[name] = out.getvalue()
        return [tuple(row) for rows in reader.rows("things", 3) for row in rows], files


@given(rows=rows_of, content=st.binary(max_size=2000))
def test_what_goes_in_comes_out(rows: list[Any], content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = write(Path(folder) / "one.zip", rows, {"attachments/photo": content})
        assert read(path) == (rows, {"attachments/photo": content})
        assert [file.name for file in Path(folder).iterdir()] == ["one.zip"]
        with Reader(path) as reader:
            assert (reader.counts, reader.highest, reader.revision) == ({"things": len(rows)}, {"things": 9}, "0004")
            assert (reader.manifest.at, reader.manifest.columns["things"]) == (AT, COLUMNS)


def test_bytes_go_as_base64(tmp_path: Path) -> None:
    with writing(tmp_path / "b.zip", AT) as writer:
        writer.write_table("things", (Column("data", "bytes"),), [[(b"\x00\xff",), (None,)]])
        writer.write_manifest(**SAID)
    with Reader(tmp_path / "b.zip") as reader:
        assert list(reader.rows("things")) == [[["AP8="], [None]]]


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A backup with a few hundred rows and a file."""
    rng = random.Random(5)
    rows = [(number, f"text {rng.getrandbits(80)}", True, 0.5) for number in range(300)]
    return write(tmp_path / "sound.zip", rows, {"attachments/a": rng.randbytes(3000)})


def test_one_that_was_cut_off_is_refused(sound: Path, tmp_path: Path) -> None:
    whole = sound.read_bytes()
    for length in random.Random(7).sample(range(len(whole)), 60):
        (tmp_path / "cut.zip").write_bytes(whole[:length])
        with pytest.raises(BackupError):
            read(tmp_path / "cut.zip")


def test_one_that_was_altered_is_refused_or_says_the_same(sound: Path, tmp_path: Path) -> None:
    """A few bytes of a zip mean nothing (times, system flags); any that means something is noticed."""
    whole, expected, refused = sound.read_bytes(), read(sound), 0
    rng = random.Random(11)
    for place in rng.sample(range(len(whole)), 300):
        changed = bytearray(whole)
        changed[place] ^= 1 << rng.randrange(8)
        (tmp_path / "altered.zip").write_bytes(changed)
        try:
            assert read(tmp_path / "altered.zip") == expected
        except BackupError:
            refused += 1
    assert refused > 200


def rewritten(sound: Path, target: Path, change: str, content: bytes | None) -> Path:
    """The same zip made anew by any tool, one member changed (None: left out)."""
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(target, "w") as new:
        for name in dict.fromkeys([*old.namelist(), change]):
            if name != change:
                new.writestr(name, old.read(name))
            elif content is not None:
                new.writestr(name, content)
        new.comment = old.comment
    return target


@pytest.mark.parametrize(
    ("member", "content", "said"),
    [
        ("tables/things.jsonl", b'[1,"x",true,0.5]\n', "altered"),
        ("tables/things.jsonl", None, "list of parts"),
        ("tables/others.jsonl", b"", "list of parts"),
        ("files/attachments/a", b"other", "altered"),
        ("manifest.json", b"{}", "manifest"),
        ("manifest.json", None, "no backup"),
    ],
)
def test_a_changed_part_is_refused(sound: Path, tmp_path: Path, member: str, content: bytes | None, said: str) -> None:
    with pytest.raises(BackupError, match=said):
        read(rewritten(sound, tmp_path / "changed.zip", member, content))


def test_a_foreign_zip_and_what_is_no_zip_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "foreign.zip", "w") as foreign:
        foreign.writestr("manifest.json", "{}")
    (tmp_path / "text.zip").write_text("hello")
    for name, said in (
        ("foreign.zip", "no backup of Barev"),
        ("text.zip", "no zip file"),
        ("none.zip", "No such file"),
    ):
        with pytest.raises(BackupError, match=said):
            read(tmp_path / name)


def test_a_newer_format_is_refused_in_plain_words(sound: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(sound) as old:
        document = json.loads(old.read("manifest.json"))
    changed = json.dumps({**document, "version": 2}).encode()
    newer = rewritten(sound, tmp_path / "newer.zip", "manifest.json", changed)
    with zipfile.ZipFile(newer, "a") as opened:
        opened.comment = f"barev-backup 2 {sha256(changed).hexdigest()}".encode()
    with pytest.raises(BackupError, match=r"newer Barev .*upgrade Barev first"):
        read(newer)


def test_one_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Any:
        yield [(1, "x", True, 0.5)]
        raise OSError(28, "No space left on device")

    with pytest.raises(BackupError, match="No space left on device"), writing(tmp_path / "b.zip", AT) as writer:
        writer.write_table("things", COLUMNS, broken())
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_there_is_not_written_over(sound: Path) -> None:
    before = sound.read_bytes()
    with pytest.raises(BackupError, match="exists already") as refusal:
        write(sound, [])
    assert refusal.value.words
    assert sound.read_bytes() == before
