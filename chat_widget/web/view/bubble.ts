// One message as an article. It is made once and then only corrected, so that nothing is read out twice.

import type { QueuedFile, QueuedMessage } from "../outbox";
import { guessLanguage } from "../language";
import { findLinks, readAddress } from "../links";
import type { Attachment, Message } from "../protocol";
import type { Words } from "../words";
import { avatar, button, el, icon, setAttribute, setText } from "./dom";

/** What a bubble shows: a message of the server, or one of ours that is not there yet. */
export interface Row {
  key: string;
  at: Date;
  own: boolean;
  message: Message | null;
  queued: QueuedMessage | null;
  mark: "waiting" | "delivered" | "read" | "refused" | null;
  /** The message before is by the same author and recent. */
  follows: boolean;
  quoted: Message | undefined;
  /** The value of the pressed button, pressed for good or waiting to be sent. */
  choice: string | undefined;
}

export interface BubbleActions {
  choose(message: Message, value: string): void;
  /** The next message shall quote this one. */
  quote(message: Message): void;
  /** Brings a quoted message before the visitor's eyes. */
  jump(id: number): void;
  /** How files look. */
  attached(): Promise<typeof import("./attached")>;
  edit(queued: QueuedMessage): void;
  drop(queued: QueuedMessage): void;
}

const QUOTED = 140;

/** With the message itself, all that a bubble depends on. */
const SMALL = ["follows", "mark", "quoted", "choice"] as const;

export class Bubble {
  readonly element: HTMLElement;
  readonly #author = el("div", { class: "author" });
  readonly #quote = button("quote", () => this.#row?.message?.reply_to && this.actions.jump(this.#row.message.reply_to), null);
  readonly #files = el("div", { class: "files" });
  readonly #text = el("div", { class: "text", dir: "auto" });
  readonly #reply: HTMLButtonElement;
  readonly #edited = el("span");
  readonly #time = el("time");
  readonly #mark = el("span", { class: "mark", "aria-live": "off" });
  readonly #choices = el("div", { class: "choices" });
  readonly #refusal = el("div", { class: "refusal", role: "alert" });
  readonly #shown: Record<string, string> = {};
  #row: Row | undefined;

