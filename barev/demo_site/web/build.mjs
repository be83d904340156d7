// The demo site: its frame at `/`, and a page for each branch and language below `/demo/`, written out whole so that
// they are what any firm's site is: plain pages with one script tag.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const escaped = (text) =>
  String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** `{{key}}` is filled in escaped, `{{{key}}}` as it is. */
const fill = (template, values) =>
  template
    .replace(/\{\{\{(\w+)\}\}\}/g, (_, key) => values[key] ?? "")
    .replace(/\{\{(\w+)\}\}/g, (_, key) => escaped(values[key] ?? ""));

const service = ({ name, minutes, price }, words) => `
        <li class="service">
          <h3>${escaped(name)}</h3>
          <p><span>${escaped(words.minutes.replace("{n}", minutes))}</span><b>${escaped(price)}</b></p>
          <button type="button" data-ask>${escaped(words.ask)}</button>
        </li>`;

const names = { hy: "Հայերեն", ka: "ქართული", kk: "Қазақша", ru: "Русский", en: "English" };

function page(template, place, language, art, assets) {
  const words = place.languages[language];
  const switches = Object.keys(place.languages).map((code) =>
    code === language
      ? `<span aria-current="true" lang="${code}">${names[code]}</span>`
      : `<a href="${code}.html" hreflang="${code}" lang="${code}">${names[code]}</a>`,
  );
  return fill(template, {
    ...words,
    ...assets,
    language,
    inbox: place.inbox,
    hue: place.hue,
    phone: place.phone,
    art,
    nav: words.nav.map((name, index) => `<a href="#${["services", "about", "contact"][index]}">${escaped(name)}</a>`).join("\n          "),
    switches: switches.join("\n          "),
    services: words.services.map((one) => service(one, words)).join(""),
  });
}

export default async function build({ bundle, copy, read, web, write }) {
  const built = await bundle({
    entryPoints: ["site.ts", "shop.ts"],
    splitting: true,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
  });
  const at = (path) => `/demo/${path}`;
  const site = built["site.ts"];
  const shop = built["shop.ts"];
  await write("index.html", fill(await read("index.html"), { script: at(site.js), style: at(site.css) }));
  const template = await read("shop.html");
  for (const file of (await readdir(join(web, "places"))).filter((name) => name.endsWith(".json")).sort()) {
    const place = JSON.parse(await readFile(join(web, "places", file), "utf8"));
    const art = await read(`art/${place.art}.svg`);
    for (const language of Object.keys(place.languages)) {
      const assets = { script: at(shop.js), style: at(shop.css) };
      await write(`${file.replace(".json", "")}/${language}.html`, page(template, place, language, art, assets));
    }
  }
  await copy("icon.svg");
}
