"""The desk's browser part: its pure model under Node's own runner, and the weight of what a browser loads."""

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
WEB = ROOT / "desk" / "web"
BUDGET_BYTES = 60_000  # page, script, style and one language, each as sent with gzip -9

pytestmark = pytest.mark.node

BUNDLE = """
import { build } from "esbuild";
const [outdir, ...entryPoints] = process.argv.slice(1);
const how = { bundle: true, platform: "node", format: "esm", outExtension: { ".js": ".mjs" }, logLevel: "warning" };
await build({ ...how, entryPoints, outdir });
"""


def run(command: list[str], folder: Path) -> str:
    """Runs to the end and returns all that it said; fails with it where it failed."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


@pytest.mark.slow
def test_the_model_keeps_its_promises(node: str, tmp_path: Path) -> None:
    """State, lists and outbox (desk/web/tests): random news, crossed, doubled and lost, equals a fresh load."""
    suites = sorted(WEB.glob("tests/*.test.ts"))
    assert suites
    run([node, "--input-type=module", "--eval", BUNDLE, str(tmp_path), *map(str, suites)], ROOT)
    bundled = sorted(map(str, tmp_path.glob("*.mjs")))
    said = run([node, "--test", "--test-reporter=tap", *bundled], tmp_path)
    passed = re.search(r"^# pass (\d+)$", said, re.MULTILINE)
    assert passed is not None, said
    assert int(passed[1]) >= len(suites), said


@pytest.fixture(scope="module")
def built(node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The desk's built files, made apart from those that a server may be reading."""
    project = tmp_path_factory.mktemp("project")
    for folder in ("desk/web", "conversation/texts", "tools"):
        shutil.copytree(ROOT / folder, project / folder)
    (project / "node_modules").symlink_to(ROOT / "node_modules")
    run([node, "tools/web_build.mjs", "desk"], project)
    return project / "desk" / "static"


def test_what_a_browser_loads_stays_within_its_budget(built: Path) -> None:
    """One language is loaded at a time, so the heaviest of them counts."""
    page = (built / "index.html").read_text()
    needed = [built / name for name in re.findall(r'(?:src|href)="([^"]+)"', page)]
    assert {path.suffix for path in needed} == {".js", ".css", ".svg"}
    languages = [path for path in built.glob("*.js") if re.fullmatch(r"(hy|ka|kk|ru|en)-\w+", path.stem)]
    assert len(languages) == 5
    sent = (*needed, *languages, built / "index.html")
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in sent}
    total = sum(sizes[path.name] for path in needed) + sizes["index.html"] + max(sizes[path.name] for path in languages)
    assert total <= BUDGET_BYTES, sizes


def test_the_page_runs_under_a_strict_content_policy(built: Path) -> None:
    """No script, style or handler stands in the page itself; nothing built is evaluated from text."""
    page = (built / "index.html").read_text()
    assert "{{" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|javascript:", page)
    for script in built.glob("*.js"):
        assert not re.search(r"\beval\(|new Function\(", script.read_text()), script.name


def test_armenian_and_georgian_are_never_put_in_capitals() -> None:
    """No rule of the style sheets changes the case of letters."""
    for sheet in WEB.glob("styles/*.css"):
        assert "text-transform" not in sheet.read_text(), sheet.name
