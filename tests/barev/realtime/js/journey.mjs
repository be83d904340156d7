// A journey of the official JavaScript client through the server at argv[2], over the transports of argv[3].
// Prints what it saw as one JSON object; the test compares it.
import { Manager } from "socket.io-client";

const [url, transports] = process.argv.slice(2);
const manager = new Manager(url, { transports: transports.split(","), reconnectionDelay: 10, reconnectionDelayMax: 20 });
const seen = { events: [] };

const once = (socket, event) => new Promise((resolve) => socket.once(event, (...values) => resolve(values)));

function enter(namespace, auth) {
  const socket = manager.socket(namespace, { auth });
  socket.onAny((event, ...values) => seen.events.push([namespace, event, ...values]));
  const entered = new Promise((resolve) => {
    socket.once("connect", () => resolve("in"));
    socket.once("connect_error", (error) => resolve({ message: error.message, data: error.data }));
  });
  return [socket, entered];
}

const [visitor, visitorIn] = enter("/visitor", { rooms: ["r"], welcome: true });
const [desk, deskIn] = enter("/desk", { rooms: ["r"] });
seen.entered = [await visitorIn, await deskIn];
const engine = manager.engine;
const last = transports.split(",").at(-1);
if (engine.transport.name !== last) {
  await new Promise((resolve) => engine.once("upgrade", resolve));
}
seen.transport = engine.transport.name;

const values = [0, -1.5, true, null, "", "բարև ქ 👋 \u2028\u0000", "\ud83d", [], {}, [[{ a: [null] }]], "x".repeat(60000)];
seen.values = [];
for (const value of values) {
  const answer = await visitor.emitWithAck("echo", value);
  seen.values.push(JSON.stringify(answer.data) === JSON.stringify(value) ? "same" : answer);
}

const order = [];
await Promise.all(
  Array.from({ length: 200 }, async (_, n) => {
    const answer = await visitor.emitWithAck("echo", n);
    order.push(answer.data);
  }),
);
seen.inOrder = order.length === 200 && order.every((n, place) => n === place);

await Promise.all([visitor.emitWithAck("say", { rooms: ["r", "s"], text: "one" }), desk.emitWithAck("say", { rooms: ["r"], text: "two" })]);
seen.nothing = await visitor.emitWithAck("echo");
seen.many = await visitor.emitWithAck("echo", 1, 2, 3);
seen.bytes = await visitor.emitWithAck("echo", new Uint8Array([1, 2, 3]));
seen.rejected = await visitor.emitWithAck("reject");
seen.crashed = await visitor.emitWithAck("crash");
seen.unknown = await visitor.emitWithAck("who", { are: "you" });
visitor.emit("echo", "no acknowledgement");

visitor.emit("cut", {});
const [why] = await once(visitor, "disconnect");
seen.cut = why.startsWith("transport") ? "transport" : why;
await once(visitor, "connect");
seen.after = await visitor.emitWithAck("echo", "again");

visitor.emit("end", {});
[seen.ended] = await once(visitor, "disconnect");
if (!desk.connected) await once(desk, "connect");
seen.desk = await desk.emitWithAck("echo", "still here");
desk.disconnect();

const [, refused] = enter("/desk2", {});
seen.unknownNamespace = await refused;
const stranger = new Manager(url, { transports: transports.split(","), reconnection: false }).socket("/visitor", {
  auth: { refuse: "stranger" },
});
seen.refused = await new Promise((resolve) => {
  stranger.once("connect", () => resolve("in"));
  stranger.once("connect_error", (error) => resolve({ message: error.message, data: error.data }));
});
manager._close();
stranger.disconnect();
console.log(JSON.stringify(seen));
