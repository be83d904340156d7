// The widget: the app with its chunks under content-hashed names, then the loader, which is told where the app lies.

import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";

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
    build.onResolve({ filter: /^\.\/[\w.]+\.json$/ }, ({ path }) => {
      const { js } = built[`generated/${path.slice(2)}`];
      return { path: `./${basename(js)}`, external: true };
    });
  },
});

/** Parts that few visitors need are files of their own, fetched when they are wanted. */
const LATER = ["view/form.ts", "view/rating.ts", "view/attached.ts", "solve.ts"];
const partsApart = (built) => ({
  name: "parts-apart",
  setup(build) {
    build.onResolve({ filter: /^\.\.?\// }, ({ path, kind, resolveDir }) => {
      if (kind !== "dynamic-import") return undefined;
      const part = LATER.find((one) => join(resolveDir, `${path}.ts`).replaceAll("\\", "/").endsWith(`/web/${one}`));
      return part && { path: `./${basename(built[part].js)}`, external: true };
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

export default async function build({ bundle, copy, esbuild, texts }) {
  const names = { entryNames: "widget/[name]-[hash]" };
  const languages = await bundle({
    ...names,
    target,
    entryPoints: Object.keys(texts).flatMap((language) => [`generated/${language}.json`, `generated/${language}.later.json`]),
    plugins: [textsAsObject],
  });
  const extras = await bundle({
    target,
    entryPoints: { extras: "extras/index.ts" },
    entryNames: "widget/[name]-[hash]",
    plugins: [stylesAsText(esbuild)],
  });
  const later = await bundle({ ...names, target, entryPoints: [...LATER, "proactive.ts"], plugins: [stylesAsText(esbuild)] });
  const app = await bundle({
    ...names,
    target,
    entryPoints: ["app.ts"],
    plugins: [stylesAsText(esbuild), textsApart(languages), partsApart(later)],
    define: { EXTRAS_PATH: JSON.stringify(`./${basename(extras["extras/index.ts"].js)}`) },
  });
  const launcherTexts = Object.fromEntries(Object.entries(texts).map(([language, { open, close }]) => [language, { open, close }]));
  await bundle({
    target,
    entryPoints: { widget: "loader.ts" },
    format: "iife",
    charset: "ascii", // a classic script is read in the encoding of the page it stands in
    define: { APP_PATH: JSON.stringify(app["app.ts"].js), PROACTIVE_PATH: JSON.stringify(later["proactive.ts"].js), LAUNCHER_TEXTS: JSON.stringify(launcherTexts) },
    plugins: [stylesAsText(esbuild)],
  });
  await bundle({ target, entryPoints: { "widget/preview": "preview/preview.ts" }, format: "iife" });
  await bundle({ target, entryPoints: { "widget/talk": "talk/talk.ts" }, format: "iife" });
  await copy("talk/talk.html", "widget/talk.html");
  for (const name of ["preview.html", "preview.css"]) await copy(`preview/${name}`, `widget/${name}`);
}
