// The Socket.IO 5 protocol's packets as texts, of one namespace and without the binary kinds, which nothing on /visitor
// uses. Protocol: https://socket.io/docs/v4/socket-io-protocol/

export const NAMESPACE = "/visitor";

export const CONNECT = 0;
export const DISCONNECT = 1;
export const EVENT = 2;
export const ACK = 3;
export const CONNECT_ERROR = 4;

export interface Packet {
  type: number;
  id?: number;
  data?: unknown;
}

/** One text a packet: `2/visitor,7["hello",{}]`. */
export function encode({ type, id, data }: Packet): string {
  return `${type}${NAMESPACE},${id ?? ""}${data === undefined ? "" : JSON.stringify(data)}`;
}

/** The packet. Throws for what is none of our namespace. */
export function decode(text: string): Packet {
  const [, type, nsp, id, body] = /^([0-4])(?:(\/[^,]*),?)?(\d+)?(.*)$/s.exec(text) ?? [];
  const packet: Packet = { type: Number(type) };
  if (id) packet.id = Number(id);
  if (body) packet.data = JSON.parse(body);
  if (nsp !== NAMESPACE || !isWhole(packet)) throw new Error("no packet");
  return packet;
}

function isWhole({ type, data }: Packet): boolean {
  if (type === EVENT) return Array.isArray(data) && typeof data[0] === "string";
  if (type === ACK) return Array.isArray(data);
  if (type === DISCONNECT) return data === undefined;
  return type >= 0 && typeof data === "object" && data !== null;
}
