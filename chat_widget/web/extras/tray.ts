// The files of the draft, above the field: how far each is, and a way to take it back or to try again.

import type { QueuedFile } from "../outbox";
import type { Words } from "../words";
import { button, drawing, el, icon, setAttribute, setText } from "../view/dom";
import { sizeText } from "../view/size";
import { dressOnce } from "./style";
import type { Uploads } from "./uploads";

const RETRY = "M19 12a7 7 0 1 1-2-5l2 2M19 4v5h-5";

interface Chip {
  element: HTMLElement;
  state: HTMLElement;
  bar: HTMLProgressElement;
  again: HTMLButtonElement;
}

export class Tray {
  files: QueuedFile[] = [];
  readonly #list: HTMLElement;
  readonly #status = el("div", { class: "hidden", role: "status" });
  readonly #chips = new Map<string, Chip>();

  constructor(
    private readonly uploads: Uploads,
    private readonly words: Words,
    private readonly place: HTMLElement,
    private readonly keep: (files: QueuedFile[]) => void,
  ) {
    this.#list = el("ul", { class: "tray", "aria-label": words.say("extra.files"), hidden: true });
    dressOnce(place);
    place.append(this.#list, this.#status);
    uploads.watch(() => {
      this.#render();
      keep(this.files);
    });
  }

  /** What the draft held before the page was loaded anew. */
  restore(kept: string | null): void {
    const known = new Set(this.files.map(({ key }) => key));
    const files = (JSON.parse(kept ?? "[]") as QueuedFile[]).filter(({ key }) => !known.has(key));
    for (const file of files) this.uploads.begin(file);
    this.files = [...files, ...this.files];
    this.#changed();
  }

  add(chosen: readonly File[]): void {
    for (const file of chosen) {
      void this.uploads.add(file).then((taken) => {
        this.files = [...this.files, taken];
        this.#changed();
      });
    }
  }

  /** Some cannot be sent: the visitor has to decide first. */
  get stuck(): boolean {
    return this.files.some(({ key }) => this.uploads.find(key)?.refusal);
  }

  /** They go with a message now. */
  clear(): void {
    this.files = [];
    this.#changed();
  }

  #drop(key: string): void {
    this.uploads.drop(key);
    this.files = this.files.filter((file) => file.key !== key);
    this.#changed();
  }

  #changed(): void {
    this.keep(this.files);
    this.#render();
  }

  #render(): void {
    this.#showOnTheWay();
    this.#list.hidden = this.files.length === 0;
    for (const [key, { element }] of this.#chips) {
      if (this.files.some((file) => file.key === key)) continue;
      element.remove();
      this.#chips.delete(key);
    }
    for (const file of this.files) this.#show(file);
  }

  #show(file: QueuedFile): void {
    const chip = this.#chips.get(file.key) ?? this.#make(file);
    const upload = this.uploads.find(file.key);
    const refused = upload?.refusal;
    const done = upload?.file.sent !== undefined;
    if (done && upload) file.sent = upload.file.sent as NonNullable<QueuedFile["sent"]>;
    const percent = Math.round((upload?.progress ?? 0) * 100);
    chip.bar.hidden = done || refused !== undefined;
    chip.bar.value = percent;
    chip.again.hidden = refused === undefined || refused.code === "too_large";
    chip.element.classList.toggle("refused", refused !== undefined);
    const said = chip.state.textContent;
    setText(chip.state, refused ? this.#reason(refused.code, refused.message) : done ? sizeText(file.size) : `${percent} %`);
    if (refused && said !== chip.state.textContent) setText(this.#status, `${file.name}: ${chip.state.textContent}`);
  }

  #reason(code: string, message: string): string {
    if (message) return message;
    const most = this.uploads.most_mb;
    return code === "too_large" ? this.words.say("extra.too_large", { limit: most }) : this.words.say("failed");
  }

  #make(file: QueuedFile): Chip {
    const { words } = this;
    const state = el("small", { class: "state" });
    const bar = el("progress", { max: 100, value: 0, "aria-label": file.name });
    const again = button("plain", () => this.uploads.begin(file), drawing(RETRY), words.say("extra.retry", { name: file.name }));
    const gone = button("plain", () => this.#drop(file.key), icon("close"), words.say("extra.drop", { name: file.name }));
    const element = el("li", { class: "chip" }, el("span", { class: "file-name", dir: "auto" }, file.name), state, again, gone, bar);
    this.#list.append(element);
    const chip = { element, state, bar, again };
    this.#chips.set(file.key, chip);
    return chip;
  }

  /** Of messages that were sent before their files arrived. */
  #showOnTheWay(): void {
    const root = this.place.getRootNode() as ShadowRoot;
    for (const shown of root.querySelectorAll<HTMLElement>("[data-key]")) {
      const upload = this.uploads.find(shown.dataset["key"] ?? "");
      const small = shown.querySelector("small");
      if (upload && small) setText(small, upload.file.sent ? sizeText(upload.file.size) : `${Math.round(upload.progress * 100)} %`);
      setAttribute(shown, "aria-busy", upload !== undefined && !upload.file.sent);
    }
  }
}
