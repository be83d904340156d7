// Languages, times, links and colours: what becomes visible of a text.

import assert from "node:assert/strict";
import test from "node:test";
import { inkOn, readColour } from "../colour";
import { languages, loadTexts } from "../generated/texts";
import { chooseLanguage, guessLanguage } from "../language";
import { findLinks, readAddress } from "../links";
import { Words } from "../words";

test("the first stated language that we speak is spoken", () => {
  assert.equal(chooseLanguage([null, undefined, "", "fr-FR", "ka-GE", "ru"]), "ka");
  assert.equal(chooseLanguage(["HY_am"]), "hy");
  assert.equal(chooseLanguage(["kkk", "de"]), "en");
});

test("a text's language is guessed from its letters", () => {
  assert.equal(guessLanguage("Բարև hello", "en"), "hy");
  assert.equal(guessLanguage("გამარჯობა", "ru"), "ka");
  assert.equal(guessLanguage("Сәлем", "ru"), "kk");
  assert.equal(guessLanguage("Привет", "hy"), "ru");
  assert.equal(guessLanguage("Жаздым", "kk"), "kk");
  assert.equal(guessLanguage("barev", "hy"), "");
});

test("every language says days, dates and moments in its own words", async () => {
  const now = new Date(2026, 10, 24, 9, 5, 7);
  for (const language of languages) {
    const words = await Words.load(language);
    assert.equal(words.time(now), "09:05");
    assert.equal(words.day(now, now), words.say("day.today"));
    assert.equal(words.day(new Date(2026, 10, 23, 23, 59), now), words.say("day.yesterday"));
    const near = words.day(new Date(2026, 0, 3), now);
    const far = words.day(new Date(2025, 0, 3), now);
    assert(near.includes("3") && !near.includes("2026") && !near.includes("{"), near);
    assert(far.includes("2025") && !far.includes("{"), far);
    assert(/09:05:07 \(UTC[+−]\d+(:\d\d)?\)$/.test(words.full(now)), words.full(now));
    const names = [...Array(12).keys()].map((month) => words.day(new Date(2025, month, 1), now));
    assert.equal(new Set(names).size, 12);
    assert.equal(new Set([...Array(7).keys()].map((day) => words.day(new Date(2026, 2, 1 + day), now))).size, 7);
    assert.equal(words.moment(now, now), "09:05");
  }
});

test("the clock going forward does not make two days of one", async () => {
  const words = await Words.load("en");
  assert.equal(words.day(new Date(2026, 2, 28, 12), new Date(2026, 2, 29, 12)), "Yesterday");
});

test("all languages fill the same fields", async () => {
  const english = await loadTexts.en();
  const fields = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const language of languages) {
    const texts = await loadTexts[language]();
    assert.deepEqual(Object.keys(texts), Object.keys(english), language);
    for (const [key, text] of Object.entries(texts)) {
      const same = key.startsWith("day.") || key === "months" || key === "weekdays";
      if (!same) assert.deepEqual(fields(text), fields(english[key as keyof typeof english]), `${language} ${key}`);
      assert(text.trim() === text && text !== "", `${language} ${key}`);
    }
  }
});

test("a field that a text names and nobody gives stays as it is", async () => {
  const words = await Words.load("en");
  assert.equal(words.say("typing", { name: "<b>$& {x}</b>" }), "<b>$& {x}</b> is typing");
  assert.equal(words.say("typing"), "{name} is typing");
});

const links = (text: string): (string | undefined)[] => findLinks(text).map(({ href }) => href).filter(Boolean);

test("web addresses become links, and nothing else does", () => {
  assert.deepEqual(links("see https://example.com/a?b=1."), ["https://example.com/a?b=1"]);
  assert.deepEqual(links("(http://example.com/x_(y)) and HTTPS://EXAMPLE.com"), ["http://example.com/x_(y)", "https://example.com/"]);
  assert.deepEqual(links("https://օրինակ.հայ։"), [new URL("https://օրինակ.հայ").href]);
  assert.deepEqual(links("javascript:alert(1) ftp://a.b data:text/html,x https:// example.com http://"), []);
  assert.deepEqual(links("https://a.example/<script> \"https://b.example\""), ["https://a.example/", "https://b.example/"]);
});

test("a text in pieces is the same text", () => {
  for (const text of ["", "plain", "https://a.b", "x https://a.b, y https://c.d/e).", "http://[bad and https://ok.example"]) {
    assert.equal(findLinks(text).map((piece) => piece.text).join(""), text);
  }
});

test("pictures come from the web only", () => {
  const base = new URL("https://chat.example/sub/");
  assert.equal(readAddress("photo.png", base), "https://chat.example/sub/photo.png");
  assert.equal(readAddress("javascript:alert(1)", base), null);
  assert.equal(readAddress("data:image/png;base64,AA", base), null);
});

test("what is written on any colour reaches a contrast of 4.5", () => {
  const light = ([red, green, blue]: readonly number[]): number => {
    const [r, g, b] = [red, green, blue].map((part) => {
      const share = (part ?? 0) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
  };
  for (let red = 0; red < 256; red += 15) {
    for (let green = 0; green < 256; green += 15) {
      for (let blue = 0; blue < 256; blue += 15) {
        const ground = light([red, green, blue]) + 0.05;
        const ink = inkOn([red, green, blue]) === "#fff" ? 1.05 : 0.05;
        assert(Math.max(ground, ink) / Math.min(ground, ink) >= 4.5, `${red} ${green} ${blue}`);
      }
    }
  }
  assert.deepEqual(readColour("#0f7"), [0, 255, 119]);
  assert.deepEqual(readColour(" #0F766e "), [15, 118, 110]);
  for (const wrong of ["red", "#12", "#12345", "0f766e", "url(x)", null]) assert.equal(readColour(wrong), null);
});
