// The widget: the app with its chunks under content-hashed names, then the loader, which is told where the app lies.

import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Browsers since spring 2022: newer JavaScript is put in their words. */
const target = ["chrome99", "firefox97", "safari15.4"];

/** Style sheets as small texts: they go into a shadow root, not into the page. */
const stylesAsText = (esbuild) => ({
  name: "styles-as-text",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await esbuild.transform(await readFile(path, "utf8"), { loader: "css", minify: true, target });
      return { contents: code.trim(), loader: "text" };
    });
  },
});

/** The texts of a language are a file of their own, fetched by the app: `built` names it. */
const textsApart = (built) => ({
  name: "texts-apart",
  setup(build) {
    build.onResolve({ filter: /^\.\/\w+\.json$/ }, ({ path }) => {
      const { js } = built[`generated/${path.slice(2)}`];
      return { path: `./${basename(js)}`, external: true };
    });
  },
});

/** One object a language, not an export a text. */
const textsAsObject = {
  name: "texts-as-object",
  setup(build) {
    build.onLoad({ filter: /\.json$/ }, async ({ path }) => ({
      contents: `export default ${await readFile(path, "utf8")}`,
      loader: "js",
    }));
  },
};

/** Parts of socket.io-client that the widget has no use for, and what stands in for them. */
const replacements = {
  // nothing on /visitor is binary
  "socket.io-parser/build/esm/is-binary.js": "export const isBinary = () => false; export const hasBinary = isBinary;",
  "socket.io-parser/build/esm/binary.js": "export const deconstructPacket = null; export const reconstructPacket = null;",
  // connection.ts decides when to try again
  "socket.io-client/build/esm/contrib/backo2.js": `
    export class Backoff { attempts = 0; reset() {} setMin() {} setMax() {} setJitter() {} duration() { return 1e3; } }`,
};

/** socket.io-client without what the widget does not need, on engine.ts instead of engine.io-client: 7 kB of 13. */
export const slimSocket = (web, used) => ({
  name: "slim-socket",
  setup(build) {
    const place = (path) => path.replaceAll("\\", "/");
    build.onResolve({ filter: /^engine\.io-client$/ }, () => ({ path: join(web, "engine.ts") }));
    build.onResolve({ filter: /^socket\.io-client$/ }, async ({ resolveDir, pluginData }) => {
      if (pluginData === slimSocket) return null;
      const { path } = await build.resolve("socket.io-client", { resolveDir, kind: "import-statement", pluginData: slimSocket });
      return { path: join(dirname(path), "manager.js") };
    });
    build.onLoad({ filter: /node_modules.*\.js$/ }, ({ path }) => {
      const name = Object.keys(replacements).find((end) => place(path).endsWith(`/node_modules/${end}`));
      if (!name) return null;
      used.add(name);
      return { contents: replacements[name], loader: "js" };
    });
  },
});

export default async function build({ bundle, esbuild, texts, web }) {
  const names = { entryNames: "widget/[name]-[hash]" };
  const languages = await bundle({
    ...names,
    target,
    entryPoints: Object.keys(texts).map((language) => `generated/${language}.json`),
    plugins: [textsAsObject],
  });
  const used = new Set();
  const app = await bundle({
    ...names,
    target,
    entryPoints: ["app.ts"],
    plugins: [stylesAsText(esbuild), textsApart(languages), slimSocket(web, used)],
  });
  const unused = Object.keys(replacements).filter((name) => !used.has(name));
  if (unused.length > 0) throw new Error(`socket.io-client has changed, look at these again: ${unused.join(", ")}`);
  const launcherTexts = Object.fromEntries(Object.entries(texts).map(([language, { open }]) => [language, open]));
  await bundle({
    target,
    entryPoints: { widget: "loader.ts" },
    format: "iife",
    charset: "ascii", // a classic script is read in the encoding of the page it stands in
    define: { APP_PATH: JSON.stringify(app["app.ts"].js), LAUNCHER_TEXTS: JSON.stringify(launcherTexts) },
    plugins: [stylesAsText(esbuild)],
  });
}
