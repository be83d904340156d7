// The parts of the later places that can be told without a page: addresses, plurals, what was found, cards from the wire.

import assert from "node:assert/strict";
import test from "node:test";
import { pieces, readCard, readHappening, readRanges, shownValue } from "../model/card";
import { pluralOf } from "../model/plural";
import { addressOf, numberIn, readRoute } from "../route";

test("an address says where the desk stands, and reads back as the same", () => {
  const address = addressOf("contacts", [], { q: "Անի & co", group: 3, sort: null });
  const route = readRoute(address);
  assert.equal(route.place, "contacts");
  assert.equal(route.query.get("q"), "Անի & co");
  assert.equal(route.query.get("group"), "3");
  assert.equal(route.query.has("sort"), false);
  assert.equal(numberIn(readRoute("#/dialogs/12")), 12);
  assert.equal(numberIn(readRoute("#/manage/people/7"), 1), 7);
});

test("an address that nobody knows is the dialogs, and no number is none", () => {
  for (const hash of ["", "#", "#/nowhere/5", "#%", "#/%E0%A4%A"]) assert.equal(readRoute(hash).place, "dialogs");
  for (const hash of ["#/dialogs", "#/dialogs/0", "#/dialogs/x", "#/dialogs/1.5", "#/nowhere/5"]) assert.equal(numberIn(readRoute(hash)), null);
});

test("plurals are those of CLDR", () => {
  const of = (language: string, counts: readonly number[]) => counts.map((count) => pluralOf(language, count));
  assert.deepEqual(of("ru", [1, 21, 2, 24, 5, 11, 12, 111, 0, 1.5]), ["one", "one", "few", "few", "many", "many", "many", "many", "many", "other"]);
  assert.deepEqual(of("hy", [0, 1, 1.5, 2]), ["one", "one", "one", "other"]);
  for (const language of ["ka", "kk", "en"]) assert.deepEqual(of(language, [0, 1, 2]), ["other", "one", "other"]);
});

test("what was found is marked by code points, and bad ranges do no harm", () => {
  assert.deepEqual(pieces("🙂 Ani", [[2, 5]]), [{ text: "🙂 ", hit: false }, { text: "Ani", hit: true }]);
  assert.deepEqual(pieces("Անի", [[0, 99]]), [{ text: "Անի", hit: true }]);
  assert.deepEqual(pieces("abc", [[5, 9], [-3, 0], [2, 1]]), [{ text: "abc", hit: false }]);
  const overlapping = pieces("abcdef", [[3, 5], [0, 4]]);
  assert.equal(overlapping.map(({ text }) => text).join(""), "abcdef");
  assert.deepEqual(readRanges([[0, 2], ["a", 1], null, [3]]), [[0, 2]]);
});

test("a card is read whole from little, and never with what is not promised", () => {
  const card = readCard({ id: 7, categories: [{ id: 1, name: "VIP", colour: "red;}" }, null], addresses: [{ id: 1, channel: "phone", value: "+37477123456" }, {}] });
  assert.equal(card.categories[0]?.colour, "#6b7280");
  assert.equal(card.categories.length, 1);
  assert.equal(card.addresses[0]?.display, "+37477123456");
  assert.deepEqual([card.addresses.length, card.subjects, card.curator, card.phone], [1, [], null, ""]);
});

test("history shows old and new values as words", () => {
  const line = readHappening({ at: "2026-11-20T10:00:00.000Z", kind: "change", id: 1, changes: [{ field: "groups", before: [{ name: "A" }, { name: "B" }], after: null }, {}] });
  assert.deepEqual(line?.changes, [{ field: "groups", before: "A, B", after: "" }]);
  assert.equal(readHappening({ kind: "note" }), null);
  assert.equal(shownValue(true), "true");
});
