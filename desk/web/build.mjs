// The desk: one entry split into chunks under content-hashed names, and the page that names them. The style of what is
// loaded later is a file of its own.

import { readFile, readdir, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The chunks that a script cannot start without, and theirs: what the page has the browser fetch at once. */
async function neededBy(out, script, found = new Set()) {
  const source = await readFile(join(out, script), "utf8");
  for (const [, chunk] of source.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) {
    if (found.has(chunk)) continue;
    found.add(chunk);
    await neededBy(out, chunk, found);
  }
  return [...found].sort();
}

/** The parts that are loaded later: known before anything is built, since a part may be read before it is asked for. */
async function laterParts(folder) {
  const web = await realpath(folder);
  const names = (await readdir(web, { recursive: true })).filter((name) => /\.tsx?$/.test(name)).map((name) => join(web, name));
  const sources = await Promise.all(names.map((name) => readFile(name, "utf8")));
  const asked = sources.flatMap((source, index) =>
    [...source.matchAll(/\bimport\(\s*"(\.[^"]+)"/g)].map(([, path]) => join(dirname(names[index]), `${path}.tsx`)),
  );
  return new Set(asked.filter((path) => names.includes(path)));
}

/** Keeps all that the page loads first in one chunk, which compresses best: every part that is loaded later names the
 * whole of it, so that no piece of it is shared by some parts only. */
const oneFirstChunk = (first, later) => ({
  name: "one-first-chunk",
  setup({ onLoad }) {
    onLoad({ filter: /\.tsx$/ }, async ({ path }) => {
      if (!later.has(path)) return undefined;
      return { contents: `${await readFile(path, "utf8")}\nimport ${JSON.stringify(first)};\n`, loader: "tsx" };
    });
  },
});

export default async function build({ bundle, copy, out, read, texts, web, write }) {
  const built = await bundle({
    entryPoints: ["main.tsx", "styles/office.css"],
    splitting: true,
    plugins: [oneFirstChunk(join(web, "ui", "App.tsx"), await laterParts(web))],
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
  });
  const { js, css } = built["main.tsx"];
  const preload = (await neededBy(out, js)).map((chunk) => `<link rel="modulepreload" href="${chunk}" />`);
  const filled = { script: js, style: css ?? "", office: built["styles/office.css"].css, preload: preload.join("\n    ") };
  const page = await read("index.html");
  await write("index.html", page.replace(/\{\{(\w+)\}\}/g, (hole, name) => filled[name] ?? hole));
  await copy("icon.svg");
  const words = Object.entries(texts).map(([language, all]) => [language, [all["office.links.book"], all.close]]);
  await bundle({
    entryPoints: { book: "book/book.ts" },
    target: ["chrome99", "firefox98", "safari15.4"],
    format: "iife",
    charset: "ascii", // a classic script is read in the encoding of the page it stands in
    define: { BOOK_TEXTS: JSON.stringify(Object.fromEntries(words)) },
  });
}
