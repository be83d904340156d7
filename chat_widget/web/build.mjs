// The widget: the app with its chunks under content-hashed names, then the loader, which is told where the app lies.

export default async function build({ bundle }) {
  const app = await bundle({
    entryPoints: ["app.ts"],
    splitting: true,
    entryNames: "widget/[name]-[hash]",
    chunkNames: "widget/[name]-[hash]",
  });
  await bundle({
    entryPoints: { widget: "loader.ts" },
    format: "iife",
    define: { APP_PATH: JSON.stringify(app["app.ts"].js) },
  });
}
