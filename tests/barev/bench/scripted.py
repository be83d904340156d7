"""A Socket.IO server of rooms that does what its script says, right or wrong."""

import base64
import hashlib
import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Packets = list[bytes]
Script = Callable[[int, bytes, bytes], tuple[Packets, Packets]]
"""What is done with the n-th message (from 1), given its right acknowledgement and delivery:
packets for the sender, and packets for the others of the room. The packet b"" closes the connection."""


def honest(_number: int, ack: bytes, delivery: bytes) -> tuple[Packets, Packets]:
    """As it should be."""
    return [delivery, ack], [delivery]


class ScriptedServer(socketserver.ThreadingTCPServer):
    """Listens on a free port of the loopback; one thread a connection."""

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.script = script
        self.port: int = self.socket.getsockname()[1]
        self.rooms: dict[str, list[_Connection]] = {}
        self.lock = threading.Lock()
        self.messages = 0
        self.heartbeats = 0


class _Connection(socketserver.StreamRequestHandler):
    server: ScriptedServer

    def handle(self) -> None:
        key = b""
        while line := self.rfile.readline().strip():
            if line.lower().startswith(b"sec-websocket-key:"):
                key = line.split(b": ")[1]
        accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        self.request.sendall(b"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n")
        self.put([b'0{"sid":"a"}'])
        room = ""
        while packet := self._packet():
            with self.server.lock:
                room = self._answer(packet, room)

    def put(self, packets: Packets) -> None:
        """Sends them in one piece."""
        frames = b""
        for packet in packets:
            size = bytes((len(packet),)) if len(packet) < 126 else b"\x7e" + len(packet).to_bytes(2)
            frames += b"\x81" + size + packet if packet else b"\x88\x00"
        self.request.sendall(frames)

    def _answer(self, packet: bytes, room: str) -> str:
        server = self.server
        if packet == b"3":
            server.heartbeats += 1
        elif packet.startswith(b"40"):
            self.put([b'40{"sid":"b"}'])
        else:
            number, _, body = packet[2:].partition(b"[")
            name, data = json.loads(b"[" + body)
            if name == "hello":
                room = data["room"]
                server.rooms.setdefault(room, []).append(self)
                self.put([b"2", b'43%b[{"ok":true}]' % number])
            else:
                server.messages += 1
                ack = b'43%b[{"ok":true,"id":%d,"seq":1}]' % (number, 1000 + server.messages)
                delivery = b'42["message",{"id":1,"client_id":"%b","text":"hi"}]' % data["client_id"].encode()
                mine, others = server.script(server.messages, ack, delivery)
                self.put(mine)
                for other in server.rooms.get(room, ()):
                    if other is not self:
                        other.put(others)
        return room

    def _packet(self) -> bytes:
        head = self.rfile.read(2)
        if len(head) < 2:
            return b""
        assert head[1] & 0x80, "a client must mask"
        size = head[1] & 0x7F
        if size == 126:
            size = int.from_bytes(self.rfile.read(2))
        mask = self.rfile.read(4)
        return bytes(byte ^ mask[place % 4] for place, byte in enumerate(self.rfile.read(size)))


@contextmanager
def served(script: Script) -> Iterator[ScriptedServer]:
    """Serves in the background for the time of the block; its clients must have closed before the end."""
    with ScriptedServer(script) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
