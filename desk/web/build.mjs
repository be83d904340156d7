// The desk: one entry split into chunks under content-hashed names, and the page that names them.

export default async function build({ bundle, copy, read, write }) {
  const built = await bundle({
    entryPoints: ["main.tsx"],
    splitting: true,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
  });
  const { js, css } = built["main.tsx"];
  const page = await read("index.html");
  await write("index.html", page.replaceAll("{{script}}", js).replaceAll("{{style}}", css ?? ""));
  await copy("icon.svg");
}
