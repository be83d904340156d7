"""The build of the browser parts, on a small part of its own."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

pytestmark = pytest.mark.node

BUILD = """
export default async function build({ bundle, write, read, texts }) {
  const names = { entryNames: "[name]-[hash]", chunkNames: "[name]-[hash]" };
  const app = await bundle({ entryPoints: ["app.ts"], splitting: true, ...names });
  const page = (await read("page.html")).replace("{{script}}", app["app.ts"].js);
  await write("page.html", page + Object.keys(texts).join());
}
"""
APP = 'import { loadTexts } from "./generated/texts";\nvoid loadTexts.hy().then((texts) => alert(texts["send.now"]));\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one part with two languages."""
    web = tmp_path / "chat_widget" / "web"
    web.mkdir(parents=True)
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "web_build.mjs", tmp_path / "tools")
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    (web / "build.mjs").write_text(BUILD)
    (web / "app.ts").write_text(APP)
    (web / "page.html").write_text("<script src={{script}}></script>")
    for language, text in {"hy": "Ուղարկել", "en": "Send"}.items():
        folder = tmp_path / "conversation" / "texts" / language
        folder.mkdir(parents=True)
        (folder / "widget.json").write_text(json.dumps({"send.now": text}))
    return tmp_path


def build(node: str, project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the build in a project folder."""
    command = [node, str(project / "tools" / "web_build.mjs"), *words]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def output(project: Path) -> dict[str, bytes]:
    """Every built file."""
    static = project / "chat_widget" / "static"
    return {path.name: path.read_bytes() for path in sorted(static.rglob("*")) if path.is_file()}


def test_two_builds_are_byte_identical_and_names_follow_the_content(node: str, project: Path) -> None:
    assert build(node, project).returncode == 0
    first = output(project)
    assert build(node, project).returncode == 0
    assert output(project) == first
    script = next(name for name in first if name.startswith("app-"))
    assert first["page.html"].decode() == f"<script src={script}></script>en,hy"
    assert any("Ուղարկել".encode() in body for name, body in first.items() if name.startswith("hy-"))
    (project / "chat_widget" / "web" / "app.ts").write_text(APP.replace("alert", "confirm"))
    assert build(node, project).returncode == 0
    assert script not in output(project)


def test_a_broken_source_is_told_by_its_line_and_leaves_the_last_build(node: str, project: Path) -> None:
    assert build(node, project).returncode == 0
    before = output(project)
    (project / "chat_widget" / "web" / "app.ts").write_text("const ;")
    failed = build(node, project)
    assert failed.returncode == 1
    assert "app.ts:1:6" in failed.stderr
    assert "at " not in failed.stderr.split("app.ts:1:6")[1]
    assert output(project) == before


def test_a_style_sheet_that_lost_half_a_rule_is_not_built(node: str, project: Path) -> None:
    web = project / "chat_widget" / "web"
    (web / "looks.css").write_text(".free,\n.busy,\n")
    (web / "app.ts").write_text('import "./looks.css";\n' + APP)
    failed = build(node, project)
    assert failed.returncode == 1
    assert "looks.css:" in failed.stderr
    (web / "looks.css").write_text(".free,\n.busy {\n  border: 0;\n}\n")
    assert build(node, project).returncode == 0


def test_texts_are_typed_by_their_keys(node: str, project: Path) -> None:
    assert build(node, project, "--texts").returncode == 0
    source = (project / "chat_widget" / "web" / "generated" / "texts.ts").read_text()
    assert 'export type TextKey = "send.now";' in source
    assert 'export const languages: readonly Language[] = ["en","hy"];' in source
    assert not (project / "chat_widget" / "static").exists()
