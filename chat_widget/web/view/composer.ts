// Where the visitor writes. The draft, with what it quotes and brings, is kept per tab and survives a reload.

import type { BrowserShelf } from "../browser";
import type { Client } from "../client";
import type { Tray } from "../extras/tray";
import type { QueuedMessage } from "../outbox";
import type { Message } from "../protocol";
import type { Words } from "../words";
import { summary } from "./bubble";
import { button, el, icon, setAttribute, setText } from "./dom";

const TYPING_EVERY_MS = 3_000;
const TYPING_ENDS_MS = 4_000;
const FILES = "files";
const QUOTE = "quote";

export type Said = Pick<QueuedMessage, "reply_to" | "files">;

export interface ComposerActions {
  /** False: not now (something above has to be filled in first). */
  send(text: string, more: Said): boolean;
  typing(on: boolean): void;
  jump(id: number): void;
}

export class Composer {
  readonly element: HTMLElement;
  /** What is fetched at its first use stands here. */
  readonly extra = el("div", { class: "extra" });
  readonly field: HTMLTextAreaElement;
  readonly #button: HTMLButtonElement;
  readonly #alert = el("p", { class: "alert", role: "alert" });
  readonly #quoted = button("quote", () => this.actions.jump(this.#reply_to), null);
  readonly #quote: HTMLElement;
  #tray: Tray | null = null;
  #reply_to = 0;
  #typingSince = 0;
  #typingEnds: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly client: Client,
    private readonly words: Words,
    private readonly drafts: BrowserShelf,
    private readonly actions: ComposerActions,
  ) {
    const label = words.say("compose");
    this.field = el("textarea", { rows: 1, placeholder: label, "aria-label": label, dir: "auto", enterkeyhint: "send" });
    this.field.value = drafts.get("draft") ?? "";
    this.field.addEventListener("input", () => this.#changed());
    this.field.addEventListener("keydown", (event) => {
      const composing = event.isComposing || event.keyCode === 229; // an input method uses Enter for itself
      if (event.key !== "Enter" || event.shiftKey || composing) return;
      event.preventDefault();
      this.#send();
    });
    this.field.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      void this.attach(files);
    });
    const picker = el("input", { type: "file", multiple: true, hidden: true, tabindex: -1, "aria-hidden": "true" });
    picker.addEventListener("change", () => {
      void this.attach([...(picker.files ?? [])]);
      picker.value = "";
    });
    this.#quote = el("div", { class: "quoting", hidden: true }, this.#quoted, button("plain", () => this.quote(null), icon("close"), words.say("quote.drop")));
    this.#button = button("send", () => this.#send(), icon("send"), words.say("compose.send"));
    const emoji = button("tool", () => void this.#open("emoji", emoji), icon("emoji"), words.say("emoji"));
    const more = button("tool", () => void this.#open("menu", more), icon("more"), words.say("more"));
    for (const tool of [emoji, more]) setAttribute(tool, "aria-expanded", "false");
    this.element = el(
      "div",
      { class: "foot" },
      this.#alert,
      this.extra,
      this.#quote,
      el(
        "div",
        { class: "composer" },
        this.field,
        el("div", { class: "tools" }, button("tool", () => picker.click(), icon("attach"), words.say("attach")), emoji, more, picker),
        this.#button,
      ),
    );
    this.quote(Number(drafts.get(QUOTE)) || null);
    if (drafts.get(FILES)) void this.attach([]);
    this.#show();
  }

  focus(): void {
    this.field.focus({ preventScroll: true });
  }

  /** Puts a refused message back for editing, before what is being written. */
  edit({ text, reply_to, files }: QueuedMessage): void {
    this.field.value = [text, this.field.value.trim()].filter(Boolean).join("\n");
    if (reply_to) this.quote(reply_to);
    if (files) this.drafts.set(FILES, JSON.stringify([...files, ...(this.#tray?.files ?? [])]));
    if (files) void this.attach([]);
    this.#changed();
  }

  /** The next message answers this one; null: none. */
  quote(id: number | null): void {
    this.#reply_to = id ?? 0;
    if (id) this.drafts.set(QUOTE, String(id));
    else this.drafts.remove(QUOTE);
    this.render();
  }

  /** What a quote says may change, even after it was chosen. */
  render(): void {
    const quoted: Message | undefined = this.client.talk.find(this.#reply_to);
    if (this.#reply_to && !quoted && this.client.talk.loaded) this.client.miss(this.#reply_to);
    this.#quote.hidden = this.#reply_to === 0;
    setText(this.#quoted, this.#reply_to ? summary(quoted, this.words) : "");
  }

  /** Files that were chosen, pasted or dropped; and those that the draft had before the page was loaded anew. */
  async attach(files: File[]): Promise<void> {
    try {
      const [{ Tray }, uploads] = await Promise.all([this.client.extras.load(), this.client.extras.uploads(), this.words.loadLater()]);
      this.#tray ??= new Tray(uploads, this.words, this.extra, (kept) => {
        if (kept.length > 0) this.drafts.set(FILES, JSON.stringify(kept));
        else this.drafts.remove(FILES);
        this.#show();
      });
      this.#tray.restore(this.drafts.get(FILES));
      this.#tray.add(files);
    } catch {
      this.alert(this.words.say("failed"));
    }
  }

  alert(text: string): void {
    setText(this.#alert, text);
  }

  /** Makes the field as high as its text; to be called when the element is shown, since only then it has a height. */
  fit(): void {
    const { style, scrollHeight } = this.field;
    if (!scrollHeight) return;
    style.height = "auto";
    style.height = `${this.field.scrollHeight}px`;
  }

  /** Puts a text where the cursor is. */
  insert(text: string): void {
    const { selectionStart, selectionEnd } = this.field;
    this.field.setRangeText(text, selectionStart, selectionEnd, "end");
    this.#changed();
  }

  /** Opens what the transcript and the sound are in. */
  openMenu(): void {
    this.element.querySelector<HTMLButtonElement>(".tool:last-of-type")?.click();
  }

  async #open(what: "emoji" | "menu", by: HTMLButtonElement): Promise<void> {
    try {
      const [{ toggle }] = await Promise.all([this.client.extras.load(), this.words.loadLater()]);
      toggle(what, by, { client: this.client, words: this.words, composer: this });
    } catch {
      this.alert(this.words.say("failed"));
    }
  }

  #send(): void {
    const text = this.field.value.trim();
    const files = this.#tray?.files ?? [];
    const more: Said = { ...(this.#reply_to && { reply_to: this.#reply_to }), ...(files.length > 0 && { files }) };
    if (!this.#button.disabled) {
      if (!this.actions.send(text, more)) return; // he is led to what is to be filled in first
      this.field.value = "";
      this.#tray?.clear();
      this.quote(null);
      this.#changed();
    }
    this.focus();
  }

  #changed(): void {
    const { value } = this.field;
    if (value) this.drafts.set("draft", value);
    else this.drafts.remove("draft");
    this.alert("");
    this.#show();
    this.fit();
    this.#sayTyping(value.trim() !== "");
  }

  #show(): void {
    this.#button.disabled = this.#tray?.stuck === true || (!this.field.value.trim() && !this.#tray?.files.length);
  }

  #sayTyping(on: boolean): void {
    clearTimeout(this.#typingEnds);
    if (on) this.#typingEnds = setTimeout(() => this.#sayTyping(false), TYPING_ENDS_MS);
    const now = Date.now();
    const said = this.#typingSince > 0;
    if (on ? now - this.#typingSince < TYPING_EVERY_MS : !said) return;
    this.#typingSince = on ? now : 0;
    this.actions.typing(on);
  }
}
