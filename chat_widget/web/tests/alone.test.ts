// The parts that are fetched when they are wanted: the work against robots, and where a word of ours is meant.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { fits } from "../patterns";
import { sha256, solve } from "../solve";

test("our SHA-256 is everybody's", () => {
  for (let length = 0; length < 200; length += 1) {
    const message = randomBytes(length);
    assert.equal(Buffer.from(sha256(message)).toString("hex"), createHash("sha256").update(message).digest("hex"));
  }
});

test("a solution is what was asked for", async () => {
  const [nonce, salt] = [randomBytes(16).toString("hex"), randomBytes(16).toString("hex")];
  const challenge = { parameters: { nonce, salt, keyPrefix: "00", cost: 3 }, signature: "ours" };
  const told = JSON.parse(Buffer.from(await solve(challenge), "base64").toString()) as {
    challenge: object;
    solution: { counter: number; derivedKey: string };
  };
  assert.deepEqual(told.challenge, challenge);
  const counter = Buffer.alloc(4);
  counter.writeUInt32BE(told.solution.counter);
  let key = Buffer.concat([Buffer.from(salt + nonce, "hex"), counter]);
  for (let turn = 0; turn < 3; turn += 1) key = createHash("sha256").update(key).digest();
  assert.equal(told.solution.derivedKey, key.toString("hex"));
  assert.match(told.solution.derivedKey, /^00/);
});

test("a page is told by its path, its query or its whole address", () => {
  const page = new URL("https://shop.example/prices/roses?from=mail");
  for (const pattern of ["*", "/prices*", "/PRICES/roses", "*/roses", "/prices/roses?from=*", "https://shop.example/*"]) {
    assert.ok(fits(pattern, page), pattern);
  }
  for (const pattern of ["/", "/price", "prices", "/prices", "https://shop.example", "/prices/r.ses", "http://*"]) {
    assert.ok(!fits(pattern, page), pattern);
  }
});
