// Packets as the Socket.IO protocol's page writes them.

import assert from "node:assert/strict";
import test from "node:test";
import { decode, encode, type Packet } from "../socket/parser";

const samples: [string, Packet][] = [
  ['0/visitor,{"token":"t"}', { type: 0, data: { token: "t" } }],
  ["1/visitor,", { type: 1 }],
  ['2/visitor,12["message",{"text":"1[2],\\n3"}]', { type: 2, id: 12, data: ["message", { text: "1[2],\n3" }] }],
  ["3/visitor,0[]", { type: 3, id: 0, data: [] }],
  ['4/visitor,{"message":"no","data":{"code":"invalid"}}', { type: 4, data: { message: "no", data: { code: "invalid" } } }],
];

test("packets are written and read", () => {
  for (const [text, packet] of samples) {
    assert.deepEqual(encode(packet), text);
    assert.deepEqual(decode(text), packet);
  }
});

test("a namespace may end the packet", () => {
  assert.deepEqual(decode("1/visitor"), { type: 1 });
});

test("what is no packet of ours is refused", () => {
  const broken = ["", "x", "7[]", "0", "0/visitor,", "0/visitor,null", "1/visitor,{}", "2/visitor,", "2/visitor,{}", "2/visitor,[1]", "2/visitor,["];
  const wrong = [...broken, '3/visitor,0{}', '3/visitor,0"x"', "4/visitor,", '51-/visitor,["binary"]'];
  const others = ['0{"sid":"s"}', '2["hello",{},null]', '2/desk,["hello"]', '44{"message":"Invalid namespace"}'];
  for (const text of [...wrong, ...others]) {
    assert.throws(() => decode(text), text);
  }
});
