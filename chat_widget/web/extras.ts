// What is rarely needed lies in a bundle of its own, fetched at the first use: files, emoji, the transcript, the sound.

import type { Client } from "./client";
import type { Uploads } from "./extras/uploads";
import type { QueuedMessage } from "./outbox";
import type { Ack, Attachment } from "./protocol";

type Bundle = typeof import("./extras/index");

export class Extras {
  #bundle: Promise<Bundle> | null = null;
  #uploads: Promise<Uploads> | null = null;
  #attempt = 0;

  constructor(private readonly client: Client) {}

  /** The bundle. Rejects where it cannot be fetched; the next call tries again. */
  load(): Promise<Bundle> {
    const again = this.#attempt ? `?${this.#attempt}` : ""; // a browser may remember that a module failed
    this.#bundle ??= import(new URL(EXTRAS_PATH + again, import.meta.url).href).catch((error: unknown) => {
      this.#attempt += 1;
      this.#bundle = null;
      throw error;
    }) as Promise<Bundle>;
    return this.#bundle;
  }

  /** The files on their way. */
  uploads(): Promise<Uploads> {
    this.#uploads ??= this.load().then(
      ({ Uploads }) => new Uploads(this.client),
      (error: unknown) => {
        this.#uploads = null;
        throw error;
      },
    );
    return this.#uploads;
  }

  /** Brings a message's files. Null: not now, the next connection tries again. */
  async bring(entry: QueuedMessage): Promise<Ack<{ files: Attachment[] }> | null> {
    try {
      return await (await this.uploads()).bring(entry);
    } catch {
      return null;
    }
  }
}
