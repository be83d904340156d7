// The work that a server under a flood asks of a browser: ALTCHA, version 2, SHA-256 (https://altcha.org). Fetched only when
// it is asked for. In small pieces, so that the page goes on; without Web Crypto, which plain http does not have, and
// without a worker, which a strict page forbids.

import type { Challenge } from "./protocol";

const PIECE_MS = 8;
const ROUND = new Uint32Array(64);
const START = new Uint32Array(8);
for (let number = 2, found = 0; found < 64; number += 1) {
  let prime = true;
  for (let divisor = 2; divisor * divisor <= number; divisor += 1) if (number % divisor === 0) prime = false;
  if (!prime) continue;
  if (found < 8) START[found] = Math.sqrt(number) * 2 ** 32;
  ROUND[found] = Math.cbrt(number) * 2 ** 32;
  found += 1;
}

/** The base64 text that shows that the work was done. */
export async function solve({ parameters, signature }: Challenge): Promise<string> {
  const { nonce, salt, keyPrefix, cost } = parameters;
  const head = [...fromHex(salt), ...fromHex(nonce)];
  const message = new Uint8Array([...head, 0, 0, 0, 0]);
  const view = new DataView(message.buffer);
  const began = performance.now();
  let until = began + PIECE_MS;
  for (let counter = 0; ; counter += 1) {
    view.setUint32(head.length, counter);
    let key = sha256(message);
    for (let turn = 1; turn < cost; turn += 1) key = sha256(key);
    const derivedKey = toHex(key);
    if (derivedKey.startsWith(keyPrefix)) {
      const solution = { counter, derivedKey, time: Math.round(performance.now() - began) };
      return btoa(JSON.stringify({ challenge: { parameters, signature }, solution }));
    }
    if (performance.now() > until) {
      await new Promise((resolve) => setTimeout(resolve));
      until = performance.now() + PIECE_MS;
    }
  }
}

function fromHex(text: string): number[] {
  return (text.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** FIPS 180-4. */
export function sha256(message: Uint8Array): Uint8Array {
  const blocks = new Uint8Array(((message.length + 72) >> 6) << 6);
  blocks.set(message);
  blocks[message.length] = 128;
  const view = new DataView(blocks.buffer);
  view.setUint32(blocks.length - 4, message.length * 8);
  const state = START.slice();
  const word = new Uint32Array(64);
  for (let at = 0; at < blocks.length; at += 64) {
    for (let i = 0; i < 64; i += 1) {
      if (i < 16) word[i] = view.getUint32(at + i * 4);
      else {
        const [early, late] = [word[i - 15] ?? 0, word[i - 2] ?? 0];
        const first = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
        const second = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
        word[i] = (word[i - 16] ?? 0) + first + (word[i - 7] ?? 0) + second;
      }
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
    for (let i = 0; i < 64; i += 1) {
      const high = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + (ROUND[i] ?? 0) + (word[i] ?? 0);
      const low = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + high) | 0, c, b, a, (high + low) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => (state[i] = (state[i] ?? 0) + value));
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((value, i) => digest.setUint32(i * 4, value));
  return new Uint8Array(digest.buffer);
}

function turn(value: number, by: number): number {
  return (value >>> by) | (value << (32 - by));
}
