// Packets as the Socket.IO protocol's page writes them.

import assert from "node:assert/strict";
import test from "node:test";
import { Decoder, Encoder, type Packet } from "../socket/parser";

const samples: [string, Packet][] = [
  ['0/visitor,{"token":"t"}', { type: 0, nsp: "/visitor", data: { token: "t" } }],
  ['0{"sid":"s"}', { type: 0, nsp: "/", data: { sid: "s" } }],
  ["1/visitor,", { type: 1, nsp: "/visitor" }],
  ['2["hello",{},null]', { type: 2, nsp: "/", data: ["hello", {}, null] }],
  ['2/visitor,12["message",{"text":"1[2],\\n3"}]', { type: 2, nsp: "/visitor", id: 12, data: ["message", { text: "1[2],\n3" }] }],
  ["3/visitor,0[]", { type: 3, nsp: "/visitor", id: 0, data: [] }],
  ['4/visitor,{"message":"no","data":{"code":"invalid"}}', { type: 4, nsp: "/visitor", data: { message: "no", data: { code: "invalid" } } }],
];

function decode(text: string): Packet[] {
  const packets: Packet[] = [];
  const decoder = new Decoder();
  decoder.on("decoded", (packet: Packet) => packets.push(packet));
  decoder.add(text);
  return packets;
}

test("packets are written and read", () => {
  for (const [text, packet] of samples) {
    assert.deepEqual(new Encoder().encode(packet), [text]);
    assert.deepEqual(decode(text), [packet]);
  }
});

test("a namespace may end the packet", () => {
  assert.deepEqual(decode("1/visitor"), [{ type: 1, nsp: "/visitor" }]);
});

test("what is no packet is refused", () => {
  const wrong = ["", "x", "7[]", "2", "2{}", "2[1]", "2[", "3{}", '3"x"', "0", "0/visitor,", "0null", "1{}", "4", '51-["binary"]'];
  for (const text of wrong) {
    let packets: Packet[] | null = null;
    try {
      packets = decode(text);
    } catch {
      packets = null;
    }
    assert.equal(packets, null, text);
  }
});
