// Hours as they are written: read, put in order, shown again; and what of a day is worked.

import assert from "node:assert/strict";
import test from "node:test";
import { barsOf, isWholeDay, readSpans, wallMoment, writeSpans } from "../model/hours";

const spans = (words: string) => {
  const read = readSpans(words);
  assert.notEqual(typeof read, "string", words);
  return read as Exclude<typeof read, string>;
};

test("hours are understood as people write them", () => {
  assert.deepEqual(spans("9-18"), [["09:00", "18:00"]]);
  assert.deepEqual(spans("14–18:30, 9.15 - 13"), [["09:15", "13:00"], ["14:00", "18:30"]]);
  assert.deepEqual(spans("22—6"), [["22:00", "06:00"]]);
  assert.deepEqual(spans(" "), []);
  assert.equal(isWholeDay(spans("0-24")), true);
  assert.equal(isWholeDay(spans("0-23:59")), false);
});

test("what cannot be is not taken for something else", () => {
  for (const words of ["from nine", "9", "9-9", "24-6", "9-25", "9-24:30", "9:60-12", "9-12-15"]) assert.equal(readSpans(words), "wrong", words);
  for (const words of ["9-13, 12-18", "22-6, 23-24"]) assert.equal(readSpans(words), "overlap", words);
});

test("what is written is read as the same again", () => {
  for (let hour = 0; hour < 24; hour += 1) {
    const words = `${hour}:05-${(hour + 7) % 24}, ${(hour + 8) % 24}:30-${(hour + 9) % 24}:45`;
    const read = readSpans(words);
    if (typeof read !== "string") assert.deepEqual(readSpans(writeSpans(read)), read);
    else assert.equal(read, "overlap"); // the first goes over midnight, past the second
  }
});

test("a night belongs to two days of the picture", () => {
  const night = spans("18-6");
  assert.deepEqual(barsOf(night, []), [[75, 25]]);
  assert.deepEqual(barsOf([], night), [[0, 25]]);
  assert.deepEqual(barsOf(spans("6-12"), night), [[0, 25], [25, 25]]);
});

test("a moment is shown by the clock of another zone", () => {
  const at = Date.parse("2026-03-29T00:30:00Z");
  const hour = (zone: string) => new Date(wallMoment(at, zone)).getHours();
  assert.equal(hour("Asia/Yerevan"), 4);
  assert.equal(hour("Europe/Berlin"), 1);
  assert.equal(wallMoment(at, "Nowhere/City"), at);
});
