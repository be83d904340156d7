// The live line: one Socket.IO connection to /desk whose every question is answered or fails within a stated time.

import { io, type Socket } from "socket.io-client";
import { bag } from "../model/wire";
import { Failure, offline, readFailure } from "./errors";
import { heldToken } from "./rest";

export interface Line {
  /** Asks, and waits for the acknowledgement. Raises Failure: the server's refusal, or `offline`. */
  ask(event: string, data?: object, timeoutMs?: number): Promise<Readonly<Record<string, unknown>>>;
  /** Says without waiting, and only while connected: for typing and the like. */
  say(event: string, data: object): void;
  connected(): boolean;
  /** Connects again at once, with fresh credentials. */
  renew(): void;
  /** Says anew who is here and in which language; a line that is still being made says so by itself once it stands. */
  introduce(): void;
  close(): void;
}

export interface LineEvents {
  readonly up: () => void;
  readonly down: () => void;
  readonly refused: (failure: Failure) => void;
  readonly news: (event: string, data: unknown) => void;
}

export function openLine(language: () => string, events: LineEvents): Line {
  let retry = 0;
  let waitS = 1;
  const socket: Socket = io("/desk", {
    auth: (answer) => answer({ ...(heldToken() ? { token: heldToken() } : {}), language: language() }),
    transports: ["websocket", "polling"],
    reconnectionDelay: 500,
    reconnectionDelayMax: 10_000,
    timeout: 10_000,
  });
  const later = (seconds: number) => {
    clearTimeout(retry);
    retry = window.setTimeout(() => socket.connect(), seconds * 1000);
  };
  socket.on("connect", () => {
    waitS = 1;
    events.up();
  });
  socket.on("disconnect", (reason) => {
    events.down();
    if (reason === "io server disconnect") later(0.3); // ended by the server: a fresh connect tells why
  });
  socket.on("connect_error", (error: Error & { data?: unknown }) => {
    if (socket.active) return; // only the transport: the client tries again by itself
    const failure = readFailure(error.data ?? { message: error.message });
    if (failure.passing) {
      later(failure.retryAfterS ?? waitS);
      waitS = Math.min(30, waitS * 2);
    } else events.refused(failure);
  });
  socket.onAny((event: string, data: unknown) => events.news(event, data));

  const suspect = () => {
    // An unanswered question on a line that calls itself connected: half open. Cut it; the client connects anew.
    if (socket.connected) socket.io.engine.close();
  };
  const ask = (event: string, data: object = {}, timeoutMs = 10_000) =>
    new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
      if (!socket.connected) return reject(offline());
      socket.timeout(timeoutMs).emit(event, data, (error: Error | null, answer: unknown) => {
        if (error) {
          suspect();
          return reject(offline());
        }
        const said = bag(answer);
        if (said["ok"] === true) resolve(said);
        else reject(readFailure(said["error"]));
      });
    });
  const renew = () => void socket.disconnect().connect();
  return {
    ask,
    say: (event, data) => void (socket.connected && socket.emit(event, data)),
    connected: () => socket.connected,
    renew,
    introduce: () => socket.io.engine?.readyState === "opening" || renew(),
    close: () => {
      clearTimeout(retry);
      socket.disconnect();
    },
  };
}
