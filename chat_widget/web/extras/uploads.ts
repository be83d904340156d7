// Files on their way to the server: each under an id of its own, so that however often it is tried it is one file there.

import { makeUuid, sleep } from "../browser";
import type { Client } from "../client";
import type { QueuedFile, QueuedMessage } from "../outbox";
import type { Ack, Attachment, Refusal } from "../protocol";
import { backoffMs } from "../sender";
import { BlobShelf } from "./blobs";
import { shrink } from "./photos";

const AT_ONCE = 2;
const LOOK_MS = 500;

export interface Upload {
  file: QueuedFile;
  /** Of what is to be sent, from 0 to 1. */
  progress: number;
  refusal?: Refusal;
}

interface Work extends Upload {
  request: XMLHttpRequest | null;
  dropped: boolean;
  busy: boolean;
}

type Outcome = { sent: Attachment } | { refusal: Refusal } | { wait_ms: number };

export class Uploads {
  readonly #blobs: BlobShelf;
  readonly #works = new Map<string, Work>();
  readonly #watchers = new Set<() => void>();
  #running = 0;

  constructor(private readonly client: Client) {
    this.#blobs = new BlobShelf(client.shelf.prefix);
  }

  /** Calls `changed` whenever something moved; returns how to stop. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /** How large a file may be, in MB. */
  get most_mb(): number {
    return this.client.profile?.files?.size_mb ?? 20;
  }

  find(key: string): Upload | undefined {
    return this.#works.get(key);
  }

  /** Takes a chosen file; photos are made smaller first. */
  async add(chosen: File): Promise<QueuedFile> {
    const blob = await shrink(chosen);
    const name = blob === chosen || blob.type === chosen.type ? chosen.name : `${chosen.name.replace(/\.\w+$/, "")}.jpg`;
    const file: QueuedFile = { key: makeUuid(), name: name || "file", mime: blob.type, size: blob.size };
    await this.#blobs.put(file.key, blob);
    this.begin(file);
    return file;
  }

  /** Goes on with a file that was taken before. */
  begin(file: QueuedFile): void {
    const known = this.#works.get(file.key);
    const work = known ?? { file, progress: file.sent ? 1 : 0, request: null, dropped: false, busy: false };
    this.#works.set(file.key, work);
    delete work.refusal;
    this.#changed();
    if (!work.busy && !work.file.sent) void this.#work(work);
  }

  /** The visitor does not want to send it after all. */
  drop(key: string): void {
    const work = this.#works.get(key);
    if (work) work.dropped = true;
    work?.request?.abort();
    this.#works.delete(key);
    void this.#blobs.remove(key);
    this.#changed();
  }

  /** Waits until all files of a message are with the server. Null: the connection went away meanwhile. */
  async bring(entry: QueuedMessage): Promise<Ack<{ files: Attachment[] }> | null> {
    const wanted = entry.files ?? [];
    for (const file of wanted) if (!this.#works.get(file.key)?.busy) this.begin(file);
    for (;;) {
      const works = wanted.map((file) => this.#works.get(file.key));
      const refusal = works.find((work) => work?.refusal)?.refusal;
      if (refusal) return { ok: false, error: refusal };
      const sent = works.flatMap((work) => work?.file.sent ?? []);
      if (sent.length === wanted.length) {
        this.client.outbox.keepFiles(entry.id, wanted.map((file, place) => ({ ...file, sent: sent[place] as Attachment })));
        return { ok: true, files: sent };
      }
      if (this.client.link !== "online" || !this.client.outbox.find(entry.id)) return null;
      await sleep(LOOK_MS);
    }
  }

  async #work(work: Work): Promise<void> {
    work.busy = true;
    for (let attempt = 1; !work.dropped; ) {
      if (this.client.link !== "online" || this.#running >= AT_ONCE) {
        await sleep(LOOK_MS);
        continue;
      }
      this.#running += 1;
      const outcome = await this.#send(work);
      this.#running -= 1;
      if (work.dropped) break;
      if ("sent" in outcome) {
        work.file.sent = outcome.sent;
        work.progress = 1;
        void this.#blobs.remove(work.file.key);
      } else if ("refusal" in outcome) work.refusal = outcome.refusal;
      this.#changed();
      if (!("wait_ms" in outcome)) break;
      await sleep(Math.max(outcome.wait_ms, backoffMs(attempt)));
      attempt += 1;
    }
    work.busy = false;
  }

  async #send(work: Work): Promise<Outcome> {
    const { file } = work;
    const blob = await this.#blobs.get(file.key);
    if (!blob) return { refusal: { code: "not_found", message: "" } };
    if (blob.size > this.most_mb * 1024 * 1024) return { refusal: { code: "too_large", message: "" } };
    const form = new FormData();
    form.append("client_id", file.key);
    form.append("file", blob, file.name);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      work.request = request;
      const language = this.client.profile?.language ?? "";
      request.open("POST", new URL(`widget/files?language=${language}`, this.client.base).href);
      request.setRequestHeader("Authorization", `Bearer ${this.client.shelf.get("token") ?? ""}`);
      request.upload.onprogress = ({ loaded, total }) => {
        work.progress = total ? Math.min(0.99, loaded / total) : 0;
        this.#changed();
      };
      request.onloadend = () => resolve(read(request));
      request.send(form);
    });
  }

  #changed(): void {
    for (const changed of this.#watchers) changed();
  }
}

/** What became of a request: kept, refused for good, or to be tried again. */
function read({ status, responseText }: XMLHttpRequest): Outcome {
  let answer: Partial<Attachment> & { error?: Refusal } = {};
  try {
    answer = Object(JSON.parse(responseText)) as typeof answer;
  } catch {
    // no answer of ours
  }
  if (status >= 200 && status < 300 && answer.id) return { sent: answer as Attachment };
  const passing = status === 0 || status === 401 || status === 429 || status >= 500;
  if (!passing && answer.error) return { refusal: answer.error };
  return passing ? { wait_ms: (answer.error?.retry_after_s ?? 0) * 1_000 } : { refusal: { code: "invalid", message: "" } };
}
