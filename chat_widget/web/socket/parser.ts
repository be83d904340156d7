// The Socket.IO 5 protocol's packets as texts, without the binary kinds, which nothing on /visitor uses; the build puts it
// in the place of socket.io-parser. Protocol: https://socket.io/docs/v4/socket-io-protocol/

import { Emitter } from "./emitter";

export const protocol = 5;

export const PacketType = { CONNECT: 0, DISCONNECT: 1, EVENT: 2, ACK: 3, CONNECT_ERROR: 4 };

export interface Packet {
  type: number;
  nsp: string;
  id?: number;
  data?: unknown;
}

export class Encoder {
  /** One text a packet: `2/visitor,7["hello",{}]`. */
  encode({ type, nsp, id, data }: Packet): string[] {
    const body = data === undefined ? "" : JSON.stringify(data);
    return [`${type}${nsp === "/" ? "" : `${nsp},`}${id ?? ""}${body}`];
  }
}

export class Decoder extends Emitter {
  /** Emits `decoded` with the packet. Throws for what is none. */
  add(text: string): void {
    const [, type, nsp = "/", id, body] = /^([0-4])(?:(\/[^,]*),?)?(\d+)?(.*)$/s.exec(text) ?? [];
    const packet: Packet = { type: Number(type), nsp };
    if (id) packet.id = Number(id);
    if (body) packet.data = JSON.parse(body);
    if (!isWhole(packet)) throw new Error("no packet");
    this.emitReserved("decoded", packet);
  }

  destroy(): void {
    // nothing is kept from packet to packet
  }
}

function isWhole({ type, data }: Packet): boolean {
  if (type === PacketType.EVENT) return Array.isArray(data) && typeof data[0] === "string";
  if (type === PacketType.ACK) return Array.isArray(data);
  if (type === PacketType.DISCONNECT) return data === undefined;
  return type >= 0 && typeof data === "object" && data !== null;
}
