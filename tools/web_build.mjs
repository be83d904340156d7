// Builds the browser parts: `node tools/web_build.mjs` (both), `node tools/web_build.mjs desk` (one), or with `--texts` only
// the generated texts, for tsc.
//
// A part is a folder `<door>/web` with a `build.mjs` whose default export is handed the tools below and calls them. All
// output goes to `<door>/static`, which is swapped in whole at the end, so a running server never reads half a build.
// Two builds of the same source are byte-identical.

import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const textsFolder = join(root, "conversation", "texts");

/** Each part's folder, the section of the text catalogue it carries, the beginning of the keys that are loaded later, and
 * the sections whose keys are such under their section's name. */
const parts = [
  { folder: "chat_widget", section: "widget", later: "extra." },
  { folder: "desk", section: "desk", later: "office.", more: ["bookable", "journal", "reminders", "links"] },
  { folder: "barev/demo_site", section: "site" },
];

const byName = (left, right) => (left < right ? -1 : left > right ? 1 : 0);

/** The part's texts of every language that has its section: {language: {key: text}}, keys in order. */
async function readTexts({ section, later = "", more = [] }) {
  const texts = {};
  if (!existsSync(textsFolder)) return texts;
  for (const language of (await readdir(textsFolder)).sort(byName)) {
    const path = join(textsFolder, language, `${section}.json`);
    if (!existsSync(path)) continue;
    const entries = Object.entries(JSON.parse(await readFile(path, "utf8")));
    for (const beside of more) {
      const texts = JSON.parse(await readFile(join(textsFolder, language, `${beside}.json`), "utf8"));
      for (const [key, text] of Object.entries(texts)) entries.push([`${later}${beside}.${key}`, text]);
    }
    texts[language] = Object.fromEntries(entries.sort(([left], [right]) => byName(left, right)));
  }
  return texts;
}

/** Writes `web/generated/<language>.json` and `texts.ts`, which types the keys and loads one language at a time. Texts
 * of the part's later keys go to `<language>.later.json`. */
async function generateTexts(part) {
  const { folder, section, later } = part;
  const target = join(root, folder, "web", "generated");
  const texts = await readTexts(part);
  const languages = Object.keys(texts);
  const keys = [...new Set(languages.flatMap((language) => Object.keys(texts[language])))].sort(byName);
  const union = (words) => words.map((word) => JSON.stringify(word)).join(" | ") || "never";
  const load = (language) => `  ${language}: async (): Promise<Texts> => (await import("./${language}.json")).default,`;
  const source = [
    `// Generated from conversation/texts/*/${section}.json; edit those.`,
    `export type Language = ${union(languages)};`,
    `export type TextKey = ${union(keys)};`,
    `export type Texts = Readonly<Record<${later === undefined ? "TextKey" : `Exclude<TextKey, \`${later}\${string}\`>`}, string>>;`,
    `export const languages: readonly Language[] = ${JSON.stringify(languages)};`,
    "/** One loader a language; each becomes a chunk of its own where the bundle is split. */",
    "export const loadTexts: Readonly<Record<Language, () => Promise<Texts>>> = {",
    ...languages.map(load),
    "};",
    ...(later === undefined ? [] : laterLoaders(languages, later)),
    "",
  ];
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await writeFile(join(target, "texts.ts"), source.join("\n"));
  const write = (name, entries) => writeFile(join(target, name), `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
  for (const language of languages) {
    const entries = Object.entries(texts[language]);
    const isLater = ([key]) => later !== undefined && key.startsWith(later);
    await write(`${language}.json`, entries.filter((entry) => !isLater(entry)));
    if (later !== undefined) await write(`${language}.later.json`, entries.filter(isLater));
  }
  return texts;
}

/** The same for the texts that are loaded later. */
const laterLoaders = (languages, later) => [
  `export type LaterTexts = Readonly<Partial<Record<Extract<TextKey, \`${later}\${string}\`>, string>>>;`,
  "export const loadLaterTexts: Readonly<Record<Language, () => Promise<LaterTexts>>> = {",
  ...languages.map((language) => `  ${language}: async (): Promise<LaterTexts> => (await import("./${language}.later.json")).default,`),
  "};",
];

/**
 * What a part's `build.mjs` gets:
 *   web, out     the part's source folder and the folder its output goes to (served later as `<door>/static`)
 *   texts        {language: {key: text}} of the part's section
 *   bundle(options)  runs esbuild with the defaults below; returns {entry point as given: {js, css?}}, paths relative to `out`
 *   write(path, text), read(path)   a file of the output, a file of the source
 *   copy(from, to = from)           a file or folder of the source, taken over as it is
 */
function toolsFor(esbuild, web, out, texts) {
  const bundle = async (options) => {
    const result = await esbuild.build({
      absWorkingDir: web,
      outdir: out,
      bundle: true,
      minify: true,
      target: "es2020",
      format: "esm",
      charset: "utf8",
      legalComments: "none",
      jsx: "automatic",
      jsxImportSource: "preact",
      logLevel: "warning",
      metafile: true,
      ...options,
    });
    // A warning is a rule or an import that was lost: nobody should ship what the bundler doubts.
    if (result.warnings.length) throw Object.assign(new Error("esbuild warns"), { errors: result.warnings });
    const built = {};
    for (const [path, output] of Object.entries(result.metafile.outputs)) {
      if (!output.entryPoint) continue;
      const place = (file) => relative(out, resolve(web, file)).replaceAll("\\", "/");
      built[output.entryPoint] ??= {};
      if (path.endsWith(".css")) built[output.entryPoint].css = place(path);
      else built[output.entryPoint].js = place(path);
      if (output.cssBundle) built[output.entryPoint].css = place(output.cssBundle);
    }
    return built;
  };
  const write = async (path, text) => {
    await mkdir(dirname(join(out, path)), { recursive: true });
    await writeFile(join(out, path), text);
  };
  const copy = (from, to = from) => cp(join(web, from), join(out, to), { recursive: true });
  const read = (path) => readFile(join(web, path), "utf8");
  return { esbuild, web, out, texts, bundle, write, copy, read };
}

/** Total bytes of the built scripts and styles, as sent with gzip -9. */
async function gzipBytes(folder) {
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => /\.(js|css)$/.test(name));
  const bodies = await Promise.all(files.map((name) => readFile(join(folder, name))));
  return bodies.reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0);
}

async function buildPart(esbuild, part) {
  const web = join(root, part.folder, "web");
  const script = join(web, "build.mjs");
  if (!existsSync(script)) return console.log(`${part.folder}: no web/build.mjs, nothing to build`);
  const texts = await generateTexts(part);
  const target = join(root, part.folder, "static");
  const out = `${target}.new`;
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const { default: build } = await import(pathToFileURL(script).href);
  await build(toolsFor(esbuild, web, out, texts));
  await rm(target, { recursive: true, force: true });
  await rename(out, target);
  console.log(`${part.folder}/static: scripts and styles ${((await gzipBytes(target)) / 1000).toFixed(1)} kB gzip`);
}

async function main(words) {
  const named = words.filter((word) => !word.startsWith("--"));
  const wanted = parts.filter(({ folder }) => named.length === 0 || named.includes(folder));
  if (words.includes("--texts")) {
    for (const part of wanted) if (existsSync(join(root, part.folder, "web"))) await generateTexts(part);
    return;
  }
  const esbuild = await import("esbuild");
  for (const part of wanted) {
    try {
      await buildPart(esbuild, part);
    } catch (error) {
      if (!error.errors) throw error;
      process.exitCode = 1; // esbuild has printed what is wrong, with the line
    }
  }
}

await main(process.argv.slice(2));
