"""The words that people try first."""

import pytest

from barev import __version__
from barev.cli import main


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["help"], "usage: barev"),
        (["--help"], "usage: barev"),
        (["help", "backup"], "usage: barev backup"),
        (["help", "import", "contacts"], "usage: barev import contacts"),
        (["version"], f"barev {__version__}"),
        (["--version"], f"barev {__version__}"),
    ],
)
def test_help_and_version(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(words)
    assert (end.value.code, capsys.readouterr().out.startswith(said)) == (0, True)


def test_no_command_of_that_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["help", "nothing"])
    assert (end.value.code, capsys.readouterr().err.count("\n")) == (2, 1)
