// The yardstick: a Socket.IO server in Node that does the chat's fan-out and stores nothing.
// A message comes in, gets a number, goes to its room (the sender and one other) and is acknowledged.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"], serveClient: false });
let lastId = 0;

io.on("connection", (socket) => {
  let room = "";
  let seq = 0;
  socket.on("hello", (data, ack) => {
    room = data.room;
    socket.join(room);
    ack({ ok: true });
  });
  socket.on("message", (data, ack) => {
    const id = ++lastId;
    const at = new Date().toISOString();
    seq += 1;
    io.to(room).emit("message", {
      id,
      seq,
      change: seq,
      client_id: data.client_id,
      at,
      author: { kind: "visitor", name: "Visitor" },
      text: data.text,
      kind: "text",
    });
    ack({ ok: true, id, seq, change: seq, at });
  });
});

http.listen(0, "127.0.0.1", () => process.stdout.write(`ready ${http.address().port}\n`));
process.on("SIGTERM", () => process.exit(0));
