// Runs the widget's tests of what needs no page: `node chat_widget/web/tests/run.mjs`, after `npm ci` and the texts.

import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const tests = dirname(fileURLToPath(import.meta.url));
const web = dirname(tests);
const cache = join(dirname(dirname(web)), ".cache"); // below the project, so that packages are found from there
await mkdir(cache, { recursive: true });
const outdir = await mkdtemp(join(cache, "widget-tests-"));
const names = (await readdir(tests)).filter((name) => name.endsWith(".test.ts"));
await build({
  absWorkingDir: web,
  entryPoints: names.map((name) => `tests/${name}`),
  bundle: true,
  external: ["node:*", "socket.io", "ws"],
  format: "esm",
  logLevel: "warning",
  outdir,
  outExtension: { ".js": ".mjs" },
  target: "node18",
});
const runner = spawn(process.execPath, ["--test", ...names.map((name) => join(outdir, name.replace(/ts$/, "mjs")))], { stdio: "inherit" });
process.exitCode = await new Promise((resolve) => runner.on("exit", (code) => resolve(code ?? 1)));
await rm(outdir, { recursive: true, force: true });
