"""Pieces: nothing of a text is lost or said twice, none is too long, and buttons are there in every channel."""

import unicodedata
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from conversation.channels import Capabilities, FileOut
from conversation.language import LANGUAGES
from conversation.messages import Author, Button, Message
from conversation.texts import Catalogue
from routing.carrying.pieces import Outbound, part_text, read_number, read_token, to_pieces, units

TEXTS = Catalogue()
LETTERS = st.text(st.sampled_from("abc աբգ ქართ қаз\n.,!։👩‍👧🇦🇲e\u0301 "), max_size=300)


def message(text: str, buttons: tuple[Button, ...] = ()) -> Message:
    """Something a bot said."""
    at = datetime(2026, 11, 24, 10, tzinfo=UTC)
    return Message(7, 3, 1, 1, 1, at, Author("bot", "Barev"), text, buttons=buttons)


def outbound(said: Message, *files: FileOut) -> Outbound:
    """To somebody."""
    return Outbound("barev-7", "someone", "en", said, None, files)


@given(LETTERS, st.integers(4, 60))
def test_a_text_is_parted_and_whole(text: str, most: int) -> None:
    parts = part_text(text, most)
    assert all(0 < units(part) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
    for part in parts[1:]:
        assert not unicodedata.combining(part[0])


def test_a_text_is_parted_where_it_may_be() -> None:
    text = "First paragraph is here.\n\nSecond one. It has two sentences and goes on"
    assert part_text(text, 40) == ["First paragraph is here.", "Second one. It has two sentences and", "goes on"]
    assert part_text("Առաջին նախադասություն։ Երկրորդ նախադասություն։", 30) == [
        "Առաջին նախադասություն։",
        "Երկրորդ նախադասություն։",
    ]
    assert part_text("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]


def test_buttons_are_short_names_or_numbers() -> None:
    said = message("When?", (Button("x" * 300, "Today"), Button("do:offer:1:yes", "Tomorrow")))
    (shown,) = to_pieces(outbound(said), Capabilities(text_chars=4096, buttons=8), TEXTS)
    assert [(one.value, one.label) for one in shown.buttons] == [("7.0", "Today"), ("7.1", "Tomorrow")]
    assert read_token("7.1") == (7, 1)
    for language in LANGUAGES:
        plain = outbound(said)
        (numbered,) = to_pieces(Outbound(plain.id, plain.to, language, said), Capabilities(text_chars=4096), TEXTS)
        assert numbered.text.startswith("When?\n\n1. Today\n2. Tomorrow\n\n")
        assert numbered.buttons == ()
    for typed in ("2", " 2. ", "#2", "(2)", "٢"):
        assert read_number(typed, said.buttons) == said.buttons[1]
    for other in ("0", "3", "two", "", "-1", "2 pm", "9" * 40):
        assert read_number(other, said.buttons) is None
    for other in ("7", "7.", ".1", "7.x", "-7.1", "٧.1", "9" * 40 + ".1"):
        assert read_token(other) is None


def test_files_are_carried_or_linked(tmp_path: Path) -> None:
    small = FileOut(1, "slip.pdf", "application/pdf", 1000, tmp_path / "a", "https://x/1")
    large = FileOut(2, "film.mp4", "video/mp4", 90_000_000, tmp_path / "b", "https://x/2")
    can = Capabilities(text_chars=100, caption_chars=20, file_mb=50, quotes=True)
    assert [(one.text, one.file) for one in to_pieces(outbound(message("Here"), small), can, TEXTS)] == [
        ("Here", small)
    ]
    long = "A text that is longer than its caption"
    pieces = to_pieces(outbound(message(long), small, large), can, TEXTS)
    assert [(one.text, one.file) for one in pieces] == [(f"{long}\n\nfilm.mp4\nhttps://x/2", None), ("", small)]
    assert len({one.id for one in pieces}) == 2
    assert [one.text for one in to_pieces(outbound(message(""), large), Capabilities(text_chars=50), TEXTS)] == [
        "film.mp4\nhttps://x/2"
    ]