  constructor(
    row: Row,
    private readonly words: Words,
    private readonly actions: BubbleActions,
    private readonly base: URL,
  ) {
    this.#reply = button("reply", () => this.#row?.message && this.actions.quote(this.#row.message), icon("reply"), words.say("quote"));
    this.#reply.tabIndex = -1;
    const author = row.message?.author;
    const photo = author?.photo ? readAddress(author.photo, base) : null;
    this.element = el(
      "article",
      { tabindex: -1 },
      !row.own && avatar(this.#name(row), photo),
      this.#author,
      el("div", { class: "bubble" }, this.#quote, this.#files, this.#text, this.#reply, el("div", { class: "meta" }, this.#edited, this.#time, this.#mark)),
      this.#choices,
      this.#refusal,
    );
    this.update(row);
  }

  update(row: Row): void {
    const { words, element } = this;
    const { message, at } = row;
    const old = this.#row;
    this.#row = row;
    if (old && old.message === message && !old.queued && SMALL.every((key) => old[key] === row[key])) return;
    element.className = [row.own ? "own" : "", row.follows ? "follows" : "", message?.deleted ? "deleted" : ""].join(" ");
    setAttribute(element, "aria-label", `${this.#name(row)}, ${words.time(at)}`);
    setText(this.#author, this.#name(row));
    this.#showText(row);
    const edited = message?.deleted ? undefined : message?.edited_at;
    setText(this.#edited, edited ? words.say("edited") : "");
    if (edited) this.#edited.title = words.full(new Date(edited));
    setText(this.#time, words.time(at));
    this.#time.dateTime = at.toISOString();
    this.#time.title = words.full(at);
    this.#showMark(row);
    this.#showChoices(row);
    this.#showRefusal(row);
  }

  #name({ own, message }: Row): string {
    return own ? this.words.say("you") : message?.author.name || this.words.say("us");
  }

  /** Whether a part has to be made anew. */
  #differs(part: string, value: unknown): boolean {
    const text = JSON.stringify(value);
    const differs = this.#shown[part] !== text;
    this.#shown[part] = text;
    return differs;
  }

  #showText({ message, queued, quoted }: Row): void {
    const { words } = this;
    const text = message?.deleted ? "" : message?.text || queued?.text || "";
    const files = message?.deleted ? [] : message?.attachments ?? queued?.files ?? [];
    this.#showFiles(files);
    const instead = message?.deleted ? "deleted" : "unsupported";
    const shown = text || (files.length > 0 ? "" : words.say(instead));
    if (this.#differs("text", shown)) {
      this.#text.replaceChildren(...findLinks(shown).map(({ text: piece, href }) => (href ? link(piece, href) : piece)));
      this.#text.lang = text ? guessLanguage(text, words.language) : words.language;
    }
    this.#reply.hidden = !message || message.deleted === true;
    const reply_to = message?.deleted ? undefined : message?.reply_to ?? queued?.reply_to;
    this.#quote.hidden = reply_to === undefined;
    setText(this.#quote, reply_to === undefined ? "" : summary(quoted, words));
    this.#quote.title = quoted ? words.say("reply_to", { name: this.#nameOf(quoted) }) : "";
  }

  #nameOf({ author }: Message): string {
    return author.kind === "visitor" ? this.words.say("you") : author.name || this.words.say("us");
  }

  /** How files look is fetched with the first of them; until then, and where that fails, they are told by name. */
  #showFiles(files: readonly (Attachment | QueuedFile)[]): void {
    if (!this.#differs("files", files)) return;
    this.#files.replaceChildren(files.map(({ name }) => name).join(", "));
    if (files.length === 0) return;
    this.actions.attached().then(
      ({ showFile }) => this.#files.replaceChildren(...files.map((file) => showFile(file, this.base))),
      () => delete this.#shown["files"],
    );
  }

  #showMark({ mark }: Row): void {
    if (!this.#differs("mark", mark) || !mark) return;
    const word = this.words.say(mark === "refused" ? mark : `mark.${mark}`);
    this.#mark.title = word;
    this.#mark.replaceChildren(icon(mark), el("span", { class: "hidden" }, word));
  }

  #showChoices({ message, choice }: Row): void {
    const choices = (!message?.deleted && message?.buttons) || [];
    if (!message || !this.#differs("choices", [choices, choice])) return;
    const buttons = choices.map(({ value, label }) => {
      const chosen = value === choice;
      const made = button("choice", () => this.actions.choose(message, value), chosen && icon("delivered"));
      made.append(label);
      made.disabled = choice !== undefined;
      setAttribute(made, "aria-pressed", String(chosen));
      return made;
    });
    this.#choices.replaceChildren(...buttons);
  }

  #showRefusal({ queued }: Row): void {
    const reason = queued?.refusal?.message;
    if (!this.#differs("refusal", reason ?? "")) return;
    this.#refusal.replaceChildren();
    if (!queued || reason === undefined) return;
    this.#refusal.append(
      `${this.words.say("refused")}: ${reason}`,
      button("small", () => this.actions.edit(queued), this.words.say("refused.edit")),
      button("small", () => this.actions.drop(queued), this.words.say("refused.drop")),
    );
  }
}

/** One line of a message that is quoted; it may be gone, or not here yet. */
export function summary(message: Message | undefined, words: Words): string {
  if (!message) return words.say("quote.earlier");
  if (message.deleted) return words.say("deleted");
  const text = message.text || (message.attachments ?? []).map(({ name }) => name).join(", ");
  return text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text;
}

function link(text: string, href: string): HTMLAnchorElement {
  return el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, text);
}
