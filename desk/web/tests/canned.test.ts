// What a slash finds, and how its fields are filled in.

import assert from "node:assert/strict";
import test from "node:test";
import { fillIn, fitting, readCanned, textIn } from "../model/canned";

const one = (id: number, shortcut: string, texts: Readonly<Record<string, string>>) => readCanned({ id, shortcut, texts, shared: false });
const all = [
  one(1, "hello", { en: "Hello, {name}!", hy: "Բարև, {name}։" }),
  one(2, "վճար", { hy: "Կարող եք վճարել քարտով։" }),
  one(3, "оплата", { ru: "Оплатить можно картой." }),
  one(4, "ой", { ru: "Простите!" }),
];
const found = (words: string) => fitting(all, words).map(({ id }) => id);

test("a slash alone shows everything; letters find shortcuts before words, in every script", () => {
  assert.deepEqual(found(""), [1, 2, 3, 4]);
  assert.deepEqual(found("HEL"), [1]);
  assert.deepEqual(found("վճ"), [2]);
  assert.deepEqual(found("Քարտ"), [2]);
  assert.deepEqual(found("о"), [3, 4]);
  assert.deepEqual(found("ОЙ"), [4, 3]);
  assert.deepEqual(found("прост"), [4]);
  assert.deepEqual(found("ելլո"), []);
});

test("the customer's language comes first, then the agent's, then what there is", () => {
  const hello = all[0]!;
  assert.equal(textIn(hello, ["hy", "en"]).language, "hy");
  assert.equal(textIn(hello, ["ka", "en"]).language, "en");
  assert.equal(textIn(all[2]!, [null, "en"]).text, "Оплатить можно картой.");
});

test("what is not known takes its comma with it", () => {
  const nobody = { name: "", agent: "Ани", team: "", business: "Barev", firm: "Barev", phone: "", address: "", city: "Երևան" };
  assert.equal(fillIn("Hello, {name}!", nobody), "Hello!");
  assert.equal(fillIn("Բարև Ձեզ, {name}։ Ես {agent}ն եմ։", nobody), "Բարև Ձեզ։ Ես Аниն եմ։");
  assert.equal(fillIn("{name}, добрый день! {agent}, {business}", nobody), "Добрый день! Ани, Barev");
  assert.equal(fillIn("From {team} of {business}", nobody), "From of Barev");
  assert.equal(fillIn("{firm}, {city}, {address}, {phone}. До встречи!", nobody), "Barev, Երևան. До встречи!");
  assert.equal(fillIn("{name} {name}", { ...nobody, name: "$& {agent}" }), "$& {agent} $& {agent}");
});
