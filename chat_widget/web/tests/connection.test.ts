// The connection against the official server, over WebSocket and over polling, and against servers that misbehave.

import assert from "node:assert/strict";
import { createServer, type Server as HttpServer } from "node:http";
import test from "node:test";
import { Server, type Socket } from "socket.io";
import WebSocket from "ws";
import { Connection, type Listener } from "../connection";
import type { Refusal } from "../protocol";

const transports = ["websocket", "polling"] as const;

/** Something that will happen; more of it is kept in order. */
class Arrivals<T> {
  readonly #kept: T[] = [];
  #waiting: ((item: T) => void) | null = null;

  put = (item: T): void => {
    if (this.#waiting) this.#waiting(item);
    else this.#kept.push(item);
    this.#waiting = null;
  };

  next(): Promise<T> {
    const item = this.#kept.shift();
    return item === undefined ? new Promise((resolve) => (this.#waiting = resolve)) : Promise.resolve(item);
  }
}

interface Client {
  connection: Connection;
  ups: Arrivals<true>;
  downs: Arrivals<true>;
  events: Arrivals<[string, unknown]>;
  refusals: Arrivals<Refusal>;
}

function connect(server: HttpServer, prefix = "/"): Client {
  const ups = new Arrivals<true>();
  const downs = new Arrivals<true>();
  const events = new Arrivals<[string, unknown]>();
  const refusals = new Arrivals<Refusal>();
  const listener: Listener = {
    up: () => ups.put(true),
    down: () => downs.put(true),
    event: (name, data) => events.put([name, data]),
    refused: refusals.put,
  };
  const base = new URL(prefix, `http://127.0.0.1:${server.address().port}`);
  const connection = new Connection(base, () => ({ token: "t" }), listener);
  connection.open();
  return { connection, ups, downs, events, refusals };
}

async function listen(server: HttpServer): Promise<HttpServer> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** `make`: what the server does with each visitor. */
async function official(make: (socket: Socket) => void, options: object = {}): Promise<[HttpServer, Server]> {
  const server = createServer();
  const io = new Server(server as never, options);
  io.of("/visitor").on("connection", make);
  // it waits 30 s for a client that polls to fetch the goodbye; one that has left keeps this process up
  io.engine.on("connection", ({ transport }: { transport: { closeTimeout: number } }) => (transport.closeTimeout = 1_000));
  return [await listen(server), io];
}

async function end(server: HttpServer, client: Client): Promise<void> {
  client.connection.close();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** As browsers do, it closes after an error that nobody asked to hear. */
class BrowserLikeWebSocket extends WebSocket {
  override onerror = (): void => undefined;
}

/** Browsers have WebSocket; Node has it since 22 only. */
function offer(transport: (typeof transports)[number]): void {
  Object.assign(globalThis, { WebSocket: transport === "websocket" ? BrowserLikeWebSocket : undefined });
}

for (const transport of transports) {
  test(`${transport}: introduces itself, asks, is answered and hears events in order`, async () => {
    offer(transport);
    const seen: unknown[] = [];
    const [server, io] = await official(
      (socket) => {
        seen.push(socket.handshake.auth, socket.conn.transport.name);
        socket.on("sync", (data, reply) => {
          for (let count = 1; count <= 50; count += 1) socket.emit("message", { count, text: "ողջույն".repeat(count) });
          reply({ ok: true, asked: data });
        });
      },
      { path: "/deep/socket.io" },
    );
    const client = connect(server, "/deep/");
    await client.ups.next();
    const asked = Array.from({ length: 20 }, (_, count) => client.connection.request("echo", { count }, 5_000));
    const ack = await client.connection.request<{ asked: unknown }>("sync", { after_change: 3 });
    assert.deepEqual(ack, { ok: true, asked: { after_change: 3 } });
    for (let count = 1; count <= 50; count += 1) {
      assert.deepEqual(await client.events.next(), ["message", { count, text: "ողջույն".repeat(count) }]);
    }
    assert.deepEqual(seen, [{ token: "t" }, transport]);
    client.connection.close();
    assert.deepEqual(new Set(await Promise.all(asked)), new Set([null])); // nobody answers those any more
    io.close();
    await end(server, client);
  });

  test(`${transport}: comes back by itself after the server or the network went away`, async () => {
    offer(transport);
    let sockets = 0;
    const [server, io] = await official((socket) => {
      sockets += 1;
      socket.on("leave", () => socket.disconnect(sockets % 2 === 0));
    });
    const client = connect(server);
    for (let round = 1; round <= 2; round += 1) {
      await client.ups.next();
      assert.equal(await client.connection.request("leave", {}), null);
      await client.downs.next();
    }
    await client.ups.next();
    assert.equal(sockets, 3);
    client.connection.restart();
    await client.downs.next();
    await client.ups.next();
    assert(client.connection.connected);
    io.close();
    await end(server, client);
  });

  test(`${transport}: a refusal is told with its code, and tried again`, async () => {
    offer(transport);
    const [server, io] = await official(() => undefined);
    let refused = 0;
    io.of("/visitor").use((_socket, next) => {
      refused += 1;
      if (refused > 1) return next();
      next(Object.assign(new Error("Who is it?"), { data: { code: "unauthorized", message: "Who is it?" } }));
    });
    const client = connect(server);
    assert.deepEqual(await client.refusals.next(), { code: "unauthorized", message: "Who is it?" });
    await client.ups.next();
    assert.equal(refused, 2);
    io.close();
    await end(server, client);
  });
}

test("silence instead of an acknowledgement is a dead line: null, and a new connection", async () => {
  offer("websocket");
  const [server, io] = await official(() => undefined);
  const client = connect(server);
  await client.ups.next();
  assert.equal(await client.connection.request("hello", {}, 60), null);
  await client.downs.next();
  await client.ups.next();
  io.close();
  await end(server, client);
});

test("where WebSocket does not get through, polling does", async () => {
  offer("websocket");
  const [server, io] = await official((socket) => socket.emit("by", socket.conn.transport.name), { transports: ["polling"] });
  const client = connect(server);
  assert.deepEqual(await client.events.next(), ["by", "polling"]);
  io.close();
  await end(server, client);
});

test("a server that stops pinging is given up within its heartbeat", async () => {
  offer("polling");
  let polls = 0;
  const server = await listen(
    createServer((request, response) => {
      if (request.method === "POST") return response.end("ok");
      polls += 1;
      if (polls === 1) response.end('0{"sid":"s","upgrades":[],"pingInterval":40,"pingTimeout":40,"maxPayload":1000000}');
      else if (polls === 2) response.end('40/visitor,{"sid":"v"}');
      else if (polls > 3) response.writeHead(503).end(); // the third hangs
    }),
  );
  const client = connect(server);
  await client.ups.next();
  const asked = Date.now();
  await client.downs.next();
  assert(Date.now() - asked < 2_000);
  await end(server, client);
});
